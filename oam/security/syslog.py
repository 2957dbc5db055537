"""Audit records, notices and messages of the log sent to syslog hosts (RFC 5424).

Over UDP, TCP (RFC 6587 §3.4.1) and TLS (RFC 5425).

Every host has a queue and a task of its own: one that is slow or away holds up nobody, loses only
what no longer fits into its queue, and has that counted.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import ssl
import time
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.northbound.settings import SEVERITIES
from oam.fault.catalogue import CAUSES, EVENT_TYPES, TRENDS
from oam.fault.event import AlarmEvent, trend
from oam.notices import weight
from oam.outlets import Outlets, reason
from oam.security.certificate import client_context
from oam.settings.audit import SyslogHost
from oam.settings.logs import LogHost
from oam.times import iso

if TYPE_CHECKING:
    from oam.config.store import ConfigurationStore
    from oam.log.entry import Entry
    from oam.notices import ManagementNotice, Notices
    from oam.security.audit_chain import Record

ENTERPRISE: Final = 32473
"""Private enterprise number in the names of structured data (RFC 5612)."""
AUDIT: Final = 13
"""Facility of audit records: log audit."""
DAEMON: Final = 3
"""Facility of notices: system daemons."""
WARNING: Final = 4
INFORMATIONAL: Final = 6

WAITING: Final = 2000
"""Messages that wait for one host."""
UDP_OCTETS: Final = 2048
"""Longest message that a receiver should take (RFC 5424 §6.1)."""
STREAM_OCTETS: Final = 8192
VALUE: Final = 1000
"""Longest value of structured data, in characters."""
CONNECT_S: Final = 10.0
STALL_S: Final = 10.0
"""A host that takes nothing for so long is connected to anew."""
SETTLED_S: Final = 5.0
"""A datagram that nobody has sent back for so long has arrived."""
BACK_OFF_S: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""Waits between attempts; the last one repeats."""

_PORTS: Final = {"udp": 514, "tcp": 514, "tls": 6514}
_SYSLOG_BOM: Final = "\ufeff"


def of_record(record: Record, hostname: str, limit: int) -> bytes:
    """Write an audit record as a message of at most `limit` octets."""
    values = {"user": record.user, "origin": record.origin, "address": record.address, "line": record.line}
    values["code"] = str(record.code)
    failed = record.code or record.kind in ("login-failed", "gap", "broken")
    changes = {"before": record.before, "after": record.after}
    text = record.command or record.kind
    priority = AUDIT * 8 + (WARNING if failed else INFORMATIONAL)
    head = _head(priority, record.at_us / 1_000_000, hostname, record.kind)
    whole = _message(head, "audit", values | {name: text for name, text in changes.items() if text}, text)
    return whole if len(whole) <= limit else _cut(_message(head, "audit", values, text), limit)


def of_notice(notice: ManagementNotice, hostname: str, limit: int, facility: int = DAEMON) -> bytes:
    """Write a notice as a message of at most `limit` octets."""
    severity = SEVERITIES.index(notice.severity) if notice.severity in SEVERITIES else 5
    head = _head(facility * 8 + severity, notice.at, hostname, notice.kind)
    if notice.alarm is None:
        return _cut(_message(head, "notice", {"kind": notice.kind}, notice.text), limit)
    values = {"kind": notice.kind, **_numbers(notice.alarm)}
    return _cut(_message(head, "notice", values, notice.text, _alarm(notice.alarm)), limit)


def _numbers(event: AlarmEvent) -> dict[str, str]:
    """Return what an alarm's raising and clearing have in common, and what shows that one was missed."""
    return {"alarm": str(event.number), "id": str(event.id), "sequence": str(event.sequence), "what": event.happening}


def _alarm(event: AlarmEvent) -> str:
    """Write the element that RFC 5674 §3 has for alarms."""
    values = {
        "resource": event.object,
        "probableCause": CAUSES[event.cause],
        "perceivedSeverity": event.severity,
        "eventType": EVENT_TYPES[event.event_type],
        "trendIndication": TRENDS[trend(event)],
    }
    return "[alarm" + "".join(f' {key}="{_value(value)}"' for key, value in values.items()) + "]"


