"""Quarter-hours, days and the last reading on the disk: one SQLite file.

What a minute adds to its quarter-hour and its day is written in the same transaction as the reading that ended it. So
a process that is killed loses nothing: its successor takes the difference to the reading that the sums stand at.
Called from one thread; readers open the file for themselves.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from core.northbound.statistics import BIDS, WIDTH, ObjectRow
from oam import database
from oam.statistics.busy_hour import LONGEST_S, BusyHour
from oam.statistics.period import Figures, ObjectKey
from oam.statistics.sampler import Reading
from oam.statistics.stretch import DAY_S, QUARTER_S, Snapshot, begin_of

FOLDER: Final = "statistics"
DATABASE: Final = "history.db"
KEPT: Final = {QUARTER_S: 96, DAY_S: 30}
"""Length of a stretch -> how many of them are kept, besides the one that is being filled."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS stretches (
    length INTEGER NOT NULL, begin INTEGER NOT NULL, seconds REAL NOT NULL, suspect INTEGER NOT NULL,
    PRIMARY KEY (length, begin)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS figures (
    length INTEGER NOT NULL, begin INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
    suspect INTEGER NOT NULL, columns BLOB NOT NULL, PRIMARY KEY (length, begin, kind, name)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS busy_hours (
    day INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, begin INTEGER NOT NULL, bids INTEGER NOT NULL,
    suspect INTEGER NOT NULL, PRIMARY KEY (day, kind, name)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS readings (
    kind TEXT NOT NULL, name TEXT NOT NULL, born_ms INTEGER NOT NULL, columns BLOB NOT NULL,
    PRIMARY KEY (kind, name)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS moment (
    id INTEGER PRIMARY KEY CHECK (id = 0), begin REAL NOT NULL, wall REAL NOT NULL, monotonic REAL NOT NULL,
    started_ms INTEGER NOT NULL) STRICT;
"""


class Kept(NamedTuple):
    """What is to be written after a minute."""

    snapshots: tuple[Snapshot, ...]
    reading: Reading
    begin: float
    """Beginning of the minute that the reading begins."""


class Stored(NamedTuple):
    """The reading that the sums on the disk stand at."""

    reading: Reading
    begin: float


class Packed(NamedTuple):
    """One complete quarter-hour as it is stored: what is read when 96 of them are wanted, of many objects."""

    begin: float
    seconds: float
    suspect: bool
    """All of it."""
    columns: dict[ObjectKey, bytes]
    """For `unpacked`."""
    doubted: frozenset[ObjectKey]
    """Objects of which it is suspect in any case."""


class Store:
    """The open database."""

    def __init__(self, state: Path) -> None:
        """Open it, made anew where there is none or none that can be read; raises OSError and sqlite3.Error."""
        self.path = state / FOLDER / DATABASE
        self.path.parent.mkdir(mode=0o750, exist_ok=True)
        self.damage = ""
        """What was wrong with the one that was there, for the operator; empty: nothing."""
        try:
            self._connection = _opened(self.path)
        except sqlite3.Error as error:
            if not database.is_no_database(error):
                raise
            self.damage = database.set_aside(self.path, str(error))
            self._connection = _opened(self.path)
        self._written: dict[tuple[int, float], Snapshot] = {}
        self._rows: dict[ObjectKey, ObjectRow] = {}

    def write(self, snapshots: Sequence[Snapshot], kept: Kept) -> None:
        """Bring stretches and the reading to the disk, all or nothing; raises sqlite3.Error."""
        with database.transaction(self._connection):
            for snapshot in snapshots:
                self._write_stretch(snapshot)
                if snapshot.length == QUARTER_S and snapshot.begin + QUARTER_S <= kept.begin:
                    self._write_busy_hours(int(snapshot.begin) - 3 * QUARTER_S)
            self._write_reading(kept)
            for now in kept.snapshots:
                self._prune(now.length, now.begin)
        self._written = {(each.length, each.begin): each for each in kept.snapshots}
        self._rows = kept.reading.rows

    def _write_stretch(self, snapshot: Snapshot) -> None:
        """Write a stretch; of its objects those that changed since it was last written."""
        place = snapshot.length, int(snapshot.begin)
        before = self._written.get((snapshot.length, snapshot.begin))
        changed = [
            (*place, key.kind, key.name, key in snapshot.doubted, packed(values))
            for key, values in snapshot.values.items()
            if before is None
            or before.values.get(key) is not values
            or (key in snapshot.doubted) != (key in before.doubted)
        ]
        row = (*place, snapshot.seconds, snapshot.suspect)
        self._connection.execute("REPLACE INTO stretches VALUES (?, ?, ?, ?)", row)
        self._connection.executemany("REPLACE INTO figures VALUES (?, ?, ?, ?, ?, ?)", changed)

    def _write_busy_hours(self, begin: int) -> None:
        """Note of which objects the hour that begins then is the busiest of its day so far."""
        span = QUARTER_S, begin, begin + 3 * QUARTER_S
        quarters = self._connection.execute(
            "SELECT seconds, suspect FROM stretches WHERE length = ? AND begin BETWEEN ? AND ?", span
        ).fetchall()
        if len(quarters) != 4 or any(seconds > LONGEST_S for seconds, _ in quarters):
            return
        bids: Counter[tuple[str, str]] = Counter()
        doubted = set()
        for kind, name, suspect, columns in self._connection.execute(
            "SELECT kind, name, suspect, columns FROM figures WHERE length = ? AND begin BETWEEN ? AND ?", span
        ):
            bids[kind, name] += unpacked(columns)[BIDS]
            if suspect:
                doubted.add((kind, name))
        is_suspect = any(suspect for _, suspect in quarters)
        self._connection.executemany(
            "INSERT INTO busy_hours VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (day, kind, name) DO UPDATE SET "
            "begin = excluded.begin, bids = excluded.bids, suspect = excluded.suspect WHERE excluded.bids > bids",
            [
                (int(begin_of(begin, DAY_S)), *key, begin, count, is_suspect or key in doubted)
                for key, count in bids.items()
                if count
            ],
        )

    def _write_reading(self, kept: Kept) -> None:
        reading = kept.reading
        if not self._rows:
            self._connection.execute("DELETE FROM readings")
        gone = self._rows.keys() - reading.rows.keys()
        self._connection.executemany("DELETE FROM readings WHERE kind = ? AND name = ?", sorted(gone))
        rows = [
            (*key, row.born_ms, packed(row.values)) for key, row in reading.rows.items() if self._rows.get(key) != row
        ]
        self._connection.executemany("REPLACE INTO readings VALUES (?, ?, ?, ?)", rows)
        moment = (kept.begin, reading.wall, reading.monotonic, reading.started_ms)
        self._connection.execute("REPLACE INTO moment VALUES (0, ?, ?, ?, ?)", moment)

    def _prune(self, length: int, current: float) -> None:
        """Remove what is too old, by number and not by age: a clock that ran ahead for a while costs no history.

        So it may also be that stretches lie ahead; those that lie further ahead than what is kept lies back go.
        """
        oldest = self._connection.execute(
            "SELECT begin FROM stretches WHERE length = ? AND begin < ? ORDER BY begin DESC LIMIT 1 OFFSET ?",
            (length, int(current), KEPT[length] - 1),
        ).fetchone()
        ahead = int(current) + length * KEPT[length]
        low = oldest[0] if oldest else 0
        for table in ("figures", "stretches"):
            self._connection.execute(
                f"DELETE FROM {table} WHERE length = ? AND (begin < ? OR begin > ?)", (length, low, ahead)
            )
        if length == DAY_S:
            self._connection.execute("DELETE FROM busy_hours WHERE day < ? OR day > ?", (low, ahead))

    def close(self) -> None:
        """Close it."""
        self._connection.close()


def _opened(path: Path) -> sqlite3.Connection:
    # A power cut may cost the last minute, never the file: sums and reading go back together.
    return database.opened(path, _SCHEMA, mode=0o640)


def _reading(state: Path) -> AbstractContextManager[sqlite3.Connection | None]:
    return database.reading(state / FOLDER / DATABASE, frozen=True)


def last_reading(state: Path) -> Stored | None:
    """Return the reading that the sums stand at, None when there is none. Raises sqlite3.Error."""
    with _reading(state) as connection:
        if connection is None:
            return None
        moment = connection.execute("SELECT begin, wall, monotonic, started_ms FROM moment").fetchone()
        if moment is None:
            return None
        rows = {
            ObjectKey(kind, name): ObjectRow(kind, name, born_ms, unpacked(columns))
            for kind, name, born_ms, columns in connection.execute("SELECT kind, name, born_ms, columns FROM readings")
        }
    return Stored(Reading(moment[1], moment[2], moment[3], rows), moment[0])


def stretch(state: Path, length: int, begin: float) -> Snapshot | None:
    """Return one stretch, None when it is not there. Raises sqlite3.Error."""
    with _reading(state) as connection:
        if connection is None:
            return None
        where = length, int(begin)
        found = connection.execute("SELECT seconds, suspect FROM stretches WHERE length = ? AND begin = ?", where)
        row = found.fetchone()
        if row is None:
            return None
        values, doubted = {}, []
        for kind, name, suspect, columns in connection.execute(
            "SELECT kind, name, suspect, columns FROM figures WHERE length = ? AND begin = ?", where
        ):
            values[ObjectKey(kind, name)] = unpacked(columns)
            if suspect:
                doubted.append(ObjectKey(kind, name))
        return Snapshot(length, begin, row[0], bool(row[1]), values, frozenset(doubted))


def complete_quarters(state: Path, known: Mapping[float, Packed], kinds: Collection[str]) -> tuple[float, list[Packed]]:
    """Return when the quarter-hour began that is being written, and those before, oldest first; 0 without any.

    Those in `known` are not read again; of the others the objects of `kinds` are. Raises sqlite3.Error.
    """
    with _reading(state) as connection:
        if connection is None:
            return 0.0, []
        moment = connection.execute("SELECT begin FROM moment").fetchone()
        if moment is None:
            return 0.0, []
        current = begin_of(moment[0], QUARTER_S)
        kept = (QUARTER_S, int(current) - KEPT[QUARTER_S] * QUARTER_S, int(current))
        query = "SELECT begin, seconds, suspect FROM stretches WHERE length = ? AND begin >= ? AND begin < ?"
        stretches = connection.execute(query + " ORDER BY begin", kept).fetchall()
        # All quarter-hours share the keys of their objects, of which there are many.
        keys = {key: key for each in known.values() for key in each.columns}
        return current, [known.get(float(each[0])) or _packed(connection, each, kinds, keys) for each in stretches]


def _packed(
    connection: sqlite3.Connection,
    row: tuple[int, float, int],
    kinds: Collection[str],
    keys: dict[ObjectKey, ObjectKey],
) -> Packed:
    columns, doubted = {}, []
    query = (
        "SELECT kind, name, suspect, columns FROM figures WHERE length = ? AND begin = ? "
        f"AND kind IN ({', '.join('?' * len(kinds))})"
    )
    for kind, name, suspect, octets in connection.execute(query, (QUARTER_S, row[0], *kinds)):
        key = ObjectKey(kind, name)
        key = keys.setdefault(key, key)
        columns[key] = octets
        if suspect:
            doubted.append(key)
    return Packed(float(row[0]), row[1], bool(row[2]), columns, frozenset(doubted))


def series(
    state: Path, length: int, key: ObjectKey | None = None, since: float = 0.0
) -> list[tuple[ObjectKey, Figures]]:
    """Return what is kept of one object or of all, oldest first. Raises sqlite3.Error."""
    query = (
        "SELECT f.kind, f.name, f.begin, s.seconds, f.suspect OR s.suspect, f.columns FROM figures f "
        "JOIN stretches s USING (length, begin) WHERE f.length = ? AND f.begin >= ?"
    )
    values: list[object] = [length, int(since)]
    if key is not None:
        query += " AND f.kind = ? AND f.name = ?"
        values += key
    with _reading(state) as connection:
        if connection is None:
            return []
        return [
            (ObjectKey(row[0], row[1]), Figures(float(row[2]), row[3], unpacked(row[5]), bool(row[4])))
            for row in connection.execute(query + " ORDER BY f.begin, f.kind, f.name", values)
        ]


def busy_hours(state: Path, key: ObjectKey) -> dict[float, BusyHour]:
    """Return the busiest hour of each day that is kept of one object, by the day's beginning. Raises sqlite3.Error.

    An hour is of the day in which it begins.
    """
    query = "SELECT day, begin, bids, suspect FROM busy_hours WHERE kind = ? AND name = ?"
    with _reading(state) as connection:
        if connection is None:
            return {}
        return {
            float(day): BusyHour(float(begin), bids, bool(suspect))
            for day, begin, bids, suspect in connection.execute(query, key)
        }


def busy_hours_since(state: Path, since: float) -> list[tuple[ObjectKey, float, BusyHour]]:
    """Return object, beginning of the day and its busiest hour, of the days from `since` on. Raises sqlite3.Error."""
    query = "SELECT kind, name, day, begin, bids, suspect FROM busy_hours WHERE day >= ?"
    with _reading(state) as connection:
        if connection is None:
            return []
        return [
            (ObjectKey(kind, name), float(day), BusyHour(float(begin), bids, bool(suspect)))
            for kind, name, day, begin, bids, suspect in connection.execute(query, (int(since),))
        ]


def packed(values: tuple[int, ...]) -> bytes:
    """Return columns as they are stored: the noughts at the end are left out."""
    end = len(values)
    while end and not values[end - 1]:
        end -= 1
    return msgspec.msgpack.encode(values[:end])


def unpacked(octets: bytes) -> tuple[int, ...]:
    """Return stored columns; those of an older release that had fewer are nought. Damaged ones raise DatabaseError."""
    try:
        values = msgspec.msgpack.decode(octets, type=tuple[int, ...])
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise sqlite3.DatabaseError(f"a row is damaged: {error}") from error
    return (*values, *(0,) * (WIDTH - len(values)))[:WIDTH]
