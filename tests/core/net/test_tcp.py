"""TCP: framing into the engine, one connection a place, bounds, closing."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import uvloop
from support.fake_engine import FakeEngine, FakeGuard, FakeStore, fake_slots

from core.effect import TCP, Flow
from core.net import tcp
from core.net.pump import Outside, Pump
from core.net.tcp import TcpStreams
from core.northbound.counters import CONNECTIONS, CONNECTIONS_REFUSED, KEEPALIVES, MALFORMED, PARTIALS_REFUSED
from core.northbound.notices import Notice, TableFull, TableRelieved
from core.northbound.settings import Listener, Settings, SipSettings
from core.policy.bans import MALFORMED as MALFORMED_CAUSE

MESSAGE = b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 4\r\n\r\nbody"
PING = b"\r\n\r\n"
Test = Callable[["Place"], Awaitable[None]]


class Place:
    """Streams that listen on loopback; the engine sends back what it gets."""

    def __init__(self, sip: SipSettings) -> None:
        self.engine = FakeEngine()
        self.slots = fake_slots()
        self.now = 1000.0
        self.pump = Pump(self.engine, FakeStore(), self.slots, lambda: self.now)
        self.notices: list[Notice] = []
        self.streams = TcpStreams(self.pump, Settings(sip=sip), self.slots, self.notices.append)
        self.pump.outside = Outside(self.streams, lambda *_: None, lambda _: None, lambda _: None)
        self.port = 0
        self._writers: list[asyncio.StreamWriter] = []

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._writers.append(writer)
        return reader, writer

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(3):
            while not condition():
                await asyncio.sleep(0.001)

    async def close(self) -> None:
        self.streams.close()
        for writer in self._writers:
            writer.transport.abort()
        await self.until(lambda: not self.slots[CONNECTIONS])


@contextlib.asynccontextmanager
async def opened(sip: SipSettings) -> AsyncIterator[Place]:
    place = Place(sip)
    sock = socket.create_server(("127.0.0.1", 0))
    place.port = sock.getsockname()[1]
    await place.streams.listen(2, Listener("tcp", "127.0.0.1", place.port), sock)
    try:
        yield place
    finally:
        await place.close()


def run(test: Test, sip: SipSettings | None = None) -> None:
    async def inside() -> None:
        async with opened(sip or SipSettings()) as place:
            await test(place)

    uvloop.run(inside())


def flow_to(port: int) -> Flow:
    return Flow(TCP, 2, "127.0.0.1", port, ("127.0.0.1", port))


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_messages_are_answered_on_their_connection_however_they_come(step: int) -> None:
    async def test(place: Place) -> None:
        reader, writer = await place.connect()
        octets = MESSAGE * 2
        for start in range(0, len(octets), step):
            writer.write(octets[start : start + step])
            await asyncio.sleep(0)
        assert await reader.readexactly(len(octets)) == octets
        assert [data for data, _ in place.engine.received] == [MESSAGE, MESSAGE]
        flow = place.engine.received[0][1]
        assert (flow.transport, flow.listener, (flow.host, flow.port)) == (TCP, 2, writer.get_extra_info("sockname"))
        (row,) = place.streams.rows()
        assert (row.connections, row.received, row.sent, row.dropped) == (1, 2, 2, 0)

    run(test)


def test_keep_alives_are_answered() -> None:
    async def test(place: Place) -> None:
        reader, writer = await place.connect()
        writer.write(PING)
        assert await reader.readexactly(2) == b"\r\n"
        assert place.slots[KEEPALIVES] == 1

    run(test)


def test_a_stream_beyond_repair_is_closed() -> None:
    async def test(place: Place) -> None:
        reader, writer = await place.connect()
        writer.write(b"OPTIONS sip:a SIP/2.0\r\nTo: x\r\n\r\n")
        assert await reader.read() == b""
        assert place.slots[MALFORMED] == 1

    run(test)


def test_a_barred_address_is_refused_at_the_door() -> None:
    async def test(place: Place) -> None:
        guard = place.pump.guard = FakeGuard("127.0.0.1")
        reader, _ = await place.connect()
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
        assert guard.drops == ["127.0.0.1"]
        assert place.slots[CONNECTIONS] == 0
        assert place.streams.rows()[0].dropped == 1

    run(test)


def test_connections_of_who_is_barred_later_are_closed() -> None:
    async def test(place: Place) -> None:
        guard = place.pump.guard = FakeGuard()
        reader, writer = await place.connect()
        writer.write(MESSAGE)
        await reader.readexactly(len(MESSAGE))
        guard.barred.add("127.0.0.1")
        place.streams.close_banned()
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
        await place.until(lambda: not place.slots[CONNECTIONS])
        assert len(place.engine.received) == 1

    run(test)


def test_a_connection_marked_by_the_engine_is_closed_by_what_comes_next() -> None:
    async def test(place: Place) -> None:
        guard = place.pump.guard = FakeGuard()
        reader, writer = await place.connect()
        writer.write(MESSAGE)
        await reader.readexactly(len(MESSAGE))
        place.engine.received[0][1].banned = True
        writer.write(MESSAGE)
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
        assert len(place.engine.received) == 1
        assert guard.drops == ["127.0.0.1"]

    run(test)


def test_a_stream_beyond_repair_is_an_offence() -> None:
    async def test(place: Place) -> None:
        guard = place.pump.guard = FakeGuard()
        reader, writer = await place.connect()
        writer.write(b"OPTIONS sip:a SIP/2.0\r\nTo: x\r\n\r\n")
        assert await reader.read() == b""
        assert guard.offences == [("127.0.0.1", MALFORMED_CAUSE)]

    run(test)


def test_what_came_before_the_fault_is_answered_before_the_close() -> None:
    async def test(place: Place) -> None:
        reader, writer = await place.connect()
        writer.write(MESSAGE + b"OPTIONS sip:a SIP/2.0\r\nTo: x\r\n\r\n")
        assert await reader.read() == MESSAGE

    run(test)


def test_a_message_for_an_open_connection_uses_it() -> None:
    async def test(place: Place) -> None:
        reader, writer = await place.connect()
        await place.until(lambda: place.slots[CONNECTIONS] == 1)
        assert place.streams.send(flow_to(writer.get_extra_info("sockname")[1]), MESSAGE, "b1")
        assert await reader.readexactly(len(MESSAGE)) == MESSAGE
        assert place.slots[CONNECTIONS] == 1

    run(test)


def test_a_connection_is_opened_once_and_carries_messages_both_ways() -> None:
    async def test(place: Place) -> None:
        heard: asyncio.Queue[bytes] = asyncio.Queue()

        async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heard.put_nowait(await reader.readexactly(2 * len(MESSAGE)))
            writer.write(MESSAGE)
            heard.put_nowait(await reader.readexactly(len(MESSAGE)))
            writer.close()

        server = await asyncio.start_server(peer, "127.0.0.1", 0)
        flow = flow_to(server.sockets[0].getsockname()[1])
        assert place.streams.send(flow, MESSAGE, "b1")
        assert place.streams.send(flow, MESSAGE, "b2")
        assert await heard.get() == MESSAGE * 2
        assert await heard.get() == MESSAGE
        assert place.engine.received == [(MESSAGE, flow)]
        assert place.engine.failed == []
        server.close()
        await place.until(lambda: not place.slots[CONNECTIONS])

    run(test)


def test_a_connection_that_cannot_be_opened_fails_every_branch_that_waits() -> None:
    async def test(place: Place) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            flow = flow_to(probe.getsockname()[1])
        assert place.streams.send(flow, MESSAGE, "b1")
        assert place.streams.send(flow, MESSAGE, "b2")
        await place.until(lambda: place.engine.failed == ["b1", "b2"])
        assert place.slots[CONNECTIONS] == 0

    run(test)


def test_a_peer_that_reads_nothing_is_given_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tcp, "MAX_OUTPUT_OCTETS", 10_000)
    caplog.set_level("INFO")

    async def test(place: Place) -> None:
        _, writer = await place.connect()
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await place.until(lambda: place.slots[CONNECTIONS] == 1)
        flow = flow_to(writer.get_extra_info("sockname")[1])
        sent = 0
        while place.streams.send(flow, b"x" * 9_000, "b1"):
            sent += 1
            assert sent < 10_000
        for _ in range(100):
            assert not place.streams.send(flow, b"x", "b2")
        assert len(caplog.records) == 1
        await place.until(lambda: not place.slots[CONNECTIONS])

    run(test)


def test_a_sender_of_very_much_holds_nobody_up() -> None:
    async def test(place: Place) -> None:
        (_, flood), (reader, writer) = await place.connect(), await place.connect()
        await place.until(lambda: place.slots[CONNECTIONS] == 2)
        flood.write(MESSAGE * 40_000)
        writer.write(PING)
        assert await reader.readexactly(2) == b"\r\n"
        assert len(place.engine.received) < 4_000

    run(test)


def test_one_connection_too_many_is_closed_and_told_once() -> None:
    async def test(place: Place) -> None:
        await place.connect()
        await place.until(lambda: place.slots[CONNECTIONS] == 1)
        for _ in range(2):
            reader, _ = await place.connect()
            with contextlib.suppress(ConnectionError):
                assert await reader.read() == b""
        assert not place.streams.send(flow_to(1), MESSAGE, "b1")
        assert place.slots[CONNECTIONS_REFUSED] == 3
        assert place.streams.rows()[0].dropped == 2
        assert place.notices == [TableFull(table="connections", limit=1)]
        place.now += 61
        place.streams.sweep(place.now)
        assert place.notices[1:] == [TableRelieved(table="connections")]

    run(test, SipSettings(max_connections=1))


def test_partial_messages_are_bounded_over_all_connections() -> None:
    async def test(place: Place) -> None:
        for number in range(2):
            _, writer = await place.connect()
            writer.write(b"OPTIONS sip:a SIP/2.0\r\nSubject: " + b"x" * 1000)
            if not number:
                await place.until(lambda: place.slots[CONNECTIONS] == 1)
        await place.until(lambda: place.slots[PARTIALS_REFUSED] == 1 and place.slots[CONNECTIONS] == 1)
        assert place.notices == [TableFull(table="partials", limit=1500)]

    run(test, SipSettings(max_partial_octets=1500))


@pytest.mark.parametrize(
    ("sent", "seconds", "stays"),
    [
        (b"", 31, True),
        (b"", 33, False),
        (b"OPTIONS", 33, False),
        (MESSAGE, 33, True),
        (PING, 33, True),
        (MESSAGE + b"OPTIONS", 33, False),
        (MESSAGE, 7300, False),
    ],
)
def test_silent_partial_and_idle_connections_are_closed(sent: bytes, seconds: float, stays: bool) -> None:
    async def test(place: Place) -> None:
        reader, writer = await place.connect()
        writer.write(sent)
        await place.until(lambda: place.slots[CONNECTIONS] == 1)
        whole, pings = sent.count(MESSAGE), int(sent == PING)
        await place.until(lambda: (len(place.engine.received), place.slots[KEEPALIVES]) == (whole, pings))
        place.now += seconds
        place.streams.sweep(place.now)
        if stays:
            writer.write(MESSAGE)
            assert (await reader.readuntil(b"body")).endswith(MESSAGE)
        else:
            await place.until(lambda: not place.slots[CONNECTIONS])

    run(test)


def test_a_flow_is_closed_on_demand() -> None:
    async def test(place: Place) -> None:
        reader, writer = await place.connect()
        await place.until(lambda: place.slots[CONNECTIONS] == 1)
        place.streams.close_flow(flow_to(writer.get_extra_info("sockname")[1]))
        place.streams.close_flow(flow_to(1))
        assert await reader.read() == b""

    run(test)


def test_a_listener_taken_away_keeps_its_connections() -> None:
    async def test(place: Place) -> None:
        reader, writer = await place.connect()
        await place.until(lambda: place.slots[CONNECTIONS] == 1)
        place.streams.unlisten(2)
        writer.write(MESSAGE)
        assert await reader.readexactly(len(MESSAGE)) == MESSAGE
        with pytest.raises(ConnectionRefusedError):
            await place.connect()
        assert place.streams.rows() == []

    run(test)


def test_new_bounds_hold_for_new_connections() -> None:
    async def test(place: Place) -> None:
        place.streams.configure(Settings(sip=SipSettings(max_message_octets=60)))
        reader, writer = await place.connect()
        writer.write(b"OPTIONS sip:a SIP/2.0\r\nSubject: " + b"x" * 100 + b"\r\n\r\n")
        assert await reader.read() == b""

    run(test)


def test_a_connection_tells_its_port_here() -> None:
    async def test(place: Place) -> None:
        reader, writer = await place.connect()
        writer.write(MESSAGE)
        await reader.readexactly(len(MESSAGE))
        came = place.engine.received[0][1]
        assert place.streams.local_port(came) == place.port
        assert place.streams.local_port(flow_to(1)) == 0

    run(test)
