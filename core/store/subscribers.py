"""Who may register and call: subscribers by name, and by number.

Management writes, the worker reads; every write is a transaction of its own, seen by the
worker's next read. A name or number leads to one subscriber at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from core.store.environment import Transaction, key_of, open_environment
from core.store.error import StoreConflict, StoreError
from core.store.generation import map_generation
from core.store.records import KEY_OCTETS, Subscriber
from core.store.writer import Writer

MAX_OCTETS: Final = 2 * 1024**3
"""Default bound of the file: four times what a million subscribers need. Address space, not memory."""
_TABLES: Final = (b"subscribers", b"numbers")
_PAGE: Final = 1000
_MOST_KNOWN: Final = 10_000
"""Subscribers kept in memory; all are let go when there are more."""

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(Subscriber).decode


class SubscriberStore:
    """The environment `subscribers/` of the state directory."""

    def __init__(self, path: Path, max_octets: int = MAX_OCTETS, readonly: bool = False) -> None:
        self._environment = open_environment(path, max_octets, _TABLES)
        self._subscribers, self._numbers = self._environment.tables
        self._generation = map_generation(path / "generation")
        """One number that the writer raises after each commit."""
        self._writer = Writer(self._environment, self._generation, "subscribers", readonly)
        self._known: dict[str, Subscriber | None] = {}
        """Who was looked up in the generation `_known_in`, by name or number."""
        self._known_in = -1

    def get(self, name: str) -> Subscriber | None:
        """Return the subscriber of this name."""
        subscriber = self.find(name)
        return subscriber if subscriber is not None and subscriber.name == name else None

    def find(self, user: str) -> Subscriber | None:
        """Return the subscriber whose name, else whose number, is `user`."""
        generation = self._generation[0]
        if generation != self._known_in or len(self._known) >= _MOST_KNOWN:
            self._known.clear()
            self._known_in = generation
        elif user in self._known:
            return self._known[user]
        subscriber = self._known[user] = self._read(user)
        return subscriber

    def _read(self, user: str) -> Subscriber | None:
        key = key_of(user)
        if not key:
            return None
        transaction = self._environment.read()
        raw = transaction.get(key, db=self._subscribers)
        if raw is None:
            name = transaction.get(key, db=self._numbers)
            if name is not None:
                raw = transaction.get(name, db=self._subscribers)
        transaction.abort()
        return None if raw is None else _decode(raw)

    @property
    def count(self) -> int:
        """Subscribers stored."""
        transaction = self._environment.read()
        entries = transaction.stat(self._subscribers)["entries"]
        transaction.abort()
        return entries

    def __iter__(self) -> Iterator[Subscriber]:
        """Go through all subscribers in the order of their names; holds no transaction between pages."""
        after = ""
        while True:
            page = self.iterate(after, _PAGE)
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].name

    def iterate(self, after: str = "", limit: int = _PAGE) -> list[Subscriber]:
        """Return up to `limit` subscribers in the order of their names, from behind `after`."""
        found: list[Subscriber] = []
        transaction = self._environment.read()
        cursor = transaction.cursor(self._subscribers)
        there = cursor.set_range(key_of(after) + b"\0")
        while there and len(found) < limit:
            found.append(_decode(cursor.value()))
            there = cursor.next()
        transaction.abort()
        return found

    def put(self, subscriber: Subscriber) -> None:
        """Add `subscriber` or replace the one of its name. Raises StoreConflict, StoreFull."""
        self.put_many((subscriber,))

    def put_many(self, subscribers: Iterable[Subscriber]) -> int:
        """Add or replace them in one transaction, all or none; return how many.

        Of two with one name the later counts. Raises StoreConflict, StoreFull, StoreError.
        """
        return self._write(list(subscribers), empty=False)

    def replace_many(self, subscribers: Iterable[Subscriber]) -> int:
        """Make them the only subscribers, in one transaction, all or none; return how many. Raises as `put_many`."""
        return self._write(list(subscribers), empty=True)

    def delete(self, name: str) -> bool:
        """Remove the subscriber of this name; False if there is none. Raises StoreFull."""
        key = key_of(name)
        with self._writer.transaction() as transaction:
            raw = transaction.get(key, db=self._subscribers) if key else None
            if raw is not None:
                transaction.delete(key, db=self._subscribers)
                self._release(transaction, key, _decode(raw).number)
        return raw is not None

    def sync(self) -> None:
        """Bring what was committed to the disk. Blocks."""
        self._environment.sync()

    def close(self) -> None:
        """Sync and close."""
        self._environment.close()
        self._generation.release()

    def _write(self, subscribers: list[Subscriber], empty: bool) -> int:
        keys = {_checked(subscriber.name): subscriber for subscriber in subscribers}
        with self._writer.transaction() as transaction:
            if empty:
                transaction.drop(self._subscribers, delete=False)
                transaction.drop(self._numbers, delete=False)
            else:
                self._release_numbers(transaction, keys)
            ordered = sorted(keys.items())
            transaction.cursor(self._subscribers).putmulti([(key, _encode(each)) for key, each in ordered])
            named = transaction.stat(self._numbers)["entries"] > 0
            for key, subscriber in ordered:
                if named:
                    self._check_name(transaction, key, subscriber)
                if subscriber.number:
                    self._claim(transaction, key, subscriber)
        return len(keys)

    def _release_numbers(self, transaction: Transaction, keys: Iterable[bytes]) -> None:
        """Free the numbers of those about to be replaced, so that they may swap them."""
        for key in keys:
            raw = transaction.get(key, db=self._subscribers)
            if raw is not None:
                self._release(transaction, key, _decode(raw).number)

    def _release(self, transaction: Transaction, key: bytes, number: str) -> None:
        if number and transaction.get(key_of(number), db=self._numbers) == key:
            transaction.delete(key_of(number), db=self._numbers)

    def _check_name(self, transaction: Transaction, key: bytes, subscriber: Subscriber) -> None:
        """Raise StoreConflict if the name is the number of somebody else."""
        other = transaction.get(key, db=self._numbers)
        if other is not None and other != key:
            raise StoreConflict(subscriber.name, other.decode())

    def _claim(self, transaction: Transaction, key: bytes, subscriber: Subscriber) -> None:
        """Enter the number; raise StoreConflict if it means somebody else already. All names are entered before."""
        number = _checked(subscriber.number)
        if number != key and transaction.get(number, db=self._subscribers) is not None:
            raise StoreConflict(subscriber.number, subscriber.number)
        if not transaction.put(number, key, overwrite=False, db=self._numbers):
            other = transaction.get(number, db=self._numbers)
            raise StoreConflict(subscriber.number, (other or key).decode())


def _checked(word: str) -> bytes:
    key = key_of(word)
    if not key:
        raise StoreError(f"a name or number must have 1 to {KEY_OCTETS} octets")
    return key
