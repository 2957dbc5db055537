"""`snmp-server host` and the other lines about who is told of what."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played

from oam.settings.snmp import SnmpHost, SnmpSettings

USERS = [
    "configure terminal",
    "snmp-server group AUTH v3 auth",
    "snmp-server user bob AUTH v3 auth sha maplesyrup",
]


@played
async def test_hosts_are_told_apart_by_address_and_port(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await done(
        session,
        [
            *USERS,
            "snmp-server host 192.0.2.50 public",
            "snmp-server host 192.0.2.50 informs version 2c 0 public udp-port 1162",
            "snmp-server host 192.0.2.51 traps version 1 public",
            "snmp-server host 2001:db8::1 version 3 auth bob",
        ],
    )
    hosts = manager.configuration.running.snmp.hosts
    sealed = hosts[0].community
    assert hosts == (
        SnmpHost("192.0.2.50", 162, "traps", "2c", community=sealed),
        SnmpHost("192.0.2.50", 1162, "informs", "2c", community=sealed),
        SnmpHost("192.0.2.51", 162, "traps", "1", community=hosts[2].community),
        SnmpHost("2001:db8::1", 162, "traps", "3", "auth", "bob"),
    )
    assert hosts[2].community != sealed
    assert manager.registry.keyring is not None
    assert {manager.registry.keyring.decrypted(each.community) for each in hosts[:3]} == {"public"}
    rendered = manager.configuration.render()
    assert manager.configuration.parse(rendered) == (manager.configuration.running, [])
    await done(
        session,
        [
            "snmp-server host 192.0.2.50 traps version 1 other",
            "no snmp-server host 192.0.2.50 informs version 2c 0 public udp-port 1162",
            "no snmp-server host 192.0.2.51",
        ],
    )
    assert [(each.address, each.version) for each in manager.configuration.running.snmp.hosts] == [
        ("192.0.2.50", "1"),
        ("2001:db8::1", "3"),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("192.0.2.50 version 3 auth nobody", "user nobody does not exist, traps need it"),
        ("192.0.2.50 informs version 3 auth bob", "user bob remote 192.0.2.50 does not exist, informs need it"),
        ("192.0.2.50 version 3 priv bob", "user bob has no algorithms for priv"),
        ("192.0.2.50 version 3 noauth bob", "group AUTH wants level auth"),
        ("192.0.2.50 informs version 1 public", "version 1 has no informs"),
    ],
)
def test_hosts_that_are_refused(tmp_path: Path, line: str, reason: str) -> None:
    @played
    async def refused() -> None:
        session = FakeManager(tmp_path).session(batch=False)
        await done(session, USERS)
        _, result = await gathered(session, f"snmp-server host {line}")
        assert (result.code, reason in "\n".join(result.errors)) == (1, True), result.errors
        assert session.manager.configuration.running.snmp.hosts == ()

    refused()


@played
async def test_every_line_sets_its_field_and_is_shown(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    lines = [
        "enable traps alarm-types",
        "trap-source eth0",
        "queue-length 50",
        "inform timeout 3",
        "inform retries 0",
        "notification-log size 0",
    ]
    negated = ["enable traps", "enable traps alarms", "enable traps start", "enable traps authentication"]
    given = [f"snmp-server {line}" for line in lines] + [f"no snmp-server {line}" for line in negated]
    await done(session, ["configure terminal", *given, "end"])
    assert manager.configuration.running.snmp == SnmpSettings(
        traps=False,
        trap_alarms=False,
        trap_alarm_types=True,
        trap_start=False,
        trap_authentication=False,
        trap_source="eth0",
        queue_length=50,
        inform_timeout_s=3,
        inform_retries=0,
        log_size=0,
    )
    assert sorted(line for line in manager.configuration.render() if "snmp-server" in line) == sorted(given)
    await done(session, ["configure terminal", *(f"default {line.removeprefix('no ')}" for line in given), "end"])
    assert manager.configuration.running.snmp == SnmpSettings()


@played
async def test_one_switch_silences_all_kinds(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await done(session, ["configure terminal"])
    for line, kinds in (
        ("snmp-server enable traps", ("alarms", "start", "authentication")),
        ("no snmp-server enable traps start", ("alarms", "authentication")),
        ("no snmp-server enable traps", ()),
        ("snmp-server enable traps", ("alarms", "authentication")),
    ):
        await done(session, [line])
        assert manager.configuration.running.snmp.notifications == kinds


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("192.0.2.10", 0),
        ("2001:db8::a", 0),
        ("eth0.100", 0),
        ("much-too-long-a-name", 2),
        ("a/b", 2),
        ("192.0.2.300", 2),
    ],
)
def test_trap_source(tmp_path: Path, source: str, code: int) -> None:
    @played
    async def given() -> None:
        manager = FakeManager(tmp_path)
        session = manager.session(batch=False)
        await done(session, ["configure terminal"])
        _, result = await gathered(session, f"snmp-server trap-source {source}")
        assert result.code == code
        assert manager.configuration.running.snmp.trap_source == ("" if code else source)

    given()
