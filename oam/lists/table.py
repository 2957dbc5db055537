"""Entries of a list as CSV: one header line with the names of columns, then one line each.

Columns, in any order, `kind` and `value` alone required: `kind`, `value`, `until` (a time as the commands take
it, or seconds since 1970; empty: never), `reason`; `owner` and `added` are read where a list was exported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from core.northbound.lists import KINDS, ListEntry, normal
from oam.csv_table import FaultError, TableReader, written
from oam.grammar.types import moment
from oam.times import seconds_of

MAX_REASON: Final = 200
COLUMNS: Final = ("kind", "value", "until", "reason", "owner", "added")


class Reader(TableReader[ListEntry]):
    """Reads one file; `read` may run in a thread, the other attributes tell how far it is."""

    def __init__(self, owner: str, now: float) -> None:
        super().__init__()
        self._owner = owner
        self._now = now
        self._lines: dict[tuple[str, str], int] = {}

    def header(self, row: list[str]) -> list[str]:
        return _header(row)

    def record(self, row: dict[str, str], line: int) -> ListEntry:
        entry = self._entry({column: text.strip() for column, text in row.items()})
        first = self._lines.setdefault((entry.kind, entry.value), line)
        if first != line:
            raise FaultError(f"{entry.kind} {entry.value} is on line {first} already")
        return entry

    def _entry(self, row: dict[str, str]) -> ListEntry:
        kind = row["kind"]
        if kind not in KINDS:
            raise FaultError(f"kind {ascii(kind)[:60]}: one of {', '.join(KINDS)}")
        try:
            value = normal(kind, row["value"])
        except ValueError as error:
            raise FaultError(f"{kind} {ascii(row['value'])[:60]}: {error}") from None
        added = _time("added", row.get("added", "")) or self._now
        until = _time("until", row.get("until", ""))
        return ListEntry(kind, value, added, until, row.get("owner", "") or self._owner, _reason(row.get("reason", "")))


def render(entries: Iterable[ListEntry]) -> Iterator[str]:
    """Write `entries`, header first, in chunks of about a thousand lines."""
    return written(COLUMNS, (_row(each) for each in entries))


def _row(each: ListEntry) -> tuple[str, ...]:
    until = f"{each.expires_at:.0f}" if each.expires_at else ""
    return (each.kind, each.value, until, each.reason, each.owner, f"{each.added_at:.0f}")


def _header(row: list[str]) -> list[str]:
    columns = [word.strip().lower() for word in row]
    unknown = [column for column in columns if column not in COLUMNS]
    if unknown:
        raise FaultError(f"unknown column {ascii(unknown[0])[:60]}; known are {', '.join(COLUMNS)}")
    if len(set(columns)) != len(columns):
        raise FaultError("a column is named twice")
    if not {"kind", "value"} <= set(columns):
        raise FaultError("the first line must name the columns, 'kind' and 'value' among them")
    return columns


def _time(what: str, text: str) -> float:
    """Return seconds since 1970; 0 for no time."""
    if text.isascii() and text.isdigit() and len(text) <= 11:
        return float(text)
    try:
        return at(text) if text else 0.0
    except ValueError as error:
        raise FaultError(f"{what} {ascii(text)[:60]}: {error}") from None


def at(text: str) -> float:
    """Return the seconds since 1970 of a time in UTC as commands take it. Raises ValueError."""
    return seconds_of(moment(text))


def _reason(text: str) -> str:
    if len(text) > MAX_REASON or not text.isprintable():
        raise FaultError(f"reason: at most {MAX_REASON} printable characters")
    return text
