"""Logging in over SSH: what the protocol asks, answered by `Security`.

Password, public key and keyboard-interactive end in the same place. The last is a conversation:
each question that `Security` asks becomes a challenge, so that a second factor or a new password
are asked for as they are on a terminal (RFC 4256).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import asyncssh

from oam.security.login import Identity, LoginError, Security, Source

if TYPE_CHECKING:
    from oam.settings.access import SshSettings

log = logging.getLogger("management")

KEYS_OFFERED: Final = 20
"""Public keys that one connection may offer; an agent tries all it has."""
NAME_OCTETS: Final = 64
_LANGUAGE: Final = "en-US"
Challenge = bool | tuple[str, str, str, list[tuple[str, bool]]]


class Conversation:
    """Questions and answers of one keyboard-interactive login."""

    def __init__(self, security: Security, source: Source, name: str) -> None:
        self._asked: asyncio.Queue[tuple[str, bool]] = asyncio.Queue(1)
        self._answered: asyncio.Queue[str] = asyncio.Queue(1)
        self._task = asyncio.create_task(security.converse(self._ask, source, name))
        self.identity: Identity | None = None

    async def _ask(self, prompt: str, secret: bool) -> str:
        await self._asked.put((prompt, secret))
        return await self._answered.get()

    async def next(self) -> Challenge:
        """Return the next question, True when the client is let in, False when it is not."""
        asking = asyncio.create_task(self._asked.get())
        try:
            await asyncio.wait([asking, self._task], return_when=asyncio.FIRST_COMPLETED)
            if asking.done():
                prompt, secret = asking.result()
                return "", "", _LANGUAGE, [(prompt, not secret)]
        finally:
            asking.cancel()
        with contextlib.suppress(LoginError):
            self.identity = self._task.result()
        return self.identity is not None

    async def answer(self, text: str) -> Challenge:
        """Give the answer to the last question."""
        await self._answered.put(text)
        return await self.next()

    def stop(self) -> None:
        """The client asks no more."""
        self._task.cancel()
        self._task.add_done_callback(_forget)


def _forget(task: asyncio.Task[Identity]) -> None:
    if not task.cancelled():
        task.exception()


class Login(asyncssh.SSHServer):
    """One connection's way in."""

    def __init__(self, security: Security, address: str, settings: SshSettings, banner: str) -> None:
        self._security = security
        self._source = Source("ssh", address)
        self._settings = settings
        self._banner = banner
        self._connection: asyncssh.SSHServerConnection | None = None
        self._welcome: dict[str, Identity] = {}
        """Who may come in under which name, once the protocol has proved it."""
        self._conversation: Conversation | None = None
        self.failures = 0
        """Attempts to log in that failed."""
        self._keys = 0
        self.identity: Identity | None = None
        """Who has come in."""
        self.on_welcome: Callable[[], None] = lambda: None
        """Called when somebody has logged in."""
        self.timed_out = False
        """Nobody had logged in in time."""
        self.closed = asyncio.Event()

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """The connection stands."""
        self._connection = conn

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._hush()
        self.timed_out = self.identity is None and isinstance(exc, asyncssh.ConnectionLost) and "timeout" in str(exc)
        self.closed.set()

    def begin_auth(self, username: str) -> bool:
        """Greet; somebody must always log in."""
        if self._banner and self._connection is not None:
            self._connection.send_auth_banner(self._banner)
            self._banner = ""
        return True

    def auth_completed(self) -> None:
        """The protocol has proved what the client claims."""
        assert self._connection is not None
        self.identity = self._welcome.get(self._connection.get_extra_info("username"))
        if self.identity is None:
            self._connection.abort()
            return
        self._hush()
        self.on_welcome()

    def password_auth_supported(self) -> bool:
        """Whether a password may be tried (once more)."""
        return self._settings.password and self.failures < self._settings.authentication_retries

    def kbdint_auth_supported(self) -> bool:
        """Whether a conversation may be begun (once more)."""
        return self.password_auth_supported()

    def public_key_auth_supported(self) -> bool:
        """Whether a key may be offered (once more)."""
        return self._keys < KEYS_OFFERED and self.failures < self._settings.authentication_retries

    async def validate_password(self, username: str, password: str) -> bool:
        """Try a password."""
        try:
            self._welcome[username] = await self._security.login(username, password, self._source)
        except LoginError:
            return self._failed()
        return True

    async def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Tell whether the holder of `key` would be let in; that he holds it is proved next."""
        self._keys += 1
        words = key.export_public_key().decode().split()
        try:
            self._welcome[username] = await self._security.login_key(username, " ".join(words[:2]), self._source)
        except LoginError:
            return False
        return True

    async def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> Challenge:
        """Begin a conversation."""
        self._hush()
        if len(username) > NAME_OCTETS:
            return self._failed()
        self._conversation = Conversation(self._security, self._source, username)
        return self._judged(username, await self._conversation.next())

    async def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> Challenge:
        """Go on with it."""
        if self._conversation is None or len(responses) != 1:
            return self._failed()
        return self._judged(username, await self._conversation.answer(responses[0]))

    def _judged(self, username: str, challenge: Challenge) -> Challenge:
        if not isinstance(challenge, bool):
            return challenge
        found = self._conversation.identity if self._conversation is not None else None
        self._conversation = None
        if found is None:
            return self._failed()
        self._welcome[username] = found
        return True

    def _failed(self) -> bool:
        """Count a failure; the last one that is allowed ends the connection."""
        self.failures += 1
        log.info("ssh: a login from %s failed", self._source.address)
        if self.failures >= self._settings.authentication_retries:
            self.disconnect("Too many authentication failures", asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE)
        return False

    def disconnect(self, reason: str, code: int = asyncssh.DISC_BY_APPLICATION) -> None:
        """End the connection and say why."""
        if self._connection is not None:
            self._connection.disconnect(code, reason)

    def _hush(self) -> None:
        if self._conversation is not None:
            self._conversation.stop()
            self._conversation = None
