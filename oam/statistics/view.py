"""Figures as operators see them: one object with all its indicators, or all objects of a kind with the main ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, Final

import msgspec

from core.northbound.statistics import ANSWERS, BIDS, CALLS, CALLS_PEAK, SEIZURES
from oam.statistics.busy_hour import HOUR_S, BusyHour
from oam.statistics.indicator import COUNTER, Indicator
from oam.statistics.kpi import BHCA, HISTOGRAMS, INDICATORS, METHOD_INDICATORS, OCCUPANCY, Definition
from oam.statistics.period import Figures, ObjectKey

ALWAYS: Final = ("asr", "ner", "erlang", "seconds", "bids", "seizures", "answers")
"""Indicators that are shown whatever they are."""
SPOKEN: Final = {"trunk-in": ("trunk", " in"), "trunk-out": ("trunk", " out")}
"""Kind -> what operators say, and what comes behind the name."""
_FULL: Final = frozenset(
    each.name
    for each in INDICATORS.values()
    if each in HISTOGRAMS or (each.kind == COUNTER and each.name.endswith(("-ms", "-us", "-count")))
)
"""What others are computed of: shown when everything is."""


class StatisticRow(msgspec.Struct, frozen=True):
    """One indicator of one object."""

    indicator: str
    current: float | None
    """In the quarter-hour that is being filled."""
    last: float | None
    """In the one before."""
    unit: str
    object: str
    suspect: str
    """Which of both is suspect: empty, `current`, `last`, `both`."""


class ObjectRow(msgspec.Struct, frozen=True):
    """One object in one quarter-hour."""

    name: str
    bids: int
    seizures: int
    answers: int
    asr: float | None
    ner: float | None
    erlang: float | None
    calls: int
    calls_peak: int
    setup_p95_ms: float | None


class HistoryRow(msgspec.Struct, frozen=True):
    """One object in one quarter-hour or day; what matters least on a narrow terminal comes last."""

    layout: ClassVar[str] = "table"
    begin_at: float
    bids: int
    answers: int
    asr: float | None
    ner: float | None
    erlang: float | None
    busy_hour: bool | None
    """Whether it is one of the four quarter-hours of the busiest hour; None: nobody can say, or it is a day."""
    bhca: int | None
    """Of a day, the bids of its busiest hour."""
    suspect: bool
    busy_at: float | None
    """Of a day, when its busiest hour began."""
    calls_peak: int
    seizures: int
    setup_p95_ms: float | None


class DefinitionRow(msgspec.Struct, frozen=True):
    """What an indicator is."""

    layout: ClassVar[str] = "records"
    name: str
    unit: str
    formula: str
    description: str


def spoken(key: ObjectKey) -> str:
    """Return an object as operators call it: `system`, `trunk PSTN out`, `listener udp:192.0.2.1:5060`."""
    kind, behind = SPOKEN.get(key.kind, (key.kind, ""))
    return f"{kind} {key.name}{behind}".strip() if key.name else kind


def object_rows(figures: Iterable[tuple[ObjectKey, Figures]]) -> list[ObjectRow]:
    """Return a row an object, sorted by name."""
    rows = []
    for key, each in figures:
        values = each.values
        rows.append(
            ObjectRow(
                name=f"{key.name or key.kind}{SPOKEN.get(key.kind, ('', ''))[1]}",
                bids=values[BIDS],
                seizures=values[SEIZURES],
                answers=values[ANSWERS],
                asr=_value(each, "asr"),
                ner=_value(each, "ner"),
                erlang=_value(each, "erlang"),
                calls=values[CALLS],
                calls_peak=values[CALLS_PEAK],
                setup_p95_ms=_value(each, "setup-p95"),
            )
        )
    return sorted(rows, key=lambda row: row.name)


def statistic_rows(
    key: ObjectKey, current: Figures | None, last: Figures | None, *, detail: bool, maximum: float = 0.0,
    busiest: BusyHour | None = None,
) -> list[StatisticRow]:  # fmt: skip
    """Return a row an indicator, KPIs first; unless `detail` those that say something.

    `maximum`: how many calls the object may have; 0 when that is not bounded.
    """
    suspect = _suspect(current, last)

    def row(name: str, unit: str, now: float | None, before: float | None) -> StatisticRow:
        return StatisticRow(name, _rounded(now), _rounded(before), unit, spoken(key), suspect)

    rows = []
    for each in INDICATORS.values():
        now, before = (each.of(figures) if figures is not None else None for figures in (current, last))
        if detail or each.name in ALWAYS or (each.name not in _FULL and (now or before)):
            rows.append(row(each.name, each.unit, now, before))
        if each.name == "erlang" and maximum:
            shares = (None if value is None else 100.0 * value / maximum for value in (now, before))
            rows.append(row(OCCUPANCY.name, OCCUPANCY.unit, *shares))
        if each.name == "bids-per-hour" and (busiest is not None or detail):
            rows.append(row(BHCA.name, BHCA.unit, busiest.bids if busiest is not None else None, None))
    return rows


def history_rows(
    figures: Iterable[Figures], busiest: BusyHour | None = None, days: Mapping[float, BusyHour] | None = None
) -> list[HistoryRow]:
    """Return a row a stretch; `busiest` marks the quarter-hours of the busiest hour, `days` has that of each day."""
    of_day = days or {}
    return [
        HistoryRow(
            begin_at=each.begin,
            suspect=each.suspect,
            bids=each.values[BIDS],
            seizures=each.values[SEIZURES],
            answers=each.values[ANSWERS],
            asr=_value(each, "asr"),
            ner=_value(each, "ner"),
            erlang=_value(each, "erlang"),
            calls_peak=each.values[CALLS_PEAK],
            setup_p95_ms=_value(each, "setup-p95"),
            busy_hour=None if busiest is None else busiest.begin <= each.begin < busiest.begin + HOUR_S,
            bhca=of_day[each.begin].bids if each.begin in of_day else None,
            busy_at=of_day[each.begin].begin if each.begin in of_day else None,
        )
        for each in figures
    ]


def definition_rows(name: str = "") -> list[DefinitionRow]:
    """Return what all indicators are, or one; none when there is no such."""
    return [
        DefinitionRow(each.name, each.unit, each.formula, each.help)
        for each in definitions()
        if not name or each.name == name
    ]


def definitions() -> list[Indicator | Definition]:
    """Return all indicators, those of methods last."""
    return [*INDICATORS.values(), BHCA, OCCUPANCY, *METHOD_INDICATORS.values()]


def _value(figures: Figures, name: str) -> float | None:
    return _rounded(INDICATORS[name].of(figures))


def _rounded(value: float | None) -> float | None:
    """Return a value with as many digits as mean something; counts stay whole."""
    return round(value, 3) if isinstance(value, float) else value


def _suspect(current: Figures | None, last: Figures | None) -> str:
    found = [name for name, each in (("current", current), ("last", last)) if each is not None and each.suspect]
    return "both" if len(found) == 2 else "".join(found)
