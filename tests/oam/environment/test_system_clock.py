"""What the kernel says of its clock."""

from __future__ import annotations

import pytest

from oam.environment.system_clock import ClockReading, Timex, read_clock


def test_this_kernel_tells() -> None:
    found = read_clock()
    assert found.synchronised is not None
    assert found.offset_ms is not None


@pytest.mark.parametrize(
    ("status", "offset", "expected"),
    [
        (0x2001, 1_500_000, ClockReading(True, 1.5, 0.25)),
        (0x0001, -1_500, ClockReading(True, -1.5, 0.25)),
        (0x0040, 0, ClockReading(False, 0.0, 0.25)),
    ],
)
def test_states_and_units(status: int, offset: int, expected: ClockReading) -> None:
    def adjtimex(timex: Timex) -> int:
        assert timex.modes == 0, "reading must change nothing"
        timex.status, timex.offset, timex.esterror = status, offset, 250
        return 5

    assert read_clock(adjtimex) == expected


def test_a_kernel_that_does_not_tell() -> None:
    assert read_clock(lambda timex: -1) == ClockReading(None, None, None)
