"""Bulk prefixes of the analysis tables: any number of them, looked up by longest match.

A row is one prefix of one table with all its entries, its key `TABLE \\0 PREFIX`; the default table has no name there.
The greatest key that is not behind a number is the longest prefix of it, or shares with it all that a longer match
could have: two or three searches find it, however many rows there are. Management writes, the worker reads. How often
each name of the configuration is used, and each table leads to another as calls come, is counted in the same
transaction: a name in use is not taken away, and circles of tables are found without reading every row.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from core.northbound.routing_settings import DEFAULT_TABLE, PrefixEntry
from core.store.environment import Transaction, key_of, open_environment
from core.store.generation import map_generation
from core.store.writer import Writer

MAX_OCTETS: Final = 2 * 1024**3
"""Default bound of the file: ten times what a million prefixes need. Address space, not memory."""
_TABLES: Final = (b"prefixes", b"uses")
_PAGE: Final = 1000
_SEPARATOR: Final = b"\0"
_MOST_KNOWN: Final = 1000
_FIELDS: Final = ("action", "target", "minimum", "maximum", "translate", "percent", "nature", "trunk", "group",
                  "calling", "time")  # fmt: skip
"""What is stored of an entry, in this order; what is at its default at the end is left out."""
_ACTIONS: Final = ("route-group", "table", "redirect", "reject", "local")
"""Stored as their place here: short rows are found faster, what a search touches decides."""
_DEFAULTS: Final = tuple([getattr(PrefixEntry(""), name) for name in _FIELDS])
REFERENCES: Final = {"translate": "translation-rule", "trunk": "trunk", "group": "subscriber-group",
                     "time": "time-table"}  # fmt: skip
"""Fields that name something of the configuration -> what it is; `target` does for the actions below."""
_ONWARD: Final = b"onward" + _SEPARATOR
"""What keys begin with under which it is counted how often one table leads to another."""
TARGETS: Final = {"route-group": "route-group", "table": "number-analysis"}

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(list[list[Any]]).decode


class Changes:
    """What a write did, in prefixes."""

    __slots__ = ("added", "changed", "removed")

    def __init__(self) -> None:
        self.added: int = 0
        self.changed: int = 0
        self.removed: int = 0


class PrefixStore:
    """The environment `prefixes/` of the state directory."""

    def __init__(self, path: Path, max_octets: int = MAX_OCTETS, readonly: bool = False) -> None:
        self._environment = open_environment(path, max_octets, _TABLES)
        self._prefixes, self._uses = self._environment.tables
        self._generation = map_generation(path / "generation")
        self._writer = Writer(self._environment, self._generation, "prefixes", readonly)
        self._read_in = -1
        """The generation that `_transaction` reads."""
        self._transaction: Transaction | None = None
        """Held from lookup to lookup: beginning one costs as much as the search."""
        self._cursor: Any = None
        self._bases: dict[str, bytes] = {}
        """What keys of a table begin with."""

    def longest(self, table: str, digits: str) -> int:
        """Return the length of the longest prefix of `digits` in `table`, whose row `value` gives; -1 when none is."""
        if self._generation[0] != self._read_in:
            self.renew()
        base = self._bases.get(table)
        if base is None:
            base = self._base(table)
        key = base + digits.encode()
        cursor = self._cursor
        while True:
            if cursor.set_range(key):
                found: bytes = cursor.key()
                if found != key:
                    found = cursor.key() if cursor.prev() else b""
            else:
                found = cursor.key() if cursor.last() else b""
            if not found.startswith(base):
                return -1
            if key.startswith(found):
                return len(found) - len(base)
            key = key[: _common(found, key, len(base))]

    def value(self) -> bytes:
        """Return the row that `longest` has found, for `entries_of`."""
        return bytes(self._cursor.value())

    def renew(self) -> None:
        """Read the newest commit from now on; pages that older ones had are given back."""
        self.let_go()
        self._read_in = self._generation[0]
        self._transaction = self._environment.read()
        self._cursor = self._transaction.cursor(self._prefixes)

    def let_go(self) -> None:
        """Hold no snapshot until the next lookup."""
        self._read_in = -1
        self._cursor = None
        if self._transaction is not None:
            self._transaction.abort()
            self._transaction = None

    @property
    def count(self) -> int:
        """Prefixes stored, in all tables."""
        transaction = self._environment.read()
        entries = transaction.stat(self._prefixes)["entries"]
        transaction.abort()
        return entries

    @property
    def octets(self) -> int:
        """Octets of the file in use."""
        return self._environment.octets

    def get(self, table: str, prefix: str) -> list[PrefixEntry]:
        """Return the entries of one prefix."""
        transaction = self._environment.read()
        raw = transaction.get(self._base(table) + prefix.encode(), db=self._prefixes)
        transaction.abort()
        return [] if raw is None else entries_of(prefix, raw)

    def iterate(self, table: str = "", prefix: str = "", after: bytes = b"") -> Iterator[tuple[str, list[PrefixEntry]]]:
        """Go through table and entries of all that begin with `prefix` in `table`, or everything; in order of keys.

        Holds no transaction between pages.
        """
        base = self._base(table) + prefix.encode() if table else b""
        key = after or base
        while True:
            page = self._page(key, base)
            for key, raw in page:
                name, _, digits = key.decode().partition("\0")
                yield name or DEFAULT_TABLE, entries_of(digits, raw)
            if len(page) < _PAGE:
                return
            key += _SEPARATOR

    def tables(self) -> list[str]:
        """Name the tables that have prefixes."""
        found: list[str] = []
        transaction = self._environment.read()
        cursor = transaction.cursor(self._prefixes)
        there = cursor.first()
        while there:
            name: bytes = cursor.key()
            name = name[: name.index(_SEPARATOR)]
            found.append(name.decode() or DEFAULT_TABLE)
            there = cursor.set_range(name + b"\1")
        transaction.abort()
        return found

    def _page(self, first: bytes, base: bytes) -> list[tuple[bytes, bytes]]:
        found: list[tuple[bytes, bytes]] = []
        transaction = self._environment.read()
        cursor = transaction.cursor(self._prefixes)
        there = cursor.set_range(first) if first else cursor.first()
        while there and len(found) < _PAGE:
            key = bytes(cursor.key())
            if not key.startswith(base):
                break
            found.append((key, bytes(cursor.value())))
            there = cursor.next()
        transaction.abort()
        return found

    def uses(self, kind: str, name: str) -> int:
        """Return how many prefixes need a name of the configuration; `kind` is the command that makes it."""
        transaction = self._environment.read()
        raw = transaction.get(use_key(kind, name), db=self._uses)
        transaction.abort()
        return 0 if raw is None else int.from_bytes(raw, "big")

    def onward(self) -> list[tuple[str, str]]:
        """Return which table leads to which other one by entries that translate nothing."""
        found: list[tuple[str, str]] = []
        transaction = self._environment.read()
        cursor = transaction.cursor(self._uses)
        there = cursor.set_range(_ONWARD)
        while there and cursor.key().startswith(_ONWARD):
            table, _, target = cursor.key()[len(_ONWARD) :].decode().partition("\0")
            found.append((table, target))
            there = cursor.next()
        transaction.abort()
        return found

    def hops(self, table: str, targets: Container[str]) -> Iterator[tuple[bytes, PrefixEntry]]:
        """Go through the entries of `table` that lead to `targets` and translate nothing, with the keys of their rows.

        Reads every row of the table. Holds no transaction between pages.
        """
        base = key = _beginning(table)
        while True:
            page = self._page(key, base)
            for key, raw in page:
                if _used(raw)[1]:
                    for entry in entries_of(key[len(base) :].decode(), raw):
                        if leads_on(entry) and entry.target in targets:
                            yield key, entry
            if len(page) < _PAGE:
                return
            key += _SEPARATOR

    def write(self, rows: dict[bytes, bytes], replace: bool) -> Changes:
        """Store `rows` in one transaction, all or none; with `replace` they are all that is left.

        Only what differs is written. `rows` is used up. Raises StoreFull, StoreError.
        """
        changes = Changes()
        uses: dict[bytes, int] = {}
        with self._writer.transaction() as transaction:
            if replace:
                self._remove_others(transaction, rows, uses, changes)
            else:
                self._leave_out_same(transaction, rows, uses, changes)
            changes.added = len(rows) - changes.changed
            for key, raw in rows.items():
                _count(uses, key, raw, 1)
            transaction.cursor(self._prefixes).putmulti(sorted(rows.items()))
            self._note_uses(transaction, uses)
        return changes

    def _remove_others(
        self, transaction: Transaction, rows: dict[bytes, bytes], uses: dict[bytes, int], changes: Changes
    ) -> None:
        gone: list[tuple[bytes, bytes]] = []
        for key, raw in transaction.cursor(self._prefixes):
            new = rows.get(key)
            if new == raw:
                del rows[key]
            elif new is None:
                gone.append((key, raw))
            else:
                changes.changed += 1
                _count(uses, key, raw, -1)
        self._delete(transaction, gone, uses)
        changes.removed = len(gone)

    def _leave_out_same(
        self, transaction: Transaction, rows: dict[bytes, bytes], uses: dict[bytes, int], changes: Changes
    ) -> None:
        for key in list(rows):
            raw = transaction.get(key, db=self._prefixes)
            if raw is None:
                continue
            if raw == rows[key]:
                del rows[key]
            else:
                changes.changed += 1
                _count(uses, key, raw, -1)

    def clear(self, table: str, prefix: str | None = None) -> int:
        """Remove one prefix of `table`, or all of it; return how many went. Raises StoreFull."""
        base = self._base(table)
        uses: dict[bytes, int] = {}
        with self._writer.transaction() as transaction:
            gone: list[tuple[bytes, bytes]] = []
            if prefix is not None:
                key = base + prefix.encode()
                raw = transaction.get(key, db=self._prefixes)
                if raw is not None:
                    gone.append((key, raw))
            else:
                cursor = transaction.cursor(self._prefixes)
                there = cursor.set_range(base)
                while there and cursor.key().startswith(base):
                    gone.append((bytes(cursor.key()), bytes(cursor.value())))
                    there = cursor.next()
            self._delete(transaction, gone, uses)
            self._note_uses(transaction, uses)
        return len(gone)

    def _delete(self, transaction: Transaction, gone: list[tuple[bytes, bytes]], uses: dict[bytes, int]) -> None:
        for key, raw in gone:
            transaction.delete(key, db=self._prefixes)
            _count(uses, key, raw, -1)

    def _note_uses(self, transaction: Transaction, uses: dict[bytes, int]) -> None:
        for key, change in uses.items():
            if not change:
                continue
            count = int.from_bytes(transaction.get(key, db=self._uses) or b"", "big") + change
            if count > 0:
                transaction.put(key, count.to_bytes(8, "big"), db=self._uses)
            else:
                transaction.delete(key, db=self._uses)

    def _base(self, table: str) -> bytes:
        base = _beginning(table)
        if len(self._bases) >= _MOST_KNOWN:
            self._bases.clear()
        self._bases[table] = base
        return base

    def sync(self) -> None:
        """Bring what was committed to the disk. Blocks."""
        self._environment.sync()

    def close(self) -> None:
        """Sync and close."""
        self.let_go()
        self._environment.close()
        self._generation.release()


def _common(one: bytes, other: bytes, begin: int) -> int:
    """Return how many octets are equal from the start on; those before `begin` are."""
    end = min(len(one), len(other))
    at = begin
    while at < end and one[at] == other[at]:
        at += 1
    return at


def row_key(table: str, prefix: str) -> bytes:
    """Return the key of one prefix."""
    return _beginning(table) + prefix.encode()


def _beginning(table: str) -> bytes:
    """Return what keys of a table begin with: its name, that of the default one left out."""
    return _SEPARATOR if table == DEFAULT_TABLE else key_of(table) + _SEPARATOR


def row_of(entries: Iterable[PrefixEntry]) -> bytes:
    """Write the entries of one prefix as its row; the prefix itself is in the key."""
    return _encode([_trimmed(entry) for entry in entries])


def _trimmed(entry: PrefixEntry) -> list[Any]:
    values = [getattr(entry, name) for name in _FIELDS]
    values[0] = _ACTIONS.index(entry.action)
    while values and values[-1] == _DEFAULTS[len(values) - 1]:
        values.pop()
    return values


def entries_of(prefix: str, raw: bytes) -> list[PrefixEntry]:
    """Read the row of one prefix."""
    found: list[PrefixEntry] = []
    for values in _decode(raw):
        values[0] = _ACTIONS[values[0]]
        given: dict[str, Any] = dict(zip(_FIELDS, values, strict=False))
        found.append(msgspec.convert({"prefix": prefix, **given}, PrefixEntry))
    return found


def references(entry: PrefixEntry) -> list[tuple[str, str]]:
    """Return what an entry needs of the configuration: the command that makes it, and its name."""
    found = [(kind, getattr(entry, field)) for field, kind in REFERENCES.items() if getattr(entry, field)]
    if entry.action in TARGETS:
        found.append((TARGETS[entry.action], entry.target))
    return found


def use_key(kind: str, name: str) -> bytes:
    """Return the key under which uses of a name are counted."""
    return kind.encode() + _SEPARATOR + key_of(name)


def leads_on(entry: PrefixEntry) -> bool:
    """Tell whether calls go on in another table as they are."""
    return entry.action == "table" and not entry.translate


_KNOWN: dict[bytes, tuple[list[bytes], list[bytes]]] = {}
"""Rows whose names were looked for lately: most of a million are the same few."""


def _used(raw: bytes) -> tuple[list[bytes], list[bytes]]:
    """Return the keys of the names that a row uses, and the tables it leads to as calls come."""
    known = _KNOWN.get(raw)
    if known is None:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        entries = entries_of("", raw)
        names = [use_key(kind, name) for each in entries for kind, name in references(each)]
        known = _KNOWN[raw] = names, [key_of(each.target) for each in entries if leads_on(each)]
    return known


def _count(uses: dict[bytes, int], key: bytes, raw: bytes, by: int) -> None:
    names, targets = _used(raw)
    table = key_of(key[: key.index(_SEPARATOR)].decode() or DEFAULT_TABLE)
    own = b"number-analysis" + _SEPARATOR + table
    uses[own] = uses.get(own, 0) + by
    for name in names:
        uses[name] = uses.get(name, 0) + by
    for target in targets:
        edge = _ONWARD + table + _SEPARATOR + target
        uses[edge] = uses.get(edge, 0) + by


def merged(rows: Mapping[bytes, bytes], key: bytes, entry: PrefixEntry) -> bytes:
    """Return the row at `key` with `entry` added."""
    raw = rows.get(key)
    return row_of([entry]) if raw is None else row_of([*entries_of("", raw), entry])


def shares(raw: bytes) -> list[int]:
    """Return the per cent that entries of a row with the same conditions take together."""
    found: dict[tuple[str, ...], int] = {}
    for each in entries_of("", raw):
        key = (each.nature, each.trunk, each.group, each.calling, each.time)
        found[key] = found.get(key, 0) + each.percent
    return list(found.values())
