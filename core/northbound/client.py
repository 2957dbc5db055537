"""How management asks signalling: one client for a worker, one for the supervisor."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from pathlib import Path
from typing import Final

import msgspec

from core.northbound.notices import Notice
from core.northbound.orders import Order, Reply, Request, Row
from core.northbound.rows import ProcessRow
from core.northbound.settings import Settings
from core.northbound.wirefmt import (
    WATCH,
    Apply,
    ListProcesses,
    NorthboundError,
    Reload,
    RestartWorker,
    SupervisorReply,
    SupervisorRequest,
    decode_notice,
    decode_reply,
    decode_supervisor_reply,
    encode,
    frame,
    read_frame,
)

__all__ = ["NorthboundError", "SupervisorClient", "WorkerClient"]

RECONNECT_S: Final = 0.2
"""Pause between attempts to reach a worker that is away."""


class WorkerClient:
    """Orders to the worker that serves the Unix socket `path`.

    Each order has its own connection: a slow reader of a long listing holds up nobody,
    and leaving the iterator early (`aclose`, cancellation) stops the listing in the worker.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    async def order(self, order: Order) -> AsyncGenerator[Row, None]:
        """Yield the rows of the answer as they come.

        Raises NorthboundError when the worker is away, goes away meanwhile or refuses the order.
        """
        async with contextlib.aclosing(self._replies(order)) as replies:
            async for reply in replies:
                for row in reply.rows:
                    yield row

    async def count(self, order: Order) -> int:
        """Carry out `order` and return the count of its answer; raises as `order` does."""
        total = 0
        async with contextlib.aclosing(self._replies(order)) as replies:
            async for reply in replies:
                total += reply.count
        return total

    async def notices(self, callback: Callable[[Notice], None]) -> None:
        """Call `callback` with every notice of the worker, over its restarts, until cancelled."""
        while True:
            with contextlib.suppress(NorthboundError, msgspec.DecodeError):
                async with self._connection() as (reader, writer):
                    writer.write(WATCH)
                    while (body := await read_frame(reader)) is not None:
                        callback(decode_notice(body))
            await asyncio.sleep(RECONNECT_S)

    async def _replies(self, order: Order) -> AsyncGenerator[Reply, None]:
        async with self._connection() as (reader, writer):
            writer.write(frame(Request(1, order)))
            while True:
                body = await read_frame(reader)
                if body is None:
                    raise NorthboundError("the signalling process ended before it had answered")
                reply = decode_reply(body)
                if reply.error:
                    raise NorthboundError(reply.error)
                yield reply
                if reply.done:
                    return

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        try:
            reader, writer = await asyncio.open_unix_connection(str(self._path))
        except OSError as error:
            raise NorthboundError("the signalling process is not running") from error
        try:
            yield reader, writer
        finally:
            writer.close()


class SupervisorClient:
    """Orders to the supervisor over the socket `fd` that oam inherited; made inside a running loop."""

    def __init__(self, fd: int) -> None:
        self._socket = socket.socket(fileno=fd)
        self._socket.setblocking(False)
        self._pending: dict[int, asyncio.Future[SupervisorReply]] = {}
        self._last_id = 0
        self._writer: asyncio.StreamWriter | None = None
        self._opening = asyncio.Lock()
        self._reading: asyncio.Task[None] | None = None

    async def apply(self, settings: Settings) -> list[str]:
        """Put `settings` in force everywhere; return why not, empty when done. A refusal has changed nothing.

        Raises NorthboundError when the supervisor is gone.
        """
        return list((await self._ask(Apply(msgspec.Raw(encode(settings))))).problems)

    async def processes(self) -> list[ProcessRow]:
        """Return one row a process of the server; raises NorthboundError when the supervisor is gone."""
        return list((await self._ask(ListProcesses())).rows)

    async def reload(self) -> list[str]:
        """Restart the whole server on its startup-config, this process too.

        Return what is wrong with that configuration: nothing has been stopped then. Empty
        when the restart is under way; SIGTERM follows at once.
        """
        return list((await self._ask(Reload())).problems)

    async def restart_worker(self, now: bool) -> list[str]:
        """Start the signalling process anew, killing the old one if `now`; return why not, empty when under way."""
        return list((await self._ask(RestartWorker(now))).problems)

    async def wait_closed(self) -> None:
        """Return when the supervisor has gone: nobody would restart or stop this process any more."""
        await self._open()
        if self._reading is not None:
            await asyncio.shield(self._reading)

    async def close(self) -> None:
        """Leave; what is pending fails with NorthboundError."""
        if self._writer is not None:
            self._writer.close()
            await self.wait_closed()
        self._socket.close()

    async def _open(self) -> asyncio.StreamWriter:
        async with self._opening:
            if self._writer is None:
                reader, self._writer = await asyncio.open_unix_connection(sock=self._socket)
                self._reading = asyncio.create_task(self._read(reader))
            return self._writer

    async def _ask(self, order: Apply | ListProcesses | Reload | RestartWorker) -> SupervisorReply:
        writer = await self._open()
        if self._reading is None or self._reading.done():
            raise NorthboundError("the supervisor is gone")
        self._last_id += 1
        number = self._last_id
        future: asyncio.Future[SupervisorReply] = asyncio.get_running_loop().create_future()
        self._pending[number] = future
        writer.write(frame(SupervisorRequest(number, order)))
        try:
            return await future
        finally:
            self._pending.pop(number, None)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(NorthboundError, msgspec.DecodeError):
            while (body := await read_frame(reader)) is not None:
                reply = decode_supervisor_reply(body)
                future = self._pending.get(reply.id)
                if future is not None and not future.done():
                    future.set_result(reply)
        for future in self._pending.values():
            if not future.done():
                future.set_exception(NorthboundError("the supervisor is gone"))
