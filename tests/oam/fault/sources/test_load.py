"""Alarms of what signalling counts, each brought about in the part that counts it."""

from __future__ import annotations

import asyncio
import signal
import socket
import struct
from pathlib import Path

import pytest
from support.alarmed import Watch, hand_over, raises_and_clears, watched
from support.engine import flow
from support.management import FakeManager, done, played
from support.name_server import NameServer
from support.phone import Phone, bounded, establish, hang_up
from support.volume import NO_MOUNT, Volume
from support.worker import WorkerProcess

from core.effect import UDP
from core.net.records import MAX_BACKLOG_OCTETS, RecordFile
from core.net.resolver import Resolver
from core.northbound import counters
from core.northbound.client import WorkerClient
from core.northbound.notices import WorkerStarted
from core.northbound.routing_settings import DnsSettings
from core.northbound.routing_settings import NameServer as Record
from core.northbound.trace import TraceFilter, prepare
from core.policy.overload import Readings
from core.trace.filter import Trace
from core.trace.ring import Ring
from core.trace.tracer import Tracer
from oam.fault.sources.load import Load, Tables

SO_MEMINFO = 55
ALICE, BOB = flow("192.0.2.1"), flow("192.0.2.2")


@raises_and_clears(6, 45)
@played
async def test_calls_up_to_the_bound_of_the_system(tmp_path: Path) -> None:
    world, alice, bob = bounded(tmp_path, max_calls=1)
    watch = watched(tmp_path, world)
    load, tables = Load(watch.manager), Tables()
    assert await watch.look(load, tables) == {}
    establish(alice, bob)
    Phone(world, "carol", flow("192.0.2.3")).invite(call_id="one too many")
    hand_over(watch, world, load, tables)
    assert await watch.look(load, tables) == {(6, "system"): "critical", (45, "table calls"): "major"}
    hang_up(alice, bob)
    world.advance(130)
    hand_over(watch, world, load, tables)
    assert await watch.look(load, tables) == {}


@raises_and_clears(7)
@played
async def test_a_server_that_cannot_keep_up(tmp_path: Path) -> None:
    world, alice, _ = bounded(tmp_path)
    watch = watched(tmp_path, world)
    source = Load(watch.manager)
    assert await watch.look(source) == {}
    for number in range(40):
        alice.invite(call_id=f"c{number}")
        world.advance(0.1)
        world.engine.measure(Readings(100.0, 400.0, 60.0, 100.0, 1.0), world.now)
    assert await watch.look(source) == {(7, "system"): "major"}
    assert "level" in watch.text(7, "system")
    for _ in range(400):
        world.advance(0.1)
        world.engine.measure(Readings(5.0, 1.0, 0.0, 100.0, 1.0), world.now)
    assert await watch.look(source) == {}


@raises_and_clears(17)
@played
async def test_a_name_server_that_says_nothing(tmp_path: Path) -> None:
    now = [0.0]
    watch = Watch(FakeManager(tmp_path))
    source = Load(watch.manager, lambda: now[0])
    await watch.look(source)
    answers: list[int] = []
    slots = watch.manager.counters[0]

    async def asked(resolver: Resolver, name: str) -> None:
        before = len(answers)
        resolver.resolve(1, name, 5060, UDP)
        while len(answers) == before:
            await asyncio.sleep(0.005)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        settings = DnsSettings((Record("127.0.0.1", silent.getsockname()[1]),), timeout_s=1)
        resolver = Resolver(lambda token, _: answers.append(token), settings, slots)
        await asked(resolver, "gw.example")
        resolver.close()
    assert slots[counters.LOOKUPS_UNANSWERED] == 1
    assert await watch.look(source) == {(17, "system"): "major"}
    now[0] = 61.0
    assert await watch.look(source) == {(17, "system"): "major"}, "nobody has asked since"
    async with NameServer({"gw.example A": ["192.0.2.1"]}) as server:
        resolver = Resolver(lambda token, _: answers.append(token), DnsSettings((server.record,)), slots)
        await asked(resolver, "gw.example")
        assert await watch.look(source) == {}
        resolver.close()


