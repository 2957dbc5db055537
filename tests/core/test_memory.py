"""When garbage is collected."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from core import memory
from core.memory import LONGEST_S, PAUSE_S, Memory


@pytest.fixture(autouse=True)
def _automatic_again() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def test_the_automatic_collector_is_off_and_what_lives_is_frozen() -> None:
    Memory(0.0)
    assert not gc.isenabled()
    assert gc.get_freeze_count() > 1000


def test_it_collects_after_a_pause_when_that_is_cheap() -> None:
    kept = Memory(0.0)
    assert not kept.tend(PAUSE_S - 1)
    assert kept.tend(PAUSE_S + 1)
    assert not kept.tend(PAUSE_S + 2)


def test_with_much_to_look_at_it_waits_for_the_longest_time(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Memory(0.0)
    monkeypatch.setattr(memory, "CHEAP_OBJECTS", -1)
    assert not kept.tend(LONGEST_S - 1)
    assert kept.tend(LONGEST_S + 1)
    assert not kept.tend(LONGEST_S + PAUSE_S + 2)
