"""Subscribers as CSV: one header line with the names of columns, then one line each.

Columns, in any order, `name` alone required: `name`, `number`, `display_name`,
`enabled`, and either `secret` (plain; hashed while it is read, never kept) or the HA1
values `ha1_sha_256`, `ha1_md5` with the `realm` they were made for. What the file does
not say of a subscriber who exists stays as it is.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import msgspec

from core.northbound.subscribers import Subscriber, make_ha1
from oam.grammar.types import TYPES

MAX_FAULTS: Final = 20
"""Faults named one by one; more are only counted."""
MAX_TEXT: Final = 128

EXPORTED: Final = ("name", "number", "display_name", "enabled", "realm", "ha1_sha_256", "ha1_md5")
HA1_DIGITS: Final = {"ha1_sha_256": ("sha-256", 64), "ha1_md5": ("md5", 32)}
_COLUMNS: Final = frozenset({*EXPORTED, "secret"})
_HEX: Final = re.compile(r"[0-9a-f]+")
_TRUTH: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_SPELLING: Final = {"ha1_sha256": "ha1_sha_256", "password": "secret"}


class TableError(Exception):
    """The file is refused; `faults` has one line for each reason, with its line number."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class _FaultError(Exception):
    """What is wrong with one line."""


class Reader:
    """Reads one file; `read` may run in a thread, the other attributes tell how far it is."""

    def __init__(self, realm: str, stored: Callable[[str], Subscriber | None]) -> None:
        self.done = 0
        """Lines read so far."""
        self.ended = False
        """The whole file has been read."""
        self.stopped = False
        """Set from outside to give up."""
        self.foreign = 0
        """Subscribers whose HA1 values were made for another realm than ours."""
        self._realm = realm
        self._stored = stored
        self._faults: list[str] = []
        self._found = 0
        self._names: dict[str, int] = {}
        self._numbers: dict[str, int] = {}

    def line_of(self, word: str) -> int:
        """Line at which a name or number stands; 0 if nowhere."""
        return self._numbers.get(word) or self._names.get(word, 0)

    def news(self) -> str:
        """Say how far it is."""
        return f"All {self.done} lines read, storing" if self.ended else f"{self.done} lines read"

    def read(self, file: Iterable[str]) -> list[Subscriber]:
        """Return the subscribers of the whole file; raises TableError with all that is wrong with it."""
        rows = csv.reader(file, strict=True)
        subscribers: list[Subscriber] = []
        try:
            columns = _header(next(rows, []))
            for row in rows:
                self.done = rows.line_num
                if self.stopped:
                    raise TableError(["interrupted"])
                if row:
                    self._take(row, columns, rows.line_num, subscribers)
        except (csv.Error, _FaultError) as error:
            self._fault(rows.line_num or 1, str(error))
        if self._found:
            more = self._found - len(self._faults)
            raise TableError([*self._faults, f"... and {more} more"] if more else self._faults)
        self.ended = True
        return subscribers

    def _take(self, row: list[str], columns: list[str], line: int, subscribers: list[Subscriber]) -> None:
        try:
            if len(row) != len(columns):
                raise _FaultError(f"{len(row)} fields, the header has {len(columns)}")
            subscriber = self._subscriber(dict(zip(columns, row, strict=True)))
            self._unique("name", self._names, subscriber.name, line)
            if subscriber.number:
                self._unique("number", self._numbers, subscriber.number, line)
        except _FaultError as fault:
            self._fault(line, str(fault))
            return
        if not self._found:
            self.foreign += bool(subscriber.ha1) and subscriber.realm != self._realm
            subscribers.append(subscriber)

    def _subscriber(self, row: dict[str, str]) -> Subscriber:
        name = _word("name", "SUBSCRIBER", row["name"])
        changes: dict[str, object] = {}
        if "number" in row:
            changes["number"] = _word("number", "NUMBER", row["number"]) if row["number"] else ""
        if "display_name" in row:
            changes["display_name"] = _text("display_name", row["display_name"].strip())
        if row.get("enabled"):
            changes["enabled"] = _truth(row["enabled"])
        ha1, realm = self._credentials(name, row)
        if ha1:
            changes.update(ha1=ha1, realm=realm)
        stored = self._stored(name) or Subscriber(name)
        return msgspec.structs.replace(stored, **changes)

    def _credentials(self, name: str, row: dict[str, str]) -> tuple[dict[str, str], str]:
        given = {
            algorithm: _digest(column, row[column], digits)
            for column, (algorithm, digits) in HA1_DIGITS.items()
            if row.get(column)
        }
        secret = row.get("secret", "")
        if not secret:
            return given, _text("realm", row.get("realm", "")) or self._realm
        if given:
            raise _FaultError("either a secret or HA1 values, not both")
        return make_ha1(name, self._realm, _text("secret", secret)), self._realm

    @staticmethod
    def _unique(what: str, seen: dict[str, int], word: str, line: int) -> None:
        first = seen.setdefault(word, line)
        if first != line:
            raise _FaultError(f"{what} {word} is on line {first} already")

    def _fault(self, line: int, text: str) -> None:
        self._found += 1
        if len(self._faults) < MAX_FAULTS:
            self._faults.append(f"line {line}: {text}")


def render(subscribers: Iterable[Subscriber]) -> Iterator[str]:
    """Write `subscribers`, header first, in chunks of about a thousand lines; no plain secret is known here."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(EXPORTED)
    for count, each in enumerate(subscribers, 1):
        enabled = "yes" if each.enabled else "no"
        digests = (each.ha1.get(algorithm, "") for algorithm, _ in HA1_DIGITS.values())
        writer.writerow((each.name, each.number, each.display_name, enabled, each.realm, *digests))
        if count % 1000 == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _header(row: list[str]) -> list[str]:
    columns = [re.sub(r"[\s-]", "_", word.strip().lower()) for word in row]
    columns = [_SPELLING.get(column, column) for column in columns]
    unknown = [word for word, column in zip(row, columns, strict=True) if column not in _COLUMNS]
    if unknown:
        raise _FaultError(f"unknown column {_shown(unknown[0])}; known are {', '.join(sorted(_COLUMNS))}")
    if len(set(columns)) != len(columns):
        raise _FaultError("a column is named twice")
    if "name" not in columns:
        raise _FaultError("the first line must name the columns, 'name' among them")
    return columns


def _word(what: str, kind: str, text: str) -> str:
    """Judge a word as the shell would."""
    try:
        return str(TYPES[kind].convert(text))
    except ValueError as error:
        raise _FaultError(f"{what} {_shown(text)}: {error}") from None


def _text(what: str, text: str) -> str:
    if len(text) > MAX_TEXT:
        raise _FaultError(f"{what} is longer than {MAX_TEXT} characters")
    if not text.isprintable():
        raise _FaultError(f"{what} has characters that cannot be printed, or is not UTF-8")
    return text


def _truth(text: str) -> bool:
    value = _TRUTH.get(text.strip().lower())
    if value is None:
        raise _FaultError(f"enabled is yes or no, not {_shown(text)}")
    return value


def _digest(column: str, text: str, digits: int) -> str:
    value = text.lower()
    if len(value) != digits or not _HEX.fullmatch(value):
        raise _FaultError(f"{column} must have {digits} hexadecimal digits")
    return value


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "…")
