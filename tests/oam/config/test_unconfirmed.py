"""What comes back unless it is confirmed: on the disk before the change, there for the next process."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import played

from oam.config.unconfirmed import Unconfirmed


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@played
async def test_it_is_there_for_the_next_process(tmp_path: Path) -> None:
    clock = Clock()
    one = Unconfirmed(tmp_path / "it", clock)
    assert one.left_s == float("inf")
    await one.arm(lambda: ["hostname a"], "alice", 2)
    assert one.changed.is_set()
    clock.now += 50
    other = Unconfirmed(tmp_path / "it", clock)
    assert other.pending is not None
    assert other.pending.lines == ("hostname a",)
    assert other.left_s == 70
    await other.clear()
    assert Unconfirmed(tmp_path / "it", clock).pending is None


@played
async def test_a_second_change_sets_the_time_anew_and_keeps_what_is_come_back_to(tmp_path: Path) -> None:
    clock = Clock()
    one = Unconfirmed(tmp_path / "it", clock)
    await one.arm(lambda: ["hostname a"], "alice", 2)
    first = one.pending
    clock.now += 60
    await one.arm(lambda: ["hostname b"], "bob", 5)
    assert one.pending is not None
    assert one.pending.lines == ("hostname a",)
    assert one.left_s == 300
    await one.restore(first)
    assert one.left_s == 60
    await one.postpone(30)
    assert one.left_s == 30
    await one.restore(None)
    assert one.pending is None


@played
async def test_a_file_that_cannot_be_read_is_nothing_to_come_back_to(tmp_path: Path) -> None:
    (tmp_path / "it").write_text("{")
    one = Unconfirmed(tmp_path / "it")
    assert one.pending is None
    assert one.fault == "Input data was truncated"


@pytest.mark.parametrize("octets", [b'{"by": "\xff"}', b"\xff", b"", b"[]", b"null"])
def test_no_octets_in_the_file_keep_the_process_from_starting(tmp_path: Path, octets: bytes) -> None:
    (tmp_path / "it").write_bytes(octets)
    assert Unconfirmed(tmp_path / "it").fault


def test_without_a_file_nothing_is_wrong(tmp_path: Path) -> None:
    assert Unconfirmed(tmp_path / "it").fault == ""