def of_entry(entry: Entry, hostname: str, limit: int, facility: int) -> bytes:
    """Write a message of the log as a message of at most `limit` octets (RFC 5424 §7.3.1: its number)."""
    if entry.notice is not None:
        return of_notice(entry.notice, hostname, limit, facility)
    line = entry.line
    head = _head(facility * 8 + line.severity, line.at, hostname, line.area, line.process, line.pid)
    text = " / ".join(line.text.splitlines())
    mark = "" if text.isascii() else _SYSLOG_BOM
    number = (entry.sequence - 1) % 2_147_483_647 + 1
    return _cut(f'{head} [meta sequenceId="{number}"] {mark}{text}'.encode("utf-8", "replace"), limit)


def _head(priority: int, at: float, hostname: str, kind: str, process: str = "sipctl", pid: int = 0) -> str:
    moment = iso(at, 6)
    return f"<{priority}>1 {moment} {hostname or '-'} {process[:48]} {pid or os.getpid()} {kind[:32] or '-'}"


def _message(head: str, name: str, values: dict[str, str], text: str, before: str = "") -> bytes:
    """Write a message with an element of ours, `before` it another one."""
    data = "".join(f' {key}="{_value(value)}"' for key, value in values.items() if value)
    text = " / ".join(text.splitlines())
    mark = "" if text.isascii() else _SYSLOG_BOM
    return f"{head} {before}[{name}@{ENTERPRISE}{data}] {mark}{text}".encode("utf-8", "replace")


def _value(text: str) -> str:
    """Escape a value of structured data (RFC 5424 §6.3.3)."""
    text = " / ".join(text[:VALUE].splitlines())
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")


def _cut(message: bytes, limit: int) -> bytes:
    """Cut a message, between two characters; the structured data is short enough to stay whole."""
    return message if len(message) <= limit else message[:limit].decode("utf-8", "ignore").encode()


