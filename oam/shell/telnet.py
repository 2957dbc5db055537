"""Operators over telnet: connection, login, session.

One task serves one connection from the first octet to the last. The prompt is sent at once, whatever
the client thinks of our options; a client that does not read stops its own session alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncGenerator
from typing import Final

import msgspec

from oam.config.tree import Configuration
from oam.context import Manager
from oam.security import certificate
from oam.security.certificate import CertificateError
from oam.security.login import Identity, LoginError, Source
from oam.settings.access import ManagementListener, TelnetSettings
from oam.shell import editor, entrance
from oam.shell.admission import THIS_HOST, Admission, Limits, chosen
from oam.shell.editor_plain import ask
from oam.shell.listening import Listening, Visitor
from oam.shell.negotiation import Negotiation, NegotiationError
from oam.shell.terminal import Terminal

log = logging.getLogger("management")

READ_OCTETS: Final = 4096
OUTPUT_OCTETS: Final = 65_536
"""Output held for a slow reader; then the command waits."""
ANSWERS_OCTETS: Final = 16_384
"""Answers to negotiation held for a client that asks and does not read; then it is dropped."""
LEAVE_S: Final = 10.0
"""How long a client may take to read the end of its output."""
HEAR_OUT_S: Final = 2.0
"""How long a client may take to close its side."""
ENDING_S: Final = 1.0
"""The same when the session is ended from outside."""


class Counts(msgspec.Struct):
    """What has happened since the start."""

    logins: int = 0
    logins_failed: int = 0
    login_timeouts: int = 0
    handshakes_failed: int = 0
    """TLS connections that came to nothing, or found no certificate that can be used."""
    malformed: int = 0
    """Options and subnegotiations that mean nothing."""
    dropped: int = 0
    """Connections ended because the client did not read, or spoke no telnet."""


class Telnet:
    """The listeners and the sessions on them."""

    def __init__(self, manager: Manager) -> None:
        self._manager = manager
        self.counts = Counts()
        configuration = manager.configuration
        self.listening = Listening("management telnet", configuration, wanted, Admission(self._limits), self._serve)

    @contextlib.asynccontextmanager
    async def served(self) -> AsyncGenerator[None, None]:
        """Listen inside the `with` where the configuration says so; at its end every session ends."""
        configuration = self._manager.configuration
        configuration.guards.append(self._certified)
        configuration.observers.append(self._tell)
        await self.listening.start()
        self._tell(Configuration(), configuration.running)
        try:
            yield
        finally:
            configuration.guards.remove(self._certified)
            configuration.observers.remove(self._tell)
            await self.listening.close()

    @property
    def _settings(self) -> TelnetSettings:
        return self._manager.configuration.running.telnet

    def _limits(self) -> Limits:
        running = self._manager.configuration.running
        admitted = chosen(running.access_lists, running.telnet.access_list, THIS_HOST)
        return Limits(admitted, running.telnet.unauthenticated_maximum, running.telnet.source_maximum)

    async def _certified(self, old: Configuration, new: Configuration) -> list[str]:
        """Return why the certificate of `new` cannot be used; its key need not be there before a listener needs it."""
        telnet = new.telnet
        if telnet == old.telnet or not telnet.certificate:
            return []
        state = self._manager.state
        try:
            if any(each.tls for each in telnet.listeners):
                await asyncio.to_thread(certificate.server_context, state, telnet.certificate, telnet.private_key)
            else:
                await asyncio.to_thread(certificate.read, state, telnet.certificate)
        except CertificateError as error:
            return [f"management telnet: {error}"]
        return []

    def _tell(self, old: Configuration, new: Configuration) -> None:
        """Raise a notice when telnet is switched on."""
        before, after = wanted(old), wanted(new)
        if not after or before:
            return
        places = ", ".join(f"{each.address} port {each.port}" for each in after)
        if all(each.tls for each in after):
            self._manager.notices.publish("telnet-on", f"telnet is on at {places}, with TLS")
        else:
            text = f"telnet is on at {places}: passwords cross the network as clear text"
            self._manager.notices.publish("telnet-on", text, "warnings")

    async def _serve(self, visitor: Visitor) -> None:
        """Serve one connection to its end; raises OSError."""
        # A break comes as urgent data; out of line, half of its command would be missing.
        visitor.socket.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
        try:
            async with asyncio.timeout(self._settings.login_timeout_s):
                reader, writer = await self._connected(visitor)
        except CertificateError as error:
            self.counts.handshakes_failed += 1
            log.error("telnet: no TLS with anybody: %s", error)
            return
        except OSError as error:
            self.counts.handshakes_failed += 1
            log.info("telnet: no TLS with %s: %s", visitor.address, error or type(error).__name__)
            return
        connection = _Connection(self._manager, self.counts, visitor, reader, writer)
        ending = LEAVE_S
        try:
            await connection.serve()
        except asyncio.CancelledError:
            ending = ENDING_S
            raise
        finally:
            await connection.leave(ending)

    async def _connected(self, visitor: Visitor) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Make streams of a connection; with TLS, when they are encrypted. Raises OSError, CertificateError."""
        context = None
        if visitor.listener.tls:
            telnet = self._settings
            # Read for each connection: a certificate that was renewed is used from then on.
            context = await asyncio.to_thread(
                certificate.server_context, self._manager.state, telnet.certificate, telnet.private_key
            )
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await loop.connect_accepted_socket(lambda: protocol, visitor.socket, ssl=context)
        return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


