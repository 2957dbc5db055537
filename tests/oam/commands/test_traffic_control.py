"""Mode `traffic-control`: its lines, who owns a control, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, played

from core.northbound.routing_settings import Member, RouteGroup, TimeTable, Trunk
from core.northbound.traffic_settings import Control, HardToReach, ResourcePriority, TrafficSettings
from oam.commands.registry import load
from oam.config.text import parse, render
from oam.config.tree import Configuration
from oam.dispatch import execute

BASE = Configuration(
    trunks=(Trunk("T1", addresses=("sip:192.0.2.9",)), Trunk("T2", calls_maximum=100)),
    route_groups=tuple(RouteGroup(name, members=(Member("T1"),)) for name in ("PSTN", "P2")),
    time_tables=(TimeTable("NIGHT"),),
)
LINES = """traffic-control
 code-block 0900 percent 100 reason 403
 code-block 0900 class all
 code-block 0900 hard-to-reach
 code-block 0900 time NIGHT
 code-block 0900 until 2026-12-01T04:00
 code-block 0900 shutdown
 code-block 0900 because televote on Saturday
 call-gap 170 from trunk T1 interval 5000
 code-block any from calling 4179 percent 50
 rate 400 calls 10 per 60 burst 20
 leaky-bucket 400 calls 10
 reroute PSTN overflow to P2
 cancel-to T1 percent 25
 skip T1 percent 50
 cancel-from T1 percent 100
 directional T1 in
 turn-down T2 percent 50
 reserve T2 idle 10 percent 50
 reserve T2 idle 5
 reserve T2 idle 5 class all
 reserve T2 idle 5 because for direct calls
 reserve T2 idle 2 from trunk T1
 hard-to-reach ratio 20 window 300 minimum 30 digits 4
 resource-priority ets""".splitlines()
KEPT = TrafficSettings(
    (
        Control(
            "code-block", "0900", percent=100, status=403, classes="all", hard_to_reach=True, time="NIGHT",
            until="2026-12-01T04:00", reason="televote on Saturday", shutdown=True,
        ),
        Control("call-gap", "170", trunk="T1", interval_ms=5000),
        Control("code-block", "", calling="4179", percent=50),
        Control("rate", "400", rate=10, per_s=60, burst=20),
        Control("leaky-bucket", "400", rate=10),
        Control("reroute", "PSTN", which="overflow", target="P2"),
        Control("cancel-to", "T1", percent=25),
        Control("skip", "T1", percent=50),
        Control("cancel-from", "T1", percent=100),
        Control("directional", "T1", which="in"),
        Control("turn-down", "T2", percent=50),
        Control("reserve", "T2", which="idle", idle=10, percent=50),
        Control("reserve", "T2", which="idle", idle=5, classes="all", reason="for direct calls"),
        Control("reserve", "T2", which="idle", idle=2, trunk="T1"),
    ),
    HardToReach(20, 300, 30, 4),
    priorities=(ResourcePriority("ets"),),
)  # fmt: skip


def test_lines_are_kept_and_written_back() -> None:
    kept, problems = parse(load(), LINES, BASE)
    assert (problems, kept.traffic) == ([], KEPT)
    assert render(load(), kept, fields=("traffic",)) == LINES
    again, _ = parse(load(), render(load(), kept, everything=True, fields=("traffic",)), BASE)
    assert again.traffic == KEPT


@pytest.mark.parametrize("line", ["no code-block 0900", "no code-block 0900 percent 100 reason 403"])
def test_one_command_removes_a_control_with_all_its_lines(line: str) -> None:
    kept, _ = parse(load(), [*LINES, line], BASE)
    assert kept.traffic.controls == KEPT.controls[1:]


def test_each_threshold_of_a_reservation_is_removed_by_one_command() -> None:
    kept, problems = parse(load(), [*LINES, "no reserve T2 idle 5", "no reserve T2 idle 2 from trunk T1"], BASE)
    assert problems == []
    assert [each.idle for each in kept.traffic.controls if each.kind == "reserve"] == [10]


def test_the_same_code_with_another_scope_is_another_control() -> None:
    kept, _ = parse(load(), ["traffic-control", "code-block 0900 percent 1", *LINES[9:10], "no code-block any"], BASE)
    assert [each.code for each in kept.traffic.controls] == ["0900", ""]
    kept, _ = parse(load(), [*LINES, "default code-block any from calling 4179"], BASE)
    assert len(kept.traffic.controls) == len(KEPT.controls) - 1


def test_what_a_line_does_not_name_stays() -> None:
    kept, _ = parse(load(), [*LINES, "code-block 0900 percent 10", "no code-block 0900 until"], BASE)
    first = kept.traffic.controls[0]
    assert (first.percent, first.status, first.time, first.until) == (10, 403, "NIGHT", "")


@played
async def test_whoever_gives_the_line_owns_the_control(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, BASE)
    session = manager.session(batch=False)
    await done(session, ["conf t", "traffic-control", "code-block 0900 percent 100", "skip T1 percent 5 owner bob"])
    assert [each.owner for each in manager.configuration.running.traffic.controls] == ["admin", "bob"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("code-block 0900 until 2101-12-01T04:00", "there is no such control, or it lacks 'percent'"),
        ("code-block 0900 from trunk X percent 5", "there is no trunk X"),
        ("skip X percent 5", "there is no trunk or route group X"),
        ("reserve T1 idle 5", "the trunk has no 'calls maximum' of which circuits could be reserved"),
        ("reserve PSTN idle 5", "there is no trunk PSTN"),
        ("reserve T2 idle 5 class all", "there is no such control, or it lacks"),
    ],
)
@played
async def test_controls_that_cannot_be_are_refused(tmp_path: Path, line: str, reason: str) -> None:
    manager = FakeManager(tmp_path, BASE)
    session = manager.session(batch=False)
    await done(session, ["conf t", "traffic-control"])
    result = await execute(session, line)
    assert result.code
    assert reason in result.errors[0]
    assert manager.configuration.running.traffic.controls == ()


@played
async def test_a_moment_that_is_over_is_refused_when_it_is_typed(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, BASE)
    session = manager.session(batch=False)
    await done(session, ["conf t", "traffic-control", "code-block 0900 percent 100"])
    result = await execute(session, "code-block 0900 until 2001-01-01T00:00")
    assert (result.code, result.errors[0]) == (1, "% 2001-01-01T00:00 is over")
    await done(session, ["code-block 0900 until 2101-01-01T00:00", "no code-block 0900 until"])
    # What a file says may have expired since, and can be said again as it is.
    expired = ["traffic-control", "code-block 0900 until 2001-01-01T00:00"]
    kept, problems = parse(load(), expired, manager.configuration.running)
    assert (problems, kept.traffic.controls[0].until) == ([], "2001-01-01T00:00")
    assert not await manager.configuration.apply(kept)
    await done(session, [expired[1]])
    assert (await execute(session, "code-block 0900 until 2001-01-01T00:01")).code == 1


@pytest.mark.parametrize("word", ["", "12x", "1" * 29, "+41"])
def test_a_code_is_digits(word: str) -> None:
    _, problems = parse(load(), ["traffic-control", f"code-block {word} percent 5"], BASE)
    assert problems
