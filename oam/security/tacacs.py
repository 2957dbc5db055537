"""One TACACS+ server asked: authentication, authorization, accounting (RFC 8907).

A server that cannot be reached, is too slow, or says what cannot be read (another key, most likely)
raises NoAnswerError; one that answers ERROR, ServerError. Neither is a refusal.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from oam.security import tacacs_packets as packets
from oam.security.tacacs_packets import Header, PacketError, Reply, Who
from oam.security.verdict import FAIL, PASS, NoAnswerError, ServerError, Verdict, passed, privilege_of, reason, shown

if TYPE_CHECKING:
    from oam.security.login import Ask
    from oam.security.server_state import ServerState

T = TypeVar("T")

TURNS: Final = 16
"""Questions that a server may ask in one authentication."""
_FOLLOWED: Final = frozenset({"service", "protocol", "cmd", "cmd-arg", "priv-lvl", "role", "shell:roles"})
"""Arguments of an authorization that we keep to (RFC 8907 §8)."""


class Reachable(NamedTuple):
    """How to reach a server."""

    address: str
    port: int
    key: bytes
    timeout_s: float
    """To connect, and for each answer."""
    single_connection: bool = False
    pap: bool = False


class Client:
    """One server."""

    def __init__(self, at: Reachable, state: ServerState) -> None:
        self.at = at
        self.state = state
        self._lock = asyncio.Lock()
        self._kept: _Connection | None = None

    async def authenticate(
        self, who: Who, secret: str, *, privilege: int = 1, enable: bool = False, ask: Ask | None = None
    ) -> Verdict:
        """Ask whether `secret` is right; raises NoAnswerError, ServerError.

        What the server wants to know besides name and secret is asked of `ask`; without it that is a FAIL.
        """
        pap = self.at.pap and not enable
        octets = secret.encode("utf-8", "replace")
        try:
            packets.authentication_continue(octets)
            start = packets.authentication_start(
                who,
                privilege=privilege,
                kind=packets.PAP if pap else packets.ASCII,
                service=packets.SERVICE_ENABLE if enable else packets.SERVICE_LOGIN,
                data=octets if pap else b"",
            )
        except PacketError as error:
            return Verdict(FAIL, message=str(error))
        minor = packets.PAP_MINOR if pap else packets.PLAIN_MINOR
        # While an operator thinks about an answer, nobody else may wait for the connection.
        async with self._exchange(packets.AUTHENTICATION, minor, shared=ask is None) as exchange:
            return await _dialog(exchange, start, who, octets, ask)

    async def authorize(self, who: Who, arguments: Sequence[str], *, method: int, privilege: int) -> Verdict:
        """Ask whether `arguments` (`service=shell`, `cmd=…`) are allowed; raises NoAnswerError, ServerError."""
        try:
            octets = [each.encode("utf-8", "replace") for each in arguments]
            body = packets.authorization_request(who, octets, method=method, privilege=privilege)
        except PacketError as error:
            return Verdict(FAIL, message=str(error))
        async with self._exchange(packets.AUTHORIZATION) as exchange:
            answer = await exchange.turn(body, packets.authorization_response)
        message = shown(answer.message)
        if answer.status in (packets.AUTHORIZATION_FAIL, packets.FOLLOW):
            return Verdict(FAIL, message=message)
        if answer.status not in (packets.PASS_ADD, packets.PASS_REPLACE):
            raise ServerError(message or f"status {answer.status:#x}")
        given = [each.decode("utf-8", "replace") for each in answer.arguments]
        verdict = granted(arguments, given, replaced=answer.status == packets.PASS_REPLACE)
        return verdict._replace(message=verdict.message or message)

    async def account(self, who: Who, arguments: Sequence[str], *, flags: int, method: int, privilege: int) -> None:
        """Hand over a record, too long arguments cut; raises NoAnswerError, ServerError."""
        octets = [each.encode("utf-8", "replace")[: packets.MAX_FIELD] for each in arguments[: packets.MAX_FIELD]]
        try:
            body = packets.accounting_request(who, octets, flags=flags, method=method, privilege=privilege)
        except PacketError as error:
            raise ServerError(str(error)) from None
        async with self._exchange(packets.ACCOUNTING) as exchange:
            status = await exchange.turn(body, packets.accounting_reply)
        if status != packets.SUCCESS:
            raise ServerError(f"status {status:#x}")

    def close(self) -> None:
        """Close the connection that is kept."""
        if self._kept is not None:
            self._kept.close()

    @contextlib.asynccontextmanager
    async def _exchange(
        self, kind: int, minor: int = packets.PLAIN_MINOR, *, shared: bool = True
    ) -> AsyncIterator[_Exchange]:
        """Hold a connection for one session of packets: the one that is kept, or one that ends with it."""
        if not (shared and self.at.single_connection):
            exchange = _Exchange(self, kind, minor, None, single=False)
            try:
                yield exchange
            finally:
                exchange.drop()
            return
        async with self._lock:
            kept, self._kept = self._kept, None
            exchange = _Exchange(self, kind, minor, kept if kept and kept.usable else None, single=True)
            try:
                yield exchange
                self._keep(exchange.connection)
            finally:
                if exchange.connection is not self._kept:
                    exchange.drop()

    def _keep(self, connection: _Connection | None) -> None:
        if connection is not None:
            self.state.single = "yes" if connection.shared else "refused"
            if connection.shared:
                self._kept = connection

    async def connected(self) -> _Connection:
        """Open a connection; raises NoAnswerError."""
        try:
            async with asyncio.timeout(self.at.timeout_s):
                streams = await asyncio.open_connection(self.at.address, self.at.port)
        except TimeoutError:
            self.state.connect_failures += 1
            raise NoAnswerError("no connection in time") from None
        except OSError as error:
            self.state.connect_failures += 1
            raise NoAnswerError(reason(error)) from None
        self.state.connections += 1
        return _Connection(*streams)


class _Connection:
    """One TCP connection to a server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.shared = False
        """The server has agreed to serve several exchanges over it."""
        self.used = False

    @property
    def usable(self) -> bool:
        return not self.writer.is_closing() and not self.reader.at_eof()

    def close(self) -> None:
        self.writer.transport.abort()


