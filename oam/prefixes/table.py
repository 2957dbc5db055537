"""Bulk prefixes as CSV: one header line with the names of columns, then one line for each entry.

Columns, in any order, `prefix` and `action` alone required: `table` (empty: the default one), `prefix` (empty or `any`:
every number), `minimum`, `maximum`, `nature`, `trunk`, `group`, `calling`, `time`, `percent`, `translate`, `action`,
`target`: as in the lines of `number-analysis`. Lines with the same table and prefix make one prefix with several
entries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import structs

from core.northbound.number_checks import Names, described, entry_fault
from core.northbound.prefixes import PrefixStore, leads_on, merged, references, row_key, row_of, shares
from core.northbound.routing_settings import DEFAULT_TABLE, MAX_DIGITS, PrefixEntry
from oam.csv_table import FaultError, TableReader, shown, written
from oam.grammar.types import TYPES
from oam.prefixes.circles import MOST_HOPS, circles

COLUMNS: Final = (
    "table", "prefix", "minimum", "maximum", "nature", "trunk", "group", "calling", "time", "percent", "translate",
    "action", "target",
)  # fmt: skip
_TYPES: Final = {
    "nature": "NATURE", "trunk": "TRUNK", "group": "GROUP", "calling": "DIGITS", "time": "TIMETABLE",
    "translate": "TRANSLATION",
}  # fmt: skip
_TARGETS: Final = {
    "route-group": "ROUTEGROUP", "table": "TABLE", "redirect": "DESTINATION", "reject": "STATUS", "local": "",
}  # fmt: skip
_RANGES: Final = {"minimum": (0, MAX_DIGITS), "maximum": (0, MAX_DIGITS), "percent": (1, 100)}
_PREFIX: Final = re.compile(rf"[0-9*#A-D]{{0,{MAX_DIGITS}}}")
_MOST_KNOWN: Final = 10_000


class Reader(TableReader[None]):
    """Reads one file into `rows`, what a store takes; `read` may run in a thread."""

    def __init__(self, names: Names, kept: PrefixStore | None = None) -> None:
        """Begin; what `kept` holds stays beside what the file says."""
        super().__init__()
        self._kept = kept
        self.rows: dict[bytes, bytes] = {}
        self.references: set[tuple[str, str]] = set()
        """What the prefixes need of the configuration."""
        self._names = names
        self._known: dict[tuple[str, ...], tuple[PrefixEntry, bytes]] = {}
        """Entries, and rows of them alone, by what lines say besides their prefix: most say the same."""
        self._tables: dict[str, str] = {}
        self._hops: dict[tuple[str, PrefixEntry], int] = {}
        """Entries that lead to another table as they are, and their lines; MOST_HOPS at most."""

    def header(self, row: list[str]) -> list[str]:
        """Return the columns that the first line names. Raises FaultError."""
        columns = [word.strip().lower() for word in row]
        unknown = [word for word, column in zip(row, columns, strict=True) if column not in COLUMNS]
        if unknown:
            raise FaultError(f"unknown column {shown(unknown[0])}; known are {', '.join(COLUMNS)}")
        if len(set(columns)) != len(columns):
            raise FaultError("a column is named twice")
        if not {"prefix", "action"} <= set(columns):
            raise FaultError("the first line must name the columns, 'prefix' and 'action' among them")
        return columns

    def record(self, row: dict[str, str], line: int) -> None:
        """Take one line. Raises FaultError."""
        table = self._table(row.pop("table", ""))
        prefix = row.pop("prefix").strip().upper()
        if prefix == "ANY":
            prefix = ""
        if not _PREFIX.fullmatch(prefix):
            raise FaultError(f"prefix {shown(prefix)}: digits 0-9 * # A-D, at most {MAX_DIGITS}")
        said = tuple(row.values())
        known = self._known.get(said)
        if known is None:
            known = self._known[said] = self._read(row)
        entry, raw = known
        if entry.maximum and entry.maximum < len(prefix):
            raise FaultError(f"prefix {prefix}: no number that begins so has at most {entry.maximum} digits")
        key = row_key(table, prefix)
        if key in self.rows:
            raw = merged(self.rows, key, entry)
            if max(shares(raw)) > 100:
                raise FaultError(
                    f"prefix {prefix or 'any'}: another line decides about the same calls; of several each needs its "
                    "percent, 100 together at most"
                )
        self.rows[key] = raw
        if leads_on(entry) and len(self._hops) < MOST_HOPS:
            self._hops[table, structs.replace(entry, prefix=prefix)] = line

    def check(self) -> None:
        """Raise TableError if there was any fault, or calls would go round by this file and what there is."""
        if self._hops and not self._found:
            for name, entry, reason in circles(self._names.tables, self._hops, self._kept, self.rows.keys()):
                self.fault(self._hops.get((name, entry)) or min(self._hops.values()), f"{described(entry)}: {reason}")
        super().check()

    def _table(self, text: str) -> str:
        table = self._tables.get(text)
        if table is None:
            table = text.strip() or DEFAULT_TABLE
            missing = self._names.missing("number-analysis", table)
            if missing:
                raise FaultError(f"table {shown(table)}: {missing}")
            self.references.add(("number-analysis", table))
            self._tables[text] = table
        return table

    def _read(self, row: dict[str, str]) -> tuple[PrefixEntry, bytes]:
        """Read what one line says besides its prefix."""
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        said = {name: text.strip() for name, text in row.items()}
        values: dict[str, object] = {
            name: _converted(name, _TYPES[name], text) for name, text in said.items() if text and name in _TYPES
        }
        values |= {name: _number(name, text) for name, text in said.items() if text and name in _RANGES}
        action = said["action"].lower()
        if action not in _TARGETS:
            raise FaultError(f"action {shown(action)}: one of {', '.join(_TARGETS)}")
        target = said.get("target", "")
        if bool(target) != bool(_TARGETS[action]):
            raise FaultError(f"action {action} takes no target" if target else f"action {action} needs a target")
        values["target"] = _converted("target", _TARGETS[action], target) if target else ""
        entry = PrefixEntry("", action=action, **values)  # type: ignore[arg-type]
        needed = references(entry)
        reasons = [entry_fault(entry, self._names), *(self._names.unusable(kind, name) for kind, name in needed)]
        for reason in filter(None, reasons):
            raise FaultError(reason)
        self.references.update(needed)
        return entry, row_of([entry])


def render(prefixes: Iterable[tuple[str, list[PrefixEntry]]]) -> Iterator[str]:
    """Write prefixes, header first, in chunks of about a thousand lines."""
    return written(COLUMNS, _lines(prefixes))


def _lines(prefixes: Iterable[tuple[str, list[PrefixEntry]]]) -> Iterator[list[object]]:
    for table, entries in prefixes:
        for each in entries:
            yield [table, each.prefix or "any", *(getattr(each, name) for name in COLUMNS[2:])]


def _converted(column: str, kind: str, text: str) -> object:
    """Judge a word as the shell would."""
    try:
        return TYPES[kind].convert(text)
    except ValueError as error:
        raise FaultError(f"{column} {shown(text)}: {error}") from None


def _number(column: str, text: str) -> int:
    low, high = _RANGES[column]
    if not (text.isascii() and text.isdigit() and len(text) < 4 and low <= int(text) <= high):
        raise FaultError(f"{column} {shown(text)}: a number from {low} to {high}")
    return int(text)
