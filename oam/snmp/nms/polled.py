"""What an NMS polls of the agent: our tables and groups of scalars, what each column is, what its rows are called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from oam.snmp import ber, objects, syntax
from oam.snmp.object import HIDDEN, MODULE, NOTIFY, Column, Table
from oam.snmp.oids import dotted

COUNTER: Final = "counter"
GAUGE: Final = "gauge"
STATE: Final = "state"
"""An enumeration."""
TRUTH: Final = "truth"
TEXT: Final = "text"
DATE: Final = "date"
DURATION: Final = "duration"
STAMP: Final = "stamp"
"""sysUpTime at a moment: the discontinuity of counters."""
OTHER: Final = "other"

NUMBERS: Final = frozenset({COUNTER, GAUGE, DURATION})

UNPOLLED: Final = {
    "sipctlAlarmHistoryTable": "what was missed is asked for once",
    "sipctlAlarmCatalogueTable": "the same for the life of a release",
}
"""Tables that are read when somebody wants to know, not every minute, and why."""
TRANSIENT: Final = frozenset({"sipctlAlarmTable"})
"""Tables whose rows come and go: no graph and no item is made of each."""
NAMES: Final = {"sipctlAlarmTable": ("sipctlAlarmName", "sipctlAlarmObject")}
"""Columns that together name the rows of a table, where that is not the one with the name of the table."""

_TIMES: Final = {"milliseconds": 0.001, "microseconds": 0.000_001, "seconds": 1.0}


class Polled(NamedTuple):
    """A table or a group of scalars."""

    table: Table
    columns: tuple[Column, ...]
    """Those that can be read."""

    @property
    def oid(self) -> str:
        """Of the table, or of the group."""
        return dotted(self.table.oid)

    @property
    def stem(self) -> str:
        """Its name without `sipctl` and `Table`: `Trunk`."""
        return self.table.name.removeprefix("sipctl").removesuffix("Table")


def polled(*, transient: bool = True) -> tuple[Polled, ...]:
    """Return all that is polled, in the order of OIDs, with or without tables whose rows come and go."""
    found = (_readable(each) for each in objects.TABLES if _is_polled(each))
    kept = (each for each in found if transient or each.table.name not in TRANSIENT)
    return tuple(sorted(kept, key=lambda each: each.table.oid))


def _is_polled(table: Table) -> bool:
    return table.module == MODULE and table.name not in UNPOLLED


def _readable(table: Table) -> Polled:
    columns = (each for each in table.columns if each.access not in (HIDDEN, NOTIFY) and not each.obsolete)
    return Polled(table, tuple(columns))


def oid(table: Table, column: Column) -> str:
    """Return the OID of an object; of a scalar without its final 0."""
    return dotted((*table.entry, column.number))


def oid_of(name: str) -> str:
    """Return the OID of an object by its name."""
    return dotted(objects.oid_of(name))


def kind(column: Column) -> str:
    """Return what a column is: one of the constants above."""
    its = column.syntax
    if its.is_counter:
        return GAUGE if its.text == syntax.GAUGE_64.text else COUNTER
    if its.names is not None:
        return STATE
    if its.text == syntax.TIME_STAMP.text:
        return STAMP
    return {
        syntax.TRUTH.text: TRUTH,
        syntax.DATE.text: DATE,
        syntax.TICKS.text: DURATION,
        syntax.OID.text: OTHER,
    }.get(its.text) or {ber.OCTET_STRING: TEXT}.get(its.tag, GAUGE)


def scale(column: Column) -> float:
    """Return what the number on the wire is multiplied with to have per cent, seconds, or the unit itself."""
    if column.syntax.text == syntax.TICKS.text or is_share(column):
        return 0.01
    return _TIMES.get(column.units, 1.0)


def is_share(column: Column) -> bool:
    """Whether it is a share in hundredths of a per cent."""
    return column.syntax is syntax.HUNDREDTHS


def unit(column: Column) -> str:
    """Return the unit after `scale`, short, as graphs show it: `%`, `s`, or that of the MIB."""
    if is_share(column):
        return "%"
    if kind(column) == DURATION or column.units in _TIMES:
        return "s"
    return column.units


def labels(column: Column) -> dict[int, str]:
    """Return the labels of an enumeration by their numbers, as the MIB writes them."""
    if kind(column) == TRUTH:
        return {1: "true", 2: "false"}
    return {
        number: syntax.label(word) for word, number in sorted((column.syntax.names or {}).items(), key=lambda x: x[1])
    }


def index(table: Table) -> tuple[Column, ...]:
    """Return the columns that are the index of a table."""
    return tuple(objects.COLUMNS[name][1] for name in table.indexed)


class Name(NamedTuple):
    """What the rows of a table are called: a column found by the indexes `by` of the table."""

    by: tuple[str, ...]
    table: Table
    column: Column


def names(table: Table) -> tuple[Name, ...]:
    """Return what names a row: columns of the table itself, else of the tables that have its index, or part of it."""
    own = _name(table)
    if own:
        return tuple(Name(table.indexed, table, each) for each in own)
    found: list[Name] = []
    left = list(table.indexed)
    for other in objects.TABLES:
        named = _name(other) if other.indexed and set(other.indexed) <= set(left) else ()
        if named:
            found += [Name(other.indexed, other, each) for each in named]
            left = [each for each in left if each not in other.indexed]
    return tuple(found)


def _name(table: Table) -> tuple[Column, ...]:
    """Return the columns that name the rows of a table; as a rule its descriptor says which: sipctlTrunkName."""
    wanted = NAMES.get(table.name, (table.name.removesuffix("Table") + "Name",))
    return tuple(each for each in table.columns if each.name in wanted)


def sentence(column: Column) -> str:
    """Return the first sentence of a DESCRIPTION."""
    return first_sentence(column.help)


def first_sentence(help_: str) -> str:
    """Return the first sentence of a text, without its stop."""
    text = " ".join(help_.split())
    return text.partition(". ")[0].removesuffix(".")


def words(name: str) -> str:
    """Return a descriptor as words: `sipctlTrunkCallsAnswered` -> `Trunk calls answered`."""
    parts: list[str] = []
    for letter in name.removeprefix("sipctl"):
        if letter.isupper() and (not parts or not parts[-1][-1:].isupper()):
            parts.append(letter)
        elif parts:
            parts[-1] += letter
        else:
            parts.append(letter)
    return " ".join([parts[0], *(each if each.isupper() else each.lower() for each in parts[1:])])


def readable(tables: Sequence[Polled]) -> Iterator[tuple[Polled, Column]]:
    """Yield every column of tables."""
    for each in tables:
        for column in each.columns:
            yield each, column
