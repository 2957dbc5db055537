"""What an event says about severity."""

from __future__ import annotations

import pytest

from oam.fault.event import AlarmEvent, is_worse, trend

EVENT = AlarmEvent(1, "changed", 1, 9, "cpu", "system", "major", "minor", "equipment", 509, "busy", 0.0)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("", "warning", "more-severe"),
        ("minor", "critical", "more-severe"),
        ("major", "major", "no-change"),
        ("critical", "warning", "less-severe"),
        ("warning", "cleared", "less-severe"),
        ("indeterminate", "warning", "more-severe"),
    ],
)
def test_the_trend_is_that_of_the_severities(before: str, now: str, expected: str) -> None:
    assert trend(EVENT._replace(before=before, severity=now)) == expected


def test_graver_is_worse() -> None:
    assert is_worse("critical", "major")
    assert not is_worse("minor", "minor")
