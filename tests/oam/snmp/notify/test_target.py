"""A host's queue: in order, bounded, the oldest goes; what was given up is counted."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from support.management import FakeManager, played
from support.notified import community, configured, user
from support.station import REMOTE, Station
from support.waiting import free_ports, until

from oam.settings.snmp import Community, SnmpHost, SnmpView
from oam.snmp import ber
from oam.snmp.notify import channel, notification, sender, target
from oam.snmp.notify.channel import Channel
from oam.snmp.notify.notification import Told
from oam.snmp.notify.target import Target

V2C = SnmpHost("127.0.0.1", kind="informs")


def told(number: int) -> Told:
    return notification.test(str(number))


def said(station: Station) -> list[bytes]:
    return [each.variables[2][1] for each in station.told]


def numbered(*numbers: int) -> list[bytes]:
    return [ber.wrapped(ber.OCTET_STRING, str(number).encode()) for number in numbers]


@contextlib.asynccontextmanager
async def informed(
    state: Path, inform_timeout_s: float, queue_length: int = 1000
) -> AsyncGenerator[tuple[Target, Station], None]:
    """Return a host that is sent informs, and the station that it is."""
    manager = FakeManager(state)
    station = Station(lambda: 0.0)
    host = replace(V2C, port=station.port, community=community(manager))
    configured(
        state, (host,), manager=manager, notifications=(), inform_timeout_s=inform_timeout_s, queue_length=queue_length
    )
    async with station.served(), manager.snmp.served():
        one = Target(host, manager)
        yield one, station
        await one.close()


@played
async def test_informs_come_in_order_and_once(tmp_path: Path) -> None:
    async with informed(tmp_path, inform_timeout_s=5) as (one, station):
        for number in range(20):
            one.put(told(number))
        await until(lambda: one.acknowledged == 20)
        assert said(station) == numbered(*range(20))
        row = one.row
        assert (row.state, row.sent, row.waiting, row.failed, row.resync) == ("up", 20, 0, 0, "")


@played
async def test_the_oldest_goes_where_there_is_no_room(tmp_path: Path) -> None:
    async with informed(tmp_path, inform_timeout_s=0.2, queue_length=3) as (one, station):
        station.deaf = 1
        one.put(told(0))
        await until(lambda: station.heard == 1)
        for number in range(1, 6):
            one.put(told(number))
        assert (one.dropped, one.waiting, one.row.resync) == (2, 4, "needed")
        await until(lambda: one.acknowledged == 4)
        assert said(station) == numbered(0, 3, 4, 5)
        assert one.row.repeated >= 1


@played
async def test_what_is_given_up_is_counted_and_told_once(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    station = Station(lambda: 0.0)
    host = replace(V2C, port=station.port, community=community(manager))
    configured(tmp_path, (host,), manager=manager, notifications=(), inform_timeout_s=0.02, inform_retries=1)
    async with station.served(), manager.snmp.served():
        one = Target(host, manager)
        station.deaf = 4
        one.put(told(0))
        one.put(told(1))
        await until(lambda: one.failed == 2)
        row = one.row
        assert (row.state, row.error, row.repeated, row.resync) == ("down", "it does not answer", 2, "needed")
        assert manager.notices.counts["notification-failed"] == 1
        configured(tmp_path, (host,), manager=manager, notifications=(), inform_timeout_s=60)
        one.put(told(2))
        await until(lambda: one.acknowledged == 1)
        assert (one.row.state, one.row.error) == ("up", "")
        await one.close()


@played
async def test_a_trap_that_is_refused_makes_it_down_until_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target, "SETTLED_S", 0.05)
    manager = FakeManager(tmp_path)
    (port,) = free_ports()
    host = SnmpHost("127.0.0.1", port, community=community(manager))
    configured(tmp_path, (host,), manager=manager, notifications=())
    async with manager.snmp.served():
        one = Target(host, manager)
        one.put(told(0))
        await until(lambda: one.error == "Connection refused")
        assert one.row.state == "down"
        result = await one.test(told(1))
        assert (result.result, result.text, result.milliseconds) == ("failed", "Connection refused", None)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as station:
            station.bind(("127.0.0.1", port))
            one.put(told(2))
            await until(lambda: not one.error)
            assert one.row.state == "up"
        await one.close()


@played
async def test_a_test_trap_that_is_not_refused_makes_it_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target, "SETTLED_S", 0.02)
    monkeypatch.setattr(target, "REFUSED_S", 0.05)
    manager = FakeManager(tmp_path)
    (port,) = free_ports()
    host = SnmpHost("127.0.0.1", port, community=community(manager))
    configured(tmp_path, (host,), manager=manager, notifications=())
    async with manager.snmp.served():
        one = Target(host, manager)
        one.put(told(0))
        await until(lambda: one.error == "Connection refused")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as station:
            station.bind(("127.0.0.1", port))
            result = await one.test(told(1))
            assert (result.result, result.milliseconds) == ("sent", None)
            await until(lambda: not one.error)
            assert one.row.state == "up"
        await one.close()


@played
async def test_what_our_host_cannot_send_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target, "BACK_OFF_S", (0.01,))
    manager = FakeManager(tmp_path)
    station = Station(lambda: 0.0)
    host = replace(V2C, port=station.port, community=community(manager))
    configured(tmp_path, (host,), manager=manager, notifications=(), trap_source="192.0.2.1")
    async with station.served(), manager.snmp.served():
        one = Target(host, manager)
        one.put(told(0))
        await until(lambda: one.error)
        assert "assign" in one.error
        assert (one.failed, one.waiting) == (0, 1)
        configured(tmp_path, (host,), manager=manager, notifications=(), trap_source="")
        await until(lambda: one.acknowledged == 1)
        assert one.error == ""
        await one.close()


@played
async def test_what_the_view_hides_is_not_sent(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    station = Station(lambda: 0.0)
    host = replace(V2C, port=station.port, community=community(manager, "known"))
    configured(
        tmp_path, (host,), manager=manager, notifications=(),
        communities=(Community(community(manager, "known"), view="some"),),
        views=(SnmpView("some", "sipctlMIB", "included"), SnmpView("some", "sipctlNotifyText", "excluded")),
    )  # fmt: skip
    async with station.served(), manager.snmp.served():
        one = Target(host, manager)
        one.put(told(0))
        one.put(notification.start(cold=True)._replace(oid=told(0).oid))
        await until(lambda: one.acknowledged == 1)
        assert (one.hidden, one.failed) == (1, 0)
        assert (await one.test(told(0))).text == "the notify view does not show sipctlTestNotification"
        await one.close()


@played
async def test_a_test_passes_those_that_wait(tmp_path: Path) -> None:
    async with informed(tmp_path, inform_timeout_s=30) as (one, station):
        station.deaf = 1
        one.put(told(0))
        await until(lambda: station.heard == 1)
        row = await one.test(told(1))
        assert (row.result, row.text) == ("acknowledged", "")
        assert said(station) == numbered(1)


@played
async def test_a_host_that_is_given_up_during_a_test_leaves_no_socket_behind(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    station = Station(lambda: 0.0)
    host = replace(V2C, port=station.port, community=community(manager))
    configured(tmp_path, (host,), manager=manager, notifications=(), inform_timeout_s=5)
    async with station.served(), manager.snmp.served():
        one = Target(host, manager)
        station.deaf = 5
        testing = asyncio.create_task(one.test(told(1)))
        await until(lambda: station.heard == 1)
        await one.close()
        result = await testing
        assert (result.result, result.text) == ("failed", "the host is not configured any more")
        assert one.sender._channel is None


@played
async def test_those_who_open_the_socket_at_the_same_time_open_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = FakeManager(tmp_path)
    station = Station(lambda: 0.0)
    host = replace(V2C, port=station.port, kind="traps", community=community(manager))
    configured(tmp_path, (host,), manager=manager, notifications=())
    made: list[Channel] = []
    opened = channel.opened

    async def slowly(*arguments: Any) -> Channel:  # noqa: ANN401
        await asyncio.sleep(0.01)  # a name takes time to be resolved
        made.append(await opened(*arguments))
        return made[-1]

    monkeypatch.setattr(sender, "opened", slowly)
    async with station.served(), manager.snmp.served():
        one = Target(host, manager)
        await asyncio.gather(*(one.sender.trap(told(number)) for number in range(3)))
        await one.close()
        assert all(each._socket.fileno() == -1 for each in made)


@played
async def test_what_is_not_configured_well_is_said(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    station = Station(lambda: 0.0)
    host = replace(V2C, port=station.port, version="3", level="auth", name="noc")
    configured(tmp_path, (host,), (user(manager, "noc", REMOTE, "sha"),), manager=manager, notifications=())
    async with station.served(), manager.snmp.served():
        one = Target(host, manager)
        one.put(told(0))
        await until(lambda: one.failed == 1)
        assert one.row.engine_id == REMOTE.hex()
        assert f"snmp-server engineid remote 127.0.0.1 {REMOTE.hex()}" in one.row.error
        assert (await one.test(told(1))).text == one.row.error
        await one.close()
