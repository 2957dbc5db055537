"""Servers that are asked or told, as managers see them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from support.management import FakeManager, done, played
from support.tables import counters, moved, read

from core.northbound import counters as slots
from core.northbound.routing_settings import DnsSettings, NameServer
from oam.config.tree import Configuration
from oam.measurement.pusher import Pusher
from oam.measurement.sender import SendError, Server
from oam.settings.audit import AuditSettings, SyslogHost
from oam.settings.logs import LogHost, LogSettings
from oam.settings.notification import Mail, NotificationTarget
from oam.settings.snmp import RemoteEngine, SnmpGroup, SnmpHost, SnmpSettings, SnmpUser
from oam.snmp.tables.peers import PEER_TABLE, RECORDS_FAILED

HOOK = "https://user:s3cret@hooks.example.com:8443/services/t0ken?key=k3y"
SETTINGS = Configuration(
    dns=DnsSettings(servers=(NameServer("192.0.2.53"),)),
    audit=AuditSettings(hosts=(SyslogHost("127.0.0.1", port=9),)),
    logging=LogSettings(hosts=(LogHost("127.0.0.1", "tcp", 9),)),
    snmp=SnmpSettings(
        hosts=(
            SnmpHost("192.0.2.8", kind="informs", version="3", level="noauth", name="nms"),
            SnmpHost("192.0.2.9", version="3", level="noauth", name="nms"),
        ),
        users=(SnmpUser("nms", "managers", "192.0.2.8"), SnmpUser("nms", "managers")),
        groups=(SnmpGroup("managers", "noauth"),),
        remote_engines=(RemoteEngine("192.0.2.8", "80007ed9040102030405"),),
    ),
    notification_targets=(
        NotificationTarget("HOOK", webhook=HOOK),
        NotificationTarget("NOC", mail=Mail("mail.example.com", "a@example.com", "b@example.com")),
    ),
)
LINES = [
    "configure terminal",
    "tacacs server T1", "address ipv4 192.0.2.1", "key shared", "exit",
    "tacacs server T2", "address ipv4 192.0.2.2", "exit",
    "radius server R1", "address ipv4 192.0.2.3", "key shared", "exit",
    "aaa accounting commands 7 default start-stop group tacacs+",
    "measurement-job HOURLY", "push user pm", "push secret s3cret", "push sftp files.example.com", "exit",
    "end",
]  # fmt: skip


class Played(NamedTuple):
    """A manager with peers of every kind."""

    manager: FakeManager
    pusher: Pusher


async def begun(state: Path) -> Played:
    manager = FakeManager(state, SETTINGS)
    await done(manager.session(batch=False), LINES)
    manager.syslog.start()
    manager.targets.start()
    manager.snmp.notifier.targets.start()
    for host in manager.syslog.hosts.values():
        host._task.cancel()  # nothing happens to it but what a test does
    for target in manager.snmp.notifier.targets.all.values():
        target._task.cancel()

    def server() -> Server:
        raise SendError("no secret")

    job = manager.measurement.jobs["HOURLY"]
    job.pusher = Pusher(state, "HOURLY", server, lambda: None)
    return Played(manager, job.pusher)


async def ended(manager: FakeManager) -> None:
    await manager.measurement.jobs["HOURLY"].pusher.close()  # type: ignore[union-attr]
    await manager.targets.close()
    await manager.snmp.notifier.targets.close()
    await manager.syslog.close()


async def by_name(manager: FakeManager) -> dict[str, dict[str, Any]]:
    rows = await read(PEER_TABLE, manager)
    return {f"{row['sipctlPeerKind']} {row['sipctlPeerName']}": row for row in rows}


@played
async def test_every_kind_of_peer_has_its_rows(tmp_path: Path) -> None:
    manager, _ = await begun(tmp_path)
    rows = await by_name(manager)
    await ended(manager)
    assert {key: (row["sipctlPeerAddress"], row["sipctlPeerState"]) for key, row in rows.items()} == {
        "tacacs T1": ("192.0.2.1", "up"),
        "tacacs T2": ("192.0.2.2", "incomplete"),
        "radius R1": ("192.0.2.3", "up"),
        "accounting accounting": ("", "unknown"),
        "dns 192.0.2.53": ("192.0.2.53 port 53", "unknown"),
        "records records": ("local", "up"),
        "measurement HOURLY": ("sftp files.example.com port 22", "unknown"),
        "audit-syslog 127.0.0.1 port 9 udp": ("127.0.0.1", "down"),
        "syslog 127.0.0.1 port 9 tcp": ("127.0.0.1", "down"),
        "notification HOOK": ("hooks.example.com", "unknown"),
        "notification NOC": ("mail.example.com port 25", "unknown"),
        "snmp-host 192.0.2.8 port 162 informs 3 nms": ("192.0.2.8", "unknown"),
        "snmp-host 192.0.2.9 port 162 traps 3 nms": ("192.0.2.9", "unknown"),
    }
    assert len({row["sipctlPeerIndex"] for row in rows.values()}) == len(rows)


@played
async def test_no_secret_of_a_peer_is_told(tmp_path: Path) -> None:
    manager, _ = await begun(tmp_path)
    text = repr(await by_name(manager))
    await ended(manager)
    assert not [each for each in ("s3cret", "t0ken", "k3y", "shared") if each in text]


def _state(manager: FakeManager, name: str) -> Any:  # noqa: ANN401
    members = [each for group in manager.servers._members._of.values() for each in group]
    return next(each.state for each in members if each.server.name == name)


def _outlet(outlets: Any, at: int) -> Any:  # noqa: ANN401
    return list(outlets.all.values())[at]


HOLDERS: dict[str, Callable[[Played], Any]] = {
    "tacacs T1": lambda each: _state(each.manager, "T1"),
    "radius R1": lambda each: _state(each.manager, "R1"),
    "accounting accounting": lambda each: each.manager.servers.accounting,
    "audit-syslog 127.0.0.1 port 9 udp": lambda each: _outlet(each.manager.syslog, 0),
    "notification NOC": lambda each: _outlet(each.manager.targets, 1),
    "measurement HOURLY": lambda each: each.pusher,
    "snmp-host 192.0.2.8 port 162 informs 3 nms": lambda each: _outlet(each.manager.snmp.notifier.targets, 0),
    "snmp-host 192.0.2.9 port 162 traps 3 nms": lambda each: _outlet(each.manager.snmp.notifier.targets, 1),
}
MOVES = [
    ("tacacs T1", "requests", {"Requests"}),
    ("tacacs T1", "passed", {"Answered"}),
    ("tacacs T1", "rejected", {"Answered"}),
    ("tacacs T1", "errors", {"Failed"}),
    ("radius R1", "unanswered", {"Failed"}),
    ("accounting accounting", "sent", {"Requests", "Answered"}),
    ("accounting accounting", "failed", {"Failed"}),
    ("accounting accounting", "dropped", {"Dropped"}),
    ("audit-syslog 127.0.0.1 port 9 udp", "sent", {"Requests"}),
    ("audit-syslog 127.0.0.1 port 9 udp", "dropped", {"Dropped"}),
    ("notification NOC", "failed", {"Failed"}),
    ("notification NOC", "dropped", {"Dropped"}),
    ("measurement HOURLY", "failures", {"Failed"}),
    ("snmp-host 192.0.2.8 port 162 informs 3 nms", "acknowledged", {"Answered"}),
    ("snmp-host 192.0.2.8 port 162 informs 3 nms", "failed", {"Failed"}),
    ("snmp-host 192.0.2.9 port 162 traps 3 nms", "acknowledged", set()),
    ("snmp-host 192.0.2.9 port 162 traps 3 nms", "dropped", {"Dropped"}),
]


@played
async def test_each_counter_moves_alone_and_in_its_own_row(tmp_path: Path) -> None:
    made = await begun(tmp_path)
    before = await by_name(made.manager)
    for key, field, expected in MOVES:
        holder = HOLDERS[key](made)
        setattr(holder, field, getattr(holder, field) + 2)
        now = await by_name(made.manager)
        differ = {each: found for each in before if (found := moved(before[each], now[each]))}
        moves = dict.fromkeys((f"sipctlPeer{each}" for each in expected), 2)
        assert differ == ({key: moves} if moves else {}), (key, field)
        before = now
    await ended(made.manager)
    known = {f"sipctlPeer{each}" for _, _, names in MOVES for each in names}
    assert known == counters(PEER_TABLE)


@pytest.mark.parametrize(
    ("slot", "name"),
    [
        (slots.RECORDS_WRITTEN, "sipctlPeerRequests"),
        (slots.RECORDS_LOST, "sipctlPeerDropped"),
        (slots.RECORDS_WAITING, "sipctlPeerWaiting"),
    ],
)
@played
async def test_call_records_are_a_peer(tmp_path: Path, slot: int, name: str) -> None:
    manager = FakeManager(tmp_path)
    (before,) = await read(PEER_TABLE, manager)
    manager.counters[0][slot] += 5
    (now,) = await read(PEER_TABLE, manager)
    assert moved(before, now) == {name: 5}
    assert now["sipctlPeerState"] == "up"


@played
async def test_call_records_are_down_while_their_alarm_is_active(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.alarms.set(RECORDS_FAILED, "system", "the disk is full")
    assert (await read(PEER_TABLE, manager))[0]["sipctlPeerState"] == "down"


@played
async def test_what_fails_is_down_and_says_why(tmp_path: Path) -> None:
    made = await begun(tmp_path)
    made.pusher.error = "connect: no answer in time"
    target, host = _outlet(made.manager.targets, 1), _outlet(made.manager.syslog, 1)
    target.error, host.error = "the server answered 500", "Connection refused"
    _state(made.manager, "T1").silent()
    rows = await by_name(made.manager)
    found = {key: row["sipctlPeerError"] for key, row in rows.items() if row["sipctlPeerState"] == "down"}
    assert found == {
        "audit-syslog 127.0.0.1 port 9 udp": "",
        "tacacs T1": "",
        "syslog 127.0.0.1 port 9 tcp": "Connection refused",
        "notification NOC": "the server answered 500",
        "measurement HOURLY": "connect: no answer in time",
    }
    target.error, target.sent = "", 1
    assert (await by_name(made.manager))["notification NOC"]["sipctlPeerState"] == "up"
    await ended(made.manager)


@played
async def test_a_peer_that_is_configured_anew_counts_anew(tmp_path: Path) -> None:
    made = await begun(tmp_path)
    manager = made.manager
    _state(manager, "T1").requests = 5
    first = (await by_name(manager))["tacacs T1"]
    assert first["sipctlPeerDiscontinuityTime"] == 0.0
    await done(manager.session(batch=False), ["configure terminal", "tacacs server T1", "port 50", "end"])
    again = (await by_name(manager))["tacacs T1"]
    await ended(manager)
    assert (again["sipctlPeerRequests"], again["sipctlPeerIndex"]) == (0, first["sipctlPeerIndex"])
    assert again["sipctlPeerDiscontinuityTime"] > 1e9
