"""When each operator's secret was last changed, and the hashes of those before it.

Kept beside the configuration, in STATE/secret-history: a configuration that is replaced takes
the history of nobody's secrets with it. Losing the file loses the history alone.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import msgspec

from oam.files import FileError, write_text
from oam.settings.operators import Operator

log = logging.getLogger("management")

FILE: Final = "secret-history"
KEPT: Final = 24
"""Former secrets kept of each operator."""
DAY_S: Final = 86_400


class Entry(msgspec.Struct, frozen=True):
    """One operator's secrets."""

    secret: str
    """Hash of the present one."""
    changed_at: float
    """Seconds of the epoch: when it was first seen."""
    former: tuple[str, ...] = ()
    """Hashes of those before, the last first."""


class SecretHistory:
    """The secrets of one server's operators."""

    def __init__(self, state: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = state / FILE
        self._clock = clock
        self._entries: dict[str, Entry] = {}
        self._lock = asyncio.Lock()
        try:
            self._entries = msgspec.json.decode(self._path.read_bytes(), type=dict[str, Entry])
        except FileNotFoundError:
            pass
        except (OSError, msgspec.MsgspecError, UnicodeError) as error:
            log.error("%s cannot be read, former secrets are forgotten: %s", self._path.name, error)

    def follow(self, users: Iterable[Operator]) -> bool:
        """Note the secrets that the accounts have now; tell whether one has changed."""
        new: dict[str, Entry] = {}
        for user in users:
            if not user.secret:
                continue
            entry = self._entries.get(user.name)
            if entry is None:
                entry = Entry(user.secret, self._clock())
            elif entry.secret != user.secret:
                former = (entry.secret, *(each for each in entry.former if each != user.secret))
                entry = Entry(user.secret, self._clock(), former[:KEPT])
            new[user.name] = entry
        changed = new != self._entries
        self._entries = new
        return changed

    def hashes(self, name: str, former: int) -> tuple[str, ...]:
        """Return the present hash of an operator's secret and up to `former` ones before it."""
        entry = self._entries.get(name)
        return (entry.secret, *entry.former[:former]) if entry else ()

    def age_days(self, name: str) -> float:
        """Return how long ago the secret was changed."""
        entry = self._entries.get(name)
        return (self._clock() - entry.changed_at) / DAY_S if entry else 0.0

    async def save(self) -> None:
        """Bring it to the disk; what fails is logged."""
        async with self._lock:
            text = msgspec.json.encode(self._entries).decode()
            try:
                await asyncio.to_thread(write_text, self._path, [text])
            except FileError as error:
                log.error("former secrets cannot be kept: %s", error)
