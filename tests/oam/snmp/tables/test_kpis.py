"""KPIs as a manager sees them: current, previous and 96 more, by the same index everywhere."""

from __future__ import annotations

from pathlib import Path

from support.loop import watched
from support.managed import readable, served
from support.management import FakeManager, played
from support.statistics import Counts

from core.northbound import counters
from core.northbound.statistics import open_statistics
from oam.snmp.rows.quarters import Quarters
from oam.snmp.tables import kpis, trunks
from oam.statistics.sampler import SETTLE_S
from oam.statistics.statistics import Statistics

NOON = 1_800_014_400.0


class Site:
    """A manager whose statistics go by a clock that is set by hand."""

    def __init__(self, state: Path) -> None:
        self.wall = NOON + SETTLE_S
        self.manager = FakeManager(state)
        self.counts = Counts(open_statistics(state / "run" / "statistics-1"))
        self.counts.row("system", "system")
        self.manager.statistics = Statistics(state, lambda: self.wall, lambda: self.wall)
        self.manager.snmp.quarters = Quarters(lambda: self.wall)

    async def pass_(self, minutes: int) -> None:
        for _ in range(minutes):
            self.wall += 60
            await self.manager.statistics.look()
            self.manager.statistics.history.write()


@played
async def test_kpis_are_those_of_the_shell_with_their_samples(tmp_path: Path) -> None:
    site = Site(tmp_path)
    await site.manager.statistics.look()
    site.counts.add("trunk-out", "PSTN", bids=10, seizures=8, answers=2, usage_ms=450_000)
    site.counts.add("system", "system", bids=3)
    site.counts.add("method", "INVITE", received=3)
    await site.pass_(15)
    site.counts.add("trunk-out", "PSTN", bids=30, seizures=30, answers=30)
    site.wall += 30
    found = await served(site.manager, kpis.KPIS, kpis.OBJECTS_TABLE)
    assert found["sipctlObjectName"] == {(1,): b"", (2,): b"PSTN"}
    assert found["sipctlObjectType"] == {(1,): 1, (2,): 4}
    assert found["sipctlObjectEntity"] == {(1,): 0, (2,): 1}
    assert found["sipctlKpiName"] == {(1, 1): b"", (1, 2): b"", (2, 1): b"PSTN", (2, 2): b"PSTN"}
    assert found["sipctlKpiKind"][2, 2] == 4
    assert found["sipctlKpiAsr"] == {(2, 1): 10_000, (2, 2): 2500}
    assert found["sipctlKpiAsrSamples"] == {(1, 1): 0, (1, 2): 0, (2, 1): 30, (2, 2): 8}
    assert found["sipctlKpiBids"] == {(1, 1): 0, (1, 2): 3, (2, 1): 30, (2, 2): 10}
    assert found["sipctlKpiErlang"][2, 2] == 500
    assert found["sipctlKpiSeconds"] == {(1, 1): 30, (1, 2): 900, (2, 1): 30, (2, 2): 900}
    assert found["sipctlKpiSuspect"][2, 1] == 2


@played
async def test_the_history_has_the_index_of_the_object_and_the_number_of_the_quarter(tmp_path: Path) -> None:
    site = Site(tmp_path)
    await site.manager.statistics.look()
    await served(site.manager, kpis.OBJECTS_TABLE)
    site.counts.add("trunk-out", "PSTN", bids=10, seizures=8, answers=2)
    await site.pass_(15)
    site.counts.add("trunk-out", "PSTN", bids=1, seizures=1, answers=1)
    await site.pass_(46)
    found = await served(site.manager, kpis.HISTORY, kpis.OBJECTS_TABLE, kpis.SUMMARY, kpis.BUSY_HOURS)
    assert found["sipctlObjectName"] == {(1,): b"", (2,): b"PSTN"}
    assert found["sipctlKpiHistoryAsr"] == {(2, 3): 10_000, (2, 4): 2500}
    bids = {key: value for key, value in found["sipctlKpiHistoryBids"].items() if value}
    assert bids == {(2, 3): 1, (2, 4): 10}
    assert len(found["sipctlKpiHistoryBids"]) == 8
    assert found["sipctlKpiHistoryName"][2, 1] == b"PSTN"
    assert found["sipctlBusyHourBids"] == {(2, 1): 11}
    assert found["sipctlBusyHourName"] == {(2, 1): b"PSTN"}
    assert found["sipctlBusyHourBegin"][2, 1] == found["sipctlKpiHistoryBegin"][2, 4]
    assert found["sipctlKpiHistoryBegin"][2, 4] == b"\x07\xeb\x01\x0f\x0c\0\0\0+\0\0"
    assert found["sipctlKpisHistoryQuarters"] == {(0,): 4}
    assert found["sipctlKpisHistoryObjects"] == {(0,): 2}
    assert found["sipctlKpisQuarterSeconds"] == {(0,): 60}
    assert found.keys() >= readable(kpis.SUMMARY) | readable(kpis.BUSY_HOURS)


@played
async def test_before_anything_is_measured_there_are_no_rows(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.counters[0][counters.STATISTICS_SHARED] = 5
    found = await served(manager, *kpis.TABLES)
    assert found.keys() == readable(kpis.SUMMARY) - {
        f"sipctlKpisQuarter{each}" for each in ("Begin", "Seconds", "Suspect")
    }
    assert found["sipctlKpisObjectsShared"] == {(0,): 5}


@played
async def test_what_has_no_table_of_its_own_has_its_counters_by_object(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.counts.add("listener", "udp:192.0.2.1:5060", messages=7)
    site.counts.add("subscriber-group", "GOLD", bids=5)
    site.counts.add("trunk-in", "PSTN", bids=6)
    objects = await served(site.manager, kpis.OBJECTS_TABLE)
    found = await served(site.manager, kpis.COUNTS)
    assert objects["sipctlObjectName"][2,] == found["sipctlObjectStatsName"][2,] == b"udp:192.0.2.1:5060"
    assert objects["sipctlObjectEntity"] == {(1,): 0, (2,): 1, (3,): 0, (4,): 1}
    assert found["sipctlObjectStatsKind"] == {(1,): 1, (2,): 2, (3,): 7}
    assert found["sipctlObjectStatsMessages"] == {(1,): 0, (2,): 7, (3,): 0}
    assert found["sipctlObjectStatsBids"] == {(1,): 0, (2,): 0, (3,): 5}
    assert found.keys() == readable(kpis.COUNTS)


@played
async def test_a_thousand_objects_do_not_hold_the_loop(tmp_path: Path) -> None:
    site = Site(tmp_path)
    for number in range(1000):
        site.counts.add("trunk-out", f"T{number}", bids=number)
    await site.manager.statistics.look()
    async with watched() as held:
        mib = site.manager.snmp.mib
        for table in (kpis.KPIS, kpis.OBJECTS_TABLE, trunks.STATISTICS):
            await mib.refresh(mib.tables[table.name])
    assert len(mib._rows[kpis.KPIS.name].rows) == 1001
    assert len(mib._rows[trunks.STATISTICS.name].rows) == 1000
    assert held.longest < 0.02
