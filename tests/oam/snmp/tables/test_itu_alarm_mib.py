"""ITU-ALARM-MIB says more of the same alarms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.management import FakeManager, played
from support.tables import read, read_one

from oam.fault.catalogue import ALARMS
from oam.fault.event import SEVERITIES
from oam.snmp import ber
from oam.snmp.objects import oid_of
from oam.snmp.tables import alarm_mib, itu_alarm_mib
from oam.snmp.tables.alarm_mib_rows import MODELS


@played
async def test_models_point_to_each_other(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    generic: Any = await alarm_mib.MODEL.source(manager)
    specific: Any = await itu_alarm_mib.MODEL.source(manager)
    names = {(*oid_of("alarmModelNotificationId"), 0, row.number, row.state): row for row in generic}
    more = {(*oid_of("ituAlarmEventType"), 0, row.number, SEVERITIES[row.severity]): row for row in specific}
    for row in specific:
        assert (names[row.generic].number, names[row.generic].value) == (row.number, SEVERITIES[row.severity])
    for row in generic:
        assert (more[row.specific].number, SEVERITIES[more[row.specific].severity]) == (row.number, row.value)


def test_type_and_cause_are_those_of_the_catalogue() -> None:
    cause = itu_alarm_mib.MODEL.columns[2].syntax
    assert len(MODELS) == 6 * len(ALARMS)
    for row in MODELS:
        assert cause.encode(row.cause) == ber.integer(ALARMS[row.number].cause)
        assert row.meaning == ALARMS[row.number].meaning


@played
async def test_active_alarms(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.alarms.set(11, "disk", "full", "minor")
    (row,) = await itu_alarm_mib.ACTIVE.source(manager)
    assert row.trend == "more-severe"
    manager.alarms.set(11, "disk", "full", "critical")
    manager.alarms.set(11, "disk", "full", "major")
    (row,) = await itu_alarm_mib.ACTIVE.source(manager)
    assert row.trend == "less-severe"
    assert await read(itu_alarm_mib.ACTIVE, manager) == [{"ituAlarmActiveTrendIndication": "less-severe"}]


@played
async def test_how_many_there_are_of_each_severity(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    counts = {"Critical": 1, "Major": 2, "Minor": 3, "Warning": 4, "Indeterminate": 0}
    for severity, times in counts.items():
        for number in range(times):
            manager.alarms.set(43, f"{severity} {number}", "much", severity.lower())
    found = await read_one(itu_alarm_mib.STATISTICS, manager)
    assert found == {f"ituAlarmActiveStats{severity}Current": times for severity, times in counts.items()}
    manager.alarms.forget("Major 0")
    found = await read_one(itu_alarm_mib.STATISTICS, manager)
    assert found["ituAlarmActiveStatsMajorCurrent"] == 1
