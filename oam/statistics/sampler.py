"""Readings of the worker's statistics, and what objects did between two of them.

Pure: rows and moments come in, minutes go out. Every event is in exactly one minute: a minute ends with the reading
that the next one begins with. What may be wrong about a minute makes it suspect and is counted all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import sub
from typing import Final, NamedTuple

from core.northbound.statistics import CALLS, CALLS_PEAK, KINDS, SYSTEM, VERSION, WIDTH, ObjectRow, read_rows
from oam.statistics.period import GAUGES, Figures, Minute, ObjectKey

MINUTE_S: Final = 60.0
SETTLE_S: Final = 1.5
"""How long after a whole minute of the clock it is read: by then the worker has written the peaks of the minute."""
LATE_S: Final = 2.0
"""A reading that is later than that is no reading of its minute."""
JUMP_S: Final = 3.0
"""The clock was set when it moved by so much more or less than time passed."""
BIRTH_S: Final = 5.0
"""By how much clocks read one behind the other may differ."""
RETIRED_S: Final = 120.0
"""The worker gives the row of an object away when nothing was counted in it for so long."""
ZEROS: Final = (0,) * WIDTH
_SYSTEM: Final = KINDS[SYSTEM]


class Reading(NamedTuple):
    """All rows at one moment."""

    wall: float
    """Seconds since 1970."""
    monotonic: float
    """Seconds of a clock that nobody sets."""
    started_ms: int
    """When the worker was started, milliseconds since 1970; 0: none has written yet."""
    rows: dict[ObjectKey, ObjectRow]


def read(slots: memoryview, wall: float, monotonic: float) -> Reading:
    """Read all rows; none where the file is of another version or nobody has written it yet."""
    rows: Iterable[ObjectRow] = read_rows(slots) if slots[0] == VERSION else ()
    return Reading(wall, monotonic, slots[2], {key_of(row): row for row in rows})


def key_of(row: ObjectRow) -> ObjectKey:
    """Return whose row it is."""
    return ObjectKey(row.kind, "" if row.kind == _SYSTEM else row.name)


def minute_of(wall: float) -> float:
    """Return the beginning of the minute that a reading at `wall` begins."""
    return (wall - SETTLE_S) // MINUTE_S * MINUTE_S


def difference(last: Reading, now: Reading, begin: float, seconds: float, suspect: bool) -> dict[ObjectKey, Figures]:
    """Return what each object did between two readings.

    An object that is gone has nothing. Unless nobody has read for longer than rows lie idle before they are given
    away, what it did last was read before.
    """
    suspect = suspect or last.started_ms != now.started_ms
    lost = now.monotonic - last.monotonic >= RETIRED_S
    found = {}
    for key, row in now.rows.items():
        values, doubt = _risen(last.rows.get(key), row, last.wall, lost)
        found[key] = Figures(begin, seconds, values, suspect or doubt)
    for key in last.rows.keys() - now.rows.keys():
        found[key] = Figures(begin, seconds, ZEROS, suspect or lost)
    return found


def _risen(last: ObjectRow | None, now: ObjectRow, read_at: float, lost: bool) -> tuple[tuple[int, ...], bool]:
    """Return by how much the columns rose, gauges as they are, and whether there is doubt about it."""
    if last is None:
        # Of a row that began after the last reading everything is new.
        return now.values, now.born_ms < (read_at - BIRTH_S) * 1000
    if last.born_ms != now.born_ms:
        return now.values, lost
    if last.values == now.values and not any(now.values[slot] for slot in GAUGES):
        return ZEROS, False
    risen = list(map(sub, now.values, last.values))
    for slot in GAUGES:
        risen[slot] = now.values[slot]
    if min(risen) >= 0:
        return tuple(risen), False
    # A counter that fell began anew.
    return tuple(now.values[slot] if value < 0 else value for slot, value in enumerate(risen)), True


def _peaking(figures: Figures) -> Figures:
    """Return figures whose peak, which is that of the last whole minute, is not less than the calls there are now."""
    values = list(figures.values)
    values[CALLS_PEAK] = values[CALLS]
    return figures._replace(values=tuple(values))


class Sampler:
    """Cuts time into minutes of the clock: one stretch, which may be read while it lasts, and the next."""

    __slots__ = ("begin", "last", "suspect")

    def __init__(self, reading: Reading, begin: float = 0.0, suspect: bool = False) -> None:
        """Begin with `reading`: in the minute it is in, or in that which began at `begin`."""
        self.last = reading
        """What the open stretch began with."""
        self.begin = begin or minute_of(reading.wall)
        """Beginning of the minute that the open stretch counts for."""
        self.suspect = suspect or reading.wall - self.begin - SETTLE_S > LATE_S

    @property
    def due(self) -> float:
        """When the open minute is to be read, by the clock."""
        return self.begin + MINUTE_S + SETTLE_S

    def is_set(self, wall: float, monotonic: float) -> bool:
        """Return whether the clock was set since the open stretch began."""
        return abs((wall - self.last.wall) - (monotonic - self.last.monotonic)) > JUMP_S

    def open(self, now: Reading) -> Minute:
        """Return what happened since the open stretch began; it goes on."""
        seconds = max(now.monotonic - self.last.monotonic, 0.0)
        minute = self._minute(now, seconds, self.suspect)
        for key, figures in minute.figures.items():
            if figures.values[CALLS] > figures.values[CALLS_PEAK]:
                minute.figures[key] = _peaking(figures)
        return minute

    def close(self, now: Reading) -> tuple[Minute, Sampler]:
        """Return what happened until `now`, and the sampler of the stretch that begins with it."""
        jumped = self.is_set(now.wall, now.monotonic)
        exact = not jumped and abs(now.wall - self.due) <= LATE_S
        suspect = self.suspect or not exact or now.started_ms != self.last.started_ms
        seconds = MINUTE_S if exact and not self.suspect else max(now.monotonic - self.last.monotonic, 0.0)
        return self._minute(now, round(seconds, 3), suspect), Sampler(now, suspect=jumped)

    def _minute(self, now: Reading, seconds: float, suspect: bool) -> Minute:
        return Minute(self.begin, difference(self.last, now, self.begin, seconds, suspect), suspect, seconds)


def continued(last: Reading, begin: float, now: Reading) -> Sampler:
    """Return a sampler that goes on where another process has stopped; nothing between them is lost.

    Clocks of before a restart of the host say nothing now: then the clock of the day has to do.
    """
    passed = now.wall - last.wall
    if passed < 0:
        return Sampler(last._replace(wall=now.wall, monotonic=now.monotonic), minute_of(now.wall), suspect=True)
    if abs(passed - (now.monotonic - last.monotonic)) > JUMP_S:
        last = last._replace(monotonic=now.monotonic - passed)
    return Sampler(last, begin, suspect=True)
