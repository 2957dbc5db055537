"""The worker's Unix socket: orders answered in slices, notices pushed to who watches."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from core.northbound.counters import NOTICES_DROPPED
from core.northbound.notices import Notice
from core.northbound.orders import Order, Reply, Row
from core.northbound.wirefmt import NorthboundError, decode_request, frame, read_frame

log = logging.getLogger("management")

SLICE: Final = 100
"""Rows of one reply, made in one loop turn."""
MAX_WATCHERS: Final = 64
MAX_CLIENTS: Final = 256
_WATCHER_OCTETS: Final = 1_048_576
"""A watcher that leaves more than this unread is sent away."""

Slice = tuple[tuple[Row, ...], int]
"""Some rows, and what they or an order without rows add to the reply's count."""
Handler = Callable[[Order], Iterator[Slice]]
"""Carries out an order; each item is made in a loop turn of its own."""


class NorthboundServer:
    """Serves `path`, mode 0660; a handler's exception becomes the order's error."""

    def __init__(self, path: Path, handler: Handler, slots: memoryview | None = None) -> None:
        """Serve at `path`; the counters in `slots` are told of notices that nobody got."""
        self._slots = slots if slots is not None else memoryview(bytearray(8 * 256)).cast("q")
        self._path = path
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()
        self._watchers: set[asyncio.StreamWriter] = set()
        self._greeting: bytes = b""

    async def start(self) -> None:
        """Begin to serve, in place of whoever served the path before."""
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._accept, str(self._path))
        os.chmod(self._path, 0o660)

    async def close(self) -> None:
        """Stop serving and leave the clients."""
        if self._server is not None:
            self._server.close()
        for task in self._clients:
            task.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)

    def greet(self, notice: Notice) -> None:
        """Push `notice` now, and to everyone who begins to watch later."""
        self._greeting = frame(notice)
        if self._watchers:
            self.push(notice)

    def push(self, notice: msgspec.Struct) -> None:
        """Send `notice` to everyone who watches; never blocks. One that nobody gets is counted.

        Who does not read is sent away, and hears how things stand when he comes again: what he has not read is lost.
        """
        if not self._watchers:
            self._slots[NOTICES_DROPPED] += 1
            return
        octets = frame(notice)
        for writer in list(self._watchers):
            transport = writer.transport
            if transport.get_write_buffer_size() > _WATCHER_OCTETS:
                transport.abort()
                self._watchers.discard(writer)
                self._slots[NOTICES_DROPPED] += 1
            else:
                writer.write(octets)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._clients) >= MAX_CLIENTS:
            writer.close()
            return
        self._clients.add(task)
        try:
            await self._serve(reader, writer)
        except (ConnectionError, NorthboundError, msgspec.MsgspecError, UnicodeError) as error:
            log.warning("management client sent away: %s", error)
        except asyncio.CancelledError:
            pass
        finally:
            self._clients.discard(task)
            self._watchers.discard(writer)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (body := await read_frame(reader)) is not None:
            if body:
                request = decode_request(body)
                with contextlib.suppress(ConnectionError):
                    await self._answer(request.id, request.order, writer)
            elif len(self._watchers) < MAX_WATCHERS:
                self._watchers.add(writer)
                writer.write(self._greeting)

    async def _answer(self, number: int, order: Order, writer: asyncio.StreamWriter) -> None:
        try:
            for rows, count in self._handler(order):
                writer.write(frame(Reply(number, rows, count, done=False)))
                await writer.drain()
                await asyncio.sleep(0)
        except ConnectionError:
            raise
        except Exception as fault:
            log.error("order %s failed", type(order).__name__, exc_info=fault)
            writer.write(frame(Reply(number, error=f"the signalling process could not do it: {fault}")))
        else:
            writer.write(frame(Reply(number)))
        await writer.drain()


def sliced(rows: Iterator[Row]) -> Iterator[Slice]:
    """Cut a listing into slices of SLICE rows."""
    while True:
        part = tuple(islice(rows, SLICE))
        if part:
            yield part, len(part)
        if len(part) < SLICE:
            return
