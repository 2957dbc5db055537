"""An operator let in, with a transport in memory: types, looks, waits for what must appear."""

from __future__ import annotations

import asyncio
import time

from support.management import FakeManager

from oam.security.login import Identity, Source
from oam.shell.entrance import converse
from oam.shell.terminal import Terminal


class Seat:
    """One session from `entrance.converse` on; `slow` holds back what it is sent."""

    def __init__(
        self,
        manager: FakeManager,
        user: str = "admin",
        transport: str = "ssh",
        term: str = "xterm",
        privilege: int = 15,
    ) -> None:
        self.manager = manager
        self.sent = bytearray()
        self.pieces: list[bytes] = []
        self.reading = asyncio.Event()
        self.reading.set()
        self.terminal = Terminal(self._send, self._flush)
        self.terminal.resized(80, 24)
        source = Source(transport, "" if transport == "console" else "192.0.2.7")
        self.running = asyncio.create_task(
            converse(manager, Identity(user, privilege), source, self.terminal, term=term)
        )

    def _send(self, octets: bytes) -> None:
        self.sent += octets
        self.pieces.append(octets)

    async def _flush(self) -> None:
        await asyncio.sleep(0)
        await self.reading.wait()

    def type(self, keys: str | bytes) -> None:
        self.terminal.received(keys if isinstance(keys, bytes) else keys.encode())

    async def until(self, wanted: str) -> str:
        """Wait until `wanted` has appeared since the last look; return all that has come by then."""
        end = time.monotonic() + 10
        while (at := self.sent.find(wanted.encode())) < 0:
            assert time.monotonic() < end, f"{wanted!r} did not come: {bytes(self.sent[-500:])!r}"
            assert not self.running.done(), f"session ended: {bytes(self.sent[-500:])!r}"
            await asyncio.sleep(0.001)
        at += len(wanted.encode())
        seen = self.sent[:at].decode()
        del self.sent[:at]
        return seen

    async def line(self, text: str, prompt: str = "sipctl#") -> str:
        """Type a line and wait for the next prompt; return what came before it."""
        self.type(text + "\r")
        await self.until("\r\n")
        return (await self.until(prompt)).removesuffix(prompt)

    async def ended(self) -> str:
        """Wait for the end of the session; return what was said last."""
        async with asyncio.timeout(10):
            await self.running
        return self.sent.decode()

    async def leave(self) -> None:
        """Hang up."""
        self.reading.set()
        self.terminal.hang_up()
        await self.ended()
