"""What `monitor` shows at one moment, and how it follows from the statistics.

Pure. Figures of a second come from the counters; those that need more calls to mean anything (shares, delays, causes)
come from the last minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from core.northbound.statistics import (
    ABANDONED_RINGING,
    ABANDONED_SILENT,
    BIDS,
    CALLS,
    COLUMNS,
    FAILED_COUNT,
    FAILED_MS,
    KINDS,
    RANG_OUT,
    SEIZURES,
    SILENT,
    SYSTEM,
    TRUNK_IN,
    TRUNK_OUT,
)
from oam.statistics.kpi import INDICATORS
from oam.statistics.period import Figures, Minute, ObjectKey, merge

SYSTEM_MINUTES: Final = 5
"""Whole minutes that shares and delays of the system are made of, besides the one that is running."""
TRUNK_MINUTES: Final = 1
"""The same, of trunks."""
TRUNKS: Final = 100
"""Trunks shown at most: those with most calls."""
SERIES: Final = 60
"""Seconds that the small charts go back."""
KPIS: Final = ("asr", "ner", "abr", "srd", "processing-delay", "mht", "erlang")
"""Indicators of the system, the most important first."""
LABELS: Final = {"srd": "set-up", "processing-delay": "processing", "erlang": "traffic", "mht": "MHT"}
"""What indicators are called on the screen, where it is not their name."""
_TRUNK_KINDS: Final = (KINDS[TRUNK_IN], KINDS[TRUNK_OUT])
_LOST: Final = (ABANDONED_SILENT, ABANDONED_RINGING, RANG_OUT, SILENT)
_NO_CAUSES: Final = (FAILED_COUNT, FAILED_MS)
_CAUSES: Final = {
    each.slot: each.name
    for each in COLUMNS
    if each.slot in _LOST or (each.name.startswith(("refused-", "failed-")) and each.slot not in _NO_CAUSES)
}
"""Columns that say why a call was not answered."""


class Kpi(NamedTuple):
    """One indicator of the system."""

    name: str
    unit: str
    value: float | None
    """None: nothing happened that it could be made of."""


class Trunk(NamedTuple):
    """One trunk in one direction."""

    name: str
    direction: str
    """`in` or `out`."""
    calls: int
    rate: float
    """Bids a second."""
    asr: float | None
    ner: float | None
    delay_ms: float | None
    """Set-up delay."""


class Cause(NamedTuple):
    """Why calls were not answered."""

    name: str
    """The column's."""
    calls: int
    share: float
    """Per cent of the bids."""


class Trouble(NamedTuple):
    """One active alarm."""

    id: int
    severity: str
    name: str
    object: str
    text: str
    raised_at: float
    acknowledged: bool


class Worker(NamedTuple):
    """One process."""

    name: str
    state: str
    cpu: float | None
    """Per cent of one processor since the last look; None at the first."""
    lag_ms: float | None
    """How late its event loop was woken; None: it does not say."""
    memory_octets: int
    restarts: int
    uptime_s: int


class Series(NamedTuple):
    """One figure, second by second."""

    label: str
    values: tuple[float | None, ...]
    """Oldest first, SERIES of them; None: it was not looked at."""


class Snapshot(NamedTuple):
    """All that is shown."""

    at: float
    """Seconds since 1970."""
    hostname: str
    uptime_s: int
    series: tuple[Series, ...]
    registered: int
    overload_level: int
    overload_percent: int
    window_s: float
    """Stretch of time that `kpis` and `causes` are of."""
    kpis: tuple[Kpi, ...]
    trunks: tuple[Trunk, ...]
    causes: tuple[Cause, ...]
    alarms: tuple[Trouble, ...]
    """The gravest first."""
    workers: tuple[Worker, ...]


def stretch(
    key: ObjectKey, minutes: Sequence[Minute], current: Mapping[ObjectKey, Figures], count: int
) -> Figures | None:
    """Return what an object did in the last `count` whole minutes and since; None when it was not there."""
    parts = [found for minute in minutes[-count:] if (found := minute.figures.get(key)) is not None]
    if (now := current.get(key)) is not None:
        parts.append(now)
    return merge(parts) if parts else None


def system(minutes: Sequence[Minute], current: Mapping[ObjectKey, Figures]) -> Figures | None:
    """Return what the system did lately."""
    return stretch(ObjectKey(KINDS[SYSTEM], ""), minutes, current, SYSTEM_MINUTES)


def kpis(figures: Figures | None) -> tuple[Kpi, ...]:
    """Return the indicators of the system."""
    return tuple(
        Kpi(LABELS.get(name, name.upper()), INDICATORS[name].unit, INDICATORS[name].of(figures) if figures else None)
        for name in KPIS
    )


def causes(figures: Figures | None) -> tuple[Cause, ...]:
    """Return why calls were not answered, the most frequent first."""
    if figures is None:
        return ()
    bids = figures.values[BIDS] or figures.values[SEIZURES]
    found = [
        Cause(name, count, 100.0 * count / bids if bids else 0.0)
        for slot, name in _CAUSES.items()
        if (count := figures.values[slot])
    ]
    return tuple(sorted(found, key=lambda cause: (-cause.calls, cause.name)))


def trunks(minutes: Sequence[Minute], current: Mapping[ObjectKey, Figures]) -> tuple[Trunk, ...]:
    """Return the trunks with most calls, those with most bids first among equals; idle ones come last."""
    keys = [key for key in current if key.kind in _TRUNK_KINDS]
    keys.sort(key=lambda key: (-current[key].values[CALLS], -current[key].values[BIDS], key.name, key.kind))
    return tuple(_trunk(key, minutes, current) for key in keys[:TRUNKS])


def _trunk(key: ObjectKey, minutes: Sequence[Minute], current: Mapping[ObjectKey, Figures]) -> Trunk:
    figures = stretch(key, minutes, current, TRUNK_MINUTES)
    assert figures is not None
    values = (INDICATORS[name].of(figures) for name in ("asr", "ner", "srd"))
    rate = INDICATORS["bids-per-second"].of(figures) or 0.0
    return Trunk(key.name, key.kind.rpartition("-")[2], current[key].values[CALLS], rate, *values)


def padded(values: Iterable[float | None]) -> tuple[float | None, ...]:
    """Return the last SERIES values, gaps before the first."""
    held = list(values)[-SERIES:]
    return (*[None] * (SERIES - len(held)), *held)
