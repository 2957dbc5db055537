"""ALARM-MIB is the list of alarms that the shell shows, from raise to clear."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from support.management import FakeManager, played

from oam.config.tree import Configuration
from oam.fault.alarms import Alarms
from oam.fault.catalogue import ALARMS
from oam.fault.event import SEVERITIES
from oam.fault.store import AlarmStore
from oam.settings.snmp import SnmpListener, SnmpSettings
from oam.snmp import ber, oids
from oam.snmp.engine.statistics import AgentStatistics
from oam.snmp.mib import Mib, Stale
from oam.snmp.notifications import LEADING, SPECIFIC
from oam.snmp.notify.notification import of_alarm
from oam.snmp.object import Table
from oam.snmp.objects import oid_of
from oam.snmp.oids import Oid
from oam.snmp.syntax import Start
from oam.snmp.tables import alarm_mib, alarms
from oam.snmp.tables.alarm_mib_rows import MODELS, STATES

DISK = 11
"""An alarm that may be of several severities."""


async def walked(manager: FakeManager, table: Table) -> list[tuple[Oid, str, bytes]]:
    """Return index, name and encoded value of all instances of a table."""
    mib = Mib(manager, alarm_mib.TABLES)
    found: list[tuple[Oid, str, bytes]] = []
    at, asked_at = table.entry, time.monotonic()
    while True:
        try:
            instance = mib.next(at, asked_at)
        except Stale as stale:
            await mib.refresh(stale.table)
            continue
        if instance is None or instance.oid[: len(table.entry)] != table.entry:
            return found
        at = instance.oid
        if instance.column in table.columns:
            found.append((at[len(table.entry) + 1 :], instance.column.name, instance.value))


async def values(manager: FakeManager, table: Table) -> dict[str, bytes]:
    """Return the values of a table of one row."""
    found = await walked(manager, table)
    assert len({index for index, _, _ in found}) == 1
    return {name: value for _, name, value in found}


def pointed(oid: Oid) -> bytes:
    return ber.object_identifier(oid)


def ticks(at: float) -> bytes:
    return ber.integer(max(int((at - Start.at) * 100), 0), ber.TIME_TICKS)


@played
async def test_an_active_alarm(tmp_path: Path) -> None:
    listener = SnmpListener("192.0.2.7")
    manager = FakeManager(tmp_path, Configuration(snmp=SnmpSettings(listeners=(listener,))))
    manager.snmp.statistics = lambda: AgentStatistics(snmp_engine_id=b"\x80\0\0\0\x05engine")  # type: ignore[method-assign]
    assert await walked(manager, alarm_mib.ACTIVE) == []
    manager.alarms.set(DISK, "disk", "the disk is full", "critical")
    (alarm,) = manager.alarms.shown()
    found = await walked(manager, alarm_mib.ACTIVE)
    content = ber_date(alarm.changed_at)
    assert {index for index, _, _ in found} == {(0, 11, *content, alarm.id)}
    notification = (*oids.NOTIFICATIONS, SPECIFIC[DISK].number)
    resource = (*oid_of("sipctlAlarmObject"), alarm.id)
    text = f"{ALARMS[DISK].title}, disk: the disk is full".encode()
    assert {name: value for _, name, value in found} == {
        "alarmActiveEngineID": b"\x04\x0b\x80\0\0\0\x05engine",
        "alarmActiveEngineAddressType": b"\x02\x01\x01",
        "alarmActiveEngineAddress": b"\x04\x04\xc0\x00\x02\x07",
        "alarmActiveContextName": b"\x04\x00",
        "alarmActiveVariables": ber.integer(12, ber.GAUGE32),
        "alarmActiveNotificationID": pointed(notification),
        "alarmActiveResourceId": pointed(resource),
        "alarmActiveDescription": ber.wrapped(ber.OCTET_STRING, text),
        "alarmActiveLogPointer": pointed((0, 0)),
        "alarmActiveModelPointer": pointed((*oid_of("alarmModelNotificationId"), 0, DISK, 6)),
        "alarmActiveSpecificPointer": pointed((*oid_of("ituAlarmActiveTrendIndication"), 0, 11, *content, alarm.id)),
    }


def ber_date(at: float) -> bytes:
    """Return the octets of a DateAndTime."""
    return alarms.ACTIVE.columns[10].syntax.encode(at)[2:]


@played
async def test_a_listener_of_all_addresses_is_no_address(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, Configuration(snmp=SnmpSettings(listeners=(SnmpListener("::"),))))
    manager.alarms.set(DISK, "disk", "full", "critical")
    found = await values(manager, alarm_mib.ACTIVE)
    assert found["alarmActiveEngineAddressType"] == b"\x02\x01\x00"
    assert found["alarmActiveEngineAddress"] == b"\x04\x00"


@played
async def test_its_model_is_there_and_says_the_same(tmp_path: Path) -> None:
    """The pointer leads to a row, and the variable it names has the value it names."""
    manager = FakeManager(tmp_path)
    for severity in ALARMS[DISK].severities:
        manager.alarms.set(DISK, "disk", "full", severity)
        pointer = (await values(manager, alarm_mib.ACTIVE))["alarmActiveModelPointer"]
        models = await walked(manager, alarm_mib.MODEL)
        rows = {index: name for index, name, _ in models if pointed((*oid_of(name), *index)) == pointer}
        assert list(rows.values()) == ["alarmModelNotificationId"]
        model = {name: value for index, name, value in models if index in rows}
        number = model["alarmModelVarbindIndex"][-1]
        variables = {index: value for index, name, value in await walked(manager, alarm_mib.VARIABLES) if "Val" in name}
        found = [value for index, value in variables.items() if index[-1] == number]
        assert model["alarmModelVarbindValue"] in found


def test_models() -> None:
    assert {row.number for row in MODELS} == set(ALARMS)
    assert len(MODELS) == len(ALARMS) * len(SEVERITIES), "a profile may give an alarm whatever severity"
    states = ("cleared", "indeterminate", "warning", "minor", "major", "critical")
    assert [STATES[each] for each in states] == [1, 2, 3, 4, 5, 6], "the graver the higher (RFC 3877)"
    names = [f"{ALARMS[DISK].title}: {severity}" for severity in states]
    assert [row.description for row in MODELS if row.number == DISK] == names


@played
async def test_the_variables_are_those_of_the_notification(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.alarms.set(DISK, "disk", "full", "critical")
    (alarm,) = manager.alarms.shown()
    found: dict[int, dict[str, bytes]] = {}
    for index, name, value in await walked(manager, alarm_mib.VARIABLES):
        assert index[:2] == (0, alarm.id)
        found.setdefault(index[2], {})[name.removeprefix("alarmActiveVariable")] = value
    assert sorted(found) == list(range(1, 13))
    names = [(1, 3, 6, 1, 2, 1, 1, 3, 0), (1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0)]
    names += [(*oid_of(name), alarm.id) for name in LEADING]
    assert [found[number]["ID"] for number in sorted(found)] == [pointed(name) for name in names]
    assert found[1] == {"ID": found[1]["ID"], "ValueType": b"\x02\x01\x03", "TimeTicksVal": ticks(alarm.changed_at)}
    assert found[2]["OidVal"] == pointed((*oids.NOTIFICATIONS, SPECIFIC[DISK].number))
    row = (await alarms.ACTIVE.source(manager))[0]
    for number, name in enumerate(LEADING, 3):
        column = next(each for each in alarms.ACTIVE.columns if each.name == name)
        assert column.syntax.encode(getattr(row, column.field)) in found[number].values()
    assert all(len(each) == 3 for each in found.values()), "a value is in the column of its type alone"
    types = {"Unsigned32Val": 2, "TimeTicksVal": 3, "Integer32Val": 4, "OctetStringVal": 6, "OidVal": 7}
    for each in found.values():
        (word,) = each.keys() - {"ID", "ValueType"}
        assert each["ValueType"][-1] == types[word]


@played
async def test_what_the_shell_does_not_show_is_not_here(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.alarms.set(DISK, "disk", "full", "critical")
    manager.alarms.shelve("number", str(DISK), 60, "known", "admin")
    assert await walked(manager, alarm_mib.ACTIVE) == []
    assert await walked(manager, alarm_mib.VARIABLES) == []
    assert (await values(manager, alarm_mib.STATISTICS))["alarmActiveStatsActiveCurrent"] == b"\x42\x01\x00"


@played
async def test_counts_and_times(tmp_path: Path) -> None:
    now = [time.time()]
    manager = FakeManager(tmp_path)
    manager.alarms = Alarms(manager.notices.publish, clock=lambda: now[0])
    zero, one = b"\x42\x01\x00", b"\x42\x01\x01"
    nothing = {"ActiveCurrent": zero, "Actives": zero, "LastRaise": ticks(0), "LastClear": ticks(0)}
    assert await short(manager) == nothing
    assert (await values(manager, alarm_mib.ACTIVE_CHANGED))["alarmActiveLastChanged"] == ticks(0)
    now[0] += 100
    manager.alarms.set(DISK, "disk", "full", "minor")
    raised = nothing | {"ActiveCurrent": one, "Actives": one, "LastRaise": ticks(now[0])}
    assert await short(manager) == raised
    assert (await values(manager, alarm_mib.ACTIVE_CHANGED))["alarmActiveLastChanged"] == ticks(now[0])
    now[0] += 100
    (alarm,) = manager.alarms.shown()
    manager.alarms.acknowledge(alarm, "admin")
    assert (await values(manager, alarm_mib.ACTIVE_CHANGED))["alarmActiveLastChanged"] == ticks(now[0] - 100)
    manager.alarms.set(DISK, "disk", "full", "critical")
    assert await short(manager) == raised, "a change of state is no raise"
    assert (await values(manager, alarm_mib.ACTIVE_CHANGED))["alarmActiveLastChanged"] == ticks(now[0])
    now[0] += 100
    manager.alarms.forget("disk")
    assert await short(manager) == raised | {"ActiveCurrent": zero, "LastClear": ticks(now[0])}
    assert (await values(manager, alarm_mib.ACTIVE_CHANGED))["alarmActiveLastChanged"] == ticks(now[0])
    manager.alarms.recent.clear()
    assert (await short(manager))["LastRaise"] == raised["LastRaise"], "what is long ago is remembered"


async def short(manager: FakeManager) -> dict[str, bytes]:
    found = await values(manager, alarm_mib.STATISTICS)
    return {name.removeprefix("alarmActiveStats"): value for name, value in found.items()}


@played
async def test_overflow(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.alarms.refused = 3
    assert (await values(manager, alarm_mib.ACTIVE_CHANGED))["alarmActiveOverflow"] == b"\x41\x01\x03"


@played
async def test_the_log_of_notifications_is_pointed_into(tmp_path: Path) -> None:
    """At the last notification about the alarm, whatever operators did since, as long as it is kept."""
    manager = FakeManager(tmp_path)
    log = manager.snmp.notifier.log
    before: Any = await alarm_mib.ACTIVE.source(manager)
    assert list(before) == []
    manager.alarms.set(5, "trunk A", "full", "minor")
    manager.alarms.set(DISK, "disk", "full", "critical")
    for event in list(manager.alarms.recent):
        for told in of_alarm(event, ("alarms",)):
            log.add(told)
    trunk, disk = sorted(manager.alarms.shown(), key=lambda alarm: alarm.number)
    manager.alarms.acknowledge(disk, "admin")
    rows: Any = await alarm_mib.ACTIVE.source(manager)
    numbers = {entry.told.variables[0][0][-1]: entry.number for entry in log.entries()}
    assert numbers.keys() == {trunk.id, disk.id}
    assert {row.id: row.log for row in rows} == {id_: (*oid_of("nlmLogTime"), 0, each) for id_, each in numbers.items()}
    manager.alarms.forget("disk")
    log.add(of_alarm(manager.alarms.recent[-1], ("alarms",))[0])
    (over,) = await alarm_mib.CLEAR.source(manager)
    assert over.log == log.entries()[-1].number
    settings = SnmpSettings(log_size=1)
    manager.configuration.running = msgspec.structs.replace(manager.configuration.running, snmp=settings)
    rows = await alarm_mib.ACTIVE.source(manager)
    assert [row.log for row in rows] == [(0, 0)], "what the log no longer has is not pointed at"


@pytest.mark.parametrize("kept", [False, True])
def test_cleared_alarms(tmp_path: Path, kept: bool) -> None:
    """From memory, and after a restart from the disk."""

    @played
    async def scenario() -> None:
        manager = FakeManager(tmp_path)
        manager.alarms = Alarms(manager.notices.publish, AlarmStore(tmp_path))
        await manager.alarms.start()
        manager.alarms.set(DISK, "disk", "full", "critical")
        (alarm,) = manager.alarms.shown()
        manager.alarms.forget("disk")
        event = manager.alarms.recent[-1]
        if kept:
            manager.alarms.close()
            manager.alarms = Alarms(manager.notices.publish, AlarmStore(tmp_path))
            await manager.alarms.start()
        found = await walked(manager, alarm_mib.CLEAR)
        manager.alarms.close()
        assert {index for index, _, _ in found} == {(0, 11, *ber_date(event.at), alarm.id)}
        shown = {name.removeprefix("alarmClear"): value for _, name, value in found}
        assert shown["NotificationID"] == pointed((*oids.NOTIFICATIONS, SPECIFIC[DISK].number))
        assert shown["ResourceId"] == pointed((*oid_of("sipctlAlarmObject"), alarm.id))
        assert shown["ModelPointer"] == pointed((*oid_of("alarmModelNotificationId"), 0, DISK, 1))
        assert shown["LogIndex"] == b"\x42\x01\x00"

    scenario()


@played
async def test_the_same_rows_are_given_again(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.alarms.set(DISK, "disk", "full", "critical")
    for table in (alarm_mib.ACTIVE, alarm_mib.VARIABLES, alarm_mib.CLEAR, alarm_mib.MODEL):
        first: Any = await table.source(manager)
        assert await table.source(manager) is first
    before: Any = await alarm_mib.ACTIVE.source(manager)
    manager.alarms.set(DISK, "disk", "fuller", "critical")
    after: Any = await alarm_mib.ACTIVE.source(manager)
    assert after is not before
    assert "fuller" in after[0].description
