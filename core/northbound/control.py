"""Between supervisor and worker: settings and listening sockets, one message a packet.

The supervisor writes the settings to a file beside the message, for a packet has little
room, and hands over the descriptors of the listeners the worker does not have yet. The
first message starts the worker; each is answered once.
"""

from __future__ import annotations

import socket
from typing import Final

import msgspec

from core.northbound.settings import Listener

MAX_LISTENERS: Final = 200
"""As many descriptors as one packet carries, with some to spare."""
BACKLOG: Final = 1024
"""TCP connections not yet accepted, for each listener."""
_PACKET_OCTETS: Final = 131_072


class Configure(msgspec.Struct, frozen=True):
    """Run on the settings in `settings_file`, with exactly these listeners."""

    serial: int
    settings_file: str
    listeners: tuple[tuple[int, Listener], ...]
    """(number, listener); a number never means another listener while the supervisor lives."""
    new: tuple[int, ...]
    """Numbers of those whose descriptors come with this message, in their order."""


class Configured(msgspec.Struct, frozen=True):
    """The answer; with problems nothing has changed."""

    serial: int
    problems: tuple[str, ...] = ()


_encode: Final = msgspec.msgpack.Encoder().encode
_decode_configure: Final = msgspec.msgpack.Decoder(Configure).decode
_decode_configured: Final = msgspec.msgpack.Decoder(Configured).decode


def control_pair() -> tuple[socket.socket, socket.socket]:
    """Make the supervisor's and the worker's end; the first does not block."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    return ours, theirs


def send_configure(sock: socket.socket, message: Configure, fds: list[int]) -> None:
    """Send to the worker; raises OSError when it is gone or has stopped reading."""
    socket.send_fds(sock, [_encode(message)], fds)


def receive_configure(sock: socket.socket) -> tuple[Configure, list[int]] | None:
    """Return the next message and the descriptors, now ours; None when the supervisor is gone.

    Raises BlockingIOError when there is none, msgspec.MsgspecError for one that is none.
    """
    data, fds, _, _ = socket.recv_fds(sock, _PACKET_OCTETS, MAX_LISTENERS + 1)
    return (_decode_configure(data), list(fds)) if data else None


def send_configured(sock: socket.socket, message: Configured) -> None:
    """Answer the supervisor."""
    sock.send(_encode(message))


def receive_configured(sock: socket.socket) -> Configured | None:
    """Return the worker's next answer; None when it is gone. Raises BlockingIOError when there is none."""
    data = sock.recv(_PACKET_OCTETS)
    return _decode_configured(data) if data else None
