"""Traced messages as they come: a line each on terminals that monitor, a packet each to the capture server.

The ring is read a few times a second; whoever is slower than the traffic loses messages, which are counted, and holds
up nobody.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.northbound.keyring import SecretError
from core.northbound.trace import TRACES, RingReader, TraceRecord
from oam.settings.trace import TraceSettings
from oam.trace.hep import HepSender
from oam.trace.message import clock, host_port, read

if TYPE_CHECKING:
    from oam.config.tree import Configuration
    from oam.shell.lines import Lines

log = logging.getLogger("management")

LINES: Final = 50
"""Messages shown on terminals in one second; the rest is counted."""
BATCH: Final = 250
"""Messages read in one turn of the loop."""
BUSY_S: Final = 0.05
IDLE_S: Final = 0.5


class Live:
    """Follows the ring."""

    def __init__(
        self, path: Path, lines: Lines, settings: Callable[[], TraceSettings], decrypted: Callable[[str], str],
        now: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._path = path
        self._lines = lines
        self._settings = settings
        self._decrypted = decrypted
        self._now = now
        self._reader: RingReader | None = None
        self._position = -1
        """Where to read on; -1: with what is new from now on."""
        self._last = 0
        """Number of the message read last."""
        self._second = 0.0
        self._shown = 0
        self._hidden = 0
        """Messages of this second that were shown and that were not."""
        self.hep: HepSender | None = None

    async def run(self) -> None:
        """Follow, for ever."""
        try:
            self.follow(None, None)
            while True:
                await asyncio.sleep(BUSY_S if self._turned() else IDLE_S)
        finally:
            self.close()

    def follow(self, old: Configuration | None, new: Configuration | None) -> None:
        """Take the capture server that is configured now; one that stays keeps its counts."""
        if old is not None and new is not None and old.trace == new.trace:
            return
        settings = self._settings() if new is None else new.trace
        if self.hep is not None:
            self.hep.close()
        self.hep = None
        if settings.hep.address:
            self.hep = HepSender(settings.hep, self._password(settings.hep_password))

    def close(self) -> None:
        """Let go of the ring and the server."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        if self.hep is not None:
            self.hep.close()

    def _turned(self) -> bool:
        """Take a turn; a fault of ours costs the message it struck."""
        try:
            return self.turn()
        except Exception:
            log.exception("fault in following the trace")
            return True

    def turn(self) -> bool:
        """Pass on what is new, a batch at most; tell whether there was anything."""
        reader = self._opened()
        if reader is None:
            return False
        watched = any(line.session.monitor is not None for line in self._lines.all())
        if self._position < 0 or not (watched or self.hep is not None):
            self._position, self._last = reader.head, reader.count
            self._report()
            return False
        if self.hep is None and reader.count - self._last > BATCH:
            # Terminals alone follow, and could not be read any faster.
            self._count_hidden(reader.count - self._last)
            self._position, self._last = reader.head, reader.count
            return True
        taken = 0
        for record in reader.records(self._position):
            self._position = record.following
            self._pass_on(record, watched)
            taken += 1
            if taken == BATCH:
                break
        if not taken:
            self._position = max(self._position, reader.head)
        self._report()
        return taken > 0

    def _pass_on(self, record: TraceRecord, watched: bool) -> None:
        missed = record.number - self._last - 1
        self._last = record.number
        if self.hep is not None:
            self.hep.dropped += max(0, missed)
            self.hep.send(record)
        if watched:
            self._count_hidden(max(0, missed))
            self._show(record)

    def _show(self, record: TraceRecord) -> None:
        now = self._now()
        if now - self._second >= 1.0:
            self._report()
            self._second, self._shown = now, 0
        if self._shown >= LINES:
            self._count_hidden(1)
            return
        self._shown += 1
        self._tell(spoken(record))

    def _count_hidden(self, count: int) -> None:
        self._hidden += count

    def _report(self) -> None:
        """Tell of messages that were too many, once their second is over."""
        if self._hidden and self._now() - self._second >= 1.0:
            self._tell(f"*** {self._hidden} traced messages more; 'show trace' has them")
            self._hidden = 0
            self._second, self._shown = self._now(), 0

    def _tell(self, text: str) -> None:
        for line in self._lines.all():
            session = line.session
            if session.monitor is not None and session.tell is not None:
                session.tell([text])

    def _opened(self) -> RingReader | None:
        """Return the ring, opened anew when it was begun anew."""
        try:
            inode = self._path.stat().st_ino
            if self._reader is not None and self._reader.inode != inode:
                self._reader.close()
                self._reader = None
            if self._reader is None:
                self._reader = RingReader(self._path)
                self._position = -1 if self._position < 0 else 0
                self._last = 0 if self._position == 0 else self._last
        except (OSError, ValueError):
            self._position = max(self._position, 0)
            return None
        return self._reader

    def _password(self, sealed: str) -> str:
        try:
            return self._decrypted(sealed) if sealed else ""
        except SecretError as error:
            log.error("the password of the capture server cannot be read: %s", error)
            return ""


def spoken(record: TraceRecord) -> str:
    """Return a message as one line for a terminal."""
    message = read(record)
    numbers = ",".join(str(number) for number in range(1, TRACES + 1) if record.traces >> (number - 1) & 1)
    way = f"{host_port(message.source)} -> {host_port(message.destination)}"
    return f"*{clock(record.at_us)} UTC: sip trace {numbers}: {record.number}: {way}: {message.start}"
