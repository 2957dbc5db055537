"""What an operator should hear of without having asked: one bus for the whole of management.

Whoever notices something publishes it; the log, the terminals that monitor, the syslog hosts and
the hooks of automation take it from here. Publishing never waits and never fails.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final, NamedTuple

from core.northbound.logs import NOTICE
from core.northbound.notices import (
    EmergencyFailed,
    InternalError,
    Notice,
    OverloadBegan,
    OverloadEnded,
    TableFull,
    TableRelieved,
    TrunkDown,
    TrunkUp,
    WorkerStarted,
)
from core.northbound.settings import SEVERITIES
from oam.fault.event import LEVELS, AlarmEvent

log = logging.getLogger("management")

KEPT: Final = 500
"""Notices kept for `show notices`."""
MAX_TEXT: Final = 1000

KINDS: Final = {
    "address-banned": "An address is banned by itself",
    "address-released": "The ban of an address is over",
    "alarm-acknowledged": "An alarm was acknowledged, shelved or unshelved",
    "alarm-changed": "The severity of an alarm has changed",
    "alarm-cleared": "An alarm is over",
    "alarm-raised": "An alarm has been raised",
    "archive-failed": "A version of the configuration could not be kept",
    "audit-failed": "The audit log cannot be written, or its chain is broken",
    "audit-recovered": "The audit log is written again",
    "commit-unconfirmed": "A commit was not confirmed in time",
    "config-changed": "The configuration was changed",
    "config-unlocked": "The lock of the configuration was taken from its holder",
    "emergency-failed": "An emergency call was refused or failed",
    "event-suppressed": "Notices for a command list on an event are dropped: too many wait for its next run",
    "host-key-damaged": "An SSH host key cannot be used",
    "internal-error": "A fault in signalling",
    "job-failed": "A scheduled command list failed",
    "login-failed": "Somebody failed to log in",
    "login-locked": "An account or an address is locked after failed logins",
    "notification-failed": "A web or mail server, or an SNMP host, does not take notices",
    "overload-began": "New requests are refused because there are too many",
    "overload-ended": "Nothing is refused for overload any more",
    "rollback": "An older configuration was put in force",
    "server-unreachable": "An AAA server does not answer",
    "syslog-failed": "A syslog host cannot be reached",
    "table-full": "A table of signalling is full",
    "table-relieved": "A table of signalling has room again",
    "telnet-on": "Telnet, which shows passwords to the network, is enabled",
    "trace-ended": "A trace of signalling has ended",
    "trace-started": "Signalling is traced",
    "trunk-down": "A trunk does not answer and takes no calls",
    "trunk-up": "A trunk answers again",
    "worker-started": "The signalling process has started",
}
"""Kind of notice: help."""

_LEVELS: Final = {
    "emergencies": logging.CRITICAL,
    "alerts": logging.CRITICAL,
    "critical": logging.CRITICAL,
    "errors": logging.ERROR,
    "warnings": logging.WARNING,
    "notifications": NOTICE,
    "informational": logging.INFO,
    "debugging": logging.DEBUG,
}

AUTOMATIC: ContextVar[bool] = ContextVar("automatic", default=False)
"""Whether what runs now was started by an event: its own notices must not start events."""


class ManagementNotice(NamedTuple):
    """One thing to hear of."""

    kind: str
    """Key of KINDS."""
    text: str
    severity: str
    """As in `logging level`."""
    at: float
    """Seconds of the epoch."""
    automatic: bool = False
    """It came of a command list that an event had started."""
    alarm: AlarmEvent | None = None
    """What happened to which alarm, where it is about one."""


def weight(notice: ManagementNotice) -> int:
    """Return the place in SEVERITIES by which it is chosen who hears of a notice.

    Whoever was told of an alarm is told also of its end, which is no more than a notification by itself.
    """
    severities = [notice.severity]
    if notice.alarm is not None:
        severities += [LEVELS[each] for each in (notice.alarm.severity, notice.alarm.before) if each]
    return min(SEVERITIES.index(each) for each in severities)


TRIGGER: ContextVar[tuple[ManagementNotice, ...]] = ContextVar("trigger", default=())
"""The notices that started what runs now, oldest first; none: no event did."""

Subscriber = Callable[[ManagementNotice], None]
"""Called in the event loop; must not wait."""


class Notices:
    """The bus."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self.subscribers: list[Subscriber] = []
        self.recent: deque[ManagementNotice] = deque(maxlen=KEPT)
        self.counts: Counter[str] = Counter()
        """Notices published, by kind."""
        self._thread = threading.get_ident()
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None

    def publish(self, kind: str, text: str, severity: str = "notifications", alarm: AlarmEvent | None = None) -> None:
        """Tell everybody; from any thread. Never waits, never raises."""
        text = "".join(each if each.isprintable() else " " for each in text[:MAX_TEXT])
        notice = ManagementNotice(kind, text, severity, self._clock(), AUTOMATIC.get(), alarm)
        # An alarm is kept back by no rate: who missed its end would take it for active.
        extra = {"notice": notice, "always": alarm is not None}
        log.log(_LEVELS.get(severity, NOTICE), "%s: %s", kind, text, extra=extra)
        if threading.get_ident() == self._thread or self._loop is None:
            self._deliver(notice)
            return
        try:
            self._loop.call_soon_threadsafe(self._deliver, notice)
        except RuntimeError:  # the loop has ended: nobody listens any more
            return

    def _deliver(self, notice: ManagementNotice) -> None:
        self.counts[notice.kind] += 1
        self.recent.append(notice)
        for subscriber in tuple(self.subscribers):
            try:
                subscriber(notice)
            except Exception:
                log.exception("a notice was not taken")

    def from_worker(self, notice: Notice) -> None:
        """Publish what a worker reports unasked."""
        match notice:
            case WorkerStarted(worker, compiled, calls):
                form = "compiled" if compiled else "plain"
                self.publish("worker-started", f"worker {worker} is ready, {form} core, {calls} calls restored")
            case TableFull(table, limit):
                self.publish("table-full", f"table {table} is full ({limit}): requests are refused", "warnings")
            case TableRelieved(table):
                self.publish("table-relieved", f"table {table} has room again")
            case TrunkDown(trunk, reason):
                self.publish("trunk-down", f"trunk {trunk} is down: {reason}", "errors")
            case TrunkUp(trunk):
                self.publish("trunk-up", f"trunk {trunk} is up again")
            case OverloadBegan(level, indicator, limit):
                text = f"level {level}, {indicator} is too high: {limit} new calls a second are let in"
                self.publish("overload-began", text, "warnings")
            case OverloadEnded(seconds):
                self.publish("overload-ended", f"nothing is refused any more, after {seconds} s")
            case EmergencyFailed(number, status, call_id):
                self.publish("emergency-failed", f"emergency call to {number} got {status}, {call_id}", "critical")
            case InternalError(where, what):
                self.publish("internal-error", f"fault in {where}: {what}", "errors")
