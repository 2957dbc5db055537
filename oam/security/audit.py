"""The audit log: who did what, from where, when, with what result.

Records are queued by whoever has something to record and written by a thread of its own, so
that neither a slow disk nor a full one holds up a command. What cannot be kept is counted, and
the count becomes a record as soon as there is room.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.northbound.keyring import SecretError
from oam.security.audit_chain import KINDS, MAX_FIELD, MAX_TEXT, Record, clean
from oam.security.audit_reader import verify
from oam.security.audit_store import Store
from oam.slices import beside
from oam.threads import Writer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from core.northbound.keyring import Keyring
    from oam.notices import Notices
    from oam.security.audit_reader import Verdict

log = logging.getLogger("management")

MAX_WAITING: Final = 20_000
"""Records that wait for the disk; further ones are lost, and counted."""
MAX_WAITING_OCTETS: Final = 16 * 1024 * 1024
BATCH: Final = 100
"""Records written in one transaction: few, so that hashing them never keeps the shells waiting."""
RETRY_S: Final = 2.0
"""Wait before what failed is tried again."""
PIN_S: Final = 1.0
"""How often the copy of the chain's end is brought up to date."""
FIRST_CHECK_S: Final = 60.0
CHECK_S: Final = 86_400.0
"""How often the chain is walked without being asked to."""
BREATH_S: Final = 0.02
"""Rest between two steps of that walk: it has time."""

__all__ = ["KINDS", "Audit"]

_Failure = (OSError, sqlite3.Error, SecretError)


class Audit(Writer):
    """The audit log of one server; `start` begins to write it."""

    def __init__(self, state: Path, keyring: Keyring, notices: Notices, clock: Callable[[], float] = time.time) -> None:
        super().__init__("audit")
        self.state = state
        self._keyring = keyring
        self._notices = notices
        self._clock = clock
        self.subscribers: list[Callable[[Record], None]] = []
        """Told of every record, by whoever records it; must not wait."""
        self.maximum: Callable[[], int] = lambda: 1_000_000
        """Records kept."""
        self.written = 0
        """Records written since the start."""
        self.lost = 0
        """Records lost since the start, the disk being full or too slow."""
        self.failures = 0
        """Times that writing began to fail."""
        self.failure = ""
        """Why nothing can be written now; empty: all is well."""
        self.fault = ""
        """How the chain was found broken; empty: it was not, or has been walked since without a fault."""
        self.verified = False
        """The chain was walked to its end."""
        self._gap = 0
        """Of the lost records, those that no record tells of yet."""
        self._waiting: deque[Record] = deque()
        self._octets = 0
        self._store: Store | None = None
        self._pinned = 0

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
            clean(origin, MAX_FIELD),
            clean(address, MAX_FIELD),
            clean(line, MAX_FIELD),
            clean(command, MAX_TEXT),
            code,
            clean(before, MAX_TEXT),
            clean(after, MAX_TEXT),
        )
        self._queue(record)
        for subscriber in tuple(self.subscribers):
            try:
                subscriber(record)
            except Exception:
                log.exception("an audit record was not taken")

    def _queue(self, record: Record) -> None:
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

    def start(self) -> None:
        """Begin to write."""
        self._begin()

    def close(self) -> None:
        """Write what waits, for a few seconds at most, and end. Blocks."""
        self._end()

    def verification(self) -> AsyncGenerator[Verdict, None]:
        """Walk the chain beside the loop; the last verdict is the final one. Raises sqlite3.Error, SecretError."""
        return beside(verify(self.state, self._key()))

    async def watch(self) -> None:
        """Walk the chain soon after the start and once a day; a break is a notice."""
        await asyncio.sleep(FIRST_CHECK_S)
        while True:
            with contextlib.suppress(*_Failure):  # told of where it is written
                reason = ""
                async with contextlib.aclosing(self.verification()) as steps:
                    async for verdict in steps:
                        reason = verdict.reason
                        if reason:
                            self.broken(reason)
                        await asyncio.sleep(BREATH_S)
                if not reason:
                    self.whole()
            await asyncio.sleep(CHECK_S)

    def broken(self, reason: str) -> None:
        """Tell that the chain was found broken."""
        self.fault = reason
        self._notices.publish("audit-failed", f"the chain of the audit log is broken: {reason}", "critical")

    def whole(self) -> None:
        """Note that the chain was walked to its end without a fault."""
        self.fault, self.verified = "", True

    def _key(self) -> bytes:
        return self._keyring.derived("audit")

    def _write(self) -> None:
        """Write records until the end; what fails is tried again as long as we are not closing."""
        batch: list[Record] = []
        while True:
            try:
                if self._store is None:
                    self._open()
                batch = batch or self._take()
                assert self._store is not None
                if batch:
                    self._store.append(batch)
                    self.written += len(batch)
                    batch = []
                    self._store.prune(self.maximum())
                self._pin()
                self._recovered()
                if self._closing and not self._waiting and not self._gap:
                    break
            except _Failure as error:
                self._failed(str(error))
                if self._closing:
                    break
            except Exception as error:
                # A fault of ours: what it struck is dropped, or it would strike again.
                log.exception("audit records were not written")
                with self._changed:
                    self.lost += len(batch)
                    self._gap += len(batch)
                batch = []
                self._failed(type(error).__name__)
                if self._closing:
                    break
        self._shut()

    def _open(self) -> None:
        """Open the database; what it was found to lack becomes its first new record."""
        store = Store(self.state, self._key())
        if store.damage:
            self.fault = store.damage
            self._notices.publish("audit-failed", f"the audit log was damaged: {store.damage}", "critical")
            now = int(self._clock() * 1_000_000)
            try:
                store.append([Record(now, "broken", "", "system", "", "", clean(store.damage, MAX_TEXT), 1, "", "")])
            except BaseException:
                store.close()
                raise
        self._store = store

    def _take(self) -> list[Record]:
        """Wait for records; empty when there was none for a while, or at the end."""
        with self._changed:
            if not self._waiting and not self._gap and not self._closing:
                self._changed.wait(PIN_S)
            taken = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            self._octets -= sum(each.size() for each in taken)
            if self._gap and not self._waiting:
                text = f"{self._gap} records were lost: the disk was full or too slow"
                taken.append(Record(int(self._clock() * 1_000_000), "gap", "", "system", "", "", text, 1, "", ""))
                self._gap = 0
        return taken

    def _pin(self) -> None:
        """Bring the copy of the chain's end up to date, when it is time."""
        assert self._store is not None
        last = self._store.ends.last
        if last != self._pinned and (self._closing or not self._waiting):
            self._store.pin()
            self._pinned = last

    def _failed(self, why: str) -> None:
        if not self.failure:
            self.failures += 1
            self._notices.publish("audit-failed", f"the audit log cannot be written: {why}", "critical")
        self.failure = why
        self._shut()
        self._pause(RETRY_S)

    def _recovered(self) -> None:
        if self.failure:
            self.failure = ""
            self._notices.publish("audit-recovered", "the audit log is written again")

    def _shut(self) -> None:
        if self._store is not None:
            with contextlib.suppress(*_Failure):
                self._store.close()
            self._store = None