@raises_and_clears(18)
@pytest.mark.skipif(bool(NO_MOUNT), reason=NO_MOUNT or "-")
@played
async def test_call_records_that_the_disk_does_not_take(tmp_path: Path) -> None:
    now = [0.0]
    watch = Watch(FakeManager(tmp_path))
    source = Load(watch.manager, lambda: now[0])
    with Volume(tmp_path / "records") as volume:
        file = RecordFile(volume.path, slots=watch.manager.counters[0])
        file.append(b"one\n")
        assert await watch.look(source) == {}
        volume.fill()
        for _ in range(5):
            file.append(b"x" * 4095 + b"\n")
        assert await watch.look(source) == {}, "it may be over at once"
        assert await watch.look(source) == {(18, "system"): "critical"}
        assert "wait for the disk" in watch.text(18, "system")
        file.append(b"x" * (MAX_BACKLOG_OCTETS - 1) + b"\n")
        assert await watch.look(source) == {(18, "system"): "critical"}
        assert watch.text(18, "system") == "1 call record lost in the last minute"
        volume.empty()
        file.flush()
        assert await watch.look(source) == {(18, "system"): "critical"}
        now[0] = 61.0
        assert await watch.look(source) == {}
        file.close()


@pytest.mark.slow
@raises_and_clears(8)
@played
async def test_datagrams_that_nobody_reads(tmp_path: Path) -> None:
    """What the kernel says of the socket of a worker that was stopped is what it says to management when it goes on."""
    with WorkerProcess(tmp_path) as worker, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        watch = Watch(FakeManager(tmp_path))
        watch.manager.worker = WorkerClient(tmp_path / "run" / "sip-1.sock")
        source, slots = Load(watch.manager), watch.manager.counters[0]
        assert (8, "system") not in await watch.look(source)
        worker.process.send_signal(signal.SIGSTOP)
        for _ in range(3000):
            sender.sendto(b"\r\n\r\n" + b"x" * 1000, worker.address)
        taken, room = struct.unpack("2I", worker.udp.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 8))
        assert taken > 0.6 * room
        slots[counters.QUEUE_PERCENT] = int(100 * taken / room)
        watch.manager.worker = watch.manager.fake_worker  # type: ignore[assignment]
        assert (8, "system") in await watch.look(source)
        watch.manager.worker = WorkerClient(tmp_path / "run" / "sip-1.sock")
        worker.process.send_signal(signal.SIGCONT)
        async with asyncio.timeout(20):
            while (8, "system") in await watch.look(source):
                await asyncio.sleep(0.1)


@raises_and_clears(38)
@played
async def test_a_trace_that_runs(tmp_path: Path) -> None:
    world, _, _ = bounded(tmp_path)
    watch = watched(tmp_path, world)
    source = Load(watch.manager)
    assert await watch.look(source) == {}
    prepare(tmp_path / "ring", 1)
    tracer = Tracer(Ring(tmp_path / "ring"), world.slots, 0.0)
    tracer.start(Trace(1, TraceFilter(), None, 600.0, -1, "admin", 0.0))
    assert await watch.look(source) == {(38, "system"): "warning"}
    tracer.stop(1)
    assert await watch.look(source) == {}


@raises_and_clears(38)
@played
async def test_debugging_that_was_left_on(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    watch = Watch(manager)
    source = Load(manager)
    session = manager.session(batch=False)
    await done(session, ["configure terminal", "logging level sip debugging", "end"])
    assert await watch.look(source) == {(38, "logging"): "warning"}
    await done(session, ["configure terminal", "no logging level sip", "end"])
    assert await watch.look(source) == {}


@played
async def test_what_a_worker_that_is_away_last_measured_is_not_known(tmp_path: Path) -> None:
    world, alice, bob = bounded(tmp_path, max_calls=1)
    watch = watched(tmp_path, world)
    source = Load(watch.manager)
    establish(alice, bob)
    await watch.look(source)
    watch.manager.fake_worker.answers = None
    watch.manager.worker = watch.manager.fake_worker  # type: ignore[assignment]
    assert await watch.look(source) == {(6, "system"): "critical"}
    assert watch.unknown(6, "system")


@played
async def test_a_worker_that_was_started_anew_has_empty_tables(tmp_path: Path) -> None:
    world, alice, bob = bounded(tmp_path, max_calls=1)
    watch = watched(tmp_path, world)
    tables = Tables()
    establish(alice, bob)
    alice.invite(call_id="one too many")
    hand_over(watch, world, tables)
    assert (45, "table calls") in await watch.look(tables)
    watch.sources.from_worker(WorkerStarted(1, False, 0))
    assert await watch.look(tables) == {}
