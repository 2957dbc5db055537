"""Trunks as a manager sees them: with signalling, without it, and what setting their state does."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from support.managed import readable, served
from support.management import FakeManager, done, played
from support.statistics import Counts

from core.northbound.counters import STARTED_AT
from core.northbound.orders import ListTrunks
from core.northbound.routing_settings import Trunk
from core.northbound.rows import TrunkRow as Answer
from core.northbound.statistics import open_statistics
from oam.config.tree import Configuration
from oam.snmp.rows import asking
from oam.snmp.syntax import Start
from oam.snmp.tables import trunks
from oam.snmp.tables.trunks import switched

PSTN = Trunk("PSTN", "To the city", ("sip:192.0.2.9",), calls_maximum=40, reserve=2, monitor_interval_s=30)
LAB = Trunk("LAB", shutdown=True, direction="in", sources=("192.0.2.0/28", "2001:db8::/64"))
CONFIGURATION = Configuration(trunks=(PSTN, LAB))


def answer(name: str, **fields: object) -> Answer:
    usual = dict.fromkeys(Answer.__struct_fields__, 0)
    said = {
        "trunk": name, "state": "up", "reason": "", "since_at": None, "direction": "both", "addresses": (),
        "sources": (), "monitored": True, "answer_ratio": None, "answer_ratio_in": None, "probe_status": None,
        "probe_ms": None, "heard_at": None,
    }  # fmt: skip
    return Answer(**{**usual, **said, **fields})  # type: ignore[arg-type]


BUSY = answer(
    "PSTN", state="down", reason="408 Request Timeout", since_at=1_800_000_000.0, calls=30, calls_in=10, calls_out=20,
    maximum=40, peak=39, probes=7, probes_failed=3, probe_status=408, probe_ms=12.5, heard_at=1_799_999_000.0,
)  # fmt: skip


@played
async def test_a_trunk_is_told_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, CONFIGURATION)
    manager.fake_worker.answers = {ListTrunks: [BUSY, answer("LAB", state="draining", calls=1)]}
    manager.counters[0][STARTED_AT] = int(Start.at) + 5
    found = await served(manager, trunks.TRUNKS)
    pstn = {name: rows[1,] for name, rows in found.items() if (1,) in rows}
    assert pstn.keys() == readable(trunks.TRUNKS)
    assert pstn.pop("sipctlTrunkSince")[:4] == b"\x07\xeb\x01\x0f"  # type: ignore[index]
    assert pstn.pop("sipctlTrunkProbeHeard")[:4] == b"\x07\xeb\x01\x0f"  # type: ignore[index]
    assert 400 <= pstn.pop("sipctlTrunkDiscontinuityTime") <= 500  # type: ignore[operator]
    assert pstn == {
        "sipctlTrunkName": b"PSTN",
        "sipctlTrunkAdminState": 1,
        "sipctlTrunkState": 2,
        "sipctlTrunkReason": b"408 Request Timeout",
        "sipctlTrunkDescription": b"To the city",
        "sipctlTrunkDirection": 1,
        "sipctlTrunkAddresses": b"sip:192.0.2.9",
        "sipctlTrunkSources": b"",
        "sipctlTrunkCalls": 30,
        "sipctlTrunkCallsIn": 10,
        "sipctlTrunkCallsOut": 20,
        "sipctlTrunkCallsMaximum": 40,
        "sipctlTrunkCallsReserve": 2,
        "sipctlTrunkOccupancy": 7500,
        "sipctlTrunkCallsPeak": 39,
        "sipctlTrunkMonitored": 1,
        "sipctlTrunkProbes": 7,
        "sipctlTrunkProbesFailed": 3,
        "sipctlTrunkProbeStatus": 408,
        "sipctlTrunkProbeDelay": 12_500,
    }
    lab = {name: rows[2,] for name, rows in found.items() if (2,) in rows}
    assert (lab["sipctlTrunkAdminState"], lab["sipctlTrunkState"], lab["sipctlTrunkDirection"]) == (2, 4, 2)
    assert lab["sipctlTrunkSources"] == b"192.0.2.0/28, 2001:db8::/64"
    absent = {"Occupancy", "Since", "ProbeStatus", "ProbeDelay", "ProbeHeard"}
    assert pstn.keys() - lab.keys() == {f"sipctlTrunk{each}" for each in absent} - {
        "sipctlTrunkSince",
        "sipctlTrunkProbeHeard",
    }


@pytest.mark.parametrize("hangs", [True, False])
@played
async def test_without_signalling_a_trunk_has_what_is_configured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hangs: bool
) -> None:
    monkeypatch.setattr(asking, "ANSWER_S", 0.01)
    manager = FakeManager(tmp_path, CONFIGURATION)
    manager.fake_worker.answers, manager.fake_worker.hangs = None, hangs
    async with asyncio.timeout(5):
        found = await served(manager, trunks.SUMMARY, trunks.TRUNKS)
    assert found["sipctlTrunkState"] == {(1,): 5, (2,): 5}
    assert found["sipctlTrunkAdminState"] == {(1,): 1, (2,): 2}
    assert "sipctlTrunkCalls" not in found
    assert found["sipctlTrunksConfigured"] == {(0,): 2}
    assert found["sipctlTrunksShutdown"] == {(0,): 1}
    assert "sipctlTrunksUp" not in found


@played
async def test_all_trunks_are_summed_up(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, CONFIGURATION)
    manager.fake_worker.answers = {ListTrunks: [BUSY, answer("LAB", state="draining", calls=1)]}
    found = await served(manager, trunks.SUMMARY)
    assert {name: rows[0,] for name, rows in found.items()} == {
        "sipctlTrunksConfigured": 2,
        "sipctlTrunksUp": 0,
        "sipctlTrunksDown": 1,
        "sipctlTrunksShutdown": 1,
        "sipctlTrunksDraining": 1,
        "sipctlTrunksCalls": 31,
    }


@played
async def test_statistics_have_the_index_of_the_trunk_and_their_direction(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, CONFIGURATION)
    counts = Counts(open_statistics(tmp_path / "run" / "statistics-1"))
    counts.add("trunk-out", "LAB", bids=5)
    counts.add("trunk-in", "PSTN", bids=3)
    counts.add("trunk-out", "PSTN", bids=4)
    counts.add("system", "system", bids=99)
    counts.row("trunk-in", "LATE", born_ms=int(Start.at * 1000) + 2000)
    await served(manager, trunks.TRUNKS)
    found = await served(manager, trunks.STATISTICS)
    assert found["sipctlTrunkStatsBids"] == {(1, 1): 3, (1, 2): 4, (2, 2): 5, (3, 1): 0}
    assert found["sipctlTrunkStatsName"][1, 1] == b"PSTN"
    stamps = found["sipctlTrunkStatsDiscontinuityTime"]
    assert stamps[1, 1] == 0
    assert 150 <= stamps[3, 1] <= 250  # type: ignore[operator]


@played
async def test_the_lines_of_setting_a_state_do_it(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    await done(manager.session(), ("configure terminal", "trunk PSTN", "end"))
    (row,) = await trunks.TRUNKS.source(manager)
    for value, shut in (("shutdown", True), ("up", False)):
        session = manager.session(batch=False)
        await done(session, switched(row, value))
        assert manager.configuration.running.trunks[0].shutdown is shut
        assert len(session.modes) == 1
