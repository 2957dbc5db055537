"""Subscribers as CSV: one header line with the names of columns, then one line each.

Columns, in any order, `name` alone required: `name`, `number`, `display_name`,
`enabled`, `group`, and either `secret` (plain; hashed while it is read, never kept) or the HA1
values `ha1_sha_256`, `ha1_md5` with the `realm` they were made for. What the file does
not say of a subscriber who exists stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec

from core.northbound.subscribers import Subscriber, make_ha1
from oam.csv_table import FaultError, TableReader, shown, written
from oam.grammar.types import TYPES

MAX_TEXT: Final = 128

EXPORTED: Final = ("name", "number", "display_name", "enabled", "group", "realm", "ha1_sha_256", "ha1_md5")
HA1_DIGITS: Final = {"ha1_sha_256": ("sha-256", 64), "ha1_md5": ("md5", 32)}
_COLUMNS: Final = frozenset({*EXPORTED, "secret"})
_HEX: Final = re.compile(r"[0-9a-f]+")
_TRUTH: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_SPELLING: Final = {"ha1_sha256": "ha1_sha_256", "password": "secret"}


class Reader(TableReader[Subscriber]):
    """Reads one file; `read` may run in a thread, the other attributes tell how far it is."""

    def __init__(self, realm: str, stored: Callable[[str], Subscriber | None]) -> None:
        super().__init__()
        self.foreign = 0
        """Subscribers whose HA1 values were made for another realm than ours."""
        self._realm = realm
        self._stored = stored
        self._names: dict[str, int] = {}
        self._numbers: dict[str, int] = {}

    def line_of(self, word: str) -> int:
        """Line at which a name or number stands; 0 if nowhere."""
        return self._numbers.get(word) or self._names.get(word, 0)

    def header(self, row: list[str]) -> list[str]:
        return _header(row)

    def record(self, row: dict[str, str], line: int) -> Subscriber:
        subscriber = self._subscriber(row)
        self._unique("name", self._names, subscriber.name, line)
        if subscriber.number:
            self._unique("number", self._numbers, subscriber.number, line)
        self.foreign += bool(subscriber.ha1) and subscriber.realm != self._realm
        return subscriber

    def _subscriber(self, row: dict[str, str]) -> Subscriber:
        name = _word("name", "SUBSCRIBER", row["name"])
        changes: dict[str, object] = {}
        if "number" in row:
            changes["number"] = _word("number", "NUMBER", row["number"]) if row["number"] else ""
        if "display_name" in row:
            changes["display_name"] = _text("display_name", row["display_name"].strip())
        if "group" in row:
            changes["group"] = _word("group", "GROUP", row["group"]) if row["group"] else ""
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
            raise FaultError("either a secret or HA1 values, not both")
        return make_ha1(name, self._realm, _text("secret", secret)), self._realm

    @staticmethod
    def _unique(what: str, seen: dict[str, int], word: str, line: int) -> None:
        first = seen.setdefault(word, line)
        if first != line:
            raise FaultError(f"{what} {word} is on line {first} already")


def render(subscribers: Iterable[Subscriber]) -> Iterator[str]:
    """Write `subscribers`, header first, in chunks of about a thousand lines; no plain secret is known here."""
    return written(EXPORTED, (_row(each) for each in subscribers))


def _row(each: Subscriber) -> tuple[str, ...]:
    digests = (each.ha1.get(algorithm, "") for algorithm, _ in HA1_DIGITS.values())
    enabled = "yes" if each.enabled else "no"
    return (each.name, each.number, each.display_name, enabled, each.group, each.realm, *digests)


def _header(row: list[str]) -> list[str]:
    columns = [re.sub(r"[\s-]", "_", word.strip().lower()) for word in row]
    columns = [_SPELLING.get(column, column) for column in columns]
    unknown = [word for word, column in zip(row, columns, strict=True) if column not in _COLUMNS]
    if unknown:
        raise FaultError(f"unknown column {shown(unknown[0])}; known are {', '.join(sorted(_COLUMNS))}")
    if len(set(columns)) != len(columns):
        raise FaultError("a column is named twice")
    if "name" not in columns:
        raise FaultError("the first line must name the columns, 'name' among them")
    return columns


def _word(what: str, kind: str, text: str) -> str:
    """Judge a word as the shell would."""
    try:
        return str(TYPES[kind].convert(text))
    except ValueError as error:
        raise FaultError(f"{what} {shown(text)}: {error}") from None


def _text(what: str, text: str) -> str:
    if len(text) > MAX_TEXT:
        raise FaultError(f"{what} is longer than {MAX_TEXT} characters")
    if not text.isprintable():
        raise FaultError(f"{what} has characters that cannot be printed, or is not UTF-8")
    return text


def _truth(text: str) -> bool:
    value = _TRUTH.get(text.strip().lower())
    if value is None:
        raise FaultError(f"enabled is yes or no, not {shown(text)}")
    return value


def _digest(column: str, text: str, digits: int) -> str:
    value = text.lower()
    if len(value) != digits or not _HEX.fullmatch(value):
        raise FaultError(f"{column} must have {digits} hexadecimal digits")
    return value
