"""Times as operators write and read them."""

from __future__ import annotations

import pytest

from oam.times import iso, moment_of, router_time, seconds_of

NOON = 1_795_435_200.0
"""2026-11-23T12:00Z."""


@pytest.mark.parametrize(
    ("since", "moment"),
    [
        (None, 0.0),
        ("", 0.0),
        ("30m", NOON - 1800),
        ("12h", NOON - 12 * 3600),
        ("7d", NOON - 7 * 86_400),
        ("2w", NOON - 14 * 86_400),
        ("2026-11-23", NOON - 12 * 3600),
        ("2026-11-23T04:00", NOON - 8 * 3600),
        ("2026-11-23T04:00:01", NOON - 8 * 3600 + 1),
    ],
)
def test_since_when(since: str | None, moment: float) -> None:
    assert moment_of(since, NOON) == moment


def test_a_time_is_utc_whatever_the_zone_of_the_host() -> None:
    assert seconds_of("2026-11-23T12:00") == NOON
    assert seconds_of("") == 0.0


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(ValueError):
        seconds_of("noon")


@pytest.mark.parametrize(
    ("digits", "written"),
    [(0, "2026-11-23T12:00:00Z"), (3, "2026-11-23T12:00:00.250Z"), (6, "2026-11-23T12:00:00.250000Z")],
)
def test_a_time_is_written_as_precisely_as_wanted(digits: int, written: str) -> None:
    assert iso(NOON + 0.25, digits) == written


def test_a_time_as_routers_write_it() -> None:
    assert router_time(NOON) == "12:00:00 UTC Mon Nov 23 2026"
