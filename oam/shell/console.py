"""The local console: shells and scripts of this host, over a Unix socket of the state directory.

Owner and group may connect; who they are the kernel tells: root and the server's own
user start at privilege 15, others of the group at 1. Every connection is one session,
held in one task; when that ends nothing of the session is left.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import pwd
import socket
import struct
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Final

from oam.commands.registry import PRIVILEGED, SYNTAX
from oam.context import Manager, Session
from oam.security.login import Identity, Source
from oam.shell import entrance, frames
from oam.shell.completion import MAX_LINES, words_for
from oam.shell.script import Options, Script
from oam.shell.terminal import Terminal

log = logging.getLogger("management")

MAX_SESSIONS: Final = 64
HELLO_S: Final = 10.0
"""How long a client may take to say what it wants."""
LEAVE_S: Final = 10.0
"""How long a client may take to read the end of its output."""
OUTPUT_OCTETS: Final = 262_144
"""Output held for a slow reader; then the command waits."""
CONSOLE: Final = Source("console", "")


class Console:
    """The listening socket and the sessions on it."""

    def __init__(self, manager: Manager) -> None:
        self._manager = manager
        self._server: asyncio.Server | None = None
        self._sessions: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self.refused = 0
        """Connections refused: too many sessions."""
        self.dropped = 0
        """Sessions ended because their client did not read what it had asked for."""

    async def open(self) -> None:
        """Listen; raises OSError."""
        self._server = await asyncio.start_unix_server(self._accepted, sock=_bind(socket_path(self._manager.state)))

    async def close(self) -> None:
        """Stop listening and end every session."""
        if self._server is not None:
            self._server.close()
        for task in self._sessions:
            task.cancel()
        if self._sessions:
            await asyncio.wait(self._sessions)
        socket_path(self._manager.state).unlink(missing_ok=True)

    @property
    def sessions(self) -> int:
        """Sessions now open."""
        return len(self._sessions)

    @property
    def held(self) -> int:
        """Octets of output that wait for their clients."""
        return sum(writer.transport.get_write_buffer_size() for writer in self._sessions.values())

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._sessions[task] = writer
        task.add_done_callback(self._sessions.__delitem__)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection to its end."""
        connection = _Connection(self._manager, reader, writer)
        try:
            if len(self._sessions) > MAX_SESSIONS:
                self.refused += 1
                log.warning("console: more than %d sessions, %s refused", MAX_SESSIONS, connection.user)
                connection.fail("% Too many sessions")
            else:
                try:
                    await connection.serve()
                except entrance.LineError as error:
                    self.refused += 1
                    connection.fail(f"% {error}")
            await connection.leave()
        except (OSError, frames.FrameError) as error:
            log.info("console: session of %s ended: %s", connection.user, str(error) or type(error).__name__)
        except Exception:
            log.exception("console: session of %s ended by a fault", connection.user)
        finally:
            if writer.transport.get_write_buffer_size():
                self.dropped += 1
                log.warning("console: %s does not read; session dropped", connection.user)
                writer.transport.abort()
            writer.close()


