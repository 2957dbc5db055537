"""The server as a whole, as managers see it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played
from support.statistics import Counts
from support.tables import counters, moved, read, read_one

from core.northbound import counters as slots
from core.northbound.build import VERSION
from core.northbound.counters import COUNTERS
from core.northbound.rows import ProcessRow
from core.northbound.statistics import open_statistics
from oam.snmp.action import PERFORM
from oam.snmp.objects import COLUMNS
from oam.snmp.tables.system import COUNTER_TABLE, LOAD, STATUS, SYSTEM

BASE = {
    slots.CALLS: "sipctlSystemCalls",
    slots.CALLS_PEAK: "sipctlSystemCallsPeak",
    slots.TRANSACTIONS: "sipctlSystemTransactions",
    slots.CONNECTIONS: "sipctlSystemConnections",
}
GAUGES = {
    slots.CPU_PERMILLE: "sipctlLoadCpu",
    slots.LOOP_LAG_US: "sipctlLoadLoopLag",
    slots.QUEUE_PERCENT: "sipctlLoadQueue",
    slots.BANNED: "sipctlLoadBannedAddresses",
    slots.TRACES_RUNNING: "sipctlLoadTracesRunning",
    slots.STATISTICS_ROWS: "sipctlLoadStatisticsRows",
}


@played
async def test_what_the_server_is(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    await done(manager.session(), ["configure terminal", "hostname sbc1", "sip", "maximum calls 77", "end"])
    row = await read_one(SYSTEM, manager)
    assert (row["sipctlSystemVersion"], row["sipctlSystemHostName"]) == (VERSION, "sbc1")
    assert (row["sipctlSystemStarted"], row["sipctlSystemUptime"]) == (0, 0.0)
    assert row["sipctlSystemForm"] in ("compiled", "plain")
    assert row["sipctlSystemCallsMaximum"] == 77
    manager.counters[0][slots.STARTED_AT] = int(time.time()) - 100
    assert 99 < (await read_one(SYSTEM, manager))["sipctlSystemUptime"] < 200


@played
async def test_each_gauge_follows_its_own(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    for table, known in ((SYSTEM, BASE), (LOAD, GAUGES)):
        before = await read_one(table, manager)
        for each in COUNTERS:
            if each.gauge and each.slot not in (slots.STARTED_AT, slots.MEMORY_OCTETS):
                manager.counters[0][each.slot] += 3
                now = await read_one(table, manager)
                assert moved(before, now) == ({known[each.slot]: 3} if each.slot in known else {})
                before = now
    manager.counters[0][slots.MEMORY_OCTETS] = 5 * 1024 + 1
    assert (await read_one(LOAD, manager))["sipctlLoadMemory"] == 5


@pytest.mark.parametrize(
    ("column", "name"), [("bids", "sipctlSystemBids"), ("seizures", "sipctlSystemSeizures"),
                         ("answers", "sipctlSystemAnswers")]
)  # fmt: skip
@played
async def test_calls_are_those_of_the_system_alone(tmp_path: Path, column: str, name: str) -> None:
    manager = FakeManager(tmp_path)
    counts = Counts(open_statistics(tmp_path / "run" / "statistics-1"))
    counts.row("system", "system", born_ms=7000)
    before = await read_one(SYSTEM, manager)
    counts.add("listener", "udp:127.0.0.1:5060", **{column: 9})
    counts.add("system", "system", **{column: 2}, refused_other=5)
    assert moved(before, await read_one(SYSTEM, manager)) == {name: 2}
    assert before["sipctlSystemDiscontinuityTime"] == 7.0
    assert counters(SYSTEM) == {"sipctlSystemBids", "sipctlSystemSeizures", "sipctlSystemAnswers"}
    counts.set("system", "system", rate_peak=44)
    assert (await read_one(SYSTEM, manager))["sipctlSystemCallRatePeak"] == 44


@played
async def test_counters_are_cleared_for_the_shell_alone(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.counters[0][slots.CALLS_ATTEMPTED] = 8
    _, column = COLUMNS["sipctlSystemClearCounters"]
    assert column.write is not None
    await done(manager.session(), column.write(None, PERFORM))
    (shown,) = [
        each for each in (await gathered(manager.session(), "show sip statistics"))[0]
        if each.counter == "calls-attempted"
    ]  # fmt: skip
    assert shown.value == 0
    assert await value_of("calls-attempted", manager) == 8


async def value_of(name: str, manager: FakeManager) -> int | None:
    rows = {row["sipctlCounterName"]: row for row in await read(COUNTER_TABLE, manager)}
    return rows[name].get("sipctlCounterValue")


@played
async def test_all_counters_are_one_table(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    for each in COUNTERS:
        manager.counters[0][each.slot] = 1000 + each.slot
    rows = {row["sipctlCounterIndex"]: row for row in await read(COUNTER_TABLE, manager)}
    assert len(rows) == len(COUNTERS)
    for each in COUNTERS:
        row = rows[each.slot + 1]
        assert row["sipctlCounterName"] == each.name
        shown, other = ("sipctlCounterLevel", "sipctlCounterValue")[:: -1 if not each.gauge else 1]
        assert row[shown] == 1000 + each.slot
        assert other not in row
        assert row["sipctlCounterMeaning"].isascii()
    manager.counters[0][slots.CALLS_PEAK] = 0
    assert {row["sipctlCounterDiscontinuityTime"] for row in await read(COUNTER_TABLE, manager)} == {0.0}
    manager.counters[0][slots.TIMEOUTS] = 0
    assert min(row["sipctlCounterDiscontinuityTime"] for row in await read(COUNTER_TABLE, manager)) > 0


def process(name: str, state: str) -> ProcessRow:
    return ProcessRow(name, 7, state, 0, 1, 0.0, 0)


@pytest.mark.parametrize(
    ("states", "expected", "workers"),
    [
        (["running"], "up", 1),
        (["starting"], "starting", 0),
        (["stopping"], "draining", 0),
        (["backoff"], "down", 0),
        (["stopped"], "down", 0),
        ([], "down", 0),
        (["backoff", "running"], "up", 1),
    ],
)
@played
async def test_the_state_is_that_of_signalling(tmp_path: Path, states: list[str], expected: str, workers: int) -> None:
    manager = FakeManager(tmp_path)
    signalling = [process(f"sip-{number}", state) for number, state in enumerate(states, 1)]
    manager.fake_supervisor.rows = [process("sipctld", "running"), *signalling, process("oam", "running")]
    row = await read_one(STATUS, manager)
    assert (row["sipctlStatusState"], row["sipctlStatusWorkers"]) == (expected, workers)
    assert (row["sipctlStatusRedundancyRole"], row["sipctlStatusRedundancyState"]) == ("standalone", "none")


@played
async def test_without_the_supervisor_the_state_is_unknown(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_supervisor.away = True
    row = await read_one(STATUS, manager)
    assert row["sipctlStatusState"] == "unknown"
    assert "sipctlStatusWorkers" not in row


@played
async def test_signalling_that_runs_and_does_not_answer_is_not_up(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_supervisor.rows = [process("sip-1", "running")]
    manager.fake_worker.answers = None
    row = await read_one(STATUS, manager)
    assert (row["sipctlStatusState"], row["sipctlStatusWorkers"]) == ("unknown", 1)
