"""Every object that can be set, set by a manager: what it is for has happened, and is on record as a command."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.management import FakeManager, played

from core.northbound.routing_settings import Trunk
from core.northbound.settings import Listener, SipSettings
from core.northbound.traffic_settings import Control, TrafficSettings
from oam.config.tree import Configuration
from oam.settings.operators import Operator
from oam.settings.snmp import SnmpSettings
from oam.snmp import ber
from oam.snmp.engine.access import EVERYTHING, Rights
from oam.snmp.mib import Stale
from oam.snmp.object import WRITE
from oam.snmp.objects import COLUMNS, oid_of
from oam.snmp.oids import Oid

SETTINGS = Configuration(
    users=(Operator("robot", privilege=15, secret="$9$x"),),
    snmp=SnmpSettings(operator="robot"),
    trunks=(Trunk("T1"),),
    sip=SipSettings(listeners=(Listener("udp", "127.0.0.1", 5060),)),
    traffic=TrafficSettings((Control("code-block", "0900", percent=50),)),
)
UP, SHUTDOWN = ber.integer(1), ber.integer(2)
YES, NO = ber.integer(1), ber.integer(2)
PERFORM = ber.integer(2)


def text(value: str) -> bytes:
    return ber.wrapped(ber.OCTET_STRING, value.encode())


CASES: dict[str, tuple[bytes, Callable[[FakeManager], bool], str]] = {
    "sysContact": (text("NOC"), lambda m: m.configuration.running.snmp.contact == "NOC", "snmp-server contact NOC"),
    "sysName": (text("sip7"), lambda m: m.configuration.running.hostname == "sip7", "hostname sip7"),
    "sysLocation": (text("R 5"), lambda m: m.configuration.running.snmp.location == "R 5", "snmp-server location R 5"),
    "sipctlTrunkAdminState": (SHUTDOWN, lambda m: m.configuration.running.trunks[0].shutdown, "trunk T1"),
    "sipctlListenerAdminState": (
        SHUTDOWN,
        lambda m: m.configuration.running.sip.listeners[0].shutdown,
        "listener udp 127.0.0.1 port 5060 shutdown",
    ),
    "sipctlTrafficControlAdminState": (
        SHUTDOWN,
        lambda m: m.configuration.running.traffic.controls[0].shutdown,
        "code-block 0900 shutdown",
    ),
    "sipctlAlarmAcknowledged": (YES, lambda m: bool(m.alarms.shown()[0].acknowledged_by), "alarm acknowledge 1"),
    "sipctlSystemClearCounters": (PERFORM, lambda m: bool(m.counter_baseline), "clear counters"),
    "sipctlConfigSave": (PERFORM, lambda m: m.configuration.startup_path.exists(), "write memory"),
}
"""Object -> the value it is set to, what is so then, and a command that the audit log has."""


class Asker:
    """Who sets something."""

    version = 3
    address = "192.0.2.50"
    rights = Rights("nms", 3, None, EVERYTHING, EVERYTHING)


async def first(manager: FakeManager, name: str) -> Oid:
    """Return the OID of the first instance of an object."""
    mib, asked_at, oid = manager.snmp.mib, time.monotonic(), oid_of(name)
    while True:
        try:
            found = mib.next(oid, asked_at)
        except Stale as stale:
            await mib.refresh(stale.table)
            continue
        assert found is not None
        assert found.column.name == name
        return found.oid


def test_every_object_that_can_be_set_is_set_here() -> None:
    assert {name for name, (_, column) in COLUMNS.items() if column.access == WRITE} <= set(CASES)


@pytest.mark.parametrize("name", [name for name in CASES if name in COLUMNS])
def test_setting_it_does_what_its_command_does(tmp_path: Path, name: str) -> None:
    value, holds, command = CASES[name]

    @played
    async def put() -> None:
        manager = FakeManager(tmp_path, SETTINGS)
        manager.alarms.set(13, "disk", "the disk is full", "critical")
        oid = await first(manager, name)
        assert not holds(manager)
        assert manager.snmp.writer is not None
        assert await manager.snmp.writer.set([(oid, value)], Asker()) == (0, 0)
        assert holds(manager)
        recorded = [(each.kind, each.user, each.origin, each.command) for each in manager.audit.queued()]
        assert ("command", "robot", "snmp", command) in recorded
        assert recorded[-1][:3] == ("set", "robot", "snmp")

    put()


@played
async def test_what_was_set_is_taken_back_the_same_way(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, SETTINGS)
    manager.alarms.set(13, "disk", "the disk is full", "critical")
    assert manager.snmp.writer is not None
    for name, value in (
        ("sipctlTrunkAdminState", UP),
        ("sipctlListenerAdminState", UP),
        ("sipctlTrafficControlAdminState", UP),
        ("sipctlAlarmAcknowledged", NO),
    ):
        oid = await first(manager, name)
        changed, holds, _ = CASES[name]
        assert await manager.snmp.writer.set([(oid, changed)], Asker()) == (0, 0)
        assert holds(manager)
        assert await manager.snmp.writer.set([(oid, value)], Asker()) == (0, 0)
        assert not holds(manager)
