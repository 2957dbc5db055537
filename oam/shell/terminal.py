"""One operator's terminal, whatever transport it hangs on.

The transport gives octets (`received`), size changes (`resized`) and the hang-up; editor
and pager take octets out. Every way to end a line (CR, LF, CR LF, CR NUL) arrives as one
CR; NUL is ignored. While nobody reads keys, Ctrl-C stops the running command and drops
what was typed ahead of it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final

TYPED_AHEAD: Final = 1_048_576
"""Octets of input held; the transport stops reading at this (a paste of 10,000 lines fits)."""
STALL_S: Final = 600.0
"""How long output may stand still before the peer is given up."""
PIECE: Final = 4096
"""Characters of output kept back at most while lines are typed ahead."""
PIECE_S: Final = 0.01
"""How long they are kept back at most."""
COLUMNS: Final = 80
ROWS: Final = 24
MAX_SIDE: Final = 1000

INTERRUPT: Final = 0x03


class Terminal:
    """Input held for whoever reads, output passed to the transport."""

    def __init__(self, send: Callable[[bytes], None], flush: Callable[[], Awaitable[None]]) -> None:
        """`send` queues octets for the peer, `flush` waits until the queue is short; OSError when it is gone."""
        self._send = send
        self._flush = flush
        self._held = bytearray()
        self._after_cr = False
        self._arrived = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self.columns = COLUMNS
        self.rows = ROWS
        self.hung_up = False
        self.on_resize: Callable[[], None] | None = None
        self.on_hang_up: Callable[[], None] | None = None
        self.on_typed: Callable[[], None] | None = None
        self.on_interrupt: Callable[[], None] | None = None
        """Set while a command runs: called at Ctrl-C."""
        self.sized = False
        """The peer has said a size, not 0."""
        self._ahead = ""
        self._unsent: list[str] = []
        self._unsent_size = 0
        self._delivery: asyncio.TimerHandle | None = None

    def received(self, octets: bytes) -> None:
        """Take what the peer typed."""
        if self._after_cr and octets[:1] in (b"\n", b"\0"):
            octets = octets[1:]
        self._after_cr = octets[-1:] == b"\r" if octets else False
        octets = octets.replace(b"\r\n", b"\r").replace(b"\0", b"").replace(b"\n", b"\r")
        if octets and self.on_typed is not None:
            self.on_typed()
        if self.on_interrupt is not None and INTERRUPT in octets:
            self._held.clear()
            octets = octets[octets.rindex(INTERRUPT) + 1 :]
            self.on_interrupt()
        self._held += octets
        if self._held:
            self._arrived.set()
        if len(self._held) >= TYPED_AHEAD:
            self._room.clear()

    def resized(self, columns: int, rows: int) -> None:
        """Take the size; 0 and nonsense mean 80 by 24."""
        self.sized = columns > 0 and rows > 0
        self.columns = min(columns, MAX_SIDE) if columns > 0 else COLUMNS
        self.rows = min(rows, MAX_SIDE) if rows > 0 else ROWS
        if self.on_resize is not None:
            self.on_resize()

    def hang_up(self) -> None:
        """The peer is gone: readers get no more, a running command is stopped."""
        self.hung_up = True
        self._arrived.set()
        self._room.set()
        if self.on_hang_up is not None:
            self.on_hang_up()

    async def room(self) -> None:
        """Wait until there is room for input; a transport does before it reads on."""
        await self._room.wait()

    async def read(self) -> bytearray:
        """Return the octets held, at least one, leaving them for `take`; none when the peer has hung up."""
        while not self._held and not self.hung_up:
            self._arrived.clear()
            await self._arrived.wait()
        return self._held

    def peek(self) -> bytearray:
        """Return the octets held, perhaps none, leaving them for `take`."""
        return self._held

    async def pressed(self, within_s: float) -> bool:
        """Wait for a key or the hang-up, at most so long; tell whether one came. The key stays held."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self.more(0)
                return True
        return False

    async def more(self, than: int) -> None:
        """Wait until more than `than` octets are held or the peer has hung up."""
        while len(self._held) <= than and not self.hung_up:
            self._arrived.clear()
            await self._arrived.wait()

    def take(self, count: int) -> bytes:
        """Remove the first `count` octets held and return them."""
        taken = bytes(self._held[:count])
        del self._held[:count]
        if len(self._held) < TYPED_AHEAD // 2:
            self._room.set()
        return taken

    def put_back(self, octets: bytes) -> None:
        """Hold `octets` in front of all others again."""
        self._held[:0] = octets
        self._arrived.set()

    def write(self, text: str) -> None:
        """Queue `text`, line ends already CR LF; wait with `flush` before queueing much.

        While whole lines are typed ahead, what answers them goes out in larger pieces: a pasted line would
        else cost three packets.
        """
        if not text or self.hung_up:
            return
        self._unsent.append(self._ahead + text)
        self._ahead = ""
        self._unsent_size += len(text)
        if self._unsent_size >= PIECE or b"\r" not in self._held:
            self.deliver()
        elif self._delivery is None:
            self._delivery = asyncio.get_running_loop().call_later(PIECE_S, self.deliver)

    def deliver(self) -> None:
        """Hand the transport what is written, without waiting for more."""
        if self._delivery is not None:
            self._delivery.cancel()
            self._delivery = None
        if self._unsent:
            text = "".join(self._unsent)
            self._unsent.clear()
            self._unsent_size = 0
            if not self.hung_up:
                self._send(text.encode("utf-8", "replace"))

    def write_ahead(self, text: str) -> None:
        """Send `text` together with what is written next: robots want banner and prompt in one piece."""
        self._ahead += text

    async def flush(self) -> None:
        """Wait while the peer is slow; one that is gone or stands still is hung up on."""
        if self._delivery is not None:
            return
        try:
            await patiently(self._flush)
        except OSError:
            self.hang_up()


async def patiently(flush: Callable[[], Awaitable[None]]) -> None:
    """Wait for `flush`, a transport's wait until its output is short, at most STALL_S. Raises OSError."""
    async with asyncio.timeout(STALL_S):
        await flush()
