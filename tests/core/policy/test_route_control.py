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


def reserves(routes: RouteControls, idle: int, priority: int = ORDINARY, trunk: str = "", is_new: bool = True) -> bool:
    return routes.reserves("T1", idle, facts(priority, trunk), 1.0, WALL, is_new)


def test_the_last_idle_circuits_are_reserved() -> None:
    routes = routes_of(Control("reserve", "T1", which="idle", idle=3))
    assert routes.active
    assert [reserves(routes, idle) for idle in (5, 4, 3, 2, 1)] == [False, False, True, True, True]
    assert not reserves(routes, 1, PRIORITY)
    assert not reserves(routes, 1, EMERGENCY)
    assert not routes.reserves("T2", 1, facts(), 1.0, WALL, True)


def test_a_share_is_reserved_and_drawn_once_a_call() -> None:
    controls = Controls()
    controls.configure(TrafficSettings((Control("reserve", "T1", which="idle", idle=5, percent=30),)), {})
    routes = controls.routes
    assert sum(reserves(routes, 5) for _ in range(1000)) == 300
    assert not any(reserves(routes, 1, is_new=False) for _ in range(10))
    assert not reserves(routes, 6)
    assert [(row.offered, row.refused) for row in controls.rows(False, None, False, WALL)] == [(1001, 300)]
    routes = routes_of(Control("reserve", "T1", which="idle", idle=5))
    assert reserves(routes, 5, is_new=False)


def test_of_several_thresholds_the_lowest_reached_decides_within_the_narrowest_scope() -> None:
    controls = Controls()
    lines = (
        Control("reserve", "T1", which="idle", idle=10, percent=50),
        Control("reserve", "T1", which="idle", idle=5),
        Control("reserve", "T1", which="idle", idle=2, classes="all"),
        Control("reserve", "T1", which="idle", idle=1, trunk="P"),
    )
    controls.configure(TrafficSettings(lines), {})
    routes = controls.routes
    assert [reserves(routes, 11) for _ in range(4)] == [False] * 4
    assert [reserves(routes, 6) for _ in range(4)] == [False, True, False, True]
    assert [reserves(routes, 5) for _ in range(4)] == [True] * 4
    assert [reserves(routes, idle, PRIORITY) for idle in (3, 2)] == [False, True]
    assert [reserves(routes, idle, trunk="P") for idle in (2, 1)] == [False, True]
    rows = {(row.scope, row.bound): (row.offered, row.refused) for row in controls.rows(False, None, False, WALL)}
    assert rows == {
        ("", "50 % at 10 idle"): (8, 2),
        ("", "100 % at 5 idle"): (12, 4),
        ("", "100 % at 2 idle"): (14, 1),
        ("trunk P", "100 % at 1 idle"): (2, 1),
    }


def test_explaining_a_reservation_changes_nothing() -> None:
    controls = Controls()
    controls.configure(
        TrafficSettings(
            (Control("reserve", "T1", which="idle", idle=5, percent=50), Control("reserve", "T1", which="idle", idle=2))
        ),
        {},
    )
    explain: list[tuple[str, str, str]] = []
    for _ in range(2):
        assert not controls.routes.reserves("T1", 4, facts(), 1.0, WALL, True, explain)
    assert controls.routes.reserves("T1", 2, facts(), 1.0, WALL, True, explain)
    assert explain[:2] == [
        ("control", "reserve T1 idle 2", "4 circuits are idle"),
        ("control", "reserve T1 idle 5", "lets it pass"),
    ]
    assert explain[-1] == ("control", "reserve T1 idle 2", "holds it back")
    assert [row.offered for row in controls.rows(False, None, False, WALL)] == [0, 0]


def test_explaining_changes_nothing() -> None:
    routes = routes_of(Control("skip", "T1", percent=50), Control("reroute", "A", which="all", target="B"))
    explain: list[tuple[str, str, str]] = []
    for _ in range(3):
        assert routes.may_enter("T1", facts(), 1.0, WALL, explain) == ENTER
        assert routes.reroute("A", False, facts(), 1.0, WALL, explain) == "B"
    assert explain[:2] == [("control", "skip T1", "lets it pass"), ("control", "reroute A", "holds it back")]
