"""Orders carried out on an engine with a store."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from support.engine import World, flow
from support.fake_engine import fake_slots
from support.messages import register

from core.net.dns_cache import NOT_FOUND, Found
from core.net.pump import Pump
from core.net.resolver import Resolver
from core.net.tcp import TcpStreams
from core.net.udp import UdpListener
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
    ListTraces,
    ListTransactions,
    LookUpHost,
    Order,
    Ping,
    ReadLists,
    StopTrace,
)
from core.northbound.rows import BanRow, HostRow, ListenerRow, ListHitsRow, ListVerdictRow, TransactionRow
from core.northbound.server import Slice
from core.northbound.settings import Listener
from core.orders import carry_out
from core.policy.bans import MALFORMED
from core.store.records import ListEntry
from core.tracing import Tracing

TRACE = Path("/nonexistent/trace")


async def unknown(host: str, service: str) -> Found:
    """Find nothing."""
    return Found(NOT_FOUND)


def do(world: World, *orders: Order, listeners: int = 0) -> list[Slice]:
    """Carry out `orders` for a world whose engine a pump drives."""

    async def inside() -> list[Slice]:
        pump = Pump(world.engine, world.location, world.slots)
        streams = TcpStreams(pump, world.settings, fake_slots(), lambda _: None)
        udp = {}
        for number in range(listeners):
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.bind(("127.0.0.1", 0))
            udp[number] = UdpListener(number, Listener("udp", "127.0.0.1", 5070 - number), sock, pump)
        resolver = Resolver(pump.answer, world.settings.dns, world.slots, find=unknown)
        tracing = Tracing(TRACE, pump, world.slots, world.engine.trunk_hosts, resolver.addresses)

        def carried(order: Order) -> Iterator[Slice]:
            return carry_out(order, world.engine, pump, udp, streams, resolver, tracing)

        slices = [each for order in orders for each in carried(order)]
        resolver.close()
        for entry in udp.values():
            entry.close()
        pump.stop()
        return slices

    return asyncio.run(inside())


def registered(path: Path, users: int) -> World:
    """Make a world with as many users registered."""
    world = World(path)
    for number in range(users):
        peer = flow(f"192.0.2.{number + 1}")
        world.subscriber(f"{1000 + number}")
        world.send(register(f"{1000 + number}", peer), peer)
        assert world.statuses(peer) == [200]
    return world


def test_ping_is_answered_with_nothing(tmp_path: Path) -> None:
    assert do(World(tmp_path), Ping()) == []


def test_listeners_are_listed_by_name(tmp_path: Path) -> None:
    ((rows, count),) = do(World(tmp_path), ListListeners(), listeners=2)
    names = [row.listener for row in rows if isinstance(row, ListenerRow)]
    assert (names, count) == (["udp:127.0.0.1:5069", "udp:127.0.0.1:5070"], 2)


def test_the_engine_lists_transactions_and_calls(tmp_path: Path) -> None:
    world = registered(tmp_path, 1)
    ((rows, _),) = do(world, ListTransactions())
    assert [row.method for row in rows if isinstance(row, TransactionRow)] == ["REGISTER"]
    assert do(world, ListCalls()) == []


def test_one_user_s_bindings_are_cleared_and_committed(tmp_path: Path) -> None:
    world = registered(tmp_path, 3)
    assert do(world, ClearBinding("1001")) == [((), 1)]
    assert not world.location.dirty
    assert (world.location.bindings("1001"), world.location.count) == ([], 2)


def test_everybody_s_bindings_are_cleared_some_at_a_time(tmp_path: Path) -> None:
    world = registered(tmp_path, 120)
    assert [count for _, count in do(world, ClearBinding())] == [50, 50, 20]
    assert (world.location.count, world.location.dirty) == (0, False)


def test_names_are_asked_for_listed_and_forgotten(tmp_path: Path) -> None:
    asked, *listed, cleared = do(
        World(tmp_path), LookUpHost("gw.example"), ListHosts("gw"), ListHosts("other"), ClearHost()
    )
    assert asked == ((), 1)
    assert listed == [((HostRow("gw.example", "udp", "asked", "", None),), 1)]
    assert cleared == ((), 0)


def test_lists_are_taken_up_asked_and_their_hits_told_and_cleared(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.lists.put_many("black", [ListEntry("calling", "alice", 1.0, 0.0, "admin", "fraud")])
    assert do(world, ReadLists()) == [((), 0)]
    assert not world.engine.bans.changed
    ((rows, _),) = do(world, AskLists("calling", "alice"))
    assert rows == (ListVerdictRow("calling", "alice", "refused", "black", "alice", "admin", "fraud", None),)
    assert do(world, ListHits()) == []
    world.engine.lists.refuses("calling", "alice", 1.0)
    ((rows, _),) = do(world, ListHits())
    assert rows == (ListHitsRow("black", "calling", "alice", 1),)
    assert do(world, ClearHits("white")) == [((), 0)]
    assert do(world, ClearHits("black")) == [((), 1)]
    assert do(world, ListHits()) == []


def test_bans_are_listed_and_lifted(tmp_path: Path) -> None:
    world = World(tmp_path)
    peer = flow("203.0.113.1")
    for _ in range(50):
        peer.banned = False
        world.engine.bans.offence(peer, MALFORMED, time.monotonic())
    ((rows, _),) = do(world, ListBans())
    assert [(row.address, row.cause, row.attempts) for row in rows if isinstance(row, BanRow)] == [
        ("203.0.113.1", "malformed", 50)
    ]
    assert do(world, LiftBan("203.0.113.2")) == [((), 0)]
    assert do(world, LiftBan("203.0.113.1")) == [((), 1)]
    assert do(world, ListBans()) == []
    assert not world.engine.bans.bars("203.0.113.1", time.monotonic())


def test_traces_are_asked_of_what_keeps_them(tmp_path: Path) -> None:
    assert do(World(tmp_path), ListTraces(), StopTrace()) == [((), 0)]
