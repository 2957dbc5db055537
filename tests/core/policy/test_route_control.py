"""Controls of routes, as the selection of trunks asks them."""

from __future__ import annotations

from core.northbound.traffic_settings import Control, TrafficSettings
from core.policy.controls import Controls
from core.policy.facts import CallFacts
from core.policy.priority import EMERGENCY, ORDINARY, PRIORITY
from core.policy.route_control import CANCEL, ENTER, SKIP, RouteControls

WALL = 1_700_000_000.0


def facts(priority: int = ORDINARY, trunk: str = "") -> CallFacts:
    return CallFacts("0900123", "", trunk, "", priority)


def routes_of(*controls: Control) -> RouteControls:
    found = Controls()
    found.configure(TrafficSettings(controls), {})
    return found.routes


def capacity(routes: RouteControls, maximum: int) -> int:
    return routes.capacity("T1", maximum, 0, facts(), WALL, True)


def test_without_controls_all_may_enter_and_go_on() -> None:
    routes = routes_of()
    assert not routes.active
    assert routes.may_enter("T1", facts(), 1.0, WALL) == ENTER
    assert routes.may_overflow_from("T1", facts(), 1.0, WALL)
    assert routes.reroute("PSTN", False, facts(), 1.0, WALL) == ""
    assert (capacity(routes, 100), capacity(routes, 0)) == (100, -1)
    assert not routes.closes("T1", "out", facts(), WALL, True)


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
    assert routes.closes("T1", "out", facts(), WALL, True)
    assert not routes.closes("T1", "in", facts(), WALL, True)
    assert not routes.closes("T1", "out", facts(), WALL + 60, True)
    assert capacity(routes, 10) == 7
    assert capacity(routes, 0) == -1
    assert capacity(routes_of(Control("turn-down", "T1", percent=100)), 10) == 0


def test_direction_and_capacity_spare_classes_and_count() -> None:
    controls = Controls()
    lines = (Control("directional", "T1", which="in"), Control("turn-down", "T1", percent=50, classes="all"))
    controls.configure(TrafficSettings(lines), {})
    routes = controls.routes
    for real in (True, False):
        assert routes.closes("T1", "out", facts(), WALL, real)
        assert not routes.closes("T1", "in", facts(), WALL, real)
    spared = facts(PRIORITY)
    assert not routes.closes("T1", "out", spared, WALL, True)
    assert spared.exempt
    assert routes.capacity("T1", 10, 5, facts(PRIORITY), WALL, True) == 5
    assert routes.capacity("T1", 10, 4, facts(), WALL, True) == 5
    assert routes.capacity("T1", 10, 9, facts(EMERGENCY), WALL, True) == 10
    assert [(row.offered, row.refused) for row in controls.rows(False, None, False, WALL)] == [(2, 1), (2, 1)]


def test_explaining_changes_nothing() -> None:
    routes = routes_of(Control("skip", "T1", percent=50), Control("reroute", "A", which="all", target="B"))
    explain: list[tuple[str, str, str]] = []
    for _ in range(3):
        assert routes.may_enter("T1", facts(), 1.0, WALL, explain) == ENTER
        assert routes.reroute("A", False, facts(), 1.0, WALL, explain) == "B"
    assert explain[:2] == [("control", "skip T1", "lets it pass"), ("control", "reroute A", "holds it back")]
