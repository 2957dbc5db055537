"""Which control of called numbers decides on which call."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from core.northbound.routing_settings import Period, TimeTable
from core.northbound.traffic_settings import Control, HardToReach, TrafficSettings
from core.policy.controls import Controls
from core.policy.facts import CallFacts
from core.policy.priority import EMERGENCY, ORDINARY, PRIORITY
from core.policy.window import Window
from core.routing.calendar import compile_calendars

WALL = 1_700_000_000.0


def facts(called: str = "0900123", priority: int = ORDINARY, **others: str) -> CallFacts:
    return CallFacts(called, others.get("calling", "4411"), others.get("trunk", ""), others.get("group", ""), priority)


def controls_of(*controls: Control, windows: Mapping[str, Window] | None = None) -> Controls:
    found = Controls()
    found.configure(TrafficSettings(controls), windows or {})
    return found


def block(code: str, percent: int = 100, **others: object) -> Control:
    return Control("code-block", code, percent=percent, **others)  # type: ignore[arg-type]


def refusing(controls: Controls, call: CallFacts, now: float = 100.0, wall: float = WALL) -> str:
    found = controls.codes.refusing(call, now, wall)
    return "" if found is None else f"{found.name} {found.settings.trunk or found.settings.group}".strip()


HIERARCHY = (
    ((block("0900"), block("09")), facts(), "code-block 0900"),
    ((block("0900"), block("09")), facts("0911"), "code-block 09"),
    ((block("0900"),), facts("0800"), ""),
    ((block("0900"),), facts("090"), ""),
    ((block(""),), facts(""), "code-block any"),
    ((block("0900"), block("0900", trunk="T1")), facts(trunk="T1"), "code-block 0900 T1"),
    ((block("0900"), block("0900", trunk="T1")), facts(trunk="T2"), "code-block 0900"),
    ((block("0900", trunk="T1"), block("09")), facts(trunk="T2"), "code-block 09"),
    ((block("0900", group="gold"), block("0900", trunk="T1")), facts(group="gold", trunk="T1"), "code-block 0900 T1"),
    ((block("0900", calling="44"),), facts(), "code-block 0900"),
    ((block("0900", calling="45"),), facts(), ""),
    ((block("0900", calling="45"),), facts(calling=""), ""),
    ((Control("call-gap", "0900", interval_ms=1), block("")), facts(), "code-block any"),
)


@pytest.mark.parametrize(("controls", "call", "expected"), HIERARCHY)
def test_the_most_specific_control_of_a_kind_decides(
    controls: tuple[Control, ...], call: CallFacts, expected: str
) -> None:
    assert refusing(controls_of(*controls), call) == expected


def test_a_more_specific_control_that_lets_pass_shields_from_wider_ones() -> None:
    controls = controls_of(block("0900", 1), block("09"))
    assert refusing(controls, facts()) == ""


def test_kinds_are_asked_in_order_and_a_refused_call_reaches_no_further_one() -> None:
    controls = controls_of(
        Control("leaky-bucket", "09", rate=1, per_s=3600), Control("rate", "09", rate=2, per_s=3600),
        Control("call-gap", "09", interval_ms=1000), block("09", 50),
    )  # fmt: skip
    refused = [refusing(controls, facts(), 100.0 + index * 0.6) for index in range(12)]
    blocked, gap, rate, leaky = (
        refused.count(each) for each in ("code-block 09", "call-gap 09", "rate 09", "leaky-bucket 09")
    )
    rows = {row.control: row for row in controls.rows(False, None, False, WALL)}
    assert list(rows) == ["code-block", "call-gap", "rate", "leaky-bucket"]
    assert (blocked, gap, rate, leaky, refused.count("")) == (6, 0, 4, 1, 1)
    assert [(row.offered, row.refused) for row in rows.values()] == [(12, 6), (6, 0), (6, 4), (2, 1)]


EXEMPTIONS = (
    ("ordinary", ORDINARY, True),
    ("ordinary", PRIORITY, False),
    ("ordinary", EMERGENCY, False),
    ("priority", ORDINARY, False),
    ("priority", PRIORITY, True),
    ("priority", EMERGENCY, False),
    ("all", ORDINARY, True),
    ("all", PRIORITY, True),
    ("all", EMERGENCY, False),
)


@pytest.mark.parametrize(("classes", "priority", "refused"), EXEMPTIONS)
def test_classes(classes: str, priority: int, refused: bool) -> None:
    call = facts(priority=priority)
    assert bool(refusing(controls_of(block("0900", classes=classes)), call)) is refused
    assert call.exempt is not refused


def test_windows_and_expiry() -> None:
    # WALL is 22:13:20 UTC.
    windows = compile_calendars((TimeTable("NIGHT", periods=(Period("daily", "00:00", "22:14"),)),))
    controls = controls_of(block("1", time="NIGHT"), block("2", until="2023-11-14T22:14"), windows=windows)
    assert refusing(controls, facts("1"), wall=WALL)
    assert not refusing(controls, facts("1"), wall=WALL + 40)
    assert refusing(controls, facts("2"), wall=WALL + 39)
    assert not refusing(controls, facts("2"), wall=WALL + 40)
    assert [row.state for row in controls.rows(False, None, False, WALL + 40)] == ["waiting", "expired"]
    assert list(controls.rows(False, None, True, WALL + 40)) == []


def test_one_that_is_shut_down_leaves_calls_to_the_next() -> None:
    controls = controls_of(block("0900", shutdown=True), block("", trunk="T1"))
    assert not refusing(controls, facts())
    assert refusing(controls, facts(trunk="T1"))
    assert [(row.state, row.offered) for row in controls.rows(False, None, False, WALL)] == [
        ("shutdown", 0),
        ("active", 1),
    ]
    assert [row.code for row in controls.rows(False, None, True, WALL)] == ["any"]
    explain: list[tuple[str, str, str]] = []
    controls.codes.refusing(facts(), 100.0, WALL, explain)
    assert explain[0] == ("control", "code-block 0900", "is shut down")


def test_only_codes_that_are_hard_to_reach() -> None:
    controls = controls_of(block("", hard_to_reach=True))
    controls.reach.configure(HardToReach(50, 300, 3, 4))
    assert not refusing(controls, facts())
    for _ in range(3):
        controls.reach.note("0900", False, WALL)
    assert refusing(controls, facts())
    assert not refusing(controls, facts("0800"))


def test_explaining_changes_nothing() -> None:
    controls = controls_of(block("0900", 50), Control("call-gap", "", interval_ms=5000), block("0900", trunk="T1"))
    for _ in range(5):
        explain: list[tuple[str, str, str]] = []
        assert controls.codes.refusing(facts(), 100.0, WALL, explain) is None
        assert explain == [
            ("control", "code-block 0900", "is for another trunk"),
            ("control", "code-block 0900", "lets it pass"),
            ("control", "call-gap any", "lets it pass"),
        ]
    assert all(row.offered == 0 for row in controls.rows(False, None, False, WALL))


def test_a_thousand_controls_cost_no_more_look_ups_than_three() -> None:
    few = controls_of(block("0900"), block("4179"), Control("call-gap", "0800", interval_ms=5))
    many = controls_of(
        *(block(f"{code:04}") for code in range(500)), *(Control("rate", f"{code:04}", rate=5) for code in range(500))
    )
    for controls in (few, many):
        assert not refusing(controls, facts("9123456789"))
        assert controls.codes.probes == 2
