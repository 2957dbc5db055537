"""Entries of a list as CSV: one header line with the names of columns, then one line each.

Columns, in any order, `kind` and `value` alone required: `kind`, `value`, `until` (a time as the commands take
it, or seconds since 1970; empty: never), `reason`; `owner` and `added` are read where a list was exported.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from core.northbound.lists import KINDS, ListEntry, normal
from oam.grammar.types import moment

MAX_FAULTS: Final = 20
"""Faults named one by one; more are only counted."""
MAX_REASON: Final = 200
COLUMNS: Final = ("kind", "value", "until", "reason", "owner", "added")


class TableError(Exception):
    """The file is refused; `faults` has one line for each reason, with its line number."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Reader:
    """Reads one file; `read` may run in a thread, the other attributes tell how far it is."""

    def __init__(self, owner: str, now: float) -> None:
        self.done = 0
        """Lines read so far."""
        self.ended = False
        """The whole file has been read."""
        self.stopped = False
        """Set from outside to give up."""
        self._owner = owner
        self._now = now
        self._faults: list[str] = []
        self._found = 0
        self._lines: dict[tuple[str, str], int] = {}

    def news(self) -> str:
        """Say how far it is."""
        return f"All {self.done} lines read, storing" if self.ended else f"{self.done} lines read"

    def read(self, file: Iterable[str]) -> list[ListEntry]:
        """Return the entries of the whole file; raises TableError with all that is wrong with it."""
        rows = csv.reader(file, strict=True)
        entries: list[ListEntry] = []
        try:
            columns = _header(next(rows, []))
            for row in rows:
                self.done = rows.line_num
                if self.stopped:
                    raise TableError(["interrupted"])
                if row:
                    self._take(row, columns, rows.line_num, entries)
        except (csv.Error, ValueError) as error:
            self._fault(rows.line_num or 1, str(error))
        if self._found:
            more = self._found - len(self._faults)
            raise TableError([*self._faults, f"... and {more} more"] if more else self._faults)
        self.ended = True
        return entries

    def _take(self, row: list[str], columns: list[str], line: int, entries: list[ListEntry]) -> None:
        try:
            if len(row) != len(columns):
                raise ValueError(f"{len(row)} fields, the header has {len(columns)}")
            entry = self._entry(dict(zip(columns, (each.strip() for each in row), strict=True)))
            first = self._lines.setdefault((entry.kind, entry.value), line)
            if first != line:
                raise ValueError(f"{entry.kind} {entry.value} is on line {first} already")
        except ValueError as error:
            self._fault(line, str(error))
            return
        if not self._found:
            entries.append(entry)

    def _entry(self, row: dict[str, str]) -> ListEntry:
        kind = row["kind"]
        if kind not in KINDS:
            raise ValueError(f"kind {ascii(kind)[:60]}: one of {', '.join(KINDS)}")
        try:
            value = normal(kind, row["value"])
        except ValueError as error:
            raise ValueError(f"{kind} {ascii(row['value'])[:60]}: {error}") from None
        added = _time("added", row.get("added", "")) or self._now
        until = _time("until", row.get("until", ""))
        return ListEntry(kind, value, added, until, row.get("owner", "") or self._owner, _reason(row.get("reason", "")))

    def _fault(self, line: int, text: str) -> None:
        self._found += 1
        if len(self._faults) < MAX_FAULTS:
            self._faults.append(f"line {line}: {text}")


def render(entries: Iterable[ListEntry]) -> Iterator[str]:
    """Write `entries`, header first, in chunks of about a thousand lines."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for count, each in enumerate(entries, 1):
        until = f"{each.expires_at:.0f}" if each.expires_at else ""
        writer.writerow((each.kind, each.value, until, each.reason, each.owner, f"{each.added_at:.0f}"))
        if count % 1000 == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _header(row: list[str]) -> list[str]:
    columns = [word.strip().lower() for word in row]
    unknown = [column for column in columns if column not in COLUMNS]
    if unknown:
        raise ValueError(f"unknown column {ascii(unknown[0])[:60]}; known are {', '.join(COLUMNS)}")
    if len(set(columns)) != len(columns):
        raise ValueError("a column is named twice")
    if not {"kind", "value"} <= set(columns):
        raise ValueError("the first line must name the columns, 'kind' and 'value' among them")
    return columns


def _time(what: str, text: str) -> float:
    """Return seconds since 1970; 0 for no time."""
    if text.isascii() and text.isdigit() and len(text) <= 11:
        return float(text)
    try:
        return at(text) if text else 0.0
    except ValueError as error:
        raise ValueError(f"{what} {ascii(text)[:60]}: {error}") from None


def at(text: str) -> float:
    """Return the seconds since 1970 of a time in UTC as commands take it. Raises ValueError."""
    return datetime.fromisoformat(moment(text)).replace(tzinfo=UTC).timestamp()


def _reason(text: str) -> str:
    if len(text) > MAX_REASON or not text.isprintable():
        raise ValueError(f"reason: at most {MAX_REASON} printable characters")
    return text
