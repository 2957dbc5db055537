"""The sockets that operators of other hosts connect to, as the configuration wants them.

A change of listeners is tried before it is in force, so that a port which cannot be had is a
refused line and not a surprise. What is new is opened before what is gone is closed, and sessions
go on whatever becomes of the socket they came through. A socket that cannot be opened at the
start of the process (another program has the port) is tried again until it can.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from oam.config.store import ConfigurationStore
from oam.config.tree import Configuration
from oam.settings.access import ManagementListener
from oam.shell.admission import Admission

log = logging.getLogger("management")

BACKLOG: Final = 64
CONNECTIONS: Final = 256
"""Connections of one transport, operators' included."""
RETRY_S: Final = 2.0
"""How long after an attempt to open a socket the next one follows."""
EXHAUSTED_S: Final = 1.0
"""How long nothing is accepted when the process has no descriptor left."""
TOLD_S: Final = 10.0
"""How far apart refusals are logged."""
DEAD_PEER: Final = ((socket.TCP_KEEPIDLE, 60), (socket.TCP_KEEPINTVL, 15), (socket.TCP_KEEPCNT, 4))
"""A silent client is asked by the kernel after a minute, and is gone after another."""

Wanted = Callable[[Configuration], Sequence[ManagementListener]]
"""Which sockets a configuration wants of this transport; none when it is shut down."""
Place = tuple[str, int]


class Visitor:
    """One connection on its way in."""

    def __init__(
        self, connection: socket.socket, address: str, listener: ManagementListener, admission: Admission
    ) -> None:
        self.socket = connection
        """Connected, not blocking; closed when the serving is over."""
        self.address = address
        """The client's, without port."""
        self.listener = listener
        self._admission = admission
        self._stranger = True

    def authenticated(self) -> None:
        """The client has logged in."""
        if self._stranger:
            self._stranger = False
            self._admission.authenticated(self.address)

    def gone(self) -> None:
        """The connection is over."""
        if self._stranger:
            self._stranger = False
            self._admission.leave(self.address)


Serve = Callable[[Visitor], Awaitable[None]]
"""Serves one connection to its end; cancelled when the process ends."""


class Listener:
    """One socket that the configuration wants."""

    def __init__(self, settings: ManagementListener) -> None:
        self.settings = settings
        self.socket: socket.socket | None = None
        """None: it could not be opened, as `problem` says."""
        self.task: asyncio.Task[None] | None = None
        self.problem = ""
        self.accepted = 0

    def open(self) -> None:
        """Listen; raises OSError."""
        self.problem = ""
        try:
            self.socket = bound(self.settings)
        except OSError as error:
            self.problem = error.strerror or str(error)
            raise

    def close(self) -> None:
        """Listen no more; connections made go on."""
        if self.task is not None:
            self.task.cancel()
        if self.socket is not None:
            self.socket.close()
        self.socket = self.task = None


