"""Black and white lists, and the addresses banned by themselves.

Management writes, the worker reads one entry at a time: a million entries cost it no memory and an
import no time. What makes that quick is the shape: which lengths of prefixes and networks a list
has at all, so that the longest match is a look-up for each length in use. Every write is a
transaction of its own that brings the shape up to date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Final

import msgspec

from core.store.environment import Table, Transaction, open_environment
from core.store.error import StoreError, StoreFull
from core.store.generation import map_generation
from core.store.records import KEY_OCTETS, ListEntry
from core.store.writer import Writer

BLACK: Final = "black"
WHITE: Final = "white"
AUTOMATIC: Final = "automatic"
"""Addresses banned by themselves. The worker knows these better than the store does: it is not told of changes."""
COLOURS: Final = (BLACK, WHITE, AUTOMATIC)
ADDRESS: Final = "address"
USER_AGENT: Final = "user-agent"
EXACT: Final = -1
"""Length in a shape of entries that are no prefix."""

MAX_OCTETS: Final = 1024**3
"""Default bound of the file. Address space, not memory."""
MAX_ENTRIES: Final = 1_000_000
"""Entries of one colour."""
MAX_USER_AGENTS: Final = 1_000
"""Entries of one colour and this kind, which are compared one after the other."""
_PAGE: Final = 1000

Shape = dict[str, dict[int, int]]
"""Of one colour: kind, length of a prefix (EXACT; of a network: version * 256 + length), entries."""

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(ListEntry).decode
_decode_shape: Final = msgspec.msgpack.Decoder(Shape).decode


class ListStore:
    """The environment `lists/` of the state directory."""

    def __init__(self, path: Path, max_octets: int = MAX_OCTETS, readonly: bool = False) -> None:
        self._environment = open_environment(path, max_octets, [b"black", b"white", b"automatic", b"meta"])
        self._tables: dict[str, Table] = dict(zip(COLOURS, self._environment.tables[:3], strict=True))
        self._meta: Table = self._environment.tables[3]
        self._generation = map_generation(path / "generation")
        self._writer = Writer(self._environment, self._generation, "lists", readonly)
        self.most = MAX_ENTRIES
        self.most_user_agents = MAX_USER_AGENTS

    @property
    def generation(self) -> int:
        """A number that is another one after each change of a black or white list."""
        return self._generation[0]

    def shape(self, colour: str) -> Shape:
        """Return what lengths the entries of `colour` have."""
        transaction = self._environment.read()
        shape = self._shape(transaction, colour)
        transaction.abort()
        return shape

    def count(self, colour: str) -> int:
        """Entries of `colour`, outlived ones included."""
        transaction = self._environment.read()
        entries: int = transaction.stat(self._tables[colour])["entries"]
        transaction.abort()
        return entries

    def get(self, colour: str, kind: str, value: str) -> ListEntry | None:
        """Return the entry of exactly this value."""
        found = self.first_of([(colour, key_of_entry(kind, value))], 0.0)
        return None if found is None else found[1]

    def first_of(self, wanted: list[tuple[str, bytes]], wall: float) -> tuple[str, ListEntry] | None:
        """Return the first entry there is for these colours and keys that has not run out at `wall`, and its colour."""
        transaction = self._environment.read()
        try:
            for colour, key in wanted:
                raw = transaction.get(key, None, self._tables[colour]) if key else None
                if raw is not None:
                    entry: ListEntry = _decode(raw)
                    if not entry.expires_at or entry.expires_at > wall:
                        return colour, entry
            return None
        finally:
            transaction.abort()

    def page(self, colour: str, kind: str = "", after: bytes = b"", limit: int = _PAGE) -> list[ListEntry]:
        """Return up to `limit` entries of a colour, of one kind or all, in the order of their keys from behind `after`.

        `key_of_entry` of the last one is where the next page begins.
        """
        found: list[ListEntry] = []
        first = kind.encode() + b"\0" if kind else b""
        transaction = self._environment.read()
        cursor = transaction.cursor(self._tables[colour])
        there = cursor.set_range(after + b"\0" if after else first or b"\0")
        while there and len(found) < limit and cursor.key().startswith(first):
            found.append(_decode(cursor.value()))
            there = cursor.next()
        transaction.abort()
        return found

    def iterate(self, colour: str, kind: str = "") -> Iterator[ListEntry]:
        """Go through the entries of a colour, of one kind or all; holds no transaction between pages."""
        after = b""
        while True:
            page = self.page(colour, kind, after)
            yield from page
            if len(page) < _PAGE:
                return
            after = key_of_entry(page[-1].kind, page[-1].value)

    def put_many(self, colour: str, entries: Iterable[ListEntry], empty: bool = False) -> int:
        """Add or replace entries in one transaction, all or none; `empty`: they become the only ones. Return how many.

        Of two with one value the later counts. Raises StoreError, StoreFull.
        """
        keyed = {key_of_entry(each.kind, each.value): each for each in entries}
        if b"" in keyed:
            raise StoreError(f"a value must have 1 to {KEY_OCTETS - 16} octets")
        table = self._tables[colour]
        with self._writer.transaction(colour != AUTOMATIC) as transaction:
            shape: Shape = {} if empty else self._shape(transaction, colour)
            if empty:
                transaction.drop(table, delete=False)
            for key in sorted(keyed):
                entry = keyed[key]
                value = _encode(entry)
                if transaction.put(key, value, overwrite=False, db=table):
                    _add(shape, entry, 1)
                else:
                    transaction.put(key, value, db=table)
            self._check(shape)
            self._keep_shape(transaction, colour, shape)
        return len(keyed)

    def delete_many(self, colour: str, values: Iterable[tuple[str, str]]) -> int:
        """Remove the entries of these kinds and values; return how many there were. Raises StoreFull."""
        removed = 0
        table = self._tables[colour]
        with self._writer.transaction(colour != AUTOMATIC) as transaction:
            shape = self._shape(transaction, colour)
            for kind, value in values:
                key = key_of_entry(kind, value)
                raw = transaction.get(key, db=table) if key else None
                if raw is not None:
                    transaction.delete(key, db=table)
                    _add(shape, _decode(raw), -1)
                    removed += 1
            self._keep_shape(transaction, colour, shape)
        return removed

    def delete(self, colour: str, kind: str, value: str) -> bool:
        """Remove one entry; False if there is none. Raises StoreFull."""
        return self.delete_many(colour, [(kind, value)]) > 0

    def purge(self, colour: str, wall: float) -> int:
        """Remove the entries that have run out at `wall`; return how many. Reads the whole list."""
        over = [(each.kind, each.value) for each in self.iterate(colour) if each.expires_at and each.expires_at <= wall]
        return self.delete_many(colour, over) if over else 0

    def sync(self) -> None:
        """Bring what was committed to the disk. Blocks."""
        self._environment.sync()

    def close(self) -> None:
        """Sync and close."""
        self._environment.close()
        self._generation.release()

    def _check(self, shape: Shape) -> None:
        if sum(sum(lengths.values()) for lengths in shape.values()) > self.most:
            raise StoreFull(f"a list has room for {self.most} entries")
        if sum(shape.get(USER_AGENT, {}).values()) > self.most_user_agents:
            raise StoreFull(f"a list has room for {self.most_user_agents} entries of kind {USER_AGENT}")

    def _shape(self, transaction: Transaction, colour: str) -> Shape:
        raw = transaction.get(colour.encode(), db=self._meta)
        shape: Shape = {} if raw is None else _decode_shape(raw)
        return shape

    def _keep_shape(self, transaction: Transaction, colour: str, shape: Shape) -> None:
        transaction.put(colour.encode(), _encode(shape), db=self._meta)


def key_of_entry(kind: str, value: str) -> bytes:
    """Return the key of an entry; b"" (never stored) for a value that cannot be one."""
    if kind == ADDRESS:
        try:
            network = ip_network(value)
        except ValueError:
            return b""
        return network_key(network.network_address.packed, network.prefixlen)
    text = value.encode("utf-8", "surrogatepass")
    return kind.encode() + b"\0" + text if 0 < len(text) <= KEY_OCTETS - 16 else b""


def network_key(packed: bytes, length: int) -> bytes:
    """Return the key of the network of this length that an address (4 or 16 octets) is in."""
    whole, rest = divmod(length, 8)
    kept = packed[:whole]
    if rest:
        kept += bytes([packed[whole] & (0xFF00 >> rest) & 0xFF])
    return b"address\0" + bytes([4 if len(packed) == 4 else 6, length]) + kept


def length_of(kind: str, value: str) -> int:
    """Return the length of an entry as a shape has it."""
    if kind == ADDRESS:
        network = ip_network(value)
        return network.version * 256 + network.prefixlen
    if kind == USER_AGENT or not value.endswith("*"):
        return EXACT
    return len(value) - 1 - value.startswith("+")


def _add(shape: Shape, entry: ListEntry, count: int) -> None:
    lengths = shape.setdefault(entry.kind, {})
    length = length_of(entry.kind, entry.value)
    left = lengths.get(length, 0) + count
    if left > 0:
        lengths[length] = left
    else:
        lengths.pop(length, None)
        if not lengths:
            del shape[entry.kind]
