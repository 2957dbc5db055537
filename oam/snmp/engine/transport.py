"""The UDP sockets of the agent: those that managers ask at, and one that notifications leave by.

A listener is tried before it is configured and opened again until it can be, as the sockets of other management are
(`oam.shell.listening`). An answer leaves from the address that was asked, also on a host with several.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import logging
import socket
import struct
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from oam.config.tree import Configuration
from oam.settings.snmp import SnmpListener
from oam.snmp.engine.allowance import Allowance
from oam.snmp.engine.counters import Counters

log = logging.getLogger("management")

RETRY_S: Final = 2.0
"""How long after an attempt to open a socket the next one follows."""
AT_ONCE: Final = 8
"""Datagrams taken in one turn of the loop."""
TURN_S: Final = 0.005
"""How long they may take together; what waits longer waits in the kernel, and operators come in between. What takes
longer by itself is followed by a rest as long."""
DATAGRAM: Final = 65_535
_ANCILLARY: Final = 128
_PKTINFO: Final = getattr(socket, "IP_PKTINFO", 8)
_INTERFACE_AND_ADDRESS: Final = struct.Struct("=i4s4s")
"""struct in_pktinfo of Linux: interface, local address, address in the header."""
_INTERFACE: Final = struct.Struct("=I")

Place = tuple[str, int]
Address = tuple[Any, ...]
"""Of a socket, as `socket` has it."""


class Peer(NamedTuple):
    """Whom a datagram came from, and where an answer goes."""

    address: str
    """Without port and zone."""
    endpoint: Endpoint
    socket_address: Address
    ancillary: list[tuple[int, int, bytes]]
    """What makes an answer leave from where the question arrived."""

    def answer(self, octets: bytes) -> bool:
        """Send; tell whether the host took it."""
        return self.endpoint.send(octets, self.socket_address, self.ancillary)


Receive = Callable[[bytes, Peer], None]


class Endpoint:
    """One socket."""

    def __init__(self, settings: SnmpListener, receive: Receive, counters: Counters) -> None:
        self.settings = settings
        self._receive = receive
        self._counters = counters
        self.socket: socket.socket | None = None
        """None: it could not be opened, as `problem` says."""
        self.problem = ""
        self.received = 0
        self._allowance = Allowance()
        self._rest: asyncio.TimerHandle | None = None

    def open(self) -> None:
        """Take datagrams; raises OSError."""
        self.problem = ""
        try:
            self.socket = bound(self.settings)
        except OSError as error:
            self.problem = error.strerror or str(error)
            raise
        asyncio.get_running_loop().add_reader(self.socket, self._readable)

    def close(self) -> None:
        """Take no more."""
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None
        if self.socket is not None:
            asyncio.get_running_loop().remove_reader(self.socket)
            self.socket.close()
        self.socket = None

    def send(self, octets: bytes, address: Address, ancillary: Sequence[tuple[int, int, bytes]] = ()) -> bool:
        """Send one datagram; tell whether the host took it."""
        try:
            if self.socket is None:
                return False
            self.socket.sendmsg([octets], ancillary, 0, address)
        except OSError as error:
            self._counters.send_failures += 1
            log.debug("SNMP: no datagram to %s: %s", address[0], error)
            return False
        self._counters.out_pkts += 1
        return True

    def _readable(self) -> None:
        began, used = time.monotonic(), time.thread_time()
        self._take_some(began + TURN_S)
        now = time.monotonic()
        self._allowance.take(now, time.thread_time() - used)
        rest = max(self._allowance.rest(now), now - began if now - began > TURN_S else 0.0)
        if rest and self.socket is not None:
            loop = asyncio.get_running_loop()
            loop.remove_reader(self.socket)
            self._rest = loop.call_later(rest, self._rested, self.socket)

    def _rested(self, rested: socket.socket) -> None:
        self._rest = None
        asyncio.get_running_loop().add_reader(rested, self._readable)

    def _take_some(self, until: float) -> None:
        for _ in range(AT_ONCE):
            if self.socket is None:
                return
            try:
                octets, ancillary, _, address = self.socket.recvmsg(DATAGRAM, _ANCILLARY)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                log.debug("SNMP: %s port %d: %s", *_place(self.settings), error)
                return
            self.received += 1
            peer = Peer(_plain(address[0]), self, address, _answering(ancillary))
            self._receive(octets, peer)
            if time.monotonic() > until:
                return


class Endpoints:
    """The sockets that managers ask at, as the configuration wants them."""

    def __init__(self, receive: Receive, counters: Counters) -> None:
        self._receive = receive
        self._counters = counters
        self.endpoints: dict[Place, Endpoint] = {}
        self._retrying: asyncio.Task[None] | None = None

    async def tried(self, old: Configuration, new: Configuration) -> list[str]:
        """Return why listeners of `new` cannot be opened (`ConfigurationStore.guards`)."""
        held = {_place(each) for each in old.snmp.listeners}
        kept = {_place(each) for each in new.snmp.listeners}
        given_up = {port for address, port in held - kept}
        found = []
        for each in new.snmp.listeners:
            if _place(each) in held:
                continue
            try:
                bound(each).close()
            except OSError as error:
                if error.errno != errno.EADDRINUSE or each.port not in given_up:
                    found.append(f"snmp-server: {each.address} port {each.port}: {error.strerror}")
        return found

    def follow(self, wanted: Sequence[SnmpListener]) -> None:
        """Open what is new, then close what is gone, then open what had to wait for its place."""
        places = {_place(each): each for each in wanted}
        for place, settings in places.items():
            if place not in self.endpoints:
                self.endpoints[place] = Endpoint(settings, self._receive, self._counters)
                self._try(self.endpoints[place])
        for place in self.endpoints.keys() - places.keys():
            self.endpoints.pop(place).close()
            log.info("snmp-server: %s port %d is closed", *place)
        for endpoint in self._failed():
            if not self._try(endpoint):
                log.error("snmp-server: %s port %d: %s", *_place(endpoint.settings), endpoint.problem)
        if self._failed() and (self._retrying is None or self._retrying.done()):
            self._retrying = asyncio.create_task(self._retry())

    def close(self) -> None:
        """Close all."""
        if self._retrying is not None:
            self._retrying.cancel()
        for endpoint in self.endpoints.values():
            endpoint.close()
        self.endpoints.clear()

    def _failed(self) -> list[Endpoint]:
        return [each for each in self.endpoints.values() if each.socket is None]

    def _try(self, endpoint: Endpoint) -> bool:
        try:
            endpoint.open()
        except OSError:
            return False
        log.info("snmp-server: listening on %s port %d", *_place(endpoint.settings))
        return True

    async def _retry(self) -> None:
        while failed := self._failed():
            await asyncio.sleep(RETRY_S)
            for endpoint in failed:
                if endpoint.socket is None and self.endpoints.get(_place(endpoint.settings)) is endpoint:
                    self._try(endpoint)


class Outlet:
    """What notifications leave by and answers to them come by: a socket of each family, opened when it is used."""

    def __init__(self, receive: Receive, counters: Counters, source: str = "") -> None:
        self._receive = receive
        self._counters = counters
        self.source = source
        """Local address or interface; empty: as the route has it."""
        self._endpoints: dict[int, Endpoint] = {}

    def send(self, octets: bytes, address: str, port: int) -> bool:
        """Send one datagram to a numeric address; tell whether the host took it."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        endpoint = self._endpoints.get(family)
        if endpoint is None:
            endpoint = Endpoint(SnmpListener(self.local(family), 0), self._receive, self._counters)
            try:
                endpoint.open()
            except OSError as error:
                self._counters.send_failures += 1
                log.debug("SNMP: no notification leaves from %s: %s", endpoint.settings.address, error)
                return False
            self._endpoints[family] = endpoint
        if endpoint.send(octets, (address, port)):
            return True
        # The address it was bound to may be gone: the next notification opens another.
        self._endpoints.pop(family).close()
        return False

    def local(self, family: int) -> str:
        """Return the address of this host that notifications come from; that of any interface: as the route has it."""
        anywhere = "::" if family == socket.AF_INET6 else "0.0.0.0"
        if not self.source:
            return anywhere
        try:
            version = ipaddress.ip_address(self.source.partition("%")[0]).version
        except ValueError:
            return next(iter(_addresses(self.source, family)), anywhere)
        return self.source if (version == 6) == (family == socket.AF_INET6) else anywhere

    def close(self) -> None:
        """Close both sockets."""
        for endpoint in self._endpoints.values():
            endpoint.close()
        self._endpoints.clear()


