"""applTable: calls as associations."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from support import minutes
from support.management import FakeManager, played
from support.statistics import Counts
from support.tables import moved, read_one

from core.northbound.build import VERSION
from core.northbound.counters import CALLS, STARTED_AT
from core.northbound.rows import ProcessRow
from core.northbound.settings import StatisticsSettings
from core.northbound.statistics import COLUMNS, open_statistics
from oam.config.tree import Configuration
from oam.snmp.syntax import Start
from oam.snmp.tables.network_services import APPLICATIONS

SEIZED = "applAccumulatedInboundAssociations"
ANSWERED = "applAccumulatedOutboundAssociations"
REFUSED = "applRejectedInboundAssociations"
FAILED = "applFailedOutboundAssociations"
OUTCOMES = ("abandoned-before-ringing", "abandoned-ringing", "rang-out", "silent")


def expected(column: str) -> set[str]:
    """Return the objects that move when a column of the statistics of the system does."""
    if column.startswith("refused-"):
        return {REFUSED}
    if column in OUTCOMES or (column.startswith("failed-") and column not in ("failed-count", "failed-ms")):
        return {FAILED}
    return {"seizures": {SEIZED}, "answers": {ANSWERED}}.get(column, set())


@played
async def test_each_figure_moves_its_own_object_alone(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    counts = Counts(open_statistics(tmp_path / "run" / "statistics-1"))
    counts.row("system", "system")
    counts.add("trunk-in", "A", seizures=100, answers=100, refused_list=100, silent=100)
    for column in COLUMNS:
        before = await read_one(APPLICATIONS, manager)
        counts.add("system", "system", **{column.name.replace("-", "_"): 2})
        assert moved(before, await read_one(APPLICATIONS, manager)) == dict.fromkeys(expected(column.name), 2)
    assert {each for column in COLUMNS for each in expected(column.name)} == {SEIZED, ANSWERED, REFUSED, FAILED}


@played
async def test_calls_now(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.counters[0][CALLS] = 3
    found = await read_one(APPLICATIONS, manager)
    assert (found["applInboundAssociations"], found["applOutboundAssociations"]) == (3, 3)


@played
async def test_what_it_is(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    found = await read_one(APPLICATIONS, manager)
    assert "applUptime" not in found, "it was never started"
    manager.counters[0][STARTED_AT] = int(time.time()) + 1
    manager.fake_supervisor.rows = [ProcessRow("sip-1", 7, "running", 0, 0, 0.0, 0)]
    found = await read_one(APPLICATIONS, manager)
    assert found["applIndex"] == 1
    assert (found["applName"], found["applVersion"], found["applDirectoryName"]) == ("sipctl", VERSION, "")
    assert found["applOperStatus"] == "up"
    assert found["applUptime"] == found["applLastChange"] == manager.counters[0][STARTED_AT]
    manager.fake_supervisor.away = True
    assert "applOperStatus" not in await read_one(APPLICATIONS, manager), "the standard has no word for unknown"


@played
async def test_what_is_not_counted_has_no_instance(tmp_path: Path) -> None:
    off = Configuration(statistics=StatisticsSettings(collect_objects=False))
    found = await read_one(APPLICATIONS, FakeManager(tmp_path, off))
    assert not {SEIZED, ANSWERED, REFUSED, FAILED, "applLastInboundActivity"} & found.keys()
    assert found["applInboundAssociations"] == 0


def test_last_activity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the minute; what is longer ago than is remembered is not told."""

    @played
    async def scenario() -> None:
        manager = FakeManager(tmp_path)
        Counts(open_statistics(tmp_path / "run" / "statistics-1")).row("system", "system")
        monkeypatch.setattr(Start, "at", 1_200.0)
        quiet, busy = minutes.values(bids=1), minutes.values(seizures=1)
        manager.statistics.minutes.append(minutes.minute(1_200.0, {minutes.SYSTEM: quiet}))
        assert await active(manager) == 0.0, "not since the start"
        for tell in manager.statistics.subscribers:
            tell(minutes.minute(1_260.0, {minutes.SYSTEM: busy}))
            tell(minutes.minute(1_320.0, {minutes.SYSTEM: quiet}))
        assert await active(manager) == 1_320.0, "the end of the minute that had a call"
        manager.counters[0][CALLS] = 1
        assert abs(await active(manager) - time.time()) < 5, "now"

    scenario()


def test_activity_before_what_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @played
    async def scenario() -> None:
        manager = FakeManager(tmp_path)
        Counts(open_statistics(tmp_path / "run" / "statistics-1")).row("system", "system")
        monkeypatch.setattr(Start, "at", 1_200.0)
        manager.statistics.minutes.append(minutes.minute(9_000.0, {}))
        found = await read_one(APPLICATIONS, manager)
        assert "applLastInboundActivity" not in found
        for tell in manager.statistics.subscribers:
            tell(minutes.minute(9_060.0, {minutes.SYSTEM: minutes.values(calls=1)}))
        assert await active(manager) == 9_120.0

    scenario()


async def active(manager: FakeManager) -> float:
    found = await read_one(APPLICATIONS, manager)
    assert found["applLastInboundActivity"] == found["applLastOutboundActivity"]
    return float(found["applLastInboundActivity"])
