"""Frames between the processes: a 4-octet big-endian length, then that much msgpack.

A worker's socket carries orders: `Request` frames, each answered by `Reply` frames.
A connection that opens with an empty frame carries `Notice` frames instead. The socket
between supervisor and oam carries `SupervisorRequest` and `SupervisorReply`.
"""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec

from core.northbound.notices import Notice
from core.northbound.orders import Reply, Request
from core.northbound.rows import ProcessRow
from core.northbound.settings import Settings

MAX_FRAME_OCTETS: Final = 64 * 1024 * 1024
"""More than any settings tree or slice of rows; a longer frame is a fault."""

WATCH: Final = b"\0\0\0\0"
"""The empty frame that turns a connection into one for notices."""


class NorthboundError(Exception):
    """The other process cannot be asked, or refused the order; the text is for the operator."""


class Apply(msgspec.Struct, frozen=True, tag=True):
    """Put `settings` in force, sockets included; answered with what was wrong."""

    settings: msgspec.Raw
    """A Settings, or a record of management's own with more fields; it is kept as it came."""


class ListProcesses(msgspec.Struct, frozen=True, tag=True):
    """Answered with one ProcessRow a process."""


class Reload(msgspec.Struct, frozen=True, tag=True):
    """Restart the server on its startup-config; answered, before anything stops, with what is wrong with that."""


class RestartWorker(msgspec.Struct, frozen=True, tag=True):
    """Start the signalling process anew; answered at once with why not, empty when it is under way.

    Its listening sockets stay open, and what it has on record of calls and registrations the next one reads.
    """

    now: bool = False
    """Kill it; else it refuses what is new and finishes what is in flight, for as long as `drain_s` says."""


class SupervisorRequest(msgspec.Struct, frozen=True):
    """One order of oam with the number its reply bears."""

    id: int
    order: Apply | ListProcesses | Reload | RestartWorker


class SupervisorReply(msgspec.Struct, frozen=True):
    """The whole answer; `problems` is empty when the order was carried out."""

    id: int
    problems: tuple[str, ...] = ()
    rows: tuple[ProcessRow, ...] = ()


_encoder: Final = msgspec.msgpack.Encoder()
decode_settings: Final = msgspec.msgpack.Decoder(Settings).decode
"""Reads a Settings; fields that it does not know are passed over."""
decode_request: Final = msgspec.msgpack.Decoder(Request).decode
decode_reply: Final = msgspec.msgpack.Decoder(Reply).decode
decode_notice: Final = msgspec.msgpack.Decoder(Notice).decode
decode_supervisor_request: Final = msgspec.msgpack.Decoder(SupervisorRequest).decode
decode_supervisor_reply: Final = msgspec.msgpack.Decoder(SupervisorReply).decode


def encode(message: msgspec.Struct) -> bytes:
    """Return `message` as it goes into a frame or a file."""
    return _encoder.encode(message)


def frame(message: msgspec.Struct) -> bytes:
    """Return `message` as one frame."""
    body = _encoder.encode(message)
    return len(body).to_bytes(4, "big") + body


async def read_frame(reader: asyncio.StreamReader) -> bytes | None:
    """Return the body of the next frame, `None` at the end of the stream, even one within a frame.

    Raises NorthboundError when the frame is longer than MAX_FRAME_OCTETS.
    """
    try:
        octets = int.from_bytes(await reader.readexactly(4), "big")
        if octets > MAX_FRAME_OCTETS:
            raise NorthboundError(f"frame of {octets} octets refused")
        return await reader.readexactly(octets)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