class Host:
    """One syslog host and what waits for it."""

    def __init__(self, settings: SyslogHost, state: Path, notices: Notices) -> None:
        self.settings = settings
        self._state = state
        self._notices = notices
        self._waiting: deque[bytes] = deque()
        self._more = asyncio.Event()
        self.sent = 0
        self.dropped = 0
        """Messages that found the queue full."""
        self.error = ""
        """Why nothing can be sent now."""
        self.connected = False
        self._failed_at = (0.0, 0)
        """When it failed last, monotonic, and how many had been sent by then."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name=f"syslog {settings.address}")

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.settings.port or _PORTS[self.settings.transport]

    @property
    def limit(self) -> int:
        """Longest message it is sent, in octets."""
        return UDP_OCTETS if self.settings.transport == "udp" else STREAM_OCTETS

    @property
    def waiting(self) -> int:
        """Messages in its queue."""
        return len(self._waiting)

    def put(self, message: bytes) -> None:
        """Queue a message; never waits."""
        if len(self._waiting) >= WAITING:
            self.dropped += 1
            return
        self._waiting.append(message)
        self._more.set()

    async def close(self) -> None:
        """Give up."""
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        """Connect and send, for ever; what failed is tried again, later and later."""
        attempt = 0
        while True:
            sent = self.sent
            try:
                await (self._datagrams() if self.settings.transport == "udp" else self._stream())
            except (OSError, TimeoutError) as error:
                self._failed(reason(error) or "it takes nothing")
            finally:
                self.connected = False
            attempt = 0 if self.sent > sent else attempt
            await asyncio.sleep(BACK_OFF_S[min(attempt, len(BACK_OFF_S) - 1)])
            attempt += 1

    def _failed(self, why: str) -> None:
        if not self.error:
            where = f"{self.settings.address} port {self.port} over {self.settings.transport}"
            self._notices.publish("syslog-failed", f"syslog host {where}: {why}", "warnings")
        self.error = why
        self._failed_at = (time.monotonic(), self.sent)

    def _settled(self) -> None:
        """Take a host of datagrams for well again: the host's refusal comes only after what was sent."""
        at, sent = self._failed_at
        if self.error and self.sent > sent and time.monotonic() - at >= SETTLED_S:
            self.error = ""

    async def _datagrams(self) -> None:
        family = socket.AF_INET6 if ":" in self.settings.address else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            loop = asyncio.get_running_loop()
            sender.connect((self.settings.address, self.port))
            self.connected = True
            while True:
                while self._waiting:
                    await loop.sock_sendall(sender, self._waiting[0])
                    self._waiting.popleft()
                    self.sent += 1
                    self._settled()
                self._more.clear()
                try:
                    async with asyncio.timeout(SETTLED_S):
                        await self._more.wait()
                    continue
                except TimeoutError:
                    if code := sender.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                        raise OSError(code, os.strerror(code)) from None
                self._settled()
                await self._more.wait()

    async def _stream(self) -> None:
        tls = await asyncio.to_thread(self._context) if self.settings.transport == "tls" else None
        async with asyncio.timeout(CONNECT_S):
            reader, writer = await asyncio.open_connection(self.settings.address, self.port, ssl=tls)
        writer.transport.set_write_buffer_limits(high=STREAM_OCTETS)

        async def send(message: bytes) -> None:
            writer.write(b"%d %s" % (len(message), message))
            async with asyncio.timeout(STALL_S):
                await writer.drain()

        sending = asyncio.ensure_future(self._drain(send))
        # A syslog server says nothing: whatever is read is its going away.
        ended = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait([sending, ended], return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
            raise ConnectionResetError("the host closed the connection")
        finally:
            for task in (sending, ended):
                task.cancel()
            await asyncio.wait([sending, ended])
            for task in (sending, ended):
                with contextlib.suppress(asyncio.CancelledError):
                    task.exception()
            writer.transport.abort()

    def _context(self) -> ssl.SSLContext:
        return client_context(self._state, self.settings.ca)

    async def _drain(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        """Send what waits, as it comes; a message leaves the queue when it is sent."""
        self.connected = True
        while True:
            while self._waiting:
                await send(self._waiting[0])
                self._waiting.popleft()
                self.sent += 1
                self.error = ""
            self._more.clear()
            await self._more.wait()


class Syslog(Outlets[SyslogHost, Host]):
    """The configured syslog hosts."""

    def __init__(self, configuration: ConfigurationStore, state: Path, notices: Notices) -> None:
        super().__init__(
            configuration,
            lambda running: (*running.audit.hosts, *running.logging.hosts),
            lambda settings: Host(settings, state, notices),
        )

    @property
    def hosts(self) -> dict[SyslogHost, Host]:
        """The hosts by their settings."""
        return self.all

    def take_record(self, record: Record) -> None:
        """Send an audit record to every host of the audit log."""
        hostname = self._configuration.running.hostname
        for host in self.hosts.values():
            if not isinstance(host.settings, LogHost):
                host.put(of_record(record, hostname, host.limit))

    def take_notice(self, notice: ManagementNotice) -> None:
        """Send a notice to every host of the audit log, and what is about an alarm to the hosts of the log too.

        They get all other notices as messages of the log, which a level or a rate may keep back there.
        """
        running = self._configuration.running
        for host in self.hosts.values():
            if not isinstance(host.settings, LogHost):
                host.put(of_notice(notice, running.hostname, host.limit))
            elif notice.alarm is not None and weight(notice) <= SEVERITIES.index(host.settings.level):
                facility = running.logging.facility_of("management")
                host.put(of_notice(notice, running.hostname, host.limit, facility))

    def take_entry(self, entry: Entry) -> None:
        """Send a message of the log to every host of the log that wants it; alarms come by `take_notice`."""
        if entry.notice is not None and entry.notice.alarm is not None:
            return
        running = self._configuration.running
        for host in self.hosts.values():
            if isinstance(host.settings, LogHost) and entry.line.severity <= SEVERITIES.index(host.settings.level):
                facility = running.logging.facility_of(entry.line.area)
                host.put(of_entry(entry, running.hostname, host.limit, facility))
