"""What managers read of alarms is what the shell shows, raise to clear."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from support.management import FakeManager, gathered, played

from oam.fault.alarms import Alarms
from oam.fault.catalogue import ALARMS, CAUSES
from oam.fault.event import AlarmEvent
from oam.fault.store import AlarmStore
from oam.snmp import ber, oids
from oam.snmp.mib import Mib, Stale
from oam.snmp.notifications import LEADING, NOTIFICATIONS
from oam.snmp.object import WRITE
from oam.snmp.objects import COLUMNS, oid_of
from oam.snmp.tables import alarms as family
from oam.snmp.tables.alarm_rows import HISTORY, row_of_event


async def value(mib: Mib, name: str, *index: int) -> bytes | None:
    """Return the encoded value of an instance as it is now; None: there is none."""
    oid = (*oid_of(name), *(index or (0,)))
    asked_at = time.monotonic()
    for _ in range(2):
        try:
            found = mib.get(oid, asked_at)
        except Stale as stale:
            await mib.refresh(stale.table)
        else:
            return None if found is None else found.value
    raise AssertionError(f"{name} is never read")


def tree(manager: FakeManager) -> Mib:
    return Mib(manager, family.TABLES)


def unsigned(number: int) -> bytes:
    return ber.integer(number, ber.GAUGE32)


def text(words: str) -> bytes:
    return ber.wrapped(ber.OCTET_STRING, words.encode())


@played
async def test_a_row_lives_from_raise_to_clear(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    mib = tree(manager)
    assert await value(mib, "sipctlAlarmActiveCount") == unsigned(0)
    assert await value(mib, "sipctlAlarmLastEvent") is None
    manager.alarms.set(13, "disk", "the disk is full", "critical")
    (alarm,) = manager.alarms.shown()
    assert await value(mib, "sipctlAlarmActiveCount") == unsigned(1)
    assert await value(mib, "sipctlAlarmCriticalCount") == unsigned(1)
    assert await value(mib, "sipctlAlarmMajorCount") == unsigned(0)
    assert await value(mib, "sipctlAlarmRaisedTotal") == ber.integer(1, ber.COUNTER64)
    assert await value(mib, "sipctlAlarmLastSequence") == unsigned(alarm.sequence)
    assert await value(mib, "sipctlAlarmObject", alarm.id) == text("disk")
    assert await value(mib, "sipctlAlarmSeverity", alarm.id) == ber.integer(3)
    assert await value(mib, "sipctlAlarmText", alarm.id) == text("the disk is full")
    assert await value(mib, "sipctlAlarmRepairAction", alarm.id) == text(ALARMS[13].action)
    assert await value(mib, "sipctlAlarmAcknowledgedAt", alarm.id) is None
    manager.alarms.forget("disk")
    assert await value(mib, "sipctlAlarmObject", alarm.id) is None
    assert await value(mib, "sipctlAlarmActiveCount") == unsigned(0)
    assert await value(mib, "sipctlAlarmClearedTotal") == ber.integer(1, ber.COUNTER64)


@played
async def test_causes_and_types_have_the_numbers_of_iana(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    mib = tree(manager)
    for number, kind in ALARMS.items():
        assert await value(mib, "sipctlAlarmCatalogueProbableCause", number) == ber.integer(kind.cause)
        assert await value(mib, "sipctlAlarmCatalogueNotification", number) == ber.object_identifier(
            (*oids.NOTIFICATIONS, 1000 + number)
        )
        for words in (kind.title, kind.meaning, kind.effect, kind.action, kind.clear):
            assert len(words.encode()) <= 255, f"cut in the MIB: {words}"
    assert await value(mib, "sipctlAlarmCatalogueEventType", 1) == ber.integer(2)  # communicationsAlarm
    at_security = next(number for number, kind in ALARMS.items() if kind.event_type == "security")
    assert await value(mib, "sipctlAlarmCatalogueEventType", at_security) == ber.integer(10)
    assert set(CAUSES) >= {kind.cause for kind in ALARMS.values()}


@played
async def test_what_is_shelved_or_explained_is_counted_and_not_listed(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    mib = tree(manager)
    manager.alarms.set(13, "disk", "full", "major")
    manager.alarms.set(13, "database alarms", "full", "major")
    one, two = sorted(each.id for each in manager.alarms.shown())
    assert await value(mib, "sipctlAlarmName", one) is not None
    manager.alarms.shelve("object", "disk", 600, "known", "admin")
    shelved = one if manager.alarms.find(one).object == "disk" else two
    assert await value(mib, "sipctlAlarmName", shelved) is None
    assert await value(mib, "sipctlAlarmName", one + two - shelved) is not None
    assert await value(mib, "sipctlAlarmShelvedCount") == unsigned(1)
    assert await value(mib, "sipctlAlarmActiveCount") == unsigned(1)
    manager.alarms.unshelve("object", "disk", "admin")
    assert await value(mib, "sipctlAlarmName", shelved) is not None


@played
async def test_the_same_rows_are_given_while_nothing_changes(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.alarms.set(13, "disk", "full", "major")
    source = family.ACTIVE.source
    before = await source(manager)
    assert await source(manager) is before
    manager.alarms.unknown(13, "disk")
    after = await source(manager)
    assert [row.unknown for row in before] == [False]
    assert [row.unknown for row in after] == [True]


@played
async def test_setting_acknowledged_gives_the_order_of_the_shell(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.alarms.set(13, "disk", "full", "major")
    column = COLUMNS["sipctlAlarmAcknowledged"][1]
    assert column.access == WRITE
    assert column.write is not None
    for wanted in (True, False):
        (row,) = await family.ACTIVE.source(manager)
        assert column.write(row, row.acknowledged) == ()
        for line in column.write(row, wanted):
            _, result = await gathered(manager.session(), line)
            assert result.code == 0
        (row,) = await family.ACTIVE.source(manager)
        assert row.acknowledged is wanted
        assert row.acknowledged_by == ("admin" if wanted else "")


@played
async def test_history_goes_back_before_a_restart_and_is_bounded(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.alarms = Alarms(manager.notices.publish, AlarmStore(tmp_path))
    await manager.alarms.start()
    manager.alarms.set(13, "disk", "full", "major")
    manager.alarms.forget("disk")
    manager.alarms.close()
    manager.alarms = Alarms(manager.notices.publish, AlarmStore(tmp_path))
    await manager.alarms.start()
    source = family.EVENTS.source
    rows = await source(manager)
    assert [(row.happening, row.severity, row.before) for row in rows] == [
        ("raised", "major", "cleared"),
        ("cleared", "cleared", "major"),
    ]
    assert await source(manager) is rows
    for number in range(HISTORY):
        manager.alarms.set(13, f"disk {number}", "full", "major")
    rows = await source(manager)
    assert [row.sequence for row in rows] == [each.sequence for each in manager.alarms.recent]
    assert len(rows) == HISTORY
    manager.alarms.close()


@played
async def test_history_of_a_damaged_database_is_what_is_in_memory(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.alarms = Alarms(manager.notices.publish, AlarmStore(tmp_path))
    (tmp_path / "alarms").mkdir()
    (tmp_path / "alarms" / "alarms.db").write_bytes(b"no database" * 1000)
    manager.alarms.set(13, "disk", "full", "major")
    assert [row.object for row in await family.EVENTS.source(manager)] == ["disk"]


def test_an_event_fills_every_leading_column() -> None:
    event = AlarmEvent(
        7, "cleared", 3, 2, "trunk-unreachable", "trunk A", "cleared", "major", "communications", 9999, "over", 1.0
    )
    row: Any = row_of_event(event)
    values = {name: COLUMNS[name][1].syntax.encode(getattr(row, COLUMNS[name][1].field)) for name in LEADING}
    assert values["sipctlAlarmSeverity"] == ber.integer(1)
    assert values["sipctlAlarmProbableCause"] == ber.integer(1024)
    assert values["sipctlAlarmSequence"] == unsigned(7)


def test_no_notification_has_the_name_of_an_object() -> None:
    assert not {each.name for each in NOTIFICATIONS} & set(COLUMNS)