class _Exchange:
    """One session of packets: our turn, the server's turn, … (RFC 8907 §3.4)."""

    def __init__(self, client: Client, kind: int, minor: int, connection: _Connection | None, *, single: bool) -> None:
        self.connection = connection
        self._single = single
        self._client = client
        self._kind = kind
        self._version = packets.MAJOR << 4 | minor
        self._session = secrets.randbits(32)
        self._seq = 1

    async def turn(self, body: bytes, read: Callable[[bytes], T]) -> T:
        """Send `body`, return what `read` makes of the answer; raises NoAnswerError."""
        again = self.connection is not None and self.connection.used and self._seq == 1
        try:
            return await self._turn(body, read)
        except (OSError, EOFError) as error:
            # A connection kept since the last exchange may be gone without our knowing.
            if not again or isinstance(error, TimeoutError):
                raise NoAnswerError("no answer in time" if isinstance(error, TimeoutError) else "hung up") from None
        self.drop()
        try:
            return await self._turn(body, read)
        except (OSError, EOFError):
            raise NoAnswerError("hung up") from None

    async def tell(self, body: bytes) -> None:
        """Send `body`, to which there is no answer."""
        with contextlib.suppress(OSError):
            await self._send(body)

    def drop(self) -> None:
        """Close the connection."""
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    async def _turn(self, body: bytes, read: Callable[[bytes], T]) -> T:
        client = self._client
        if self.connection is None:
            self.connection = await client.connected()
        connection = self.connection
        try:
            async with asyncio.timeout(client.at.timeout_s):
                await self._send(body)
                head = self._expected(packets.header(await connection.reader.readexactly(packets.HEADER_OCTETS)))
                answer = await connection.reader.readexactly(head.length)
            client.state.received += 1
            found = read(packets.obfuscated(head, answer, client.at.key))
        except PacketError as error:
            client.state.unreadable += 1
            raise NoAnswerError(f"unreadable answer ({error}); is the key right?") from None
        connection.shared = connection.shared or bool(head.flags & packets.SINGLE_CONNECT)
        self._seq += 2
        return found

    async def _send(self, body: bytes) -> None:
        connection = self.connection
        assert connection is not None
        first = self._single and not connection.used
        flags = packets.SINGLE_CONNECT if first else 0
        head = Header(self._version, self._kind, self._seq, flags, self._session, len(body))
        connection.used = True
        self._client.state.sent += 1
        connection.writer.write(packets.packet(head, body, self._client.at.key))
        await connection.writer.drain()

    def _expected(self, head: Header) -> Header:
        """Let pass the header of the answer to what we sent; raises PacketError."""
        if head.flags & packets.UNENCRYPTED:
            raise PacketError("not obfuscated")
        if (head.type, head.session, head.seq) != (self._kind, self._session, self._seq + 1):
            raise PacketError("of another exchange")
        return head


