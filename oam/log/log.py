"""The log of the whole server: every process's messages, numbered, kept, written to a file, sent to syslog hosts.

Signalling and the supervisor send theirs as datagrams (`core.northbound.logs`); those of management come by a
handler of this process. Taking a message never waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound.logs import SOCKET, LogLine, Output, decode_line, severity_of, whole_text
from core.northbound.settings import LOG_AREAS, SEVERITIES
from oam.log.entry import Entry, read
from oam.log.file import LogFile, tail
from oam.shell.printable import clean

if TYPE_CHECKING:
    from oam.config.store import ConfigurationStore
    from oam.config.tree import Configuration
    from oam.settings.logs import LogSettings

PROCESS: Final = "sipctl-oam"
BATCH: Final = 200
"""Messages taken from the socket in one loop turn."""
_OCTETS: Final = 65_536
_RECEIVE_OCTETS: Final = 1_048_576


class Log:
    """The log; `start` opens the socket and takes what this process says."""

    def __init__(self, state: Path, configuration: ConfigurationStore) -> None:
        self._state = state
        self._configuration = configuration
        self.buffer: deque[Entry] = deque(maxlen=self._settings.buffer_size)
        self.sequence = 0
        """Of the message taken last."""
        self.malformed = 0
        """Datagrams that were no message."""
        self.file: LogFile | None = None
        self.subscribers: list[Callable[[Entry], None]] = []
        """Called in the event loop; must not wait and must not log."""
        self._socket: socket.socket | None = None
        self._handler: _OwnHandler | None = None

    @property
    def _settings(self) -> LogSettings:
        return self._configuration.running.logging

    def start(self) -> None:
        """Read the end of the file, so that numbers and buffer go on, and take messages from now on."""
        for text in tail(self._state):
            entry = read(text)
            if entry is not None:
                self.sequence = max(self.sequence, entry.sequence)
                self.buffer.append(entry)
        self._configuration.observers.append(self._follow)
        self._follow(None, self._configuration.running)
        self._listen()
        self._handler = _OwnHandler(self)
        for handler in logging.getLogger().handlers:
            if isinstance(handler, Output):
                handler.sinks.append(self._handler)

    def close(self) -> None:
        """Take nothing more; what waits for the disk is written."""
        with contextlib.suppress(ValueError):
            self._configuration.observers.remove(self._follow)
        for handler in logging.getLogger().handlers:
            if isinstance(handler, Output) and self._handler in handler.sinks:
                handler.sinks.remove(self._handler)
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
            self._socket.close()
            self._socket = None
        if self.file is not None:
            self.file.close()
            self.file = None

    def take(self, line: LogLine, record: logging.LogRecord | None = None) -> None:
        """Take one message, in the event loop."""
        settings = self._settings
        self.sequence += 1
        line = msgspec.structs.replace(line, text="\n".join(clean(part) for part in line.text.splitlines()))
        entry = Entry(self.sequence, line, getattr(record, "notice", None))
        if line.severity <= SEVERITIES.index(settings.buffer_level):
            self.buffer.append(entry)
        if self.file is not None and line.severity <= SEVERITIES.index(settings.file_level):
            self.file.put(entry.written())
        for subscriber in tuple(self.subscribers):
            subscriber(entry)

    def _follow(self, _old: Configuration | None, new: Configuration) -> None:
        settings = new.logging
        if self.buffer.maxlen != settings.buffer_size:
            self.buffer = deque(self.buffer, maxlen=settings.buffer_size)
        if self.file is not None and not settings.file:
            threading.Thread(target=self.file.close, name="log file ends", daemon=True).start()
            self.file = None
        elif settings.file and self.file is None:
            self.file = LogFile(self._state, settings.file_mib * 1024 * 1024, settings.file_keep)
        elif self.file is not None:
            self.file.octets = settings.file_mib * 1024 * 1024
            self.file.keep = settings.file_keep

    def _listen(self) -> None:
        """Open the socket at which the other processes' messages come; without it they are on stderr alone."""
        path = self._state / "run" / SOCKET
        try:
            path.unlink(missing_ok=True)
            sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            sock.setblocking(False)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_OCTETS)
            sock.bind(str(path))
            os.chmod(path, 0o600)
        except OSError as error:
            logging.getLogger("management").error("the log of other processes is not taken: %s", error)
            return
        self._socket = sock
        asyncio.get_running_loop().add_reader(sock.fileno(), self._receive)

    def _receive(self) -> None:
        for _ in range(BATCH):
            try:
                line = decode_line(self._socket.recv(_OCTETS))  # type: ignore[union-attr]
            except OSError:
                return
            except (msgspec.MsgspecError, UnicodeError):
                self.malformed += 1
                continue
            if line.area not in LOG_AREAS or not 0 <= line.severity < len(SEVERITIES):
                self.malformed += 1
                continue
            self.take(line)


class _OwnHandler(logging.Handler):
    """Brings what this process logs, from whatever thread, into the event loop."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Take `record`; never raises."""
        severity = severity_of(record.levelno)
        line = LogLine(PROCESS, os.getpid(), record.name, severity, record.created, whole_text(record))
        if threading.get_ident() == self._thread:
            self._log.take(line, record)
            return
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody listens any more
            self._loop.call_soon_threadsafe(self._log.take, line, record)
