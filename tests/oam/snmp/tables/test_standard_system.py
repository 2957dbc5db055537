"""Values of the groups system, snmp and the engine's statistics."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest
from support.management import FakeManager, played

from core.northbound.build import VERSION
from oam.config.tree import Configuration
from oam.settings.snmp import SnmpHost, SnmpSettings
from oam.snmp import ber, oids
from oam.snmp.engine.statistics import AgentStatistics
from oam.snmp.object import Column, Table
from oam.snmp.objects import COLUMNS, TABLES
from oam.snmp.syntax import Start
from oam.snmp.tables.standard_system import (
    CONTEXTS,
    ENGINE,
    MESSAGES,
    MODULES,
    RESOURCES,
    SET,
    SNMP,
    SYSTEM,
    TARGETS,
    USERS,
    VIEWS,
)

SNMP_SETTINGS = SnmpSettings(contact="NOC <noc@example.com>", location="Zürich, rack 3")


async def values(manager: FakeManager, table: Table) -> dict[str, bytes]:
    """Return the encoded values of the first row."""
    row = (await table.source(manager))[0]
    return {column.name: column.syntax.encode(getattr(row, column.field)) for column in table.columns}


@played
async def test_system(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, Configuration(hostname="sip-3", snmp=SNMP_SETTINGS))
    found = await values(manager, SYSTEM)
    described = found["sysDescr"][2:].decode("ascii")
    assert described.startswith(f"sipctl {VERSION}, ")
    assert described.endswith(", Linux"), "neither kernel nor Python is told"
    assert found["sysObjectID"] == ber.object_identifier(oids.SERVER)
    assert found["sysContact"] == b"\x04\x15NOC <noc@example.com>"
    assert found["sysName"] == b"\x04\x05sip-3"
    assert found["sysLocation"] == b"\x04\x0eZ?rich, rack 3"
    assert found["sysServices"] == b"\x02\x01\x48"
    assert found["sysORLastChange"] == b"\x43\x01\x00"


@played
async def test_up_time_counts_from_the_start_of_management(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = FakeManager(tmp_path)
    monkeypatch.setattr(Start, "monotonic", time.monotonic() - 90_000)
    assert int.from_bytes((await values(manager, SYSTEM))["sysUpTime"][2:], "big") in range(9_000_000, 9_000_500)


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("sysContact", "NOC", "snmp-server contact NOC"),
        ("sysContact", "", "no snmp-server contact"),
        ("sysName", "sip-4", "hostname sip-4"),
        ("sysLocation", "rack 3", "snmp-server location rack 3"),
    ],
)
def test_what_is_set_becomes_a_line_of_the_configuration(name: str, value: str, line: str) -> None:
    write = COLUMNS[name][1].write
    assert write is not None
    assert write(None, value) == ("configure terminal", line, "end")


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "\x1b[2J", "a\0", " a", "a ", " "])
def test_one_line_is_set_and_no_more(value: str) -> None:
    write = COLUMNS["sysContact"][1].write
    assert write is not None
    with pytest.raises(ValueError, match=r"printable|spaces"):
        write(None, value)


def test_every_module_that_is_served_is_told_of() -> None:
    names = [each.name for each in MODULES]
    assert len(set(names)) == len(names)
    assert {table.module for table in TABLES} <= set(names)
    assert [each.index for each in MODULES] == list(range(1, len(MODULES) + 1))


@played
async def test_resources(tmp_path: Path) -> None:
    found = await values(FakeManager(tmp_path), RESOURCES)
    assert found["sysORID"] == ber.object_identifier((1, 3, 6, 1, 6, 3, 1))
    assert found["sysORUpTime"] == b"\x43\x01\x00"


COUNTED = [
    pytest.param(table, column, id=column.name)
    for table in (SNMP, ENGINE, MESSAGES, TARGETS, USERS)
    for column in table.columns
    if column.field in AgentStatistics.__struct_fields__ and column.syntax.tag != ber.OCTET_STRING
]


@pytest.mark.parametrize(("table", "column"), COUNTED)
def test_each_statistic_is_told_by_its_own_object_alone(tmp_path: Path, table: Table, column: Column) -> None:
    """Of all the figures one is 7: it shows where it must, all others show nought."""

    @played
    async def scenario() -> None:
        manager = FakeManager(tmp_path)
        record = msgspec.structs.replace(AgentStatistics(), **{column.field: 7})
        manager.snmp.statistics = lambda: record  # type: ignore[method-assign]
        for each in (SNMP, ENGINE, MESSAGES, TARGETS, USERS):
            found = await values(manager, each)
            shown = {name for name, value in found.items() if value[2:] == b"\x07"}
            assert shown == ({column.name} if each is table else set())

    scenario()


def test_every_statistic_is_told() -> None:
    fields = {column.field for table in (SNMP, ENGINE, MESSAGES, TARGETS, USERS) for column in table.columns}
    assert set(AgentStatistics.__struct_fields__) <= fields


@played
async def test_counters_wrap_at_32_bits(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.snmp.statistics = lambda: AgentStatistics(snmp_in_pkts=2**32 + 5)  # type: ignore[method-assign]
    assert (await values(manager, SNMP))["snmpInPkts"] == b"\x41\x01\x05"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (SnmpSettings(), 2),
        (SnmpSettings(hosts=(SnmpHost("192.0.2.1"),)), 1),
        (SnmpSettings(hosts=(SnmpHost("192.0.2.1"),), trap_authentication=False), 2),
    ],
)
def test_authentication_traps_are_told_as_configured(tmp_path: Path, settings: SnmpSettings, told: int) -> None:
    @played
    async def scenario() -> None:
        found = await values(FakeManager(tmp_path, Configuration(snmp=settings)), SNMP)
        assert found["snmpEnableAuthenTraps"] == bytes((2, 1, told))

    scenario()


@played
async def test_constants(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    assert (await values(manager, SET))["snmpSetSerialNo"] == b"\x02\x01\x00"
    assert (await values(manager, SNMP))["snmpProxyDrops"] == b"\x41\x01\x00"
    assert await VIEWS.source(manager) == CONTEXTS
    arcs = VIEWS.columns[0].syntax.arcs
    assert arcs is not None
    assert arcs(CONTEXTS[0].name) == (0,)
