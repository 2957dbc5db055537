"""The UDP socket that notifications for one host leave by, and its answers come back to."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable
from typing import Any, Final

import psutil

from oam.threads import in_thread

AT_ONCE: Final = 16
"""Datagrams taken in one turn of the loop."""
DATAGRAM: Final = 65_535


class Channel:
    """A connected socket: only what its host sends comes in, and the host's refusals come back as errors."""

    def __init__(
        self, sock: socket.socket, receive: Callable[[bytes], None], failed: Callable[[OSError], None]
    ) -> None:
        self._socket = sock
        self._receive = receive
        self._failed = failed
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock.fileno(), self._read)

    @property
    def source(self) -> str:
        """Our address."""
        return str(self._socket.getsockname()[0])

    def send(self, octets: bytes) -> None:
        """Send; raises OSError when the host it runs on does not take it."""
        try:
            self._socket.send(octets)
        except ConnectionRefusedError:
            # That is what became of the one before; this one has not left.
            self._socket.send(octets)

    def close(self) -> None:
        """Let go of the socket."""
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()

    def _read(self) -> None:
        try:
            for _ in range(AT_ONCE):
                self._receive(self._socket.recv(DATAGRAM))
        except BlockingIOError:
            return
        except OSError as error:
            self._failed(error)


async def opened(
    address: str, port: int, source: str, receive: Callable[[bytes], None], failed: Callable[[OSError], None]
) -> Channel:
    """Open the socket for a host; `source`: local address or interface, empty for as the route has it.

    Raises OSError, also for a name that is not found.
    """
    family, place = await _resolved(address, port)
    sock = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
    try:
        if local := source_address(source, family):
            sock.bind((local, 0))
        sock.connect(place)
    except BaseException:
        sock.close()
        raise
    return Channel(sock, receive, failed)


async def _resolved(address: str, port: int) -> tuple[socket.AddressFamily, tuple[Any, ...]]:
    try:
        version = ipaddress.ip_address(address).version
    except ValueError:
        found = await in_thread(socket.getaddrinfo, address, port, type=socket.SOCK_DGRAM)
        return found[0][0], found[0][4]
    return (socket.AF_INET if version == 4 else socket.AF_INET6), (address, port)


def source_address(source: str, family: socket.AddressFamily) -> str:
    """Return the local address to send from; empty: as the route has it. Raises OSError for an interface without one.

    A configured address of the other family says nothing: a server has hosts of both.
    """
    if not source:
        return ""
    try:
        version = ipaddress.ip_address(source).version
    except ValueError:
        return _of_interface(source, family)
    return source if (version == 4) == (family == socket.AF_INET) else ""


def _of_interface(name: str, family: socket.AddressFamily) -> str:
    for each in psutil.net_if_addrs().get(name, ()):
        if each.family == family and not ipaddress.ip_address(each.address.partition("%")[0]).is_link_local:
            return str(each.address)
    kind = "IPv4" if family == socket.AF_INET else "IPv6"
    raise OSError(f"interface {name} has no {kind} address to send from")
