"""One RADIUS server asked: authentication (RFC 2865) and accounting (RFC 2866) over UDP.

Packets are pyrad's, attributes are named by their numbers. Every Access-Request bears a
Message-Authenticator, and answers without one are not believed unless the server is configured so
(CVE-2024-3596). What is no answer of the server's is ignored, as RFC 2865 §3 says; no answer in
time raises NoAnswerError and is no refusal.
"""

from __future__ import annotations

import asyncio
import re
import struct
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pyrad.dictionary import Dictionary
from pyrad.packet import (
    AccessAccept,
    AccessChallenge,
    AccessReject,
    AccountingResponse,
    AcctPacket,
    AuthPacket,
    Packet,
)

from oam.security.verdict import FAIL, NoAnswerError, ServerError, Verdict, passed, privilege_of, reason, shown

if TYPE_CHECKING:
    from oam.security.login import Ask
    from oam.security.server_state import ServerState

USER_NAME: Final = 1
USER_PASSWORD: Final = 2
SERVICE_TYPE: Final = 6
REPLY_MESSAGE: Final = 18
STATE: Final = 24
CLASS: Final = 25
CALLING_STATION_ID: Final = 31
NAS_IDENTIFIER: Final = 32
ACCT_STATUS_TYPE: Final = 40
ACCT_DELAY_TIME: Final = 41
ACCT_SESSION_ID: Final = 44
ACCT_AUTHENTIC: Final = 45
ACCT_SESSION_TIME: Final = 46
EVENT_TIMESTAMP: Final = 55
NAS_PORT_TYPE: Final = 61
NAS_PORT_ID: Final = 87
CISCO_AVPAIR: Final = (9, 1)

LOGIN_USER: Final = 1
ADMINISTRATIVE_USER: Final = 6
VIRTUAL: Final = 5
START: Final = 1
STOP: Final = 2

MAX_SECRET: Final = 128
"""Octets of a User-Password (RFC 2865 §5.2)."""
MAX_VALUE: Final = 253
CHALLENGES: Final = 8
"""Questions that a server may ask in one authentication."""
ENABLE_NAME: Final = "$enab15$"
"""Whose password `enable` asks for, as on IOS."""
_DATAGRAMS: Final = 16
"""Datagrams held while none has been looked at."""
_NO_NAMES: Final = Dictionary()
"""Given one, pyrad takes vendors' attributes apart."""
_ROLE: Final = re.compile(rb"role=([A-Za-z0-9_][A-Za-z0-9_.-]{0,63})")


class Reachable(NamedTuple):
    """How to reach a server."""

    address: str
    auth_port: int
    acct_port: int
    key: bytes
    timeout_s: float
    """Until a request is sent again."""
    retransmit: int
    message_authenticator: bool = True
    """Answers without one are ignored."""