async def _dialog(exchange: _Exchange, start: bytes, who: Who, secret: bytes, ask: Ask | None) -> Verdict:
    """Answer the server's questions until it passes or fails the user (RFC 8907 §5.4)."""
    reply = await exchange.turn(start, packets.authentication_reply)
    unsaid: bytes | None = secret
    for _ in range(TURNS):
        answer: bytes | None
        if reply.status == packets.PASS:
            return Verdict(PASS, message=shown(reply.message))
        if reply.status in (packets.FAIL, packets.FOLLOW):
            return Verdict(FAIL, message=shown(reply.message))
        if reply.status == packets.GETUSER:
            answer = who.user.encode("utf-8", "replace")
        elif reply.status == packets.GETPASS and unsaid is not None:
            answer, unsaid = unsaid, None
        elif reply.status in (packets.GETPASS, packets.GETDATA):
            answer = await _asked(reply, ask)
        elif reply.status in (packets.ERROR, packets.RESTART):
            raise ServerError(shown(reply.message) or f"status {reply.status:#x}")
        else:
            raise NoAnswerError(f"unreadable answer (status {reply.status:#x}); is the key right?")
        if answer is None:
            break
        reply = await exchange.turn(packets.authentication_continue(answer), packets.authentication_reply)
    await exchange.tell(packets.authentication_continue(b"", packets.ABORT))
    return Verdict(FAIL, message="the server asks for more than name and secret")


async def _asked(reply: Reply, ask: Ask | None) -> bytes | None:
    """Put the server's question to the user; None when nobody can be asked or the answer is too long."""
    if ask is None:
        return None
    secret = reply.status == packets.GETPASS or bool(reply.flags & packets.NO_ECHO)
    octets = (await ask(shown(reply.message) + " ", secret)).encode("utf-8", "replace")
    return octets if len(octets) <= packets.MAX_ANSWER else None


def granted(asked: Sequence[str], given: Sequence[str], *, replaced: bool) -> Verdict:
    """Read the arguments of a passed authorization (RFC 8907 §6.2).

    What is mandatory (`=`) and not understood makes it a failure, what is optional (`*`) does not.
    """
    if replaced and _command(given) not in ([], _command(asked)):
        return Verdict(FAIL, message="the server wants another command to be run")
    privilege: int | None = None
    role = ""
    for text in given:
        name, mandatory, value = _split(text)
        if name == "priv-lvl" and privilege_of(value) is not None:
            privilege = privilege_of(value)
        elif name in ("role", "shell:roles"):
            role = (value.strip("\"' ").split() or [""])[0]
        elif mandatory and text not in asked and (name not in _FOLLOWED or name == "priv-lvl"):
            return Verdict(FAIL, message=f"the server demands {shown(name.encode())}, which is not supported")
    return passed(privilege, role)


def _command(arguments: Sequence[str]) -> list[str]:
    return [each for each in arguments if each.startswith(("cmd=", "cmd-arg=")) and each != "cmd="]


def _split(text: str) -> tuple[str, bool, str]:
    """Cut `name=value` or `name*value`; True stands for the mandatory form."""
    at = min((place for mark in "=*" if (place := text.find(mark)) >= 0), default=len(text))
    return text[:at], text[at : at + 1] == "=", text[at + 1 :]
