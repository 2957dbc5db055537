"""UDP listeners: datagrams, batches, flows, figures."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from support.fake_engine import FakeEngine, FakeGuard, FakeStore, fake_slots
from support.waiting import wait_until

from core.effect import UDP, Effect, Flow
from core.net.pump import Pump
from core.net.udp import BATCH, MAX_FLOWS, RESTED_BATCH, UdpListener
from core.northbound.settings import Listener
from core.northbound.statistics import MESSAGES, PROCESSING_US, SLOTS
from core.statistics.statistics import Statistics


class Place:
    """A listener on a free port and a peer, driven by hand."""

    def __init__(self, family: int, address: str) -> None:
        sock = socket.socket(family, socket.SOCK_DGRAM)
        sock.bind((address, 0))
        self.server = sock.getsockname()
        self.engine = FakeEngine()
        self.store = FakeStore()
        self.pump = Pump(self.engine, self.store, fake_slots())
        self.listener = UdpListener(5, Listener("udp", address, self.server[1]), sock, self.pump)
        self.pump.senders[5] = self.listener
        self.peer = socket.socket(family, socket.SOCK_DGRAM)
        self.peer.settimeout(2)
        self.peer.bind((address, 0))

    def send(self, data: bytes) -> None:
        self.peer.sendto(data, self.server)


@contextmanager
def opened(family: int = socket.AF_INET, address: str = "127.0.0.1") -> Iterator[Place]:
    place = Place(family, address)
    try:
        yield place
    finally:
        place.listener.close()
        place.peer.close()


def inside(test: Callable[[], None]) -> None:
    async def run() -> None:
        test()

    asyncio.run(run())


def test_a_datagram_is_answered_where_it_came_from() -> None:
    def test() -> None:
        with opened() as place:
            place.send(b"hello")
            place.listener.receive()
            assert place.peer.recvfrom(100) == (b"hello", place.server)
            ((_, flow),) = place.engine.received
            assert (flow.transport, flow.listener, flow.host, flow.port) == (UDP, 5, *place.peer.getsockname())

    inside(test)


def test_ipv6_flows_have_plain_hosts_and_whole_addresses() -> None:
    def test() -> None:
        with opened(socket.AF_INET6, "::1") as place:
            place.send(b"hello")
            place.listener.receive()
            assert place.peer.recvfrom(100)[0] == b"hello"
            flow = place.engine.received[0][1]
            assert (flow.host, len(flow.address)) == ("::1", 4)

    inside(test)


def test_under_overload_calls_come_last_and_the_batch_is_larger() -> None:
    def test() -> None:
        with opened() as place:
            place.engine.is_overloaded = True
            sent = [b"INVITE sip:a SIP/2.0", b"BYE sip:b SIP/2.0", b"INVITE sip:c SIP/2.0", b"SIP/2.0 200 OK"] * 20
            for data in sent:
                place.send(data)
            place.listener.receive_all()
            assert [data for data, _ in place.engine.received] == sorted(sent, key=lambda data: data[:6] == b"INVITE")
            assert place.listener.received == len(sent) > RESTED_BATCH

    inside(test)


def test_the_fill_of_the_receive_buffer() -> None:
    def test() -> None:
        with opened() as place:
            assert place.listener.queued() == 0.0
            for _ in range(20):
                place.send(b"x" * 1000)
            assert 0.0 < place.listener.queued() <= 100.0
            place.listener.receive_all()
            assert place.listener.queued() == 0.0

    inside(test)


def test_load_takes_a_batch_a_turn() -> None:
    def test() -> None:
        with opened() as place:
            for _ in range(BATCH + 3):
                place.send(b"x")
            place.listener.receive()
            assert len(place.engine.received) == BATCH
            place.listener.receive()
            assert len(place.engine.received) == BATCH + 3
            place.listener.receive()
            assert len(place.engine.received) == BATCH + 3

    inside(test)


def told(place: Place, receive: Callable[[], None], turns: int) -> list[int]:
    """Return how often the engine has been told after each turn, 30 ms after the last one."""
    now, found = 100.0, []
    place.pump.clock = lambda: now
    for _ in range(turns):
        receive()
        found.append(len(place.engine.presses))
        now += 0.03
    return found


def slowly(data: bytes, flow: Flow) -> list[Effect]:
    """Take much longer for a datagram than its sender does."""
    time.sleep(0.0005)
    return []


def test_datagrams_that_wait_longer_and_longer_are_told_of() -> None:
    def test() -> None:
        with opened() as place:

            def is_noted() -> bool:
                """Tell whether the kernel notes already when datagrams come."""
                place.listener.receive()
                found = place.listener.waited() > 0.005
                place.send(b"x")
                return found

            place.send(b"x")
            wait_until(is_noted, 5, "times of arrival")
            for _ in range(8 * BATCH):
                place.send(b"x")
            sent = time.monotonic()
            wait_until(lambda: time.monotonic() - sent > 0.03, 2, "time to pass")
            place.engine.reply = slowly
            assert told(place, place.listener.receive, 8) == [0, 0, 0, 0, 1, 2, 3, 4]
            assert place.engine.presses == sorted(place.engine.presses)
            assert 30.0 < place.engine.presses[0] < 10_000.0

    inside(test)


def test_without_full_batches_or_when_it_is_known_nobody_looks() -> None:
    def test() -> None:
        with opened() as place:
            for _ in range(BATCH - 1):
                place.send(b"x")
            assert told(place, place.listener.receive, 1) == [0]
            place.engine.is_overloaded = True
            for _ in range(2 * BATCH):
                place.send(b"x")
            assert told(place, place.listener.receive, 1) == [0]
            assert place.listener._rising.is_due(0.025)

    inside(test)


def test_after_a_rest_all_that_waits_is_taken_in_one_turn() -> None:
    def test() -> None:
        with opened() as place:
            place.listener.receive_all()
            assert (len(place.engine.received), place.store.commits) == (0, 0)
            for _ in range(BATCH + 3):
                place.send(b"x")
            place.store.dirty = True
            place.listener.receive_all()
            assert (len(place.engine.received), place.store.commits) == (BATCH + 3, 1)

    inside(test)


def test_an_empty_datagram_holds_nothing_up() -> None:
    def test() -> None:
        with opened() as place:
            place.send(b"")
            place.send(b"x")
            place.listener.receive_all()
            place.listener.receive()
            assert [data for data, _ in place.engine.received] == [b"", b"x"]

    inside(test)


def test_a_batch_is_one_commit() -> None:
    def test() -> None:
        with opened() as place:
            for _ in range(5):
                place.send(b"x")
            place.store.dirty = True
            place.listener.receive()
            assert (len(place.engine.received), place.store.commits) == (5, 1)

    inside(test)


def test_a_peer_s_flow_is_remembered_and_the_memory_is_bounded() -> None:
    def receive(place: Place) -> Flow:
        place.send(b"x")
        place.listener.receive()
        return place.engine.received[-1][1]

    def test() -> None:
        with opened() as place:
            first = receive(place)
            assert receive(place) is first
            for number in range(MAX_FLOWS):
                place.listener._new_flow((f"192.0.2.{number & 255}", number >> 8))
            assert receive(place) is not first
            assert len(place.listener._flows) < MAX_FLOWS

    inside(test)


def test_the_row_counts_and_tells_what_the_kernel_dropped() -> None:
    def test() -> None:
        with opened() as place:
            place.listener.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            for _ in range(100):
                place.send(b"x" * 1000)
            place.listener.receive()
            row = place.listener.row()
            taken = len(place.engine.received)
            assert (row.listener, row.received, row.sent) == (f"udp:127.0.0.1:{place.server[1]}", taken, taken)
            assert row.dropped == 100 - taken

    inside(test)


def test_a_barred_peer_is_dropped_unread_until_its_flow_is_made_anew() -> None:
    def test() -> None:
        with opened() as place:
            guard = place.pump.guard = FakeGuard("127.0.0.1")
            for _ in range(2):
                place.send(b"hello")
                place.listener.receive()
            assert place.engine.received == []
            assert guard.drops == ["127.0.0.1"] * 2
            assert place.listener.received == 2
            guard.barred.clear()
            place.listener.forget_flows()
            place.send(b"hello")
            place.listener.receive()
            assert len(place.engine.received) == 1

    inside(test)


def test_a_flow_marked_by_the_engine_is_dropped_from_the_next_datagram_on() -> None:
    def test() -> None:
        with opened() as place:
            guard = place.pump.guard = FakeGuard()
            place.send(b"hello")
            place.listener.receive()
            place.engine.received[0][1].banned = True
            place.send(b"hello")
            place.listener.receive()
            assert len(place.engine.received) == 1
            assert guard.drops == ["127.0.0.1"]

    inside(test)


def test_the_messages_of_a_turn_are_booked_from_the_arrival_of_the_first_to_the_last_thing_sent() -> None:
    def test() -> None:
        with opened() as place:
            slots = memoryview(bytearray(8 * SLOTS)).cast("q")
            statistics = Statistics(slots, fake_slots(), time.monotonic(), time.time())
            statistics.configure(True, 0, 0.0)
            statistics.listen({5: "udp:x"}, 0.0)
            place.pump.statistics = statistics
            row = statistics.listeners[5]

            def booked() -> tuple[int, int]:
                place.send(b"first")
                time.sleep(0.02)
                place.send(b"second")
                row.values[MESSAGES] = row.values[PROCESSING_US] = 0
                place.listener.receive()
                return row.values[MESSAGES], row.values[PROCESSING_US]

            # The kernel begins to note arrivals some time after it was asked to.
            wait_until(lambda: booked() > (2, 2 * 20_000), 10, "arrivals to be noted")

    inside(test)


def test_of_those_who_are_not_heard_nothing_is_booked() -> None:
    def test() -> None:
        with opened() as place:
            slots = memoryview(bytearray(8 * SLOTS)).cast("q")
            statistics = Statistics(slots, fake_slots(), time.monotonic(), time.time())
            statistics.configure(True, 0, 0.0)
            place.pump.statistics = statistics
            place.pump.guard = FakeGuard("127.0.0.1")
            place.send(b"hello")
            place.listener.receive()
            statistics.system.write(0)
            assert slots[statistics.system.base + MESSAGES] == 0

    inside(test)
