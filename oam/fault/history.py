"""Events of alarms, looked for in the database and among those not written yet. Blocking: call it off the loop."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from oam.database import reading
from oam.fault.event import AlarmEvent
from oam.fault.store import BUSY_S, COLUMNS, DATABASE, FOLDER

_RAISED_AS: Final = "(CASE severity WHEN 'cleared' THEN \"before\" ELSE severity END)"
"""Of a clearing, the severity that is over counts."""


class Wanted(NamedTuple):
    """Which events are looked for; what is left empty does not matter."""

    severity: str = ""
    object: str = ""
    """Part of the object, in either case."""
    since: float = 0.0
    id: int = 0
    last: int = 100
    """That many, the newest."""

    def fits(self, event: AlarmEvent) -> bool:
        """Whether `event` is one of them."""
        severity = event.before if event.severity == "cleared" else event.severity
        return (
            self.severity in ("", severity)
            and self.object.lower() in event.object.lower()
            and event.at >= self.since
            and self.id in (0, event.id)
        )


def find(state: Path, wanted: Wanted, recent: Iterable[AlarmEvent] = ()) -> list[AlarmEvent]:
    """Return the events wanted, oldest first; `recent` are the newest, written or not. Raises sqlite3.Error."""
    path = state / FOLDER / DATABASE
    found = {event.sequence: event for event in recent if wanted.fits(event)}
    with reading(path, busy_s=BUSY_S) as connection:
        if connection is not None:
            found |= {event.sequence: event for event in _stored(connection, wanted)}
    return [found[sequence] for sequence in sorted(found)[-wanted.last :]]


def _stored(connection: sqlite3.Connection, wanted: Wanted) -> Iterable[AlarmEvent]:
    parts: list[str] = ["1"]
    values: list[object] = []
    for part, value in (
        (f"{_RAISED_AS} = ?", wanted.severity),
        ("instr(lower(object), lower(?)) > 0", wanted.object),
        ("at >= ?", wanted.since),
        ("id = ?", wanted.id),
    ):
        if value:
            parts.append(part)
            values.append(value)
    query = f"SELECT {COLUMNS} FROM history WHERE {' AND '.join(parts)} ORDER BY sequence DESC LIMIT ?"
    return (AlarmEvent(*row) for row in connection.execute(query, (*values, wanted.last)))
