"""Notices sent to web and mail servers; every target has a queue and a task of its own.

The library calls block, so they are made in threads; one that takes its time holds up its own target alone.
"""

from __future__ import annotations

import asyncio
import http.client
import itertools
import smtplib
import ssl
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from core.northbound.keyring import Keyring, SecretError
from oam.notification.message import as_json, as_mail
from oam.outlets import Outlets, reason
from oam.security.certificate import client_context
from oam.settings.notification import NotificationTarget

if TYPE_CHECKING:
    from oam.config.store import ConfigurationStore
    from oam.notices import ManagementNotice, Notices

WAITING: Final = 100
"""Notices that wait for one target."""
ATTEMPTS: Final = 3
"""Times that a server is asked which refuses a notice for good."""
PATIENCE_S: Final = 3600.0
"""How long a notice waits for a server that is away, or says that it will be well again."""
TIMEOUT_S: Final = 10.0
"""Longest wait for a server, each time something is waited for."""
BACK_OFF_S: Final = (2.0, 10.0, 30.0)
"""Waits between attempts; the last one repeats."""
_LATER: Final = (408, 425, 429)
"""Statuses of HTTP, besides 5xx, that ask to come again (RFC 9110 §15.5, RFC 8470, RFC 6585)."""


class Waiting(NamedTuple):
    """One notice that waits."""

    notice: ManagementNotice
    hostname: str
    since: float
    """Monotonic."""


class RefusedError(ValueError):
    """The server, or what is configured for it, does not take a notice, and will not later either."""


class Target:
    """One target and what waits for it."""

    def __init__(self, settings: NotificationTarget, state: Path, keyring: Keyring, notices: Notices) -> None:
        self.settings = settings
        self._state = state
        self._keyring = keyring
        self._notices = notices
        self._waiting: deque[Waiting] = deque()
        self._more = asyncio.Event()
        self.sent = 0
        self.dropped = 0
        """Notices that found the queue full."""
        self.failed = 0
        """Notices given up: refused, or too old."""
        self.error = ""
        """Why the last attempt failed; empty when it did not."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name=f"notification target {settings.name}")

    @property
    def waiting(self) -> int:
        """Notices in its queue."""
        return len(self._waiting)

    def put(self, notice: ManagementNotice, hostname: str) -> bool:
        """Queue a notice; False when there is no room. Never waits."""
        if len(self._waiting) >= WAITING:
            self.dropped += 1
            return False
        self._waiting.append(Waiting(notice, hostname, time.monotonic()))
        self._more.set()
        return True

    async def close(self) -> None:
        """Give up."""
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        while True:
            while self._waiting:
                await self._deliver(self._waiting[0])
                self._waiting.popleft()
            self._more.clear()
            await self._more.wait()

    async def _deliver(self, waiting: Waiting) -> None:
        """Send a notice until it is taken, is refused for good, or has grown too old."""
        refusals = 0
        for attempt in itertools.count():
            try:
                await asyncio.to_thread(self._send, waiting.notice, waiting.hostname)
            except (OSError, http.client.HTTPException, smtplib.SMTPException, SecretError, ValueError) as error:
                self._note(reason(error) or type(error).__name__)
                refusals += _is_final(error)
            else:
                self.sent += 1
                self.error = ""
                return
            if refusals == ATTEMPTS or time.monotonic() - waiting.since >= PATIENCE_S:
                self.failed += 1
                return
            await asyncio.sleep(BACK_OFF_S[min(attempt, len(BACK_OFF_S) - 1)])

    def _note(self, why: str) -> None:
        if not self.error:
            self._notices.publish("notification-failed", f"notification target {self.settings.name}: {why}", "warnings")
        self.error = why

    def _send(self, notice: ManagementNotice, hostname: str) -> None:
        """Send one notice, in a thread. Raises OSError, HTTPException, SMTPException, SecretError, ValueError."""
        if self.settings.mail.server:
            self._mail(notice, hostname)
        elif self.settings.webhook:
            self._post(as_json(notice, hostname))
        else:
            raise RefusedError("neither webhook nor mail is configured")

    def _post(self, body: bytes) -> None:
        parts = urlsplit(self.settings.webhook)
        host = parts.hostname or ""
        connection = (
            http.client.HTTPSConnection(host, parts.port, timeout=TIMEOUT_S, context=self._tls())
            if parts.scheme == "https"
            else http.client.HTTPConnection(host, parts.port, timeout=TIMEOUT_S)
        )
        headers = {"Content-Type": "application/json", "User-Agent": "sipctl"}
        if self.settings.token:
            headers["Authorization"] = f"Bearer {self._keyring.decrypted(self.settings.token)}"
        try:
            connection.request("POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, headers)
            status = connection.getresponse().status
        finally:
            connection.close()
        if not 200 <= status < 300:
            why = f"the server answered {status}"
            raise http.client.HTTPException(why) if status >= 500 or status in _LATER else RefusedError(why)

    def _mail(self, notice: ManagementNotice, hostname: str) -> None:
        settings = self.settings.mail
        with smtplib.SMTP(settings.server, settings.port, timeout=TIMEOUT_S) as server:
            if self.settings.starttls:
                server.starttls(context=self._tls())
            server.send_message(as_mail(notice, hostname, settings))

    def _tls(self) -> ssl.SSLContext:
        return client_context(self._state, self.settings.ca)


def _is_final(error: Exception) -> bool:
    """Whether asking again is of little use (RFC 5321 §4.2.1: 5yz)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code >= 500
    if isinstance(error, OSError):  # certificates that do not fit among them: somebody puts that right
        return isinstance(error, smtplib.SMTPNotSupportedError)
    return isinstance(error, ValueError | SecretError)


class Targets(Outlets[NotificationTarget, Target]):
    """The configured targets; one that is shut down is none."""

    def __init__(self, configuration: ConfigurationStore, state: Path, keyring: Keyring, notices: Notices) -> None:
        super().__init__(
            configuration,
            lambda running: (each for each in running.notification_targets if not each.shutdown),
            lambda settings: Target(settings, state, keyring, notices),
        )

    @property
    def targets(self) -> dict[str, Target]:
        """The targets by their names."""
        return {settings.name: target for settings, target in self.all.items()}
