"""The endpoint that Prometheus fetches its figures from: `GET /metrics`.

Who is not permitted is closed before anything is read. A page goes out piece by piece, each made when the one before
has left, so that neither a page of a thousand objects nor a client that reads slowly holds up the shells or the memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Final

import msgspec

from oam.config.tree import Configuration
from oam.context import Manager
from oam.prometheus import request
from oam.prometheus.metrics import Own, Reading, pieces
from oam.prometheus.reading import Reader
from oam.prometheus.request import LAST_CHUNK, REQUEST_OCTETS, Asked, chunk
from oam.prometheus.text import CONTENT_TYPE
from oam.settings.access import ManagementListener
from oam.shell.admission import THIS_HOST, Admission, Limits, chosen
from oam.shell.listening import Listening, Visitor

log = logging.getLogger("management")

CONNECTIONS: Final = 10
"""Scrapes at a time."""
OF_ONE_SOURCE: Final = 4
REQUEST_S: Final = 5.0
"""How long a client may take to ask."""
PAGE_S: Final = 60.0
"""How long it may take to read the answer."""
LEAVE_S: Final = 2.0
"""How long it may take to close its side afterwards."""
OUTPUT_OCTETS: Final = 65_536
"""Output held for a slow reader; then the page waits."""
READ_OCTETS: Final = 4096


class Counts(msgspec.Struct):
    """What has happened since the start."""

    scrapes: int = 0
    """Pages begun."""
    refused_requests: int = 0
    """Requests answered with an error."""
    timeouts: int = 0
    """Clients that took too long to ask or to read."""


class Prometheus:
    """The endpoint of one server."""

    def __init__(self, manager: Manager) -> None:
        self._manager = manager
        self.counts = Counts()
        self._reader = Reader(manager)
        self.listening = Listening("prometheus", manager.configuration, _wanted, Admission(self._limits), self._serve)

    @contextlib.asynccontextmanager
    async def served(self) -> AsyncGenerator[None, None]:
        """Listen inside the `with` where the configuration says so."""
        await self.listening.start()
        try:
            yield
        finally:
            await self.listening.close()

    def _limits(self) -> Limits:
        running = self._manager.configuration.running
        permitted = chosen(running.access_lists, running.prometheus.access_list, THIS_HOST)
        return Limits(permitted, CONNECTIONS, OF_ONE_SOURCE)

    async def _serve(self, visitor: Visitor) -> None:
        """Serve one connection to its end; raises OSError."""
        reader = asyncio.StreamReader(limit=READ_OCTETS)
        protocol = asyncio.StreamReaderProtocol(reader)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_accepted_socket(lambda: protocol, visitor.socket)
        transport.set_write_buffer_limits(high=OUTPUT_OCTETS)
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        try:
            asked = await self._asked(reader)
            async with asyncio.timeout(PAGE_S):
                await self._answer(writer, asked)
            await _leave(reader, writer)
        except TimeoutError:
            self.counts.timeouts += 1
            log.info("prometheus: %s does not read; connection dropped", visitor.address)
        finally:
            transport.abort()

    async def _asked(self, reader: asyncio.StreamReader) -> Asked:
        """Read a request, as far as it interests us."""
        held = bytearray()
        try:
            async with asyncio.timeout(REQUEST_S):
                while not request.complete(held):
                    octets = await reader.read(READ_OCTETS)
                    held += octets
                    if len(held) > REQUEST_OCTETS:
                        return Asked(431)
                    if not octets:
                        return Asked(400)
        except TimeoutError:
            self.counts.timeouts += 1
            return Asked(408)
        return request.judged(bytes(held))

    async def _answer(self, writer: asyncio.StreamWriter, asked: Asked) -> None:
        if asked.status != 200:
            self.counts.refused_requests += 1
            writer.write(request.refusal(asked.status))
            await writer.drain()
            return
        self.counts.scrapes += 1
        reading = await self._reader.read(self._own())
        writer.write(request.head(CONTENT_TYPE, asked.chunked))
        async for piece in sliced(reading):
            octets = piece.encode("utf-8", "replace")
            writer.write(chunk(octets) if asked.chunked else octets)
            await writer.drain()
        if asked.chunked:
            writer.write(LAST_CHUNK)
        await writer.drain()

    def _own(self) -> Own:
        admission = self.listening.admission
        refused = admission.refused_acl + admission.refused_total + admission.refused_source
        return Own(self.counts.scrapes, refused + self.counts.refused_requests + self.listening.refused_full)


async def sliced(reading: Reading) -> AsyncIterator[str]:
    """Yield the page in pieces, others having their turn before each."""
    for piece in pieces(reading):
        await asyncio.sleep(0)
        yield piece


async def _leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Let the client read to the end and close: what it has sent and nobody read would reset the connection."""
    writer.transport.set_write_buffer_limits(high=0)
    async with asyncio.timeout(PAGE_S):
        await writer.drain()
    writer.write_eof()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LEAVE_S):
            while await reader.read(READ_OCTETS):
                pass


def _wanted(configuration: Configuration) -> tuple[ManagementListener, ...]:
    return () if configuration.prometheus.shutdown else configuration.prometheus.listeners