class _Connection:
    """One client."""

    def __init__(
        self,
        manager: Manager,
        counts: Counts,
        visitor: Visitor,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._manager = manager
        self._settings = manager.configuration.running.telnet
        self._counts = counts
        self._visitor = visitor
        self._source = Source("telnet", visitor.address)
        self._reader = reader
        self._writer = writer
        writer.transport.set_write_buffer_limits(high=OUTPUT_OCTETS)
        self._terminal = Terminal(self._send, writer.drain)
        self._negotiation = Negotiation(self._answer)
        self._negotiation.on_resize = self._resized
        self._answered = 0
        """Octets of answers since the client had read everything."""

    async def serve(self) -> None:
        """Let the client log in and be an operator; raises OSError."""
        relaying = asyncio.create_task(self._relay())
        try:
            self._negotiation.begin()
            self._greet()
            if (identity := await self._login()) is not None:
                self._visitor.authenticated()
                await self._operate(identity)
        finally:
            relaying.cancel()
            await asyncio.wait([relaying])
            self._counts.malformed += self._negotiation.malformed

    async def leave(self, seconds: float) -> None:
        """Close the connection, when the client has read what is to be said or after `seconds`."""
        transport = self._writer.transport
        try:
            async with asyncio.timeout(seconds):
                # TLS has no half-close; closing it waits for the client by itself.
                if transport.can_write_eof() and not transport.is_closing():
                    transport.set_write_buffer_limits(high=0)
                    await self._writer.drain()
                    transport.write_eof()
                    await self._hear_out()
                self._writer.close()
                await self._writer.wait_closed()
        except TimeoutError:
            self._counts.dropped += 1
            log.info("telnet: %s does not read; connection dropped", self._visitor.address)
        except OSError:
            pass
        finally:
            transport.abort()

    async def _hear_out(self) -> None:
        """Let the client close first: what it has sent and nobody read resets a connection, and our last words go."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HEAR_OUT_S):
                while await self._reader.read(READ_OCTETS):
                    pass

    def _send(self, octets: bytes) -> None:
        """Queue UTF-8 text, in which no octet is an IAC."""
        if not self._writer.is_closing():
            self._writer.write(octets)

    def _answer(self, octets: bytes) -> None:
        """Queue an answer to the client's negotiation."""
        if not self._writer.transport.get_write_buffer_size():
            self._answered = 0
        self._answered += len(octets)
        if self._answered > ANSWERS_OCTETS:
            raise NegotiationError("it asks and does not read")
        self._send(octets)

    def _resized(self) -> None:
        self._terminal.resized(self._negotiation.columns, self._negotiation.rows)

    async def _relay(self) -> None:
        """Give the terminal what the client types, until it is gone."""
        try:
            while octets := await self._reader.read(READ_OCTETS):
                if typed := self._negotiation.feed(octets):
                    self._terminal.received(typed)
                    await self._terminal.room()
        except OSError as error:
            log.info("telnet: %s is gone: %s", self._visitor.address, error)
        except NegotiationError as error:
            self._counts.dropped += 1
            log.info("telnet: %s dropped: %s", self._visitor.address, error)
            self._writer.transport.abort()
        except Exception:
            log.exception("telnet: input of %s ended by a fault", self._visitor.address)
        finally:
            self._terminal.hang_up()

    def _greet(self) -> None:
        banners = self._manager.configuration.running.banners
        lines = [*banners.motd.splitlines(), *banners.login.splitlines(), "", "User Access Verification", "", ""]
        self._terminal.write_ahead("\r\n".join(lines))

    async def _login(self) -> Identity | None:
        """Return who has logged in; None: nobody, and the client is to go."""
        try:
            async with asyncio.timeout(self._settings.login_timeout_s):
                for _ in range(self._settings.authentication_retries):
                    with contextlib.suppress(_AbandonedError):
                        try:
                            identity = await self._manager.security.converse(self._ask, self._source)
                        except LoginError as error:
                            self._counts.logins_failed += 1
                            self._terminal.write(f"% {error}\r\n\r\n")
                        else:
                            self._counts.logins += 1
                            return identity
        except TimeoutError:
            self._counts.login_timeouts += 1
            self._terminal.write("\r\n% Login timeout expired\r\n")
        except _GoneError:
            pass
        return None

    async def _ask(self, prompt: str, secret: bool) -> str:
        """Put a question of the login; an empty answer to one that is echoed is none: robots press Enter to see it."""
        while True:
            entry = await ask(self._terminal, prompt, secret)
            if entry.kind in (editor.HUNG_UP, editor.CLOSE):
                raise _GoneError
            if entry.kind == editor.INTERRUPTED:
                raise _AbandonedError
            if entry.kind == editor.TOO_LONG:
                return ""
            if entry.text or secret:
                return entry.text

    async def _operate(self, identity: Identity) -> None:
        try:
            await entrance.converse(self._manager, identity, self._source, self._terminal, term=self._negotiation.term)
        except entrance.LineError as error:
            self._terminal.write(f"% {error}\r\n")


class _GoneError(Exception):
    """The client is gone, or wants to be, before it has logged in."""


class _AbandonedError(Exception):
    """The client has dropped this attempt to log in with Ctrl-C."""


def wanted(configuration: Configuration) -> tuple[ManagementListener, ...]:
    """Return the sockets that `configuration` wants."""
    return () if configuration.telnet.shutdown else configuration.telnet.listeners
