"""What an NMS polls of the agent: our tables and groups of scalars, what each column is, what its rows are called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from oam.snmp import ber, objects, oids, syntax
from oam.snmp.convention import ACTION
from oam.snmp.object import HIDDEN, MODULE, NOTIFY, Column, Table, below
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
    "sipctlCounterTable": "each of these counters has an object of its own",
    "sipctlKpiHistoryTable": "a day of quarter-hours: an NMS keeps its own history",
    "sipctlBusyHourTable": "a row a day",
    "sipctlBanTable": "addresses come and go, a thousand at a time; how many there are is a figure of its own",
    "sipctlObjectStatsTable": "the counters of trunks, route groups and destinations have tables of their own",
}
"""Tables that are read when somebody wants to know, not every minute, and why."""
PERSONAL: Final = (oids.SUBSCRIBERS, oids.SESSIONS)
"""Areas whose tables are of persons: subscribers and operators are no business of a store of figures."""
TRANSIENT: Final = frozenset({"sipctlAlarmTable", "sipctlCodeTable", "sipctlOverloadPeerTable"})
"""Tables whose rows come and go: no graph and no item is made of each."""
NAMES: Final = {
    "sipctlAlarmTable": ("sipctlAlarmName", "sipctlAlarmObject"),
    "sipctlListTable": (),
    "sipctlKpiTable": ("sipctlKpiKind", "sipctlKpiName"),
    "sipctlObjectTable": ("sipctlObjectType", "sipctlObjectName"),
    "sipctlPeerTable": ("sipctlPeerKind", "sipctlPeerName"),
    "sipctlRouteGroupMemberTable": ("sipctlRouteGroupMemberTrunk",),
}
"""Columns that together name the rows of a table, where that is not the one with the name of the table."""

HEAVY: Final = 40
"""A table of more columns is one for figures, not for states: some NMSs read it apart, or only a part of it."""

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z][a-z0-9]*|[a-z0-9]+")
_ABBREVIATIONS: Final = frozenset(
    {"kpi", "asr", "abr", "ner", "ser", "seer", "isa", "scr", "ira", "rrd", "srd", "sdd", "mht", "mhts", "cpu", "uri"}
)
_COUNTED: Final = (
    "Bids", "Seizures", "Answers", "Overflow", "RefusedLimit", "RefusedControl", "Silent", "Failed408", "Failed503",
    "Retransmissions", "Calls", "CallsPeak", "RatePeak", "UsageTime", "Ended", "Short",
)  # fmt: skip
CHOSEN: Final = {
    "sipctlTrunkStatsTable": _COUNTED,
    "sipctlRouteGroupStatsTable": _COUNTED,
    "sipctlDestinationTable": _COUNTED,
    "sipctlKpiTable": (
        "Suspect", "Bids", "Seizures", "Answers", "CallsPeak", "Asr", "AsrSamples", "Abr", "Ner", "NerSamples",
        "Refused", "Erlang", "BidsPerSecond", "Seer", "Isa", "Sdd", "SetupP95", "SetupP95Samples", "Ira",
        "ProcessingP99", "RetransmissionShare",
    ),
}  # fmt: skip
"""Of heavy tables, the ends of the descriptors of what is worth an item or a file of its own for every row."""

_TIMES: Final = {"milliseconds": 0.001, "microseconds": 0.000_001, "seconds": 1.0}
_SCALED: Final = re.compile(r"(0\.0*1) (.+)")
"""UNITS of a scaled gauge: `0.001 erlangs`."""
_HISTOGRAM: Final = re.compile(r"(To|Over)\d+[mu]s")
"""End of the descriptor of a bucket: the server's own endpoint for Prometheus has histograms as such."""


class Polled(NamedTuple):
    """A table or a group of scalars."""

    table: Table
    columns: tuple[Column, ...]
    """Those that can be read, without histograms."""

    @property
    def oid(self) -> str:
        """Of the table, or of the group."""
        return dotted(self.table.oid)

    @property
    def chosen(self) -> tuple[Column, ...]:
        """Those that are worth an item or a file for every row."""
        ends = CHOSEN.get(self.table.name)
        prefix = self.table.name.removesuffix("Table")
        return tuple(each for each in self.columns if ends is None or each.name.removeprefix(prefix) in ends)

    @property
    def is_heavy(self) -> bool:
        """Whether it has very many columns."""
        return len(self.table.columns) > HEAVY

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
    if table.indexed and any(below(table.oid, area) for area in PERSONAL):
        return False
    return table.module == MODULE and table.name not in UNPOLLED


