"""Audit records on the disk: an SQLite file that is only ever appended to, and cut at its old end.

Every transaction writes records together with the sealed ends of the chain, so a process that is
killed leaves a chain that is whole. A copy of the newest end lies beside the database: the loss of
the whole file, or an older copy of it put in its place, is noticed as well. Called from one thread.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from oam import database
from oam.security.audit_chain import GENESIS, Record, link, seal

FOLDER: Final = "audit"
DATABASE: Final = "audit.db"
END: Final = "end"
COLUMNS: Final = ", ".join(Record._fields)
MAX_DAMAGED: Final = 5
"""Unreadable databases set aside; then the operator must look."""
MAX_PRUNED: Final = 10_000

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS records (
    sequence INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, kind TEXT NOT NULL, user TEXT NOT NULL, origin TEXT NOT NULL,
    address TEXT NOT NULL, line TEXT NOT NULL, command TEXT NOT NULL, code INTEGER NOT NULL,
    before TEXT NOT NULL, after TEXT NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS ends (
    id INTEGER PRIMARY KEY CHECK (id = 0), first INTEGER NOT NULL, anchor BLOB NOT NULL,
    last INTEGER NOT NULL, head BLOB NOT NULL, seal BLOB NOT NULL) STRICT;
"""
_INSERT: Final = (
    f"INSERT INTO records (sequence, {COLUMNS}, hash) VALUES ({', '.join('?' * (len(Record._fields) + 2))})"
)


class Ends(NamedTuple):
    """Both ends of the chain."""

    first: int
    """Number of the oldest record kept."""
    anchor: bytes
    """Hash of the record before it."""
    last: int
    """Number of the newest record; `first - 1` when there is none."""
    head: bytes
    """Its hash."""

    def sealed(self, key: bytes) -> bytes:
        """Return the seal that only the holder of `key` can make."""
        return seal(key, *self)


class Pin(msgspec.Struct, frozen=True):
    """The copy of the newest end, in a file of its own."""

    last: int
    head: bytes
    seal: bytes


EMPTY: Final = Ends(1, GENESIS, 0, GENESIS)


class Store:
    """The open database."""

    def __init__(self, state: Path, key: bytes) -> None:
        """Open it, made anew where there is none; raises OSError and sqlite3.Error."""
        self._folder = state / FOLDER
        self._key = key
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self.path = self._folder / DATABASE
        self.damage = ""
        """What did not fit when it was opened, for the operator; empty: nothing."""
        try:
            self._connection = _opened(self.path)
        except sqlite3.Error as error:
            if not database.is_no_database(error):
                raise
            self.damage = f"the database was {database.set_aside(self.path, str(error), MAX_DAMAGED)}"
            self._connection = _opened(self.path)
        self.ends = self._found()

    def _found(self) -> Ends:
        """Return where the chain ends; what does not fit is put into `damage`, and the chain goes on behind it."""
        held = read_ends(self._connection)
        pin, doubt = read_pin(self._folder, self._key)
        last = self._connection.execute("SELECT max(sequence), hash FROM records").fetchone()
        if held is None:
            ends = EMPTY
            if last[0] is not None:
                ends = Ends(last[0] + 1, last[1], last[0], last[1])
                self._doubt(f"the sealed ends of the chain are gone; {last[0]} records stand before")
        else:
            ends, mac = held
            self._doubt("" if mac == ends.sealed(self._key) else "the seal of the chain does not fit")
            newest, digest = last if last[0] is not None else (ends.first - 1, ends.anchor)
            if (newest, digest) != (ends.last, ends.head):
                self._doubt(f"the newest record is number {newest}, the chain ends at {ends.last}")
                ends = ends._replace(last=max(newest, ends.last))
        self._doubt(doubt)
        if pin is not None and pin.last > ends.last:
            self._doubt(f"records {ends.last + 1} to {pin.last} are gone")
            ends = Ends(pin.last + 1, pin.head, pin.last, pin.head) if held is None else ends._replace(last=pin.last)
        return ends

    def _doubt(self, what: str) -> None:
        self.damage = self.damage or what

    def append(self, records: Sequence[Record]) -> None:
        """Put `records` behind the others, all or none, on the disk when done; raises sqlite3.Error."""
        sequence, head = self.ends.last, self.ends.head
        rows = []
        for record in records:
            sequence += 1
            head = link(head, sequence, record)
            rows.append((sequence, *record, head))
        ends = self.ends._replace(last=sequence, head=head)
        with database.transaction(self._connection):
            self._connection.executemany(_INSERT, rows)
            self._write_ends(ends)
        self.ends = ends

    def prune(self, maximum: int) -> int:
        """Remove the oldest records beyond `maximum`, and some more, not too many at once; return how many."""
        excess = self.ends.last - self.ends.first + 1 - maximum
        if excess <= 0:
            return 0
        first = self.ends.first + min(excess + maximum // 100, MAX_PRUNED)
        row = self._connection.execute("SELECT hash FROM records WHERE sequence = ?", (first - 1,)).fetchone()
        if row is None:
            return 0
        ends = self.ends._replace(first=first, anchor=row[0])
        with database.transaction(self._connection):
            removed = self._connection.execute("DELETE FROM records WHERE sequence < ?", (first,)).rowcount
            self._write_ends(ends)
        self.ends = ends
        return removed

    def _write_ends(self, ends: Ends) -> None:
        self._connection.execute("REPLACE INTO ends VALUES (0, ?, ?, ?, ?, ?)", (*ends, ends.sealed(self._key)))

    def pin(self) -> None:
        """Write the copy of the newest end; raises OSError."""
        last, head = self.ends.last, self.ends.head
        octets = msgspec.json.encode(Pin(last, head, seal(self._key, last, head)))
        temporary = self._folder / f".{END}"
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._folder / END)

    def close(self) -> None:
        """Close it."""
        self._connection.close()


def _opened(path: Path) -> sqlite3.Connection:
    # What is on record must outlive a power cut as well: it may be all that is left of it.
    return database.opened(path, _SCHEMA, synchronous="FULL")


def read_ends(connection: sqlite3.Connection) -> tuple[Ends, bytes] | None:
    """Return the ends of the chain and their seal; None when there are none."""
    row = connection.execute("SELECT first, anchor, last, head, seal FROM ends").fetchone()
    return None if row is None else (Ends(*row[:4]), row[4])


def read_pin(folder: Path, key: bytes) -> tuple[Pin | None, str]:
    """Return the copy of the newest end, None without a good one, and what is wrong with it."""
    try:
        pin = msgspec.json.decode((folder / END).read_bytes(), type=Pin)
    except FileNotFoundError:
        return None, ""
    except (OSError, msgspec.MsgspecError, UnicodeError):
        return None, f"the file '{END}' is unreadable"
    if pin.seal != seal(key, pin.last, pin.head):
        return None, f"the seal of the file '{END}' does not fit"
    return pin, ""
