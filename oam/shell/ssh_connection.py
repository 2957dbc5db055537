"""An SSH connection whose output is bounded.

asyncssh stops a channel at the window its client grants, which may be as large as the client
likes, and answers the protocol's own requests without bound. Here a writer can wait for the
network as well, and a client that makes us answer without reading the answers is dropped.
"""

from __future__ import annotations

import asyncio
from typing import Final

import asyncssh

UNREAD_OCTETS: Final = 4_194_304
"""Output that the network does not take; a channel's window of OpenSSH fits twice."""


class Connection(asyncssh.SSHServerConnection):
    """One client's connection."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        options: asyncssh.SSHServerConnectionOptions,
        owner: asyncssh.SSHServer,
    ) -> None:
        super().__init__(loop, options)
        self._protocol_factory = lambda: owner
        self._network: asyncio.Transport | None = None
        self._taken = asyncio.Event()
        self._taken.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The transport stands."""
        assert isinstance(transport, asyncio.Transport)
        self._network = transport
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None = None) -> None:
        """The transport is gone: nobody need wait."""
        self._taken.set()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The network takes no more for now."""
        self._taken.clear()

    def resume_writing(self) -> None:
        """The network takes again."""
        self._taken.set()

    def data_received(self, data: bytes, datatype: int | None = None) -> None:
        """Take octets of a client that takes ours."""
        assert self._network is not None
        if not self._taken.is_set() and self._network.get_write_buffer_size() > UNREAD_OCTETS:
            self.abort()
            return
        super().data_received(data, datatype)

    async def drained(self) -> None:
        """Wait until the network takes output."""
        await self._taken.wait()
