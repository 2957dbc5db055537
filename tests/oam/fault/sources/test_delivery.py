"""Receivers that are away and queues that are full: a syslog host that really listens, and one that does not."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from support.alarmed import Watch, raises_and_clears
from support.management import FakeManager, done, played
from support.notified import community, configured
from support.station import Station
from support.waiting import free_ports, until

from core.northbound import counters
from oam.fault.sources.delivery import Delivery
from oam.security import syslog
from oam.settings.snmp import SnmpHost
from oam.snmp.notify import notification


@raises_and_clears(41)
@played
async def test_a_syslog_host_that_is_away(tmp_path: Path) -> None:
    (port,) = free_ports()
    manager = FakeManager(tmp_path)
    watch, source = Watch(manager), Delivery(manager)
    await done(
        manager.session(batch=False),
        ["configure terminal", f"audit host 127.0.0.1 transport tcp port {port}", "end"],
    )
    manager.syslog.start()
    (host,) = manager.syslog.hosts.values()
    name = f"audit-syslog 127.0.0.1 port {port}"
    await until(lambda: host.error)
    assert await watch.look(source) == {(41, name): "minor"}
    received: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while octets := await reader.read(4096):
                received.append(octets)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", port):
        host.put(b"<14>1 - - - - - - hello")
        await until(lambda: host.sent)
        assert await watch.look(source) == {}
        await manager.syslog.close()
    assert received


@played
async def test_an_snmp_host_that_does_not_take_informs(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    watch, source, station = Watch(manager), Delivery(manager), Station(lambda: 0.0)
    host = SnmpHost("127.0.0.1", station.port, "informs", community=community(manager))
    configured(tmp_path, (host,), manager=manager, notifications=(), inform_timeout_s=60)
    async with station.served(), manager.snmp.served():
        (target,) = manager.snmp.notifier.targets.all.values()
        station.status = 5
        target.put(notification.test("refused"))
        await until(lambda: target.failed)
        station.status = 0
        found = await watch.look(source)
        assert found[41, f"snmp-host 127.0.0.1 port {station.port} informs 2c"] == "minor"
        target.put(notification.test("heard"))
        await until(lambda: target.acknowledged)
        assert 41 not in [number for number, _ in await watch.look(source)]


@raises_and_clears(46)
@played
async def test_more_than_a_queue_holds(tmp_path: Path) -> None:
    now = [0.0]
    (port,) = free_ports()
    manager = FakeManager(tmp_path)
    watch, source = Watch(manager), Delivery(manager, lambda: now[0])
    await done(
        manager.session(batch=False),
        ["configure terminal", f"audit host 127.0.0.1 transport tcp port {port}", "end"],
    )
    manager.syslog.start()
    (host,) = manager.syslog.hosts.values()
    name = f"audit-syslog 127.0.0.1 port {port}"
    await until(lambda: host.error)
    assert (46, name) not in await watch.look(source)
    for _ in range(syslog.WAITING + 5):
        host.put(b"x")
    found = await watch.look(source)
    assert found[46, name] == "minor"
    assert "dropped in the last minute" in watch.text(46, name)
    now[0] = 61.0
    assert (46, name) not in await watch.look(source)
    await manager.syslog.close()


@played
async def test_what_signalling_could_not_tell_counts_as_well(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    watch, source = Watch(manager), Delivery(manager)
    assert await watch.look(source) == {}
    manager.counters[0][counters.NOTICES_DROPPED] += 3
    assert await watch.look(source) == {(46, "worker sip-1"): "minor"}
