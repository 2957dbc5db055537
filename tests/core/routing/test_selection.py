"""The way through a route group under control: skip, cancel, reroute, direction, turn-down; and its explanation."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import World

from core.northbound.routing_settings import Member, RouteGroup, Trunk
from core.northbound.traffic_settings import Control, TrafficSettings
from core.pipeline.routes import explained
from core.policy.facts import CallFacts
from core.policy.priority import EMERGENCY, ORDINARY
from core.routing.selection import Selection, orders

TRUNKS = tuple(Trunk(name, addresses=("sip:192.0.2.9",), calls_maximum=10) for name in ("A", "B", "C"))
GROUPS = (
    RouteGroup("G", members=(Member("A"), Member("B")), distribution="sequential"),
    RouteGroup("H", members=(Member("C"),)),
)


def make(path: Path, *controls: Control) -> World:
    return World(path, trunks=TRUNKS, route_groups=GROUPS, traffic=TrafficSettings(controls=controls))


def way(world: World, name: str = "G", priority: int = ORDINARY) -> tuple[list[str], bool]:
    """Return the trunks that one call tries, all of which fail, and whether a control has ended it."""
    trunks = world.engine._trunks
    selection = Selection(trunks, trunks.groups[name], CallFacts("4711", "", "", "", priority))
    found = []
    while (trunk := selection.next(world.now)) is not None:
        found.append(trunk.name)
    return found, selection.is_blocked


@pytest.mark.parametrize(
    ("control", "expected"),
    [
        (Control("skip", "A", percent=100), (["B"], False)),
        (Control("skip", "G", percent=100), ([], False)),
        (Control("cancel-to", "G", percent=100), ([], True)),
        (Control("cancel-to", "A", percent=100), ([], True)),
        (Control("cancel-from", "A", percent=100), (["A"], True)),
        (Control("reroute", "G", which="all", target="H"), (["C"], False)),
        (Control("reroute", "G", which="overflow", target="H"), (["A", "B", "C"], False)),
        (Control("directional", "A", which="in"), (["B"], False)),
        (Control("turn-down", "A", percent=100), (["B"], False)),
        (Control("reserve", "A", which="idle", idle=10), (["B"], False)),
        (Control("reserve", "A", which="idle", idle=9), (["A", "B"], False)),
    ],
)
def test_controls(tmp_path: Path, control: Control, expected: tuple[list[str], bool]) -> None:
    assert way(make(tmp_path, control)) == expected


def test_a_skipped_group_may_be_rerouted(tmp_path: Path) -> None:
    world = make(tmp_path, Control("skip", "G", percent=100), Control("reroute", "G", which="overflow", target="H"))
    assert way(world) == (["C"], False)


def test_a_share_is_exact(tmp_path: Path) -> None:
    world = make(tmp_path, Control("skip", "A", percent=30))
    first = [way(world)[0][0] for _ in range(1000)]
    assert (first.count("A"), first.count("B")) == (700, 300)


def test_emergency_calls_pass(tmp_path: Path) -> None:
    world = make(tmp_path, Control("cancel-to", "G", percent=100), Control("directional", "A", which="in"))
    assert way(world, priority=EMERGENCY) == (["A", "B"], False)


def test_turned_down_by_half(tmp_path: Path) -> None:
    world = make(tmp_path, Control("turn-down", "A", percent=50))
    state = world.engine._trunks.states["A"]
    state.calls_out = 4
    assert way(world)[0] == ["A", "B"]
    state.calls_out = 5
    assert way(world)[0] == ["B"]


def test_reserved_of_what_is_left_after_turning_down(tmp_path: Path) -> None:
    world = make(tmp_path, Control("turn-down", "A", percent=50), Control("reserve", "A", which="idle", idle=2))
    state = world.engine._trunks.states["A"]
    for calls, first in ((2, "A"), (3, "B"), (4, "B"), (5, "B")):
        state.calls_out = calls
        assert way(world)[0][0] == first
    assert way(world, priority=EMERGENCY)[0] == ["A", "B"]


def test_a_reserved_share_is_exact_and_drawn_once_a_call(tmp_path: Path) -> None:
    world = make(tmp_path, Control("reserve", "B", which="idle", idle=10, percent=50))
    state = world.engine._trunks.states["B"]
    ways = [way(world)[0] for _ in range(1000)]
    assert (ways.count(["A", "B"]), ways.count(["A"])) == (500, 500)
    row = next(iter(world.engine._services.controls.rows(False, None, False, 0.0)))
    assert (row.offered, row.refused) == (1000, 500)
    state.calls_in = 10  # a full one is offered nothing
    assert way(world)[0] == ["A"]
    assert next(iter(world.engine._services.controls.rows(False, None, False, 0.0))).offered == 1000


def test_trying_it_out_changes_nothing(tmp_path: Path) -> None:
    world = make(tmp_path, Control("reroute", "G", which="all", target="H"))
    trunks = world.engine._trunks
    selection = Selection(trunks, trunks.groups["G"], CallFacts("4711", "", "", "", ORDINARY))
    for _ in range(3):
        trunk = selection.copy().next(world.now, [])
        assert trunk is not None
        assert trunk.name == "C"
    assert orders(trunks, world.now) == {"G": ["C"], "H": ["C"]}
    assert world.counter("trunks-skipped") == 0


def test_an_explanation_names_every_trunk(tmp_path: Path) -> None:
    world = make(tmp_path)
    world.engine._trunks.states["A"].down = True
    explain: list[tuple[str, str, str]] = []
    facts = CallFacts("4711", "", "", "", ORDINARY)
    assert explained(world.engine._services, "G", facts, world.now, world.now + world.engine.wall_offset, explain) == [
        "B"
    ]
    assert explain == [
        ("route-group", "G", "2 trunks, sequential"),
        ("trunk", "A", "down"),
        ("trunk", "B", "chosen, preference 1, weight 1"),
    ]
    assert explained(world.engine._services, "X", facts, world.now, world.now + world.engine.wall_offset, explain) == []
    world.engine._trunks.states["B"].down = True
    explained(world.engine._services, "G", facts, world.now, world.now + world.engine.wall_offset, explain)
    assert explain[-1] == ("route-group", "G", "no trunk can take it")


def test_an_explanation_tells_of_reserved_circuits(tmp_path: Path) -> None:
    world = make(tmp_path, Control("reserve", "A", which="idle", idle=10))
    explain: list[tuple[str, str, str]] = []
    facts = CallFacts("4711", "", "", "", ORDINARY)
    wall = world.now + world.engine.wall_offset
    assert explained(world.engine._services, "G", facts, world.now, wall, explain) == ["B"]
    assert explain[1:3] == [("control", "reserve A idle 10", "holds it back"), ("trunk", "A", "reserved")]


def test_the_order_that_a_call_would_take(tmp_path: Path) -> None:
    group = RouteGroup("G", members=(Member("A", weight=1), Member("B", weight=9), Member("C", preference=2)))
    world = World(tmp_path, trunks=TRUNKS, route_groups=(group,))
    assert orders(world.engine._trunks, world.now) == {"G": ["B", "A", "C"]}
    world.engine._trunks.states["B"].down = True
    assert orders(world.engine._trunks, world.now) == {"G": ["A", "C"]}