def _addresses(interface: str, family: int) -> list[str]:
    """Return the addresses of an interface, those that others can answer to first."""
    import psutil

    found = [each.address for each in psutil.net_if_addrs().get(interface, []) if each.family == family]
    return sorted(found, key=lambda each: ipaddress.ip_address(_plain(each)).is_link_local)


def bound(wanted: SnmpListener) -> socket.socket:
    """Return a socket that takes datagrams where `wanted` says; raises OSError."""
    family = socket.AF_INET6 if ":" in wanted.address else socket.AF_INET
    made = socket.socket(family, socket.SOCK_DGRAM)
    try:
        made.setblocking(False)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if ipaddress.ip_address(wanted.address.partition("%")[0]).is_unspecified:
            if family == socket.AF_INET6:
                made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
            else:
                made.setsockopt(socket.IPPROTO_IP, _PKTINFO, 1)
        made.bind((wanted.address, wanted.port))
    except (OSError, ValueError):
        made.close()
        raise
    return made


def _answering(ancillary: Sequence[tuple[int, int, bytes]]) -> list[tuple[int, int, bytes]]:
    """Return what makes an answer leave from the address that these say was asked."""
    for level, kind, data in ancillary:
        if level == socket.IPPROTO_IP and kind == _PKTINFO and len(data) >= _INTERFACE_AND_ADDRESS.size:
            _, local, _ = _INTERFACE_AND_ADDRESS.unpack_from(data)
            return [(level, kind, _INTERFACE_AND_ADDRESS.pack(0, local, bytes(4)))]
        if level == socket.IPPROTO_IPV6 and kind == socket.IPV6_PKTINFO and len(data) >= 20:
            local = data[:16]
            # Of a link-local address the interface is a part.
            interface = data[16:20] if ipaddress.IPv6Address(local).is_link_local else _INTERFACE.pack(0)
            return [(level, kind, local + interface)]
    return []


def _plain(address: str) -> str:
    return address.partition("%")[0]


def _place(listener: SnmpListener) -> Place:
    return listener.address, listener.port