class _Connection:
    """One client."""

    def __init__(self, manager: Manager, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._manager = manager
        self._reader = reader
        self._writer = writer
        self._frames = frames.FrameReader()
        writer.transport.set_write_buffer_limits(high=OUTPUT_OCTETS)
        uid = _uid(writer.get_extra_info("socket"))
        self.user = _name(uid)
        privilege = PRIVILEGED if uid in (0, os.geteuid()) else 1
        self._identity = Identity(self.user, privilege, method="console")

    async def serve(self) -> None:
        """Do what the client wants; raises OSError, FrameError, TimeoutError."""
        incoming = self._incoming()
        async with contextlib.aclosing(incoming):
            kind, payload = frames.END, b""
            async with asyncio.timeout(HELLO_S):
                # Not `anext` with a default: CPython 3.11 makes a SystemError of an end under a timeout.
                with contextlib.suppress(StopAsyncIteration):
                    kind, payload = await anext(incoming)
            if kind != frames.HELLO:
                raise frames.FrameError("no greeting")
            hello = frames.decode_pairs(payload)
            if hello.get("mode") == "interactive":
                await self._interactive(hello, incoming)
                code = 0
            elif hello.get("mode") == "complete":
                code = await self._complete(incoming)
            else:
                code = await self._script(hello, incoming)
        self._send(frames.EXIT, b"%d" % code)

    async def leave(self) -> None:
        """Wait a moment for the client to take what is still to be said; raises OSError."""
        self._writer.transport.set_write_buffer_limits(high=0)
        async with asyncio.timeout(LEAVE_S):
            await self._writer.drain()

    def fail(self, reason: str) -> None:
        """Send the client away."""
        self._send(frames.ERROR, reason.encode() + b"\n")
        self._send(frames.EXIT, b"1")

    def _send(self, kind: int, octets: bytes) -> None:
        if not self._writer.is_closing():
            self._writer.write(frames.encode_stream(kind, octets))

    async def _incoming(self) -> AsyncGenerator[tuple[int, bytes], None]:
        while octets := await self._reader.read(frames.MAX_PAYLOAD):
            for frame in self._frames.feed(octets):
                yield frame

    async def _interactive(self, hello: dict[str, str], incoming: AsyncIterator[tuple[int, bytes]]) -> None:
        terminal = Terminal(lambda octets: self._send(frames.OUTPUT, octets), self._writer.drain)
        terminal.resized(_number(hello.get("columns")), _number(hello.get("rows")))
        term = hello.get("term", "")

        async def relay() -> None:
            try:
                async for kind, payload in incoming:
                    if kind == frames.INPUT:
                        terminal.received(payload)
                        await terminal.room()
                    elif kind == frames.RESIZE:
                        columns, _, rows = payload.decode("ascii", "replace").partition(" ")
                        terminal.resized(_number(columns), _number(rows))
            finally:
                terminal.hang_up()

        relaying = asyncio.create_task(relay())
        try:
            await entrance.converse(
                self._manager, self._identity, CONSOLE, terminal, term=term, locale=hello.get("locale", "")
            )
        finally:
            relaying.cancel()
            await asyncio.wait([relaying])

    async def _complete(self, incoming: AsyncIterator[tuple[int, bytes]]) -> int:
        """Send the words that may end the last of the lines that come."""
        lines: list[str] = []
        async with asyncio.timeout(HELLO_S):
            async for kind, payload in incoming:
                if kind != frames.LINE or len(lines) > MAX_LINES:
                    break
                lines.append(payload.partition(b"\0")[2].decode("utf-8", "replace"))
        session = Session(self._manager, user=self._identity.name, privilege=self._identity.privilege)
        words = await words_for(session, lines)
        self._send(frames.OUTPUT, "".join(word + "\n" for word in words).encode("utf-8", "replace"))
        return 0

    async def _script(self, hello: dict[str, str], incoming: AsyncIterator[tuple[int, bytes]]) -> int:
        try:
            options = Options.of(hello)
        except ValueError as error:
            self._send(frames.ERROR, f"% {error}\n".encode())
            return SYNTAX

        async def feed(script: Script) -> None:
            async for kind, payload in incoming:
                if kind == frames.LINE:
                    source, _, line = payload.partition(b"\0")
                    await script.add(source.decode("utf-8", "replace"), line)
                elif kind == frames.END:
                    await script.end()
                elif kind == frames.INTERRUPT:
                    return

        return await entrance.batch(
            self._manager,
            self._identity,
            CONSOLE,
            options,
            feed,
            output=lambda octets: self._send(frames.OUTPUT, octets),
            error=lambda octets: self._send(frames.ERROR, octets),
            flush=self._writer.drain,
        )


def socket_path(state: Path) -> Path:
    """Return where the console listens."""
    return state / "run" / "console.sock"


def _bind(path: Path) -> socket.socket:
    """Make the socket, readable by nobody else from its first moment; one left by a dead process gives way."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    fresh = path.with_name(f".{os.getpid()}")
    fresh.unlink(missing_ok=True)
    try:
        listening.bind(str(fresh))
        fresh.chmod(0o660)
        listening.listen(128)
        fresh.replace(path)
    except OSError:
        listening.close()
        fresh.unlink(missing_ok=True)
        raise
    return listening


def _uid(connection: socket.socket) -> int:
    """Return who the kernel says is at the other end."""
    pid_uid_gid = struct.Struct("3i")
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, pid_uid_gid.size)
    return int(pid_uid_gid.unpack(credentials)[1])


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 0


@contextlib.asynccontextmanager
async def serve(manager: Manager) -> AsyncGenerator[Console, None]:
    """Serve the console of `manager` inside the `with`. Raises OSError when it cannot listen."""
    console = Console(manager)
    await console.open()
    try:
        yield console
    finally:
        await console.close()
