"""The last notifications, for managers that missed some (RFC 3014)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple

from oam.snmp.notify.notification import Told

MOST: Final = 0xFFFFFFFF


class Entry(NamedTuple):
    """One notification with its number."""

    number: int
    told: Told


class NotificationLog:
    """The default log."""

    def __init__(self, limit: Callable[[], int]) -> None:
        self._limit = limit
        self._entries: deque[Entry] = deque()
        self._snapshot: tuple[Entry, ...] = ()
        self.logged = 0
        """Notifications put into it."""
        self.bumped = 0
        """Those that had to go for newer ones."""

    def add(self, told: Told) -> None:
        """Keep a notification, the oldest go where there are too many."""
        self._entries.append(Entry(self.logged % MOST + 1, told))
        self.logged += 1
        self._bound()

    def entries(self) -> tuple[Entry, ...]:
        """Return all, the oldest first; the same object while nothing has changed."""
        self._bound()
        if len(self._snapshot) != len(self._entries) or (self._entries and self._snapshot[-1] is not self._entries[-1]):
            self._snapshot = tuple(self._entries)
        return self._snapshot

    def _bound(self) -> None:
        while len(self._entries) > self._limit():
            self._entries.popleft()
            self.bumped += 1
