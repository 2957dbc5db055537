"""The location service: bindings by user, their expiry, answered calls, and the worker's secrets.

Only the worker writes. Writes of one loop turn share a transaction that `commit` ends; an
answer that depends on them is sent after it. Reads see the turn's own writes.

The expiry index has one entry a user, at or before the user's first expiry: a refresh leaves
it alone, and `expire` moves it when its time has come. So a refresh writes one record.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from core.store.environment import Table, Transaction, key_of, open_environment
from core.store.error import StoreError, StoreFull
from core.store.journal import CallJournal
from core.store.records import KEY_OCTETS, Binding, BindingsRow, StoredCall
from core.store.turn import Turn, Write

MAX_OCTETS: Final = 2 * 1024**3
"""Default bound of the file: five times what a million bindings need. Address space, not memory."""
_TABLES: Final = (b"bindings", b"expiry", b"meta")
_COUNT: Final = b"bindings"
_PAGE: Final = 1000


_due_key = struct.Struct(">Q").pack
_encode = msgspec.msgpack.Encoder().encode
_decode_row = msgspec.msgpack.Decoder(BindingsRow).decode


class LocationStore:
    """The environment `location/` of the state directory. Not for use by several threads, but for `sync`."""

    def __init__(self, path: Path, max_octets: int = MAX_OCTETS, mapped: bool = True) -> None:
        """Open; only one process, the worker, may open it `mapped` and write."""
        self._environment = open_environment(path, max_octets, _TABLES, mapped)
        self._bindings, self._expiry, self._meta = self._environment.tables
        self._journal = CallJournal(path, mapped)
        self._turn = Turn(self._environment)
        self._count = self._committed = self.stored_count()
        self._last_user = ""
        """Whose row was read last, with its `due` and its length: the registrar reads before it writes."""
        self._last_due = 0
        self._last_length = 0

    @property
    def count(self) -> int:
        """Bindings stored, outlived ones that `expire` has not reached included."""
        return self._count

    @property
    def octets(self) -> int:
        """Octets in use, those freed and not used again included."""
        return self._environment.octets

    @property
    def dirty(self) -> bool:
        """Whether `commit` has something to do."""
        return self._turn.transaction is not None or self._journal.dirty

    def bindings(self, user: str) -> list[Binding]:
        """Return the bindings of `user`, a list of its own; some may be outlived."""
        key = key_of(user)
        raw = self._get(self._bindings, key) if key else None
        self._last_user = user
        if raw is None:
            self._last_due = self._last_length = 0
            return []
        row = _decode_row(raw)
        self._last_due = row.due
        self._last_length = len(row.bindings)
        return row.bindings

    def put_bindings(self, user: str, bindings: list[Binding]) -> None:
        """Replace the bindings of `user`; an empty list removes them.

        Raises StoreFull, and StoreError for a user part longer than KEY_OCTETS; nothing has changed then.
        """
        key = key_of(user)
        if not key:
            raise StoreError(f"user part is empty or longer than {KEY_OCTETS} octets")
        if user != self._last_user:
            self.bindings(user)
        due, length = self._last_due, self._last_length
        self._last_user = ""
        if not bindings:
            if length:
                self._turn.write([(self._bindings, key, None), (self._expiry, _due_key(due) + key, None)], grow=True)
                self._count -= length
            return
        earliest = int(min([binding.expires_at for binding in bindings])) + 1
        writes: list[Write] = []
        if not length or earliest < due:
            if length:
                writes.append((self._expiry, _due_key(due) + key, None))
            writes.append((self._expiry, _due_key(earliest) + key, b""))
            due = earliest
        writes.append((self._bindings, key, _encode(BindingsRow(due, bindings))))
        self._turn.write(writes)
        self._count += len(bindings) - length

    def expire(self, now_wall: float, limit: int) -> int:
        """Remove bindings outlived at `now_wall`, seconds since 1970; return how many went.

        Looks at no more than `limit` users; call it again while it keeps finding some. `commit` after it.
        Without room to remove anything (the disk is full) it leaves the rest for the next time.
        """
        removed = 0
        for entry in self._outlived(now_wall, limit):
            user_key = entry[8:]
            raw = self._get(self._bindings, user_key)
            row = BindingsRow(0, []) if raw is None else _decode_row(raw)
            live = [binding for binding in row.bindings if binding.expires_at > now_wall]
            writes: list[Write] = [(self._expiry, entry, None), (self._bindings, user_key, None)]
            if live:
                due = int(min([binding.expires_at for binding in live])) + 1
                writes[1] = (self._bindings, user_key, _encode(BindingsRow(due, live)))
                writes.append((self._expiry, _due_key(due) + user_key, b""))
            try:
                self._turn.write(writes, grow=True)
            except StoreFull:
                break
            removed += len(row.bindings) - len(live)
        self._last_user = ""
        self._count -= removed
        return removed

    def _outlived(self, now_wall: float, limit: int) -> list[bytes]:
        """Return the first `limit` keys of the expiry index whose time has come."""
        found: list[bytes] = []
        bound = _due_key(max(0, int(now_wall) + 1))
        transaction, own = self._reader()
        cursor = transaction.cursor(self._expiry)
        there = cursor.set_range(b"\0")
        while there and len(found) < limit:
            key = cursor.key()
            if key[:8] > bound:
                break
            found.append(key)
            there = cursor.next()
        if own:
            transaction.abort()
        return found

    def page(self, after: str, limit: int) -> list[tuple[str, list[Binding]]]:
        """Return up to `limit` users with their bindings, in the order of their keys, from behind `after`."""
        found: list[tuple[str, list[Binding]]] = []
        start = key_of(after)
        transaction, own = self._reader()
        cursor = transaction.cursor(self._bindings)
        there = cursor.set_range(start + b"\0")
        while there and len(found) < limit:
            user = cursor.key().decode("utf-8", "surrogatepass")
            found.append((user, _decode_row(cursor.value()).bindings))
            there = cursor.next()
        if own:
            transaction.abort()
        return found

    def put_call(self, call: StoredCall) -> None:
        """Keep an answered call."""
        self._journal.put(call)

    def delete_call(self, record_id: str) -> None:
        """Forget a call, if it is kept."""
        self._journal.delete(record_id)

    def calls(self) -> Iterator[StoredCall]:
        """Go through the calls kept, the longest kept first."""
        return self._journal.calls()

    def tidy(self) -> None:
        """Keep the journal of calls in proportion to the calls; once a second or so."""
        self._journal.tidy()

    def secret(self, name: str) -> bytes:
        """Return the 32 random octets called `name`, drawn and committed when first asked for."""
        key = b"secret-" + name.encode()
        found = self._get(self._meta, key)
        if found is None:
            found = os.urandom(32)
            self._turn.write([(self._meta, key, found)])
            self.commit()
            self.sync()
        return found

    def commit(self) -> None:
        """End the turn's transaction: from here on its writes survive the process. Does nothing without writes.

        Raises StoreFull when the disk is full; then nothing of the turn is stored and no effect that
        depends on it may be performed.
        """
        self._journal.flush()
        turn = self._turn
        if turn.transaction is None:
            return
        try:
            if self._count != self._committed:
                turn.write([(self._meta, _COUNT, b"%d" % self._count)], grow=True)
            turn.commit()
        except StoreError:
            turn.abandon()
            self._count = self._committed
            self._last_user = ""
            raise
        self._committed = self._count

    def sync(self) -> None:
        """Bring what was committed to the disk. Blocks; made to run in a thread, once a second."""
        self._environment.sync()
        self._journal.sync()

    def close(self) -> None:
        """Undo what was not committed, sync, close."""
        self._turn.abandon()
        self._environment.close()
        self._journal.close()

    def stored_count(self) -> int:
        """Return the number of bindings as the store has it, another process's commits included."""
        found = self._get(self._meta, _COUNT)
        return int(found) if found else 0

    def _get(self, table: Table, key: bytes) -> bytes | None:
        transaction = self._turn.transaction
        if transaction is not None:
            return transaction.get(key, None, table)
        transaction = self._environment.read()
        found = transaction.get(key, None, table)
        transaction.abort()
        return found

    def _reader(self) -> tuple[Transaction, bool]:
        """Return a transaction to read in, and whether the caller must abort it."""
        if self._turn.transaction is not None:
            return self._turn.transaction, False
        return self._environment.read(), True
