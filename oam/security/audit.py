"""The audit log: who did what, from where, when, with what result.

Records are queued by whoever has something to record and written by a thread of its own, so
that neither a slow disk nor a full one holds up a command. What cannot be kept is counted, and
the count becomes a record as soon as there is room.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from oam.security.audit_chain import KINDS, MAX_FIELD, MAX_TEXT, Record, clean

if TYPE_CHECKING:
    from oam.notices import Notices
    from oam.security.secrets import Keyring

MAX_WAITING: Final = 20_000
"""Records that wait for the disk; further ones are lost, and counted."""
MAX_WAITING_OCTETS: Final = 16 * 1024 * 1024

__all__ = ["KINDS", "Audit"]


class Audit:
    """The audit log of one server; `start` begins to write it."""

    def __init__(self, state: Path, keyring: Keyring, notices: Notices, clock: Callable[[], float] = time.time) -> None:
        self._state = state
        self._keyring = keyring
        self._notices = notices
        self._clock = clock
        self.subscribers: list[Callable[[Record], None]] = []
        """Told of every record, by whoever records it; must not wait."""
        self.lost = 0
        """Records lost since the start, the disk being full or too slow."""
        self._gap = 0
        """Of these, those that no record tells of yet."""
        self._waiting: deque[Record] = deque()
        self._octets = 0
        self._changed = threading.Condition()

    def record(
        self,
        kind: str,
        *,
        user: str,
        origin: str,
        address: str,
        line: str = "",
        command: str = "",
        code: int = 0,
        before: str = "",
        after: str = "",
    ) -> None:
        """Put one record on the log; secrets must be masked already. Never waits, never raises."""
        record = Record(
            int(self._clock() * 1_000_000),
            kind,
            clean(user, MAX_FIELD),
            origin,
            address,
            line,
            clean(command, MAX_TEXT),
            code,
            clean(before, MAX_TEXT),
            clean(after, MAX_TEXT),
        )
        size = record.size()
        with self._changed:
            if len(self._waiting) >= MAX_WAITING or self._octets + size > MAX_WAITING_OCTETS:
                self.lost += 1
                self._gap += 1
                return
            self._waiting.append(record)
            self._octets += size
            self._changed.notify()

    def queued(self) -> list[Record]:
        """Return the records that are not written yet."""
        with self._changed:
            return list(self._waiting)
