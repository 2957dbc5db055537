"""When schedules run: what may be written, and the moment that follows, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from oam.grammar.timing import at, every, following


def epoch(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("04:00", "04:00 daily"),
        ("4:00 Daily", "04:00 daily"),
        ("04:00  weekdays  friday Mon", "04:00 weekdays mon fri"),
        ("2026-11-23 4:05", "2026-11-23 04:05"),
    ],
)
def test_times_are_kept_in_one_spelling(text: str, kept: str) -> None:
    assert at(text) == kept
    assert at(kept) == kept


@pytest.mark.parametrize(
    "text",
    ["", "24:00", "04:60", "04:00 weekdays", "04:00 weekdays xyz", "04:00 weekdays m", "2026-02-30 04:00", "4"],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        at(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("30 minutes", "30 minutes"),
        ("1 hour", "1 hours"),
        ("2 D", "2 days"),
        ("5  min", "5 minutes"),
        ("6h", "6 hours"),
    ],
)
def test_spans_are_kept_in_one_spelling(text: str, kept: str) -> None:
    assert every(text) == kept
    assert every(kept) == kept


@pytest.mark.parametrize("text", ["", "0 minutes", "minutes", "5", "5 seconds", "10001 hours", "-1 hours", "1.5 hours"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        every(text)


@pytest.mark.parametrize(
    ("at_", "every_", "after", "moment"),
    [
        ("04:00 daily", "", "2026-11-23T03:59:59", "2026-11-23T04:00:00"),
        ("04:00 daily", "", "2026-11-23T04:00:00", "2026-11-24T04:00:00"),
        ("04:00 daily", "", "2026-12-31T05:00:00", "2027-01-01T04:00:00"),
        ("04:00 weekdays mon fri", "", "2026-11-23T05:00:00", "2026-11-27T04:00:00"),
        ("04:00 weekdays mon", "", "2026-11-23T04:00:00", "2026-11-30T04:00:00"),
        ("2026-11-24 00:00", "", "2026-11-23T05:00:00", "2026-11-24T00:00:00"),
        ("2026-11-23 05:00", "", "2026-11-23T05:00:00", None),
        ("", "30 minutes", "2026-11-23T05:10:00", "2026-11-23T05:30:00"),
        ("", "30 minutes", "2026-11-23T05:30:00", "2026-11-23T06:00:00"),
        ("", "1 days", "2026-11-23T05:30:00", "2026-11-24T00:00:00"),
        ("04:00 daily", "6 hours", "2026-11-23T03:00:00", "2026-11-23T04:00:00"),
        ("04:00 daily", "6 hours", "2026-11-23T04:30:00", "2026-11-23T06:00:00"),
        ("", "", "2026-11-23T05:30:00", None),
        # The nights on which Europe changes its clocks: UTC does not.
        ("02:30 daily", "", "2026-03-29T00:00:00", "2026-03-29T02:30:00"),
        ("02:30 daily", "", "2026-10-25T02:30:00", "2026-10-26T02:30:00"),
    ],
)
def test_the_next_moment(at_: str, every_: str, after: str, moment: str | None) -> None:
    assert following(at_, every_, epoch(after)) == (epoch(moment) if moment else None)