def _readable(table: Table) -> Polled:
    buckets = histogram(table)
    return Polled(table, tuple(each for each in table.columns if _is_told(each) and each not in buckets))


def _is_told(column: Column) -> bool:
    """Whether a column says something: what is only set, and so always the same, does not."""
    is_action = column.syntax.text == ACTION.name
    return column.access not in (HIDDEN, NOTIFY) and not column.obsolete and not is_action


def histogram(table: Table) -> tuple[Column, ...]:
    """Return the columns of a table that are the buckets of histograms."""
    return tuple(each for each in table.columns if _HISTOGRAM.search(each.name))


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
    scaled = _SCALED.fullmatch(column.units)
    return float(scaled[1]) if scaled else _TIMES.get(column.units, 1.0)


def is_share(column: Column) -> bool:
    """Whether it is a share in hundredths of a per cent."""
    return column.syntax is syntax.HUNDREDTHS


def unit(column: Column) -> str:
    """Return the unit after `scale`, short, as graphs show it: `%`, `s`, or that of the MIB."""
    if is_share(column):
        return "%"
    if kind(column) == DURATION or column.units in _TIMES:
        return "s"
    scaled = _SCALED.fullmatch(column.units)
    found = scaled[2] if scaled else column.units
    return "%" if found == "percent" else found


def labels(column: Column) -> dict[int, str]:
    """Return the labels of an enumeration by their numbers, as the MIB writes them."""
    if kind(column) == TRUTH:
        return {1: "true", 2: "false"}
    return {
        number: syntax.label(word) for word, number in sorted((column.syntax.names or {}).items(), key=lambda x: x[1])
    }


def number_of(column: Column, word: str) -> int:
    """Return the number of a word of an enumeration, or of a truth."""
    return {"true": 1, "false": 2}[word] if kind(column) == TRUTH else (column.syntax.names or {})[word]


def index(table: Table) -> tuple[Column, ...]:
    """Return the columns that are the index of a table."""
    return tuple(objects.COLUMNS[name][1] for name in table.indexed)


def enumerated(table: Table) -> tuple[Column, ...]:
    """Return the columns of the index that say something by themselves."""
    return tuple(each for each in index(table) if each.syntax.names is not None)


class Name(NamedTuple):
    """What the rows of a table are called: a column found by the indexes `by` of the table."""

    by: tuple[str, ...]
    table: Table
    column: Column


def names(table: Table) -> tuple[Name, ...]:
    """Return what names a row, found by the part of the index that says nothing by itself.

    Tables that share an index share names: those of the first of them. So what is joined by them fits.
    """
    silent = tuple(each for each in table.indexed if each not in {column.name for column in enumerated(table)})
    named = (each for each in objects.TABLES if each.indexed == silent and each.indexed and _name(each))
    first = min(named, key=lambda each: each.oid, default=table)
    return _named(first)


def own_names(table: Table) -> tuple[Name, ...]:
    """Return what names a row, found by its whole index: columns of the table itself if it has some."""
    return _named(table) or tuple(each for each in names(table) if each.by == table.indexed)


def telling(table: Table) -> tuple[Column, ...]:
    """Return the columns of the index that tell rows of one name apart: in or out, current or previous."""
    found = enumerated(table)
    return () if len(found) == len(table.indexed) and _name(table) else found


def _named(table: Table) -> tuple[Name, ...]:
    return tuple(Name(table.indexed, table, each) for each in _name(table))


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
    first, *rest = _WORD.findall(name.removeprefix("sipctl"))
    return " ".join([_spelled(first, first), *(_spelled(each, each.lower()) for each in rest)])


def _spelled(word: str, otherwise: str) -> str:
    return word.upper() if word.lower() in _ABBREVIATIONS else word if word.isupper() else otherwise


def readable(tables: Sequence[Polled]) -> Iterator[tuple[Polled, Column]]:
    """Yield every column of tables."""
    for each in tables:
        for column in each.columns:
            yield each, column
