"""Types of managed objects: how the MIB writes them, how a field of a row becomes octets, how it becomes an index.

Values are what rows hold: int, str, bool, float (seconds, seconds since 1970), bytes, tuples of arcs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from oam.snmp import ber
from oam.snmp.oids import Oid

_MAX_32: Final = 0xFFFFFFFF
_MAX_64: Final = 0xFFFFFFFFFFFFFFFF


class Syntax(NamedTuple):
    """One type."""

    text: str
    """As a SYNTAX clause writes it: `Counter64`, `SnmpAdminString (SIZE (0..64))`, `SipctlSeverity`."""
    tag: int
    """Its BER tag."""
    encode: Callable[[Any], bytes]
    """Value -> tag, length and content."""
    arcs: Callable[[Any], Oid] | None = None
    """Value -> the arcs it is as an index; None: it is never one."""
    names: Mapping[str, int] | None = None
    """Of an enumeration: the word a row holds -> its number."""
    imported: tuple[tuple[str, str], ...] = ()
    """Names that the MIB must import for it, with their modules."""
    implied: bool = False
    """As an index it has no length before it."""

    @property
    def is_counter(self) -> bool:
        """Whether it only rises."""
        return self.text in ("Counter32", "Counter64")  # not by tag: CounterBasedGauge64 has that of Counter64


_SMI: Final = "SNMPv2-SMI"
_TC: Final = "SNMPv2-TC"


def _bounded(tag: int, most: int) -> Callable[[Any], bytes]:
    """Gauges stay at their bounds (RFC 2578 §7.1.7)."""
    return lambda value: ber.integer(min(max(int(value), 0), most), tag)


def _wrapping(tag: int, most: int) -> Callable[[Any], bytes]:
    """Counters wrap (RFC 2578 §7.1.6)."""
    return lambda value: ber.integer(int(value) & most, tag)


def _one_arc(value: Any) -> Oid:
    return (int(value),)


def _octets(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


def _cut(octets: bytes, most: int) -> bytes:
    """Cut UTF-8 where a character ends."""
    if len(octets) <= most:
        return octets
    return octets[:most].decode("utf-8", "ignore").encode()


INTEGER: Final = Syntax(
    "Integer32", ber.INTEGER, lambda value: ber.integer(int(value)), _one_arc, imported=((_SMI, "Integer32"),)
)
INDEX: Final = Syntax(
    "Unsigned32 (1..4294967295)",
    ber.GAUGE32,
    _bounded(ber.GAUGE32, _MAX_32),
    _one_arc,
    imported=((_SMI, "Unsigned32"),),
)
"""Of a row that has no number of its own: `oam.snmp.rows.indexes` gives it one and keeps it."""
UNSIGNED: Final = Syntax(
    "Unsigned32", ber.GAUGE32, _bounded(ber.GAUGE32, _MAX_32), _one_arc, imported=((_SMI, "Unsigned32"),)
)
PORT: Final = UNSIGNED._replace(text="Unsigned32 (0..65535)")
STATUS: Final = UNSIGNED._replace(text="Unsigned32 (100..699)")
"""Of a SIP response."""
GAUGE: Final = Syntax("Gauge32", ber.GAUGE32, _bounded(ber.GAUGE32, _MAX_32), imported=((_SMI, "Gauge32"),))
GAUGE_64: Final = Syntax(
    "CounterBasedGauge64",
    ber.COUNTER64,
    _bounded(ber.COUNTER64, _MAX_64),
    imported=(("HCNUM-TC", "CounterBasedGauge64"),),
)
COUNTER: Final = Syntax("Counter64", ber.COUNTER64, _wrapping(ber.COUNTER64, _MAX_64), imported=((_SMI, "Counter64"),))
COUNTER_32: Final = Syntax(
    "Counter32", ber.COUNTER32, _wrapping(ber.COUNTER32, _MAX_32), imported=((_SMI, "Counter32"),)
)
"""For standard modules alone: ours count in 64 bits."""
HUNDREDTHS: Final = Syntax(
    "Gauge32 (0..10000)",
    ber.GAUGE32,
    lambda value: ber.integer(min(max(round(value * 100), 0), 10_000), ber.GAUGE32),
    imported=((_SMI, "Gauge32"),),
)
"""A share in per cent, served in hundredths of a per cent."""
TRUTH: Final = Syntax(
    "TruthValue", ber.INTEGER, lambda value: ber.integer(1 if value else 2), imported=((_TC, "TruthValue"),)
)
TICKS: Final = Syntax(
    "TimeTicks",
    ber.TIME_TICKS,
    lambda value: ber.integer(int(value * 100) & _MAX_32, ber.TIME_TICKS),
    imported=((_SMI, "TimeTicks"),),
)
"""A stretch of time: the row holds seconds."""
OID: Final = Syntax("OBJECT IDENTIFIER", ber.OBJECT_IDENTIFIER, ber.object_identifier)


def time_stamp(started_at: Callable[[], float]) -> Syntax:
    """Make TimeStamp: sysUpTime when something happened; the row holds seconds since 1970.

    `started_at` tells when the agent started, seconds since 1970; what was earlier is 0 (RFC 2579).
    """

    def encode(value: Any) -> bytes:
        return ber.integer(max(int((value - started_at()) * 100), 0) & _MAX_32, ber.TIME_TICKS)

    return Syntax("TimeStamp", ber.TIME_TICKS, encode, imported=((_TC, "TimeStamp"),))


class Start:
    """When the agent started: what sysUpTime counts from."""

    at: float = time.time()
    """Seconds since 1970."""
    monotonic: float = time.monotonic()


TIME_STAMP: Final = time_stamp(lambda: Start.at)
"""Of discontinuities."""


def _date_and_time(value: Any) -> bytes:
    """DateAndTime (RFC 2579) in UTC, of seconds since 1970; 0 is no time, which has no octets."""
    if not value:
        return ber.wrapped(ber.OCTET_STRING, b"")
    moment = datetime.fromtimestamp(value, UTC)
    octets = moment.year.to_bytes(2, "big") + bytes(
        (moment.month, moment.day, moment.hour, moment.minute, moment.second, moment.microsecond // 100_000)
    )
    return ber.wrapped(ber.OCTET_STRING, octets + b"+\0\0")


DATE: Final = Syntax("DateAndTime", ber.OCTET_STRING, _date_and_time, imported=((_TC, "DateAndTime"),))
"""A moment: the row holds seconds since 1970."""


def text(most: int = 255, least: int = 0, *, implied: bool = False) -> Syntax:
    """Make SnmpAdminString (UTF-8) of at most `most` octets; what is longer is cut.

    As an index it has its length before it unless it is `implied`, which only the last index may be.
    """

    def arcs(value: Any) -> Oid:
        octets = _cut(_octets(value), most)
        return tuple(octets) if implied else (len(octets), *octets)

    return Syntax(
        f"SnmpAdminString (SIZE ({least}..{most}))",
        ber.OCTET_STRING,
        lambda value: ber.wrapped(ber.OCTET_STRING, _cut(_octets(value), most)),
        arcs,
        imported=(("SNMP-FRAMEWORK-MIB", "SnmpAdminString"),),
        implied=implied,
    )


TEXT: Final = text()


def octets(clause: str, *imported: tuple[str, str], most: int = 65_535) -> Syntax:
    """Make a type of octets that rows hold as bytes or str; `clause` is its SYNTAX. What is longer is cut."""
    return Syntax(
        clause,
        ber.OCTET_STRING,
        lambda value: ber.wrapped(ber.OCTET_STRING, _cut(_octets(value), most)),
        imported=imported,
    )


def enumeration(names: Mapping[str, int], convention: str = "", *imported: tuple[str, str]) -> Syntax:
    """Make an enumeration of the words that rows hold; `convention`: the textual convention that says so in the MIB.

    Numbers begin with 1 and are never given twice (RFC 2578 §7.1.1). Words become names of the MIB by `label`.
    """
    text = convention or "INTEGER { " + ", ".join(f"{label(word)}({number})" for word, number in names.items()) + " }"
    return Syntax(
        text,
        ber.INTEGER,
        lambda value: ber.integer(names[value]),
        lambda value: (names[value],),
        names,
        imported,
    )


def label(word: str) -> str:
    """Return a word of a row as an enumeration's label: `not-found` -> `notFound`, `INVITE` -> `invite`."""
    word = word.lower() if word.isupper() else word
    first, *rest = "".join(each if each.isalnum() else " " for each in word).split() or ["none"]
    return first[0].lower() + first[1:] + joined(rest)


def joined(words: Iterable[str]) -> str:
    """Return words as a part of a descriptor: `setup`, `time` -> `SetupTime`."""
    return "".join(each[0].upper() + each[1:] for each in words)
