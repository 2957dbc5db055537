"""The table of counters and the block that worker and management share."""

from __future__ import annotations

import re
from pathlib import Path

from core.northbound import counters
from core.northbound.counters import COUNTERS, open_block


def test_every_constant_is_the_slot_of_the_counter_with_its_name() -> None:
    for counter in COUNTERS:
        assert getattr(counters, counter.name.upper().replace("-", "_")) == counter.slot


def test_names_are_words_for_a_table_and_each_has_a_meaning() -> None:
    names = [counter.name for counter in COUNTERS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in names)
    assert all(counter.help for counter in COUNTERS)


def test_two_mappings_of_one_file_see_the_same_numbers(tmp_path: Path) -> None:
    worker, management = open_block(tmp_path / "counters-1"), open_block(tmp_path / "counters-1")
    worker[counters.CALLS] = 7
    worker[counters.STARTED_AT] += 2**40
    assert (management[counters.CALLS], management[counters.STARTED_AT]) == (7, 2**40)


def test_a_file_outlives_its_worker(tmp_path: Path) -> None:
    open_block(tmp_path / "counters-1")[counters.INVITE_RECEIVED] = 3
    assert open_block(tmp_path / "counters-1")[counters.INVITE_RECEIVED] == 3
    assert (tmp_path / "counters-1").stat().st_mode & 0o007 == 0
