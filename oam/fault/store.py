"""What of the alarms outlives the process: `alarms/alarms.db`, written by a thread, and `alarms/numbers`.

Whoever has something to keep queues it and goes on. While the disk is full or slow alarms go on in memory; what the
queue cannot hold is counted and left out of the history, and the active alarms are written anew when it works again.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from oam import database
from oam.fault.alarm import Alarm, Shelf
from oam.fault.event import AlarmEvent
from oam.fault.numbers import AHEAD
from oam.threads import Writer

log = logging.getLogger("management")

FOLDER: Final = "alarms"
DATABASE: Final = "alarms.db"
NUMBERS: Final = "numbers"
MAX_WAITING: Final = 20_000
"""Statements that wait for the disk."""
BATCH: Final = 200
"""Statements in one transaction."""
RETRY_S: Final = 2.0
BUSY_S: Final = 2.0
MAX_DAMAGED: Final = 10
"""Damaged databases kept beside the one in use."""

COLUMNS: Final = ", ".join(AlarmEvent._fields).replace("before", '"before"')
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS history (
    sequence INTEGER PRIMARY KEY, happening TEXT NOT NULL, id INTEGER NOT NULL, number INTEGER NOT NULL,
    name TEXT NOT NULL, object TEXT NOT NULL, severity TEXT NOT NULL, "before" TEXT NOT NULL, event_type TEXT NOT NULL,
    cause INTEGER NOT NULL, text TEXT NOT NULL, at REAL NOT NULL, user TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS active (id INTEGER PRIMARY KEY, alarm BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS shelves (id INTEGER PRIMARY KEY, shelf BLOB NOT NULL) STRICT;
"""
_EVENT: Final = f"INSERT OR REPLACE INTO history ({COLUMNS}) VALUES ({', '.join('?' * len(AlarmEvent._fields))})"
_ACTIVE: Final = "INSERT OR REPLACE INTO active VALUES (?, ?)"
_SHELF: Final = "INSERT INTO shelves (shelf) VALUES (?)"
_PRUNE: Final = (
    "DELETE FROM history WHERE sequence <= (SELECT sequence FROM history ORDER BY sequence DESC LIMIT 1 OFFSET ?)"
)

Statement = tuple[str, tuple[object, ...]]
_Failure = (OSError, sqlite3.Error)


class Kept(NamedTuple):
    """What a store holds when it is opened."""

    alarms: list[Alarm]
    shelves: list[Shelf]
    sequence: int
    """Numbers of events and of alarms up to these may be in use."""
    identifier: int


class _Reserved(msgspec.Struct, frozen=True):
    """`alarms/numbers`."""

    sequence: int = 0
    identifier: int = 0