class Listening:
    """The sockets of one transport."""

    def __init__(
        self, name: str, configuration: ConfigurationStore, wanted: Wanted, admission: Admission, serve: Serve
    ) -> None:
        self.name = name
        """`management ssh`: what the operator configures it by."""
        self.admission = admission
        self._configuration = configuration
        self._wanted = wanted
        self._serve = serve
        self.listeners: dict[Place, Listener] = {}
        self.refused_full = 0
        """Connections refused because of all that there are."""
        self._visits: dict[asyncio.Task[None], Visitor] = {}
        self._retrying: asyncio.Task[None] | None = None
        self._told = -TOLD_S

    async def start(self) -> None:
        """Open what the running configuration wants, and follow its changes from now on."""
        self._configuration.guards.append(self.tried)
        self._configuration.observers.append(self._follow)
        self._open(self._wanted(self._configuration.running))

    async def close(self) -> None:
        """Close the sockets and end every connection."""
        self._configuration.guards.remove(self.tried)
        self._configuration.observers.remove(self._follow)
        if self._retrying is not None:
            self._retrying.cancel()
        for listener in self.listeners.values():
            listener.close()
        self.listeners.clear()
        for task in self._visits:
            task.cancel()
        if self._visits:
            await asyncio.wait(list(self._visits))

    @property
    def connections(self) -> int:
        """Connections now open."""
        return len(self._visits)

    async def tried(self, old: Configuration, new: Configuration) -> list[str]:
        """Return why the listeners of `new` cannot be opened (`ConfigurationStore.guards`)."""
        held = {_place(each) for each in self._wanted(old)}
        found = []
        for each in self._wanted(new):
            if _place(each) in held:
                continue
            try:
                bound(each).close()
            except OSError as error:
                if error.errno != errno.EADDRINUSE or not self._gives_way(old, new, each):
                    found.append(f"{self.name}: {each.address} port {each.port}: {error.strerror}")
        return found

    def _gives_way(self, old: Configuration, new: Configuration, wanted: ManagementListener) -> bool:
        """Whether a socket of ours on the same port, any address against one, is closed by the change."""
        kept = {_place(each) for each in self._wanted(new)}
        return any(each.port == wanted.port and _place(each) not in kept for each in self._wanted(old))

    def _follow(self, old: Configuration, new: Configuration) -> None:
        if self._wanted(old) != self._wanted(new):
            self._open(self._wanted(new))

    def _open(self, wanted: Sequence[ManagementListener]) -> None:
        """Open what is new, then close what is gone, then what had to wait for its place."""
        places = {_place(each): each for each in wanted}
        for place, settings in places.items():
            if place in self.listeners:
                self.listeners[place].settings = settings
            else:
                self.listeners[place] = Listener(settings)
                self._try(self.listeners[place])
        for place in self.listeners.keys() - places.keys():
            self.listeners.pop(place).close()
            log.info("%s: %s port %d is closed", self.name, *place)
        for listener in self._failed():
            if not self._try(listener):
                log.error("%s: %s port %d: %s", self.name, *_place(listener.settings), listener.problem)
        if self._failed() and (self._retrying is None or self._retrying.done()):
            self._retrying = asyncio.create_task(self._retry())

    def _failed(self) -> list[Listener]:
        return [each for each in self.listeners.values() if each.socket is None]

    def _try(self, listener: Listener) -> bool:
        """Open a socket; tell whether it could be."""
        try:
            listener.open()
        except OSError:
            return False
        listener.task = asyncio.create_task(self._accept(listener))
        log.info("%s: listening on %s port %d", self.name, *_place(listener.settings))
        return True

    async def _retry(self) -> None:
        while failed := self._failed():
            await asyncio.sleep(RETRY_S)
            for listener in failed:
                if listener.socket is None and self.listeners.get(_place(listener.settings)) is listener:
                    self._try(listener)

    async def _accept(self, listener: Listener) -> None:
        loop = asyncio.get_running_loop()
        listening = listener.socket
        assert listening is not None
        while True:
            try:
                connection, peer = await loop.sock_accept(listening)
            except OSError as error:
                log.warning("%s: nothing is accepted: %s", self.name, error.strerror)
                await asyncio.sleep(EXHAUSTED_S)
                continue
            self._admit(connection, str(peer[0]).partition("%")[0], listener)

    def _admit(self, connection: socket.socket, address: str, listener: Listener) -> None:
        full = len(self._visits) >= CONNECTIONS
        self.refused_full += full
        if full or not self.admission.enter(address):
            self._tell_refused(address)
            connection.close()
            return
        listener.accepted += 1
        visitor = Visitor(connection, address, listener.settings, self.admission)
        task = asyncio.create_task(self._visited(visitor))
        self._visits[task] = visitor
        task.add_done_callback(self._visits.__delitem__)

    def _tell_refused(self, address: str) -> None:
        """Log a refusal, not each of a flood: the counters have them all."""
        now = asyncio.get_running_loop().time()
        if now - self._told >= TOLD_S:
            self._told = now
            log.warning("%s: connection from %s refused, and perhaps others", self.name, address)

    async def _visited(self, visitor: Visitor) -> None:
        try:
            _ask_dead_peers(visitor.socket)
            await self._serve(visitor)
        except OSError as error:
            log.info("%s: connection from %s ended: %s", self.name, visitor.address, error.strerror or error)
        except Exception:
            log.exception("%s: connection from %s ended by a fault", self.name, visitor.address)
        finally:
            visitor.gone()
            visitor.socket.close()


def bound(wanted: ManagementListener) -> socket.socket:
    """Return a socket that listens where `wanted` says; raises OSError."""
    family = socket.AF_INET6 if ":" in wanted.address else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setblocking(False)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind((wanted.address, wanted.port))
        listening.listen(BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


def _place(listener: ManagementListener) -> Place:
    return listener.address, listener.port


def _ask_dead_peers(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in DEAD_PEER:
            connection.setsockopt(socket.IPPROTO_TCP, option, value)