class Client:
    """One server."""

    def __init__(self, at: Reachable, state: ServerState) -> None:
        self.at = at
        self.state = state

    async def authenticate(
        self,
        name: str,
        secret: str,
        attributes: Mapping[int, str | int],
        *,
        roles: frozenset[str] = frozenset(),
        ask: Ask | None = None,
    ) -> Verdict:
        """Ask whether `secret` is right; raises NoAnswerError.

        A Class that is the name of one of `roles` gives that role. A challenge (RFC 2865 §4.4) is
        put to `ask`; without it that is a FAIL.
        """
        answer, state = secret.encode("utf-8", "replace"), b""
        for _ in range(CHALLENGES):
            if len(answer) > MAX_SECRET or not 0 < len(name.encode("utf-8", "replace")) <= MAX_VALUE:
                return Verdict(FAIL, message="the name or the secret is too long")
            request = AuthPacket(secret=self.at.key, authenticator=Packet.CreateAuthenticator(), dict=_NO_NAMES)
            _fill(request, {**attributes, USER_NAME: name})
            request[USER_PASSWORD] = [request.PwCrypt(answer)]
            if state:
                request[STATE] = [state]
            request.add_message_authenticator()
            reply = await self._exchange(request, self.at.auth_port)
            message = shown(b" ".join(_values(reply, REPLY_MESSAGE)))
            if reply.code == AccessAccept:
                return granted(reply, roles)._replace(message=message)
            if reply.code == AccessReject:
                return Verdict(FAIL, message=message)
            if reply.code != AccessChallenge:
                raise ServerError(f"code {reply.code}")
            if ask is None:
                break
            state = next(iter(_values(reply, STATE)), b"")
            answer = (await ask(f"{message or 'Response:'} ", True)).encode("utf-8", "replace")
        return Verdict(FAIL, message="the server asks for more than name and secret")

    async def account(self, name: str, attributes: Mapping[int, str | int]) -> None:
        """Hand over a record; raises NoAnswerError, ServerError."""
        request = AcctPacket(secret=self.at.key, dict=_NO_NAMES)
        _fill(request, {**attributes, USER_NAME: name})
        reply = await self._exchange(request, self.at.acct_port)
        if reply.code != AccountingResponse:
            raise ServerError(f"code {reply.code}")

    async def _exchange(self, request: Any, port: int) -> Any:  # noqa: ANN401
        """Send a request until it is answered; raises NoAnswerError."""
        octets = request.RequestPacket()
        loop = asyncio.get_running_loop()
        try:
            transport, inbox = await loop.create_datagram_endpoint(_Inbox, remote_addr=(self.at.address, port))
        except OSError as error:
            raise NoAnswerError(reason(error)) from None
        try:
            for turn in range(self.at.retransmit + 1):
                self.state.sent += 1
                self.state.retransmitted += turn > 0
                transport.sendto(octets)
                try:
                    async with asyncio.timeout(self.at.timeout_s):
                        return await self._answer(request, inbox)
                except TimeoutError:
                    continue
            raise NoAnswerError("no answer in time that can be believed; is the key right?")
        finally:
            transport.close()

    async def _answer(self, request: Any, inbox: _Inbox) -> Any:  # noqa: ANN401
        """Return the first datagram that is an answer to `request`; raises NoAnswerError when the port is closed."""
        while True:
            datagram = await inbox.get()
            reply = _read(request, datagram, self.at.message_authenticator)
            if reply is not None:
                self.state.received += 1
                return reply
            self.state.unreadable += 1


class _Inbox(asyncio.DatagramProtocol):
    """Datagrams that came from the server's address and port."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[bytes | OSError] = asyncio.Queue(_DATAGRAMS)

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._put(data)

    def error_received(self, exc: Exception) -> None:
        if isinstance(exc, OSError):
            self._put(exc)

    def _put(self, what: bytes | OSError) -> None:
        if not self._queue.full():
            self._queue.put_nowait(what)

    async def get(self) -> bytes:
        """Wait for a datagram; raises NoAnswerError when the host says that nobody listens."""
        found = await self._queue.get()
        if isinstance(found, OSError):
            raise NoAnswerError(reason(found))
        return found


def _read(request: Any, datagram: bytes, demanded: bool) -> Any:  # noqa: ANN401
    """Return the reply in `datagram`, None when it is none to this request, or not of who shares the secret."""
    try:
        reply = request.CreateReply(packet=datagram)
        right = request.VerifyReply(reply, datagram, enforce_ma=demanded)
    except Exception:  # whatever pyrad stumbles over was no answer
        return None
    return reply if right else None


def _fill(request: Any, attributes: Mapping[int, str | int]) -> None:  # noqa: ANN401
    for code, value in attributes.items():
        octets = struct.pack("!I", value) if isinstance(value, int) else value.encode("utf-8", "replace")[:MAX_VALUE]
        if octets:
            request[code] = [octets]


def _values(reply: Any, code: int | tuple[int, int]) -> list[bytes]:  # noqa: ANN401
    found: list[bytes] = reply.get(code, [])
    return found


def granted(reply: Any, roles: frozenset[str]) -> Verdict:  # noqa: ANN401
    """Read what an Access-Accept gives: `shell:priv-lvl=N` before Service-Type, `shell:roles=NAME` before Class."""
    privilege: int | None = None
    role = ""
    if struct.pack("!I", ADMINISTRATIVE_USER) in _values(reply, SERVICE_TYPE):
        privilege = 15
    for octets in _values(reply, CLASS):
        named = _ROLE.fullmatch(octets)
        text = octets.decode("utf-8", "replace")
        if named or text in roles:
            role = named[1].decode() if named else text
    for octets in _values(reply, CISCO_AVPAIR):
        name, _, value = octets.decode("utf-8", "replace").replace("*", "=", 1).partition("=")
        if name == "shell:priv-lvl" and privilege_of(value) is not None:
            privilege = privilege_of(value)
        elif name in ("shell:roles", "shell:role"):
            role = (value.strip("\"' ").split() or [""])[0]
    return passed(privilege, role)
