"""Every counter of signalling is one object, which moves with it and with nothing else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from support.management import FakeManager, played
from support.tables import moved, read_one

from core.northbound import counters as slots
from core.northbound.counters import COUNTERS
from oam.snmp.object import Table
from oam.snmp.objects import TABLES
from oam.snmp.rows.counted import DISCONTINUITY, descriptor

NAMES = {descriptor(each.slot): each for each in COUNTERS if not each.gauge}
GROUPS = [table for table in TABLES if any(column.name in NAMES for column in table.columns)]
ELSEWHERE = {
    slots.INVITE_RECEIVED: "by method",
    slots.ACK_RECEIVED: "by method",
    slots.BYE_RECEIVED: "by method",
    slots.CANCEL_RECEIVED: "by method",
    slots.REGISTER_RECEIVED: "by method",
    slots.OPTIONS_RECEIVED: "by method",
    slots.OTHER_REQUEST_RECEIVED: "by method",
    slots.HEARTBEAT: "it says that signalling lives, no more; it is in sipctlCounterTable",
}


def test_every_counter_is_one_object() -> None:
    found = Counter(NAMES[column.name].slot for table in GROUPS for column in table.columns if column.name in NAMES)
    assert set(found.values()) == {1}
    assert found.keys() | ELSEWHERE.keys() == {each.slot for each in COUNTERS if not each.gauge}
    assert not found.keys() & ELSEWHERE.keys()


@played
async def test_an_object_moves_with_its_counter_alone(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    before = {table.name: await read_one(table, manager) for table in GROUPS}
    for each in COUNTERS:
        if each.gauge:
            continue
        manager.counters[0][each.slot] += 1
        expected = {} if each.slot in ELSEWHERE else {descriptor(each.slot): 1}
        now = {table.name: await read_one(table, manager) for table in GROUPS}
        differ = [moved(before[name], row) for name, row in now.items()]
        assert {name: value for found in differ for name, value in found.items()} == expected
        before = now


@pytest.mark.parametrize("table", GROUPS, ids=lambda table: table.name)
@played
async def test_counters_that_fall_are_a_discontinuity(tmp_path: Path, table: Table) -> None:
    manager = FakeManager(tmp_path)
    slot = next(NAMES[column.name].slot for column in table.columns if column.name in NAMES)
    (since,) = [column.name for column in table.columns if column.number == DISCONTINUITY]
    manager.counters[0][slot] = 7
    assert (await read_one(table, manager))[since] == 0.0
    manager.counters[0][slot] = 1
    assert (await read_one(table, manager))[since] > 1e9
