"""Route groups as a manager sees them."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.managed import readable, served
from support.management import FakeManager, played

from core.northbound.orders import ListRouteGroups
from core.northbound.routing_settings import Member, RouteGroup, Trunk
from core.northbound.rows import RouteGroupRow as Answer
from oam.config.tree import Configuration
from oam.snmp.tables import route_groups
from oam.snmp.tables.route_groups import state_of

CITY = RouteGroup("CITY", "To the city", (Member("B"), Member("A", 2, 7)), "least-used")
NONE = RouteGroup("NONE")
CONFIGURATION = Configuration(trunks=(Trunk("A"), Trunk("B")), route_groups=(CITY, NONE))


def member(trunk: str, state: str, turn: int | None = None, calls: int = 0) -> Answer:
    return Answer("CITY", "least-used", trunk, 1, 1, state, turn, calls)


@played
async def test_groups_and_members_are_told(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, CONFIGURATION)
    manager.fake_worker.answers = {ListRouteGroups: [member("B", "up", 1, 30), member("A", "draining", None, 4)]}
    for name in ("A", "B"):
        manager.snmp.indexes.of("trunk", name)
    found = await served(manager, route_groups.SUMMARY, route_groups.GROUPS, route_groups.MEMBERS)
    assert {name: rows[1,] for name, rows in found.items() if (1,) in rows} == {
        "sipctlRouteGroupName": b"CITY",
        "sipctlRouteGroupState": 1,
        "sipctlRouteGroupDescription": b"To the city",
        "sipctlRouteGroupDistribution": 2,
        "sipctlRouteGroupAttemptsMaximum": 4,
        "sipctlRouteGroupMembers": 2,
        "sipctlRouteGroupMembersUp": 1,
        "sipctlRouteGroupMembersUsable": 1,
        "sipctlRouteGroupCalls": 34,
    }
    assert found["sipctlRouteGroupState"] == {(1,): 1, (2,): 2}
    assert {name: rows[1, 1] for name, rows in found.items() if (1, 1) in rows} == {
        "sipctlRouteGroupMemberGroup": b"CITY",
        "sipctlRouteGroupMemberTrunk": b"A",
        "sipctlRouteGroupMemberPreference": 2,
        "sipctlRouteGroupMemberWeight": 7,
        "sipctlRouteGroupMemberState": 4,
        "sipctlRouteGroupMemberTurn": 0,
        "sipctlRouteGroupMemberCalls": 4,
    }
    assert found["sipctlRouteGroupMemberTurn"] == {(1, 1): 0, (1, 2): 1}
    tables = (route_groups.SUMMARY, route_groups.GROUPS, route_groups.MEMBERS)
    assert found.keys() == set().union(*map(readable, tables))
    assert [found[f"sipctlRouteGroups{each}"][0,] for each in ("Configured", "Up", "Down")] == [2, 1, 1]


@played
async def test_without_signalling_groups_have_what_is_configured(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, CONFIGURATION)
    manager.fake_worker.answers = None
    found = await served(manager, route_groups.SUMMARY, route_groups.GROUPS, route_groups.MEMBERS)
    assert found["sipctlRouteGroupState"] == {(1,): 5, (2,): 5}
    assert set(found["sipctlRouteGroupMemberState"].values()) == {5}
    assert found.keys().isdisjoint({"sipctlRouteGroupCalls", "sipctlRouteGroupsUp", "sipctlRouteGroupMemberTurn"})
    assert found["sipctlRouteGroupsConfigured"] == {(0,): 2}


@pytest.mark.parametrize(
    ("members", "state"),
    [
        (None, "unknown"),
        ([], "down"),
        ([member("A", "down"), member("B", "up", 1)], "up"),
        ([member("A", "up"), member("B", "shutdown")], "down"),
        ([member("A", "draining"), member("B", "shutdown")], "shutdown"),
    ],
)
def test_a_group_is_up_while_a_call_would_find_a_trunk(members: list[Answer] | None, state: str) -> None:
    assert state_of(members) == state
