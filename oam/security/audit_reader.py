"""Audit records read: looked for, and the chain walked. Blocking, in short steps; call it off the loop."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from oam import database
from oam.security.audit_chain import Record, link
from oam.security.audit_store import COLUMNS, DATABASE, FOLDER, read_ends, read_pin

STEP: Final = 500
"""Records read at a time."""


class Wanted(NamedTuple):
    """Which records are looked for; what is left empty does not matter."""

    user: str = ""
    since_us: int = 0
    command: str = ""
    """Part of the command, or of the lines changed, in either case."""
    failed: bool = False
    last: int = 0
    """That many, the newest; 0: all."""


class Verdict(NamedTuple):
    """How far the chain has been walked, or what is wrong with it."""

    checked: int
    first: int
    last: int
    bad: int = 0
    """Number of the first record that does not fit; 0: none."""
    reason: str = ""
    """What does not fit; empty while all is well."""
    confessed: int = 0
    """Records that tell of a damage found or of a loss when it happened."""


@contextlib.contextmanager
def reading(state: Path, *, frozen: bool = False) -> Iterator[sqlite3.Connection | None]:
    """Open the database to read, None when there is none; `frozen`: as it stands now. Raises sqlite3.Error."""
    path = state / FOLDER / DATABASE
    with database.reading(path, frozen=frozen) as connection:
        if connection is not None:
            connection.text_factory = lambda octets: octets.decode("utf-8", "replace")
        yield connection


def find(state: Path, wanted: Wanted) -> Iterator[list[tuple[int, Record]]]:
    """Return the records wanted, oldest first, some at a time. Raises sqlite3.Error."""
    where, values = _condition(wanted)
    with reading(state) as connection:
        if connection is None:
            return
        after = 0
        if wanted.last:
            newest = f"SELECT sequence FROM records WHERE {where} ORDER BY sequence DESC LIMIT ?"
            found = connection.execute(newest, (*values, wanted.last)).fetchall()
            if not found:
                return
            after = found[-1][0] - 1
        query = f"SELECT sequence, {COLUMNS} FROM records WHERE sequence > ? AND {where} ORDER BY sequence LIMIT {STEP}"
        while rows := connection.execute(query, (after, *values)).fetchall():
            yield [(row[0], Record(*row[1:])) for row in rows]
            after = rows[-1][0]


def _condition(wanted: Wanted) -> tuple[str, list[object]]:
    """Return the condition in SQL, and its values."""
    parts = ["1"]
    values: list[object] = []
    if wanted.user:
        parts.append("user = ?")
        values.append(wanted.user)
    if wanted.since_us:
        parts.append("at_us >= ?")
        values.append(wanted.since_us)
    if wanted.command:
        parts.append("instr(lower(command || char(10) || before || char(10) || after), lower(?)) > 0")
        values.append(wanted.command)
    if wanted.failed:
        parts.append("(code <> 0 OR kind IN ('login-failed', 'gap', 'broken'))")
    return " AND ".join(parts), values


def one(state: Path, sequence: int) -> Record | None:
    """Return record number `sequence`. Raises sqlite3.Error."""
    with reading(state) as connection:
        if connection is None:
            return None
        row = connection.execute(f"SELECT {COLUMNS} FROM records WHERE sequence = ?", (sequence,)).fetchone()
    return Record(*row) if row else None


def verify(state: Path, key: bytes) -> Iterator[Verdict]:
    """Walk the chain from its oldest record to its newest; the last verdict is the final one. Raises sqlite3.Error."""
    pin, doubt = read_pin(state / FOLDER, key)
    with reading(state, frozen=True) as connection:
        held = read_ends(connection) if connection is not None else None
        if connection is None or held is None:
            gone = f"records up to {pin.last} are gone" if pin is not None else doubt
            yield Verdict(0, 0, 0, 1 if gone else 0, gone)
            return
        ends, mac = held
        verdict = Verdict(0, ends.first, ends.last)
        if mac != ends.sealed(key):
            doubt = "the seal of the chain does not fit: its ends, or the server's key, were changed"
        elif pin is not None and pin.last > ends.last:
            yield verdict._replace(bad=ends.last + 1, reason=f"records {ends.last + 1} to {pin.last} are gone")
            return
        previous = ends.anchor
        for rows in _walk(connection):
            for sequence, record, digest in rows:
                expected = verdict.first + verdict.checked
                wrong = _fault(expected, previous, sequence, record, digest)
                if not wrong and pin is not None and sequence == pin.last and digest != pin.head:
                    wrong = "is not the one that was sealed"
                if wrong:
                    yield verdict._replace(bad=expected, reason=f"record {expected} {wrong}")
                    return
                previous = digest
                told = record.kind in ("gap", "broken")
                verdict = verdict._replace(checked=verdict.checked + 1, confessed=verdict.confessed + told)
            yield verdict
        end = verdict.first + verdict.checked - 1
        if end != ends.last:
            yield verdict._replace(
                bad=min(end, ends.last) + 1, reason=f"the chain ends at {ends.last}, the records at {end}"
            )
        elif previous != ends.head:
            yield verdict._replace(bad=end, reason=f"record {end} is not the end that was sealed")
        elif doubt:
            yield verdict._replace(bad=end, reason=doubt)
        else:
            yield verdict


def _walk(connection: sqlite3.Connection) -> Iterator[list[tuple[int, Record, bytes]]]:
    after = -(2**62)
    query = f"SELECT sequence, {COLUMNS}, hash FROM records WHERE sequence > ? ORDER BY sequence LIMIT {STEP}"
    while rows := connection.execute(query, (after,)).fetchall():
        yield [(row[0], Record(*row[1:-1]), row[-1]) for row in rows]
        after = rows[-1][0]


def _fault(expected: int, previous: bytes, sequence: int, record: Record, digest: bytes) -> str:
    """Return what is wrong with a record; empty when it fits."""
    if sequence != expected:
        return "is missing" if sequence > expected else "should not be there"
    return "" if link(previous, sequence, record) == digest else "was changed"
