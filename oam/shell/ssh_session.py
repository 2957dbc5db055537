"""One channel of an SSH connection: a terminal, a command, or a script on its standard input.

With a terminal and no command it is a conversation; everything else is a script, whose exit
status is the channel's. A command may begin with the flags of `sipctl` (`ssh HOST -- --atomic`).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from typing import Final

import asyncssh

from oam.commands.registry import SYNTAX
from oam.context import Manager
from oam.security.login import Identity, Source
from oam.shell import entrance
from oam.shell.entrance import LineError
from oam.shell.script import Options, Script
from oam.shell.ssh_connection import Connection
from oam.shell.terminal import Terminal

log = logging.getLogger("management")

READ_OCTETS: Final = 65_536
LEAVE_S: Final = 10.0
"""How long a client may take to read the end of its output."""
INTERRUPT: Final = b"\x03"
END_OF_INPUT: Final = b"\x04"

_STOPS: Final = (asyncssh.BreakReceived, asyncssh.SignalReceived, asyncssh.Error, OSError)
"""What reading raises when the client wants its command stopped, or is gone."""

Process = asyncssh.SSHServerProcess[bytes]


class Channel:
    """What an operator does on one channel."""

    def __init__(self, manager: Manager, identity: Identity, source: Source, process: Process) -> None:
        self._manager = manager
        self._identity = identity
        self._source = source
        self._process = process
        connection = process.channel.get_connection()
        assert isinstance(connection, Connection)
        self._connection = connection

    async def serve(self) -> None:
        """Do what the client wants and let it go, with an exit status."""
        process = self._process
        code = 1
        try:
            if process.term_type is not None and process.command is None:
                await self._converse()
                code = 0
            else:
                code = await self._script()
        except LineError as error:
            self._fail(f"% {error}")
        except (OSError, asyncssh.Error) as error:
            log.info("ssh: session of %s ended: %s", self._identity.name, error)
        except Exception:
            log.exception("ssh: session of %s ended by a fault", self._identity.name)
        finally:
            with contextlib.suppress(OSError):
                process.exit(code)
        try:
            async with asyncio.timeout(LEAVE_S):
                await process.wait_closed()
        except TimeoutError:
            log.warning("ssh: %s does not read; connection dropped", self._identity.name)
            self._connection.abort()

    async def _converse(self) -> None:
        terminal = Terminal(self._send, self._flush)
        columns, rows, *_ = self._process.term_size
        terminal.resized(columns, rows)
        relaying = asyncio.create_task(self._relay(terminal))
        try:
            await entrance.converse(
                self._manager,
                self._identity,
                self._source,
                terminal,
                term=self._process.term_type or "",
                client_version=self._connection.get_extra_info("client_version", ""),
                locale=_locale(self._process.env),
            )
        finally:
            relaying.cancel()
            await asyncio.wait([relaying])

    async def _relay(self, terminal: Terminal) -> None:
        """Pass on what the client types, until the channel is closed."""
        try:
            while octets := await self._typed(terminal):
                terminal.received(octets)
                await terminal.room()
            # An end of input is no hang-up: what was typed before it is run first.
            terminal.received(END_OF_INPUT)
            await self._process.channel.wait_closed()
        except (OSError, asyncssh.Error) as error:
            log.debug("ssh: %s is gone: %s", self._identity.name, error)
        finally:
            terminal.hang_up()

    async def _typed(self, terminal: Terminal) -> bytes:
        while True:
            try:
                return await self._process.stdin.read(READ_OCTETS)
            except asyncssh.TerminalSizeChanged as size:
                terminal.resized(size.width, size.height)
            except (asyncssh.BreakReceived, asyncssh.SignalReceived):
                return INTERRUPT

    async def _script(self) -> int:
        try:
            options, lines = _asked(self._process.command)
        except ValueError as error:
            self._fail(f"% {str(error)[:1].upper()}{str(error)[1:]}")
            return SYNTAX

        async def feed(script: Script) -> None:
            if lines is None:
                await self._feed_input(script)
                return
            for number, line in enumerate(lines, 1):
                await script.add(f"command:{number}", line.encode())
            await script.end()
            await self._stopped()

        return await entrance.batch(
            self._manager,
            self._identity,
            self._source,
            options,
            feed,
            output=self._send,
            error=self._send_error,
            flush=self._flush,
        )

    async def _feed_input(self, script: Script) -> None:
        """Give `script` the lines of the standard input; return when the client wants it stopped."""
        held = b""
        number = 0
        with contextlib.suppress(*_STOPS):
            while octets := await self._read():
                *lines, held = (held + octets).split(b"\n")
                if len(held) > READ_OCTETS:  # longer than any line may be: the script says so
                    lines, held = [*lines, held], b""
                for line in lines:
                    number += 1
                    await script.add(f"stdin:{number}", line)
            if held:
                await script.add(f"stdin:{number + 1}", held)
            await script.end()
            await self._process.channel.wait_closed()

    async def _stopped(self) -> None:
        """Wait until the client wants a command stopped: by a signal, by Ctrl-C, by going away."""
        with contextlib.suppress(*_STOPS):
            while octets := await self._read():
                if self._process.term_type is not None and INTERRUPT in octets:
                    return
            await self._process.channel.wait_closed()

    async def _read(self) -> bytes:
        while True:
            with contextlib.suppress(asyncssh.TerminalSizeChanged):
                return await self._process.stdin.read(READ_OCTETS)

    def _send(self, octets: bytes) -> None:
        if self._process.command is not None and self._process.term_type is not None:
            octets = octets.replace(b"\n", b"\r\n")
        with contextlib.suppress(OSError):  # the channel is closed: `flush` or the reader will say so
            self._process.stdout.write(octets)

    def _send_error(self, octets: bytes) -> None:
        if self._process.term_type is not None:
            self._send(octets)
            return
        with contextlib.suppress(OSError):
            self._process.stderr.write(octets)

    def _fail(self, reason: str) -> None:
        if self._process.term_type is not None and self._process.command is None:
            self._send(f"{reason}\r\n".encode())
        else:
            self._send_error(f"{reason}\n".encode())

    async def _flush(self) -> None:
        """Wait while the client, or the network, is slow. Raises OSError when the client is gone."""
        try:
            await self._process.stdout.drain()
            await self._connection.drained()
        except asyncssh.Error as error:
            raise ConnectionResetError(str(error)) from error


def _locale(environment: Mapping[str, str]) -> str:
    """Return the locale that the client has sent, empty when it has sent none."""
    return next((found for name in ("LC_ALL", "LC_CTYPE", "LANG") if (found := environment.get(name, ""))), "")


def _asked(command: str | None) -> tuple[Options, list[str] | None]:
    """Return how to run `command` and its lines; None: they come on the standard input. Raises ValueError."""
    if command is None:
        return Options(), None
    first, *others = command.split("\n")
    options, rest = Options.parse(first.split(" ")) if first.startswith("--") else (Options(), [first])
    lines = [" ".join(rest), *others]
    return options, lines if any(line.strip() for line in lines) else None
