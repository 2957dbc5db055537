"""What the screen of `monitor` is made of follows from the statistics."""

from __future__ import annotations

import pytest

from core.northbound import statistics as rows
from core.northbound.statistics import WIDTH
from oam.monitor.snapshot import SERIES, TRUNKS, causes, kpis, padded, stretch, system, trunks
from oam.statistics.period import Figures, Minute, ObjectKey

SYSTEM = ObjectKey("system", "")


def figures(begin: float = 0.0, seconds: float = 60.0, **columns: int) -> Figures:
    values = [0] * WIDTH
    for column, value in columns.items():
        values[getattr(rows, column)] = value
    return Figures(begin, seconds, tuple(values))


def minutes(key: ObjectKey, *counts: int) -> list[Minute]:
    """Return minutes in each of which there were so many seizures."""
    return [
        Minute(60.0 * at, {key: figures(60.0 * at, SEIZURES=count)}, False, 60.0) for at, count in enumerate(counts)
    ]


def test_the_system_is_shown_by_its_last_five_minutes_and_the_running_one() -> None:
    found = system(minutes(SYSTEM, 100, 1, 2, 3, 4, 5), {SYSTEM: figures(360, 10, SEIZURES=6)})
    assert found is not None
    assert found.values[rows.SEIZURES] == 1 + 2 + 3 + 4 + 5 + 6
    assert found.seconds == 310


def test_an_object_that_is_new_has_what_it_has() -> None:
    key = ObjectKey("trunk-out", "A")
    assert stretch(key, minutes(SYSTEM, 1), {}, 1) is None
    found = stretch(key, minutes(SYSTEM, 1), {key: figures(60, 5, SEIZURES=2)}, 1)
    assert found is not None
    assert found.seconds == 5


def test_an_indicator_without_samples_has_no_value() -> None:
    values = {each.name: each.value for each in kpis(figures(SEIZURES=10, ANSWERS=4, BIDS=20))}
    assert values["ASR"] == 40.0
    assert values["ABR"] == 20.0
    assert values["set-up"] is None
    assert all(each.value is None for each in kpis(None))


def test_causes_are_refusals_failures_and_calls_given_up() -> None:
    found = causes(
        figures(BIDS=200, REFUSED_OVERLOAD=5, END_486=20, ABANDONED_RINGING=3, FAILED_MS=9999, FAILED_COUNT=20)
    )
    assert [(each.name, each.calls, each.share) for each in found] == [
        ("failed-486", 20, 10.0),
        ("refused-overload", 5, 2.5),
        ("abandoned-ringing", 3, 1.5),
    ]
    assert causes(None) == ()


def test_trunks_with_most_calls_come_first() -> None:
    current = {
        ObjectKey("trunk-out", "A"): figures(0, 10, CALLS=1, BIDS=50, SEIZURES=50, ANSWERS=25),
        ObjectKey("trunk-in", "B"): figures(0, 10, CALLS=9),
        ObjectKey("listener", "udp"): figures(0, 10, CALLS=99),
    }
    found = trunks([], current)
    assert [(each.name, each.direction, each.calls) for each in found] == [("B", "in", 9), ("A", "out", 1)]
    assert found[1].rate == 5.0
    assert found[1].asr == 50.0
    assert found[0].asr is None


def test_no_more_trunks_than_anybody_reads() -> None:
    current = {ObjectKey("trunk-out", f"T{number}"): figures(CALLS=number) for number in range(TRUNKS + 50)}
    found = trunks([], current)
    assert len(found) == TRUNKS
    assert found[0].calls == TRUNKS + 49


@pytest.mark.parametrize("count", [0, 3, SERIES + 5])
def test_a_series_is_always_as_long(count: int) -> None:
    found = padded(list(map(float, range(count))))
    assert len(found) == SERIES
    assert [each for each in found if each is not None] == list(map(float, range(count)))[-SERIES:]
