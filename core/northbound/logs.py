"""Logging of every process: one logger an area (LOG_AREAS), at the severity configured, to stderr and to management.

Under systemd each line of stderr begins with its severity as `<N>`, elsewhere with the time. Management gets each
message as a datagram at `run/log.sock`; nobody waits for it: what it cannot be given yet is held, up to a bound, beyond
it counted, and is on stderr all the same. A message that repeats itself is folded, and an area that says too much is
held to a rate.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from core.northbound.settings import LOG_AREAS, SEVERITIES, LoggingSettings

NOTICE: Final = 25
"""Level of `notifications`."""
_LEVELS: Final = dict(zip(SEVERITIES, (70, 60, 50, 40, 30, NOTICE, 20, 10), strict=True))
SOCKET: Final = "log.sock"
"""Name of the socket, in the folder `run`, at which management takes messages."""
TEXT: Final = 8000
"""Characters of a message that management is given."""
HELD: Final = 200
"""Messages of one process that are held for a management that is not there."""
REPEATS: Final = 3
"""Times that one text is written within FOLD_S; then it is only counted."""
FOLD_S: Final = 60.0
FOLDED: Final = 256
"""Texts that are remembered."""


class LogLine(msgspec.Struct, frozen=True, array_like=True):
    """One message as management gets it."""

    process: str
    pid: int
    area: str
    severity: int
    """Place in SEVERITIES."""
    at: float
    """Seconds since 1970."""
    text: str


encode_line: Final = msgspec.msgpack.Encoder().encode
decode_line: Final = msgspec.msgpack.Decoder(LogLine).decode


def severity_of(level: int) -> int:
    """Return the place in SEVERITIES that a level of `logging` has."""
    return next((i for i, name in enumerate(SEVERITIES) if level >= _LEVELS[name]), 7)


class _Formatter(logging.Formatter):
    """`2026-11-22T21:34:04.123Z sipctl-oam[123] management warnings: text`."""

    def __init__(self, process: str, journal: bool) -> None:
        super().__init__()
        self._process = f"{process}[{os.getpid()}]"
        self._journal = journal

    def format(self, record: logging.LogRecord) -> str:
        severity = severity_of(record.levelno)
        text = f"{record.name} {SEVERITIES[severity]}: {whole_text(record)}"
        if self._journal:
            return "\n".join(f"<{severity}>{line}" for line in text.splitlines())
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        return f"{moment}.{int(record.msecs):03d}Z {self._process} {text}"


def whole_text(record: logging.LogRecord) -> str:
    """Return what a record says, its exception included."""
    text = record.getMessage()
    if record.exc_info:
        text += "\n" + logging.Formatter().formatException(record.exc_info)
    return text


class Limiter(logging.Filter):
    """Folds what repeats itself and holds each area to a rate; what it keeps back it tells later, as a number."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.rate = LoggingSettings().rate_limit
        """Messages a second of one area; 0: no bound."""
        self._clock = clock
        self._seen: dict[tuple[str, int, str], list[float]] = {}
        """Area, level, text: when it was first written, how often since, how often of these it was kept back."""
        self._second: dict[str, tuple[int, int, int]] = {}
        """Area: this second, messages in it, those kept back since it was last told."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether `record` is written; its text may be made to say what was kept back before it.

        One with a true `always` is, whatever came before it.
        """
        if getattr(record, "always", False):
            return True
        now = self._clock()
        if not self._within_rate(record, now):
            return False
        key = (record.name, record.levelno, record.getMessage())
        seen = self._seen.get(key)
        if seen is None or now - seen[0] >= FOLD_S:
            if seen is not None and seen[2]:
                _say(record, f"{int(seen[2])} more like this in the last {now - seen[0]:.0f} s")
            self._forget(now)
            self._seen.pop(key, None)
            self._seen[key] = [now, 1.0, 0.0]
            return True
        seen[1] += 1.0
        if seen[1] <= REPEATS:
            return True
        seen[2] += 1.0
        return False

    def _within_rate(self, record: logging.LogRecord, now: float) -> bool:
        second, count, lost = self._second.get(record.name, (-1, 0, 0))
        if int(now) != second:
            if lost and self.rate:
                _say(record, f"{lost} messages of this area were kept back before it, over {self.rate} a second")
                lost = 0
            second, count = int(now), 0
        is_within = not self.rate or count < self.rate
        self._second[record.name] = (second, count + 1, lost if is_within else lost + 1)
        return is_within

    def _forget(self, now: float) -> None:
        """Make room: what is old goes, then the oldest."""
        if len(self._seen) < FOLDED:
            return
        for key in [key for key, seen in self._seen.items() if now - seen[0] >= FOLD_S]:
            del self._seen[key]
        while len(self._seen) >= FOLDED:
            del self._seen[next(iter(self._seen))]


