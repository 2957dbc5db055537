"""Controls of routes, as the selection of trunks asks them."""

from __future__ import annotations

from core.northbound.traffic_settings import Control, TrafficSettings
from core.policy.controls import Controls
from core.policy.facts import CallFacts
from core.policy.priority import EMERGENCY, ORDINARY
from core.policy.route_control import CANCEL, ENTER, SKIP, RouteControls

WALL = 1_700_000_000.0


def facts(priority: int = ORDINARY, trunk: str = "") -> CallFacts:
    return CallFacts("0900123", "", trunk, "", priority)


def routes_of(*controls: Control) -> RouteControls:
    found = Controls()
    found.configure(TrafficSettings(controls), {})
    return found.routes


def test_without_controls_all_may_enter_and_go_on() -> None:
    routes = routes_of()
    assert not routes.active
    assert routes.may_enter("T1", facts(), 1.0, WALL) == ENTER
    assert routes.may_overflow_from("T1", facts(), 1.0, WALL)
    assert routes.reroute("PSTN", False, facts(), 1.0, WALL) == ""
    assert (routes.capacity("T1", 100, WALL), routes.capacity("T1", 0, WALL)) == (100, -1)
    assert routes.direction("T1", "both", WALL) == "both"


def test_cancel_to_refuses_its_share_and_skip_passes_over() -> None:
    routes = routes_of(Control("cancel-to", "T1", percent=25), Control("skip", "T1", percent=50))
    said = [routes.may_enter("T1", facts(), 1.0, WALL) for _ in range(8)]
    assert (said.count(CANCEL), said.count(SKIP), said.count(ENTER)) == (2, 3, 3)
    assert routes.may_enter("T2", facts(), 1.0, WALL) == ENTER
    assert routes.may_enter("T1", facts(EMERGENCY), 1.0, WALL) == ENTER


def test_cancel_from_keeps_its_share_of_the_overflow() -> None:
    routes = routes_of(Control("cancel-from", "PSTN", percent=50))
    assert [routes.may_overflow_from("PSTN", facts(), 1.0, WALL) for _ in range(4)] == [True, False, True, False]


def test_a_call_is_rerouted_once() -> None:
    routes = routes_of(
        Control("reroute", "A", which="overflow", target="B"), Control("reroute", "B", which="overflow", target="A")
    )
    call = facts()
    assert routes.reroute("A", False, call, 1.0, WALL) == ""
    assert routes.reroute("A", True, call, 1.0, WALL) == "B"
    assert routes.reroute("B", True, call, 1.0, WALL) == ""


def test_a_share_is_rerouted_and_the_scope_counts() -> None:
    routes = routes_of(Control("reroute", "A", which="all", target="B", percent=50, trunk="T1"))
    assert [routes.reroute("A", False, facts(trunk="T1"), 1.0, WALL) for _ in range(4)] == ["", "B", "", "B"]
    assert routes.reroute("A", False, facts(trunk="T2"), 1.0, WALL) == ""


def test_direction_and_capacity_until_they_expire() -> None:
    routes = routes_of(
        Control("directional", "T1", which="in", until="2023-11-14T22:14"), Control("turn-down", "T1", percent=30)
    )
    assert routes.direction("T1", "both", WALL) == "in"
    assert routes.direction("T1", "out", WALL) == "none"
    assert routes.direction("T1", "both", WALL + 60) == "both"
    assert routes.capacity("T1", 10, WALL) == 7
    assert routes.capacity("T1", 0, WALL) == -1
    assert routes_of(Control("turn-down", "T1", percent=100)).capacity("T1", 10, WALL) == 0


def test_explaining_changes_nothing() -> None:
    routes = routes_of(Control("skip", "T1", percent=50), Control("reroute", "A", which="all", target="B"))
    explain: list[tuple[str, str, str]] = []
    for _ in range(3):
        assert routes.may_enter("T1", facts(), 1.0, WALL, explain) == ENTER
        assert routes.reroute("A", False, facts(), 1.0, WALL, explain) == "B"
    assert explain[:2] == [("control", "skip T1", "lets it pass"), ("control", "reroute A", "holds it back")]
