"""Frames: every message comes out as it went in; what is none is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec
import pytest

from core.northbound import wirefmt
from core.northbound.call_rows import CallRow
from core.northbound.notices import (
    AddressBanned,
    AddressReleased,
    EmergencyFailed,
    InternalError,
    TableFull,
    TableRelieved,
    TraceEnded,
    WorkerStarted,
)
from core.northbound.orders import (
    AskLists,
    ClearBinding,
    ClearHits,
    ClearHost,
    LiftBan,
    ListBans,
    ListCalls,
    ListHits,
    ListHosts,
    ListListeners,
    ListTransactions,
    LookUpHost,
    Ping,
    ReadLists,
    Reply,
    Request,
    StartTrace,
    StopTrace,
)
from core.northbound.rows import BanRow, HostRow, ListenerRow, ListHitsRow, ListVerdictRow, ProcessRow, TraceRow
from core.northbound.settings import Listener, Settings, SipSettings
from core.northbound.trace import TraceFilter
from core.northbound.wirefmt import (
    Apply,
    ListProcesses,
    NorthboundError,
    Reload,
    SupervisorReply,
    SupervisorRequest,
    decode_notice,
    decode_reply,
    decode_request,
    decode_supervisor_reply,
    decode_supervisor_request,
    encode,
    frame,
    read_frame,
)

ROWS = (
    ListenerRow("udp:127.0.0.1:5060", "up", 0, 1, 2, 3),
    CallRow("early", "a", "b", 1.5, None, 3, "c"),
    HostRow("trunk.example", "udp", "found", "10/0 192.0.2.1 port 5060", 60),
    BanRow("192.0.2.1", "scan", 50, 1.5, 601.5, 3, 7),
    ListHitsRow("black", "calling", "1*", 3),
    ListVerdictRow("calling", "12", "refused", "black", "1*", "admin", "fraud", None),
    TraceRow(1, TraceFilter(users=("a", "1")), "admin", 1.5, 601.5, 7, None),
)
SETTINGS = Settings(hostname="x", sip=SipSettings(listeners=(Listener("udp", "::1"),), domains=("a", "b")))
CASES: list[tuple[Callable[[bytes], object], msgspec.Struct]] = [
    *((decode_request, Request(7, order)) for order in (ListCalls(True, "x"), ListTransactions(), ListListeners())),
    *((decode_request, Request(7, order)) for order in (ClearBinding("1001"), Ping())),
    *((decode_request, Request(7, order)) for order in (ListHosts("x"), ClearHost(), LookUpHost("x", 5060, "tcp"))),
    *((decode_request, Request(7, order)) for order in (ReadLists(), ListBans(), LiftBan("192.0.2.1"), ListHits())),
    *((decode_request, Request(7, order)) for order in (ClearHits("black"), AskLists("calling", "1"))),
    (decode_reply, Reply(7, ROWS, 2, False)),
    (decode_reply, Reply(7, error="no")),
    *((decode_request, Request(7, order)) for order in (StartTrace(1, TraceFilter("x"), 60.0), StopTrace(1))),
    (decode_notice, TraceEnded(1, "time", 5)),
    (decode_notice, WorkerStarted(1, True, 5)),
    (decode_notice, TableFull("calls", 5)),
    (decode_notice, TableRelieved("calls")),
    (decode_notice, InternalError("receive", "x")),
    (decode_notice, EmergencyFailed("112", 503, "c")),
    (decode_notice, AddressBanned("192.0.2.1", "scan", 50, 600, 1.5)),
    (decode_notice, AddressReleased("192.0.2.1")),
    *(
        (decode_supervisor_request, SupervisorRequest(1, order))
        for order in (Apply(msgspec.Raw(encode(SETTINGS))), ListProcesses(), Reload())
    ),
    (decode_supervisor_reply, SupervisorReply(1, ("no",), (ProcessRow("oam", 1, "running", 0, 2, 0.5, 7),))),
]


def read(octets: bytes) -> list[bytes | None]:
    """Read frames to the end of `octets`."""

    async def inside() -> list[bytes | None]:
        reader = asyncio.StreamReader()
        reader.feed_data(octets)
        reader.feed_eof()
        found: list[bytes | None] = [await read_frame(reader)]
        while found[-1] is not None:
            found.append(await read_frame(reader))
        return found

    return asyncio.run(inside())


@pytest.mark.parametrize(("decode", "message"), CASES)
def test_a_message_comes_out_as_it_went_in(decode: Callable[[bytes], object], message: msgspec.Struct) -> None:
    body, end = read(frame(message))
    assert body is not None
    assert decode(body) == message
    assert end is None


def test_frames_follow_each_other_and_an_empty_one_is_one() -> None:
    assert read(frame(Ping()) + wirefmt.WATCH + frame(Ping()))[1:] == [b"", msgspec.msgpack.encode(Ping()), None]


@pytest.mark.parametrize("length", [0, 1, 4, 6])
def test_a_stream_that_ends_within_a_frame_has_ended(length: int) -> None:
    assert read(frame(Ping())[:length]) == [None]


def test_a_frame_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(NorthboundError, match="67108865"):
        read((wirefmt.MAX_FRAME_OCTETS + 1).to_bytes(4, "big"))


def test_what_is_no_message_is_refused() -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode_request(b"\xc1")
