"""Every column of statistics has one object, and it shows that column and no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.managed import served
from support.management import FakeManager, played
from support.statistics import Counts as Written

from core.northbound.statistics import (
    COLUMNS,
    FIRST_ROW,
    PROCESSING_BOUNDS_US,
    PROCESSING_HISTOGRAM,
    SETUP_BOUNDS_MS,
    SETUP_HISTOGRAM,
    WIDTH,
    open_statistics,
)
from oam.snmp import syntax
from oam.snmp.object import Table
from oam.snmp.rows.counts import FIRST, OF_ALL, OF_CALLS, OF_SERVER, Counts, columns
from oam.snmp.tables import destinations, kpis, route_groups, trunks

_HISTOGRAMS = {
    *range(SETUP_HISTOGRAM, SETUP_HISTOGRAM + len(SETUP_BOUNDS_MS) + 1),
    *range(PROCESSING_HISTOGRAM, PROCESSING_HISTOGRAM + len(PROCESSING_BOUNDS_US) + 1),
}
NOUNS = ("calls", "requests", "registrations", "messages")
NAME_OF = {each.slot: each.name for each in COLUMNS}


def test_there_is_a_column_for_everything_that_is_counted() -> None:
    assert {each.slot for each in OF_ALL} == {each.slot for each in COLUMNS} | _HISTOGRAMS
    of_calls = {each.slot for each in OF_CALLS}
    assert of_calls == {each.slot for each in OF_ALL if each.slot < PROCESSING_HISTOGRAM} - OF_SERVER
    assert len({each.field for each in OF_ALL}) == len({each.word for each in OF_ALL}) == len(OF_ALL)


def test_counters_are_counters_gauges_are_gauges_and_times_have_units() -> None:
    found = {each.number - FIRST: each for each in columns("x", "thing", OF_ALL)[2:]}
    gauges = {each.slot for each in COLUMNS if each.gauge}
    for slot, each in found.items():
        assert each.syntax is (syntax.GAUGE if slot in gauges else syntax.COUNTER)
        name = NAME_OF.get(slot, "")
        time = {"ms": "milliseconds", "us": "microseconds"}.get(name.rpartition("-")[2])
        assert each.units == time if time else each.units.split()[0] in NOUNS
        assert each.help.isascii()
        assert each.help.endswith(".")
    numbers = [each.number for each in columns("x", "thing", OF_ALL)]
    assert numbers == sorted(numbers)


def test_a_row_has_no_other_attributes() -> None:
    row = Counts(1, "PSTN", 0.0, tuple(range(WIDTH)))
    assert row.refused_list == 6
    with pytest.raises(AttributeError):
        _ = row.refused


@pytest.mark.parametrize(
    ("table", "kind", "key"),
    [
        (trunks.STATISTICS, "trunk-in", (1, 1)),
        (trunks.STATISTICS, "trunk-out", (1, 2)),
        (route_groups.STATISTICS, "route-group", (1,)),
        (destinations.DESTINATIONS, "destination", (1,)),
        (kpis.COUNTS, "subscriber-group", (1,)),
        (kpis.COUNTS, "listener", (1,)),
        (kpis.COUNTS, "system", (1,)),
    ],
)
@played
async def test_each_object_moves_with_its_column_alone(
    tmp_path: Path, table: Table, kind: str, key: tuple[int]
) -> None:
    manager = FakeManager(tmp_path)
    slots = open_statistics(tmp_path / "run" / "statistics-1")
    base = FIRST_ROW + Written(slots).row(kind, "A") * WIDTH
    before = await served(manager, table)
    for each in OF_ALL:
        slots[base + each.slot] = (each.slot + 1) << 33
    after = await served(manager, table)
    counters = {each.name: each for each in table.columns if each.number >= FIRST}
    for name, column in counters.items():
        assert before[name] == {key: 0}
        value = (column.number - FIRST + 1) << 33
        assert after[name] == {key: min(value, 0xFFFFFFFF) if column.syntax is syntax.GAUGE else value}
    assert {name: after[name] for name in after if name not in counters} == {
        name: before[name] for name in before if name not in counters
    }
