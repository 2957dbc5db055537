"""Rows of statistics as rows of tables: every column of `core.northbound.statistics` by its own number.

The number of a column is its slot and FIRST, in every table: 11 is seizures for a trunk and for a route group alike.
Values stay in the tuple they were read in, and are taken out of it when a manager asks for one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from core.northbound.statistics import (
    COLUMNS,
    DISCONNECT_COUNT,
    MESSAGES,
    PROCESSING_BOUNDS_US,
    PROCESSING_HISTOGRAM,
    PROCESSING_US,
    RATE_PEAK,
    REGISTER_US,
    REGISTRATIONS,
    REGISTRATIONS_FAILED,
    REQUESTS,
    RETRANSMISSIONS,
    SETUP_BOUNDS_MS,
    SETUP_HISTOGRAM,
)
from oam.snmp import syntax
from oam.snmp.object import Column

if TYPE_CHECKING:
    from oam.context import Manager

FIRST: Final = 10
"""Number of the column of slot 0."""
NAME: Final = 3
DISCONTINUITY: Final = 4

OF_SERVER: Final = frozenset((REGISTRATIONS, REGISTRATIONS_FAILED, REGISTER_US, MESSAGES, PROCESSING_US))
"""Columns that are of the system and of listeners; calls have none of them."""

_UNITS: Final = {"ms": "milliseconds", "us": "microseconds"}
_NOUNS: Final = {
    REQUESTS: "requests", RETRANSMISSIONS: "requests", DISCONNECT_COUNT: "requests", RATE_PEAK: "calls per second",
    REGISTRATIONS: "registrations", REGISTRATIONS_FAILED: "registrations", MESSAGES: "messages",
}  # fmt: skip
"""What is counted where it is not calls."""


class Place(NamedTuple):
    """One column."""

    slot: int
    field: str
    """Attribute of a row."""
    word: str
    """As the end of its descriptor."""
    help: str
    units: str
    gauge: bool = False


def _histogram(first: int, bounds: tuple[int, ...], unit: str, field: str, text: str) -> list[Place]:
    found = []
    noun = text.split()[0].lower()
    low = 0
    for number, bound in enumerate(bounds):
        word = f"{field.capitalize()}To{bound}{unit}"
        help_ = f"{text} above {low} and up to {bound} {_UNITS[unit]}."
        found.append(Place(first + number, f"{field}_to_{bound}", word, help_, noun))
        low = bound
    number = first + len(bounds)
    word = f"{field.capitalize()}Over{low}{unit}"
    return [*found, Place(number, f"{field}_over_{low}", word, f"{text} above {low} {_UNITS[unit]}.", noun)]


def _column(slot: int, name: str, text: str, gauge: bool) -> Place:
    """Make of `setup-ms` the field `setup_ms` and the word `SetupTime`, in milliseconds."""
    first, _, last = name.rpartition("-")
    units = _UNITS.get(last, "")
    word = syntax.joined((f"{first}-time" if units else name).split("-"))
    return Place(slot, name.replace("-", "_"), word, f"{text}.", units or _NOUNS.get(slot, "calls"), gauge)


_CALLS: Final = tuple(
    _column(each.slot, each.name, each.help, each.gauge) for each in COLUMNS if each.slot not in OF_SERVER
)
_SERVER: Final = tuple(
    _column(each.slot, each.name, each.help, each.gauge) for each in COLUMNS if each.slot in OF_SERVER
)
OF_CALLS: Final = (
    *_CALLS,
    *_histogram(SETUP_HISTOGRAM, SETUP_BOUNDS_MS, "ms", "setup", "Calls with a set-up delay"),
)
"""Columns of every object that calls are counted for."""
OF_ALL: Final = (
    *OF_CALLS,
    *_SERVER,
    *_histogram(PROCESSING_HISTOGRAM, PROCESSING_BOUNDS_US, "us", "processing", "Messages with a processing delay"),
)
"""Columns of the system and of listeners."""
_SLOTS: Final = {each.field: each.slot for each in OF_ALL}


class Counts(msgspec.Struct, frozen=True):
    """Row of a table of statistics; its counters are attributes by their fields in OF_ALL."""

    index: int
    name: str
    born_at: float
    """Since when the object has been counted."""
    values: tuple[int, ...]
    """By slot."""

    def __getattr__(self, field: str) -> Any:
        """Return a counter."""
        try:
            return self.values[_SLOTS[field]]
        except KeyError:
            raise AttributeError(field) from None


async def counted(manager: Manager, kind: str) -> list[Counts]:
    """Return the rows of all objects of one kind, by the indexes of their names."""
    numbers = manager.snmp.indexes
    found = [
        Counts(index, row.name, row.born_ms / 1000, row.values)
        for row in await manager.statistics.rows((kind,))
        if (index := numbers.of(kind, row.name)) is not None
    ]
    await numbers.save()
    return found


def columns(prefix: str, of: str, places: tuple[Place, ...] = OF_CALLS) -> tuple[Column, ...]:
    """Make the columns NAME, DISCONTINUITY and those of statistics, for a table whose descriptors begin with `prefix`.

    `of` says whose they are, after `name of the`.
    """
    return (
        Column(NAME, f"{prefix}Name", syntax.TEXT, "name", f"Name of the {of}."),
        Column(
            DISCONTINUITY,
            f"{prefix}DiscontinuityTime",
            syntax.TIME_STAMP,
            "born_at",
            "Value of sysUpTime when the counters of this row began at zero; 0: before the agent was started. They go "
            "on over restarts of the server.",
        ),
        *(
            Column(
                FIRST + each.slot,
                f"{prefix}{each.word}",
                syntax.GAUGE if each.gauge else syntax.COUNTER,
                each.field,
                each.help,
                each.units,
            )
            for each in sorted(places)
        ),
    )
