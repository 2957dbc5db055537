"""Words of time tables."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.northbound.times import days_of, minutes_of, zone_of


def test_days() -> None:
    assert days_of("daily") == (0, 1, 2, 3, 4, 5, 6)
    assert days_of("weekdays") == (0, 1, 2, 3, 4)
    assert days_of("weekend") == (5, 6)
    assert days_of("mon,wed,sun") == (0, 2, 6)


def test_times_and_zones() -> None:
    assert [minutes_of(each) for each in ("00:00", "08:30", "23:59", "24:00")] == [0, 510, 1439, 1440]
    assert str(zone_of("Europe/Berlin")) == "Europe/Berlin"
    assert str(zone_of("UTC")) == "UTC"


@pytest.mark.parametrize(
    ("read", "text"),
    [
        *((days_of, text) for text in ("", "wed,mon", "mon,mon", "Monday", "mon,", "mon-fri")),
        *((minutes_of, text) for text in ("8:30", "24:01", "23:60", "0830", "")),
        *((zone_of, text) for text in ("Mars/Olympus", "../etc/passwd", "/etc/passwd", "")),
    ],
)
def test_what_is_none_is_refused(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(text)