class AlarmStore(Writer):
    """The database of one server."""

    def __init__(self, state: Path, clock: Callable[[], float] = time.time) -> None:
        super().__init__("alarms")
        self._folder = state / FOLDER
        self.path = self._folder / DATABASE
        self._clock = clock
        self.maximum: Callable[[], int] = lambda: 10_000
        """Events kept."""
        self.written = 0
        """Events written since the start."""
        self.lost = 0
        """Statements that found the queue full."""
        self.failures = 0
        """Times that writing began to fail."""
        self.failure = ""
        """Why nothing can be written now."""
        self.incomplete = False
        """Something was lost: the active alarms are to be given anew (`rewrite`)."""
        self._waiting: deque[Statement] = deque()
        self._reserved = _Reserved()
        self._on_disk = _Reserved()
        self._connection: sqlite3.Connection | None = None

    def open(self) -> Kept:
        """Read what was kept and begin to write. Blocks; what cannot be read is left out, and told in `failure`."""
        kept, doubt = Kept([], [], 0, 0), False
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            doubt = self._connect()
            kept = self._read()
        except _Failure as error:
            doubt = True
            self._failed(str(error))
        found = self._read_numbers()
        if found is None and doubt:
            # Nothing says how far the numbers went; one a second since 1970 is further.
            found = _Reserved(int(self._clock()), int(self._clock()))
        found = found or _Reserved()
        kept = kept._replace(
            sequence=max(kept.sequence, found.sequence), identifier=max(kept.identifier, found.identifier)
        )
        self._reserved = _Reserved(kept.sequence + AHEAD, kept.identifier + AHEAD)
        with contextlib.suppress(OSError):  # the thread tries again
            self._write_numbers(self._reserved)
        self._begin()
        return kept

    def add(self, event: AlarmEvent) -> None:
        """Keep an event."""
        self._queue([(_EVENT, tuple(event))])

    def put(self, alarm: Alarm) -> None:
        """Keep an active alarm as it is now."""
        self._queue([_row(alarm)])

    def remove(self, identifier: int) -> None:
        """Keep an active alarm no longer."""
        self._queue([("DELETE FROM active WHERE id = ?", (identifier,))])

    def keep_shelves(self, shelves: Sequence[Shelf]) -> None:
        """Keep these shelves, and no others."""
        self._queue([("DELETE FROM shelves", ()), *_rows_of(shelves)])

    def rewrite(self, alarms: Sequence[Alarm], shelves: Sequence[Shelf]) -> None:
        """Keep these active alarms and shelves, and no others."""
        self.incomplete = False
        clean: list[Statement] = [("DELETE FROM active", ()), ("DELETE FROM shelves", ())]
        self._queue([*clean, *(_row(each) for each in alarms), *_rows_of(shelves)])

    def reserve(self, sequence: int, identifier: int) -> None:
        """Keep in mind that numbers up to these may be in use."""
        with self._changed:
            self._reserved = _Reserved(sequence, identifier)
            self._changed.notify()

    def waiting(self) -> int:
        """Return how many statements are not written yet."""
        return len(self._waiting)

    def close(self, sequence: int, identifier: int) -> None:
        """Write what waits and the numbers last given, for a few seconds at most, and end. Blocks."""
        with self._changed:
            self._reserved = _Reserved(sequence, identifier)
        self._end()

    def _queue(self, statements: list[Statement]) -> None:
        with self._changed:
            if len(self._waiting) + len(statements) > MAX_WAITING:
                self.lost += len(statements)
                self.incomplete = True
                return
            self._waiting.extend(statements)
            self._changed.notify()

    def _write(self) -> None:
        """Write until the end; what fails is tried again as long as we are not closing."""
        batch: list[Statement] = []
        while True:
            try:
                if self._connection is None:
                    self._connect()
                if self._on_disk != self._reserved:
                    self._write_numbers(self._reserved)
                batch = batch or self._take()
                self._commit(batch)
                batch = []
                self.failure = ""
                if self._closing and not self._waiting and self._on_disk == self._reserved:
                    break
            except _Failure as error:
                self._failed(str(error))
                if self._closing:
                    break
                self._pause(RETRY_S)
            except Exception as error:
                # A fault of ours: what it struck is dropped, or it would strike again.
                log.exception("alarms were not written")
                self.lost += len(batch)
                self.incomplete, batch = True, []
                self._failed(type(error).__name__)
                if self._closing:
                    break
        self._shut()

    def _take(self) -> list[Statement]:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing or self._on_disk != self._reserved)
            return [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]

    def _commit(self, batch: Sequence[Statement]) -> None:
        if not batch:
            return
        connection = self._connection
        assert connection is not None
        with database.transaction(connection):
            for text, values in batch:
                connection.execute(text, values)
            connection.execute(_PRUNE, (self.maximum(),))
        self.written += sum(1 for text, _ in batch if text is _EVENT)

    def _connect(self) -> bool:
        """Open the database; return whether it was none any more and was begun anew. Raises OSError, sqlite3.Error."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        try:
            self._connection = _opened(self.path)
            return False
        except sqlite3.Error as error:
            if not database.is_no_database(error):
                raise
            log.error("the database of alarms was %s", database.set_aside(self.path, str(error), MAX_DAMAGED))
        self._connection = _opened(self.path)
        self.incomplete = True
        return True

    def _read(self) -> Kept:
        assert self._connection is not None
        alarms = [
            msgspec.msgpack.decode(blob, type=Alarm)
            for (blob,) in self._connection.execute("SELECT alarm FROM active ORDER BY id")
        ]
        shelves = [
            msgspec.msgpack.decode(blob, type=Shelf)
            for (blob,) in self._connection.execute("SELECT shelf FROM shelves ORDER BY id")
        ]
        last, newest = self._connection.execute("SELECT max(sequence), max(id) FROM history").fetchone()
        return Kept(alarms, shelves, last or 0, max([newest or 0, *(each.id for each in alarms)]))

    def _read_numbers(self) -> _Reserved | None:
        try:
            return msgspec.json.decode((self._folder / NUMBERS).read_bytes(), type=_Reserved)
        except (OSError, msgspec.MsgspecError, UnicodeError):
            return None

    def _write_numbers(self, numbers: _Reserved) -> None:
        temporary = self._folder / f".{NUMBERS}"
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as file:
            file.write(msgspec.json.encode(numbers))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._folder / NUMBERS)
        self._on_disk = numbers

    def _failed(self, why: str) -> None:
        if not self.failure:
            self.failures += 1
            log.error("alarms cannot be written: %s", why)
        self.failure = why
        self._shut()

    def _shut(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(*_Failure):
                self._connection.close()
            self._connection = None


def _row(alarm: Alarm) -> Statement:
    return _ACTIVE, (alarm.id, msgspec.msgpack.encode(alarm))


def _rows_of(shelves: Sequence[Shelf]) -> Iterator[Statement]:
    return ((_SHELF, (msgspec.msgpack.encode(each),)) for each in shelves)


def _opened(path: Path) -> sqlite3.Connection:
    return database.opened(path, _SCHEMA, busy_s=BUSY_S)
