"""The location service: bindings by user, their expiry, answered calls, and the worker's secrets.

Only the worker writes. Writes of one loop turn share a transaction that `commit` ends; an
answer that depends on them is sent after it. Reads see the turn's own writes.

The expiry index has one entry a user, at or before the user's first expiry: a refresh leaves
it alone, and `expire` moves it when its time has come. So a refresh writes one record.

The only writer may remember what is stored: the rows of users lately read or written are kept in
memory, and a refresh reads nothing. Whatever changes a row replaces or forgets it here too, and a
turn that comes to nothing forgets them all.
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
MOST_KNOWN: Final = 20_000
"""Users whose bindings are kept in memory, at some 800 octets each: 16 MB."""
_TABLES: Final = (b"bindings", b"expiry", b"meta")
_COUNT: Final = b"bindings"
_PAGE: Final = 1000


_due_key: Final = struct.Struct(">Q").pack
_encode: Final = msgspec.msgpack.Encoder().encode
_decode_row: Final = msgspec.msgpack.Decoder(BindingsRow).decode


class LocationStore:
    """The environment `location/` of the state directory. Not for use by several threads, but for `sync`."""

    def __init__(self, path: Path, max_octets: int = MAX_OCTETS, mapped: bool = True) -> None:
        """Open; only one process, the worker, may open it `mapped` and write."""
        self._environment = open_environment(path, max_octets, _TABLES, mapped)
        self._bindings, self._expiry, self._meta = self._environment.tables
        self._journal = CallJournal(path, mapped)
        self._turn = Turn(self._environment)
        self._count = self._committed = self.stored_count()
        self._alone = mapped
        """Whether nobody else writes, so that what is in memory is what is stored."""
        self.most_known = MOST_KNOWN
        self._known: dict[str, BindingsRow] = {}
        """Rows as they are stored, the turn's writes included; only of users with bindings."""
        self._vacant = ""
        """Who was last found to have no bindings: the registrar reads before it writes."""

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
        """Return the bindings of `user`, not to be changed in place; some may be outlived."""
        row = self._row(user)
        return [] if row is None else row.bindings

    def put_bindings(self, user: str, bindings: list[Binding]) -> None:
        """Replace the bindings of `user` by this list, which nobody changes from now on; an empty one removes them.

        Raises StoreFull, and StoreError for a user part longer than KEY_OCTETS; nothing has changed then.
        """
        key = key_of(user)
        if not key:
            raise StoreError(f"user part is empty or longer than {KEY_OCTETS} octets")
        row = self._row(user)
        due, length = (0, 0) if row is None else (row.due, len(row.bindings))
        if not bindings:
            if length:
                self._turn.write([(self._bindings, key, None), (self._expiry, _due_key(due) + key, None)], grow=True)
                self._known.pop(user, None)
                self._count -= length
            return
        earliest = _due(bindings)
        writes: list[Write] = []
        if not length or earliest < due:
            if length:
                writes.append((self._expiry, _due_key(due) + key, None))
            writes.append((self._expiry, _due_key(earliest) + key, b""))
            due = earliest
        row = BindingsRow(due, bindings)
        writes.append((self._bindings, key, _encode(row)))
        self._turn.write(writes)
        self._count += len(bindings) - length
        self._vacant = ""
        self._remember(user, row)

    def _row(self, user: str) -> BindingsRow | None:
        """Return what is stored for `user`, from memory if it is there; None for no bindings."""
        row = self._known.get(user)
        if row is not None or user == self._vacant:
            return row
        key = key_of(user)
        raw = self._get(self._bindings, key) if key else None
        if raw is not None:
            row = _decode_row(raw)
            self._remember(user, row)
        elif self._alone:
            self._vacant = user
        return row

    def _remember(self, user: str, row: BindingsRow) -> None:
        """Keep a row in memory, in place of the one that came last when there are too many.

        Phones come back in turns: whoever came last is whoever stays away longest.
        """
        if not self._alone:
            return
        if len(self._known) >= self.most_known and user not in self._known:
            self._known.popitem()
        self._known[user] = row

    def expire(self, now_wall: float, limit: int) -> int:
        """Remove bindings outlived at `now_wall`, seconds since 1970; return how many went.

        Looks at no more than `limit` users; call it again while it keeps finding some. `commit` after it.
        Without room to remove anything (the disk is full) it leaves the rest for the next time.
        """
        removed = 0
        for entry in self._outlived(now_wall, limit):
            key = entry[8:]
            user = key.decode("utf-8", "surrogatepass")
            bindings = self.bindings(user)
            live = [binding for binding in bindings if binding.expires_at > now_wall]
            row = BindingsRow(_due(live), live) if live else None
            writes: list[Write] = [(self._expiry, entry, None), (self._bindings, key, None)]
            if row is not None:
                writes[1] = (self._bindings, key, _encode(row))
                writes.append((self._expiry, _due_key(row.due) + key, b""))
            try:
                self._turn.write(writes, grow=True)
            except StoreFull:
                break
            if row is not None:
                self._remember(user, row)
            else:
                self._known.pop(user, None)
            removed += len(bindings) - len(live)
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
            self._known.clear()
            self._vacant = ""
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

    def stored_users(self) -> int:
        """Return the number of users with bindings as the store has it, outlived bindings included."""
        transaction, own = self._reader()
        entries = transaction.stat(self._bindings)["entries"]
        if own:
            transaction.abort()
        return entries

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


def _due(bindings: list[Binding]) -> int:
    """Return the whole second by which the first of `bindings` is outlived."""
    earliest = bindings[0].expires_at
    for binding in bindings:
        if binding.expires_at < earliest:
            earliest = binding.expires_at
    return int(earliest) + 1
