"""Traffic controls, overload, codes, lists and bans as a manager sees them."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest
from support.managed import readable, served
from support.management import FakeManager, done, played

from core.northbound.counters import STARTED_AT
from core.northbound.lists import ListEntry
from core.northbound.orders import ListBans, ListCodes, ListControls, ListHits, ListOverload, ListOverloadPeers
from core.northbound.routing_settings import Trunk
from core.northbound.rows import BanRow, CodeRow, ControlDetailRow, ListHitsRow, OverloadPeerRow, OverloadRow
from core.northbound.traffic_settings import Control, TrafficSettings
from oam.config.tree import Configuration
from oam.snmp.objects import COLUMNS
from oam.snmp.syntax import Start
from oam.snmp.tables import overload, screening, traffic_controls
from oam.snmp.tables.traffic_controls import line_of, switched

BLOCK = Control(
    "code-block", "0900", trunk="T1", percent=100, status=403, owner="alice", classes="all", hard_to_reach=True,
    time="NIGHT", until="2027-01-15T08:00", reason="televote",
)  # fmt: skip
TEN = Control("reserve", "T1", which="idle", idle=10, percent=50)
FIVE = Control("reserve", "T1", which="idle", idle=5, shutdown=True)
CONFIGURATION = Configuration(trunks=(Trunk("T1", calls_maximum=100),), traffic=TrafficSettings((BLOCK, TEN, FIVE)))


def told(control: Control, bound: str, state: str, offered: int, refused: int, scope: str = "") -> ControlDetailRow:
    return ControlDetailRow(
        control.kind, control.code, scope, bound, state, offered, refused, control.status, control.classes,
        control.hard_to_reach, control.time, control.until, control.owner, 1_800_000_000.0, control.reason,
        control.idle or None,
    )  # fmt: skip


ANSWER = [
    told(BLOCK, "100 %", "waiting", 40, 30, "trunk T1"),
    told(FIVE, "100 % at 5 idle", "shutdown", 2, 1),
    told(TEN, "50 % at 10 idle", "active", 8, 4),
]


@played
async def test_a_control_is_told_with_what_it_has_done(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, CONFIGURATION)
    manager.fake_worker.answers = {ListControls: [*ANSWER]}
    found = await served(manager, traffic_controls.CONTROLS)
    first = {name: rows[1,] for name, rows in found.items() if (1,) in rows}
    assert first.keys() == readable(traffic_controls.CONTROLS)
    assert first.pop("sipctlTrafficControlUntil") == b"\x07\xeb\x01\x0f\x08\0\0\0+\0\0"
    assert first.pop("sipctlTrafficControlSince") == b"\x07\xeb\x01\x0f\x08\0\0\0+\0\0"
    assert first.pop("sipctlTrafficControlDiscontinuityTime") == int((1_800_000_000 - Start.at) * 100)
    assert first == {
        "sipctlTrafficControlName": b"code-block 0900 from trunk T1",
        "sipctlTrafficControlKind": 1,
        "sipctlTrafficControlCode": b"0900",
        "sipctlTrafficControlScope": b"trunk T1",
        "sipctlTrafficControlAdminState": 1,
        "sipctlTrafficControlState": 2,
        "sipctlTrafficControlBound": b"100 %",
        "sipctlTrafficControlOffered": 40,
        "sipctlTrafficControlRefused": 30,
        "sipctlTrafficControlStatus": 403,
        "sipctlTrafficControlClasses": 3,
        "sipctlTrafficControlHardToReach": 1,
        "sipctlTrafficControlTimeTable": b"NIGHT",
        "sipctlTrafficControlOwner": b"alice",
        "sipctlTrafficControlReason": b"televote",
    }
    assert found["sipctlTrafficControlOffered"] == {(1,): 40, (2,): 8, (3,): 2}
    assert found["sipctlTrafficControlRefused"] == {(1,): 30, (2,): 4, (3,): 1}
    assert found["sipctlTrafficControlAdminState"] == {(1,): 1, (2,): 1, (3,): 2}
    assert found["sipctlTrafficControlState"] == {(1,): 2, (2,): 1, (3,): 4}
    assert found["sipctlTrafficControlStatus"] == {(1,): 403}


@played
async def test_without_signalling_controls_have_what_is_configured(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, CONFIGURATION)
    manager.fake_worker.answers = None
    found = await served(manager, *traffic_controls.TABLES)
    assert found["sipctlTrafficControlState"] == {(1,): 5, (2,): 5, (3,): 5}
    assert "sipctlTrafficControlOffered" not in found
    assert found["sipctlTrafficControlsConfigured"] == {(0,): 3}
    assert found["sipctlTrafficControlsShutdown"] == {(0,): 1}
    assert "sipctlOverloadLevel" not in found
    assert found["sipctlListEntries"][1, 1] == 0
    assert "sipctlListHits" not in found


@played
async def test_clearing_counters_is_a_discontinuity(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, CONFIGURATION)
    manager.fake_worker.answers = {
        ListControls: [*ANSWER],
        ListHits: [ListHitsRow("black", "calling", "+4990", 3)],
    }
    manager.counters[0][STARTED_AT] = int(Start.at) - 100
    before = await served(manager, screening.LISTS)
    assert set(before["sipctlListDiscontinuityTime"].values()) == {0}
    Start.at -= 50
    try:
        await done(manager.session(), ["clear blacklist hits"])
        after = await served(manager, screening.LISTS)
        assert {key: value >= 5000 for key, value in after["sipctlListDiscontinuityTime"].items()} == {  # type: ignore[operator]
            (colour, kind): colour == 1 for colour in (1, 2) for kind in range(1, 6)
        }
        manager.fake_worker.answers[ListControls] = [msgspec.structs.replace(ANSWER[2], since_at=5.0)]
        stamp = (await served(manager, traffic_controls.CONTROLS))["sipctlTrafficControlDiscontinuityTime"]
        assert stamp == {(2,): 0}
        await done(manager.session(), ["clear traffic-control counters"])
        stamp = (await served(manager, traffic_controls.CONTROLS))["sipctlTrafficControlDiscontinuityTime"]
        assert stamp[2,] >= 5000  # type: ignore[operator]
    finally:
        Start.at += 50


@pytest.mark.parametrize("control", [BLOCK, TEN, FIVE, Control("code-block", "", calling="4179", percent=50)])
@played
async def test_the_lines_of_setting_a_state_do_it(tmp_path: Path, control: Control) -> None:
    control = msgspec.structs.replace(control, time="")
    manager = FakeManager(tmp_path, Configuration(trunks=CONFIGURATION.trunks, traffic=TrafficSettings((control,))))
    (row,) = await traffic_controls.CONTROLS.source(manager)
    assert row.name == line_of(control)
    for value, shut in (("shutdown", True), ("up", False)):
        session = manager.session(batch=False)
        await done(session, switched(row, value))
        assert [each.shutdown for each in manager.configuration.running.traffic.controls] == [shut]
        assert len(session.modes) == 1


@played
async def test_overload_is_told_with_its_indicators_and_peers(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, CONFIGURATION)
    manager.fake_worker.answers = {
        ListOverload: [
            OverloadRow("level", 1, "", None, None, "calls (cpu, 3 s)"),
            OverloadRow("offered", 120.5, "calls/s", None, None, ""),
            OverloadRow("carried", 80.2, "calls/s", None, None, ""),
            OverloadRow("limit", 80.0, "calls/s", None, None, ""),
            OverloadRow("refused", 33, "%", None, None, ""),
            OverloadRow("told", 20, "%", None, None, ""),
            OverloadRow("cpu", 99.1, "%", 98.0, 85.0, "high"),
            OverloadRow("memory", 512.0, "MiB", 900.0, 800.0, "normal"),
        ],
        ListOverloadPeers: [
            OverloadPeerRow("192.0.2.7", "upstream", "loss", 20, 5.0, 6.3, None, None),
            OverloadPeerRow("T1", "downstream", "rate", 12.5, None, None, 0.5, 77),
        ],
        ListControls: [ANSWER[2]],
    }
    tables = (traffic_controls.SUMMARY, overload.INDICATORS, overload.PEERS)
    found = await served(manager, *tables)
    assert {name: rows[0,] for name, rows in found.items() if (0,) in rows} == {
        "sipctlTrafficControlsConfigured": 3,
        "sipctlTrafficControlsActive": 1,
        "sipctlTrafficControlsShutdown": 1,
        "sipctlOverloadLevel": 1,
        "sipctlOverloadText": b"calls (cpu, 3 s)",
        "sipctlOverloadOffered": 1205,
        "sipctlOverloadCarried": 802,
        "sipctlOverloadLimit": 800,
        "sipctlOverloadRefused": 3300,
        "sipctlOverloadTold": 2000,
    }
    assert found["sipctlOverloadIndicatorValue"] == {(1,): 991, (4,): 5120}
    assert found["sipctlOverloadIndicatorHigh"] == {(1,): 980, (4,): 9000}
    assert found["sipctlOverloadIndicatorOver"] == {(1,): 1, (4,): 2}
    up, down = (1, *b"192.0.2.7"), (2, *b"T1")
    assert found["sipctlOverloadPeerPercent"] == {up: 2000}
    assert found["sipctlOverloadPeerRate"] == {up: 50, down: 125}
    assert found["sipctlOverloadPeerOffered"] == {up: 63}
    assert found["sipctlOverloadPeerExpires"] == {down: 500}
    assert found["sipctlOverloadPeerRefused"] == {down: 77}
    assert COLUMNS["sipctlOverloadPeerRefused"][1].syntax.is_counter
    assert found["sipctlOverloadPeerDiscontinuityTime"] == {down: 0}
    assert found.keys() == set().union(*map(readable, tables))
    manager.fake_worker.answers[ListOverloadPeers] = [
        OverloadPeerRow("T1", "downstream", "rate", 12.5, None, None, 0.5, 3)
    ]
    found = await served(manager, overload.PEERS)
    assert found["sipctlOverloadPeerRefused"] == {down: 3}
    assert found["sipctlOverloadPeerDiscontinuityTime"][down] != 0


@played
async def test_codes_lists_and_bans_are_told(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.lists.put_many("black", [ListEntry("calling", f"+4990{each}", 1.0, 0.0, "a", "") for each in range(3)])
    manager.lists.put_many("white", [ListEntry("user-agent", "friend", 1.0, 0.0, "a", "")])
    now = time.time()
    manager.fake_worker.answers = {
        ListCodes: [CodeRow("0900", True, 40, 3, 7.5, now), CodeRow("+4930", False, 0, 0, 0.0, None)],
        ListHits: [
            ListHitsRow("black", "calling", "+49900", 3),
            ListHitsRow("black", "calling", "+49901", 4),
            ListHitsRow("white", "user-agent", "friend", 5),
        ],
        ListBans: [BanRow("192.0.2.7", "scan", 50, now - 5, now + 600, 1234, 2)],
    }
    tables = (traffic_controls.CODE_TABLE, screening.LISTS, screening.BAN_TABLE)
    found = await served(manager, *tables)
    marked, plain = tuple(b"0900"), tuple(b"+4930")
    assert found["sipctlCodeHardToReach"] == {marked: 1, plain: 2}
    assert found["sipctlCodeAnswerRatio"] == {marked: 750}
    assert found["sipctlCodeAttempts"] == {marked: 40, plain: 0}
    assert found["sipctlCodeAnswers"] == {marked: 3, plain: 0}
    assert {key: value for key, value in found["sipctlListEntries"].items() if value} == {(1, 3): 3, (2, 5): 1}
    assert {key: value for key, value in found["sipctlListHits"].items() if value} == {(1, 3): 7, (2, 5): 5}
    assert found["sipctlListKindName"][2, 5] == b"user-agent"
    banned = tuple(b"192.0.2.7")
    assert found["sipctlBanDropped"] == {banned: 1234}
    assert found["sipctlBanCause"] == {banned: b"scan"}
    assert found.keys() == set().union(*map(readable, tables))


@played
async def test_of_many_bans_those_are_told_that_send_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screening, "BANS", 2)
    manager = FakeManager(tmp_path)
    manager.fake_worker.answers = {
        ListBans: [BanRow(f"192.0.2.{each}", "scan", 50, 1.0, 2.0, each, 0) for each in (5, 9, 7)]
    }
    found = await served(manager, screening.BAN_TABLE)
    assert sorted(found["sipctlBanDropped"].values()) == [7, 9]