def _say(record: logging.LogRecord, more: str) -> None:
    record.msg = f"{record.getMessage()} ({more})"
    record.args = None


class Forwarder(logging.Handler):
    """Gives management every message, without ever waiting; what is said while it starts, it gets afterwards."""

    def __init__(self, process: str, path: Path) -> None:
        super().__init__()
        self._process = process
        self._path = str(path)
        self._socket: socket.socket | None = None
        self._held: deque[bytes] = deque()
        self.dropped = 0
        """Messages that found no room, with management not there, or not reading in time."""

    def emit(self, record: logging.LogRecord) -> None:
        """Send `record`; never raises."""
        try:
            text = whole_text(record)[:TEXT]
            line = LogLine(self._process, os.getpid(), record.name, severity_of(record.levelno), record.created, text)
            octets = encode_line(line)
        except (ValueError, TypeError, UnicodeError):
            self.dropped += 1
            return
        self._held.append(octets)
        self.send_held()

    def send_held(self) -> None:
        """Send what waits, as far as management takes it; from time to time, and with each message. Never raises."""
        try:
            if self._held and self._socket is None:
                self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                self._socket.setblocking(False)
            while self._held:
                self._socket.sendto(self._held[0], self._path)  # type: ignore[union-attr]
                self._held.popleft()
        except OSError:
            while len(self._held) > HELD:
                self._held.pop()
                self.dropped += 1

    def close(self) -> None:
        """Let go of the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        super().close()


class Output(logging.Handler):
    """All that a process logs goes through here once: kept back or given to every sink."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.limiter = Limiter()
        stderr = logging.StreamHandler()
        stderr.setFormatter(_Formatter(process, "JOURNAL_STREAM" in os.environ))
        self.sinks: list[logging.Handler] = [stderr]

    def emit(self, record: logging.LogRecord) -> None:
        """Write `record`, unless it is one too many."""
        if self.limiter.filter(record):
            for sink in self.sinks:
                sink.handle(record)


def set_up(process: str) -> Output:
    """Send this process's log to stderr; `process` names it in every line. Call once, at the start."""
    output = Output(process)
    root = logging.getLogger()
    root.handlers[:] = [output]
    root.setLevel(logging.WARNING)
    set_levels(LoggingSettings())
    return output


def forward(process: str, run: Path) -> Forwarder:
    """Send this process's log to management too, at the socket in the folder `run`."""
    forwarder = Forwarder(process, run / SOCKET)
    for handler in logging.getLogger().handlers:
        if isinstance(handler, Output):
            handler.sinks.append(forwarder)
    return forwarder


def send_held() -> None:
    """Send what is held for management, wherever this process holds it."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, Output):
            for sink in handler.sinks:
                if isinstance(sink, Forwarder):
                    sink.send_held()


def set_levels(settings: LoggingSettings) -> None:
    """Put the configured severities and the rate in force."""
    chosen = dict(settings.areas)
    for area in LOG_AREAS:
        logging.getLogger(area).setLevel(_LEVELS[chosen.get(area, settings.level)])
    for handler in logging.getLogger().handlers:
        if isinstance(handler, Output):
            handler.limiter.rate = settings.rate_limit
