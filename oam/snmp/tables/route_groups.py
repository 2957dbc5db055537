"""Route groups: whether calls can leave by them, their members, and all that is counted of their calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound.orders import ListRouteGroups
from core.northbound.rows import RouteGroupRow as Answer
from core.northbound.statistics import KINDS, ROUTE_GROUP
from oam.snmp import oids, syntax
from oam.snmp.convention import STATE
from oam.snmp.object import HIDDEN, Column, Table
from oam.snmp.rows.asking import asked
from oam.snmp.rows.counts import Counts, columns, counted
from oam.snmp.tables import trunks

if TYPE_CHECKING:
    from oam.context import Manager

KIND: Final = KINDS[ROUTE_GROUP]
DISTRIBUTIONS: Final = {"weight": 1, "least-used": 2, "percentage": 3, "sequential": 4}
_SHUT: Final = ("shutdown", "draining")


class RouteGroupsRow(msgspec.Struct, frozen=True):
    """All route groups together."""

    configured: int
    up: int | None
    down: int | None


class RouteGroupRow(msgspec.Struct, frozen=True):
    """One route group."""

    index: int
    name: str
    description: str
    distribution: str
    attempts_maximum: int
    members: int
    state: str
    members_up: int | None
    members_usable: int | None
    calls: int | None


class MemberRow(msgspec.Struct, frozen=True):
    """One trunk of a route group."""

    index: int
    """Of the group."""
    trunk_index: int
    group: str
    trunk: str
    preference: int
    weight: int
    state: str
    turn: int | None
    calls: int | None


async def _answers(manager: Manager) -> dict[tuple[str, str], Answer] | None:
    """Return what signalling knows of the members, by group and trunk; None: it does not answer."""
    answer = await asked(manager, ListRouteGroups(), Answer)
    return None if answer is None else {(each.route_group, each.trunk): each for each in answer}


async def _summary(manager: Manager) -> Sequence[RouteGroupsRow]:
    groups = await _groups(manager)
    if any(each.state == "unknown" for each in groups):
        return (RouteGroupsRow(len(groups), None, None),)
    up = sum(1 for each in groups if each.state == "up")
    return (RouteGroupsRow(len(groups), up, len(groups) - up),)


async def _groups(manager: Manager) -> Sequence[RouteGroupRow]:
    answers = await _answers(manager)
    numbers = manager.snmp.indexes
    found = []
    for group in manager.configuration.running.route_groups:
        index = numbers.of(KIND, group.name)
        if index is None:
            continue
        members: list[Answer] | None = None
        if answers is not None:
            names = [(group.name, each.trunk) for each in group.members]
            members = [answers[name] for name in names if name in answers]
        found.append(
            RouteGroupRow(
                index=index,
                name=group.name,
                description=group.description,
                distribution=group.distribution,
                attempts_maximum=group.attempts_maximum,
                members=len(group.members),
                state=state_of(members),
                members_up=None if members is None else sum(1 for each in members if each.state == "up"),
                members_usable=None if members is None else sum(1 for each in members if each.turn is not None),
                calls=None if members is None else sum(each.calls for each in members),
            )
        )
    await numbers.save()
    return found


def state_of(members: Sequence[Answer] | None) -> str:
    """Return the state of a route group of these members; None: signalling does not answer."""
    if members is None:
        return "unknown"
    if any(each.turn is not None for each in members):
        return "up"
    return "shutdown" if members and all(each.state in _SHUT for each in members) else "down"


async def _members(manager: Manager) -> Sequence[MemberRow]:
    answers = await _answers(manager) or {}
    numbers = manager.snmp.indexes
    found = []
    for group in manager.configuration.running.route_groups:
        index = numbers.of(KIND, group.name)
        for member in group.members:
            trunk_index = numbers.of(trunks.KIND, member.trunk)
            if index is None or trunk_index is None:
                continue
            answer = answers.get((group.name, member.trunk))
            found.append(
                MemberRow(
                    index=index,
                    trunk_index=trunk_index,
                    group=group.name,
                    trunk=member.trunk,
                    preference=member.preference,
                    weight=member.weight,
                    state=answer.state if answer is not None and answer.state in STATES else "unknown",
                    turn=None if answer is None else answer.turn or 0,
                    calls=None if answer is None else answer.calls,
                )
            )
    await numbers.save()
    return found


async def _counts(manager: Manager) -> Sequence[Counts]:
    return await counted(manager, KIND)


STATES: Final = STATE.syntax.names or {}

SUMMARY: Final = Table(
    (*oids.ROUTE_GROUPS, 1),
    "sipctlRouteGroupSummary",
    "All route groups together. What signalling alone knows has no instance while it does not answer.",
    (
        Column(
            1, "sipctlRouteGroupsConfigured", syntax.GAUGE, "configured", "Route groups that are configured.",
            "route groups",
        ),
        Column(
            2, "sipctlRouteGroupsUp", syntax.GAUGE, "up",
            "Route groups by which a call that came now could leave.", "route groups",
        ),
        Column(
            3, "sipctlRouteGroupsDown", syntax.GAUGE, "down",
            "Route groups of which no trunk could take a call now, whatever the reason.", "route groups",
        ),
    ),
    _summary,
)  # fmt: skip

GROUPS: Final = Table(
    (*oids.ROUTE_GROUPS, 2),
    "sipctlRouteGroupTable",
    "The route groups that are configured: trunks that lead to the same numbers.",
    (
        Column(
            1, "sipctlRouteGroupIndex", syntax.INDEX, "index",
            "Number of the route group, the same for its name for as long as the server is installed.", access=HIDDEN,
        ),
        Column(2, "sipctlRouteGroupName", syntax.text(64), "name", "Name of the route group."),
        Column(
            3, "sipctlRouteGroupState", STATE.syntax, "state",
            "Whether calls can leave by the route group: up(1), a call that came now would find a trunk; down(2), it "
            "would find none; shutdown(3), all its trunks are shut down; unknown(5), signalling does not answer.",
        ),
        Column(
            4, "sipctlRouteGroupDescription", syntax.TEXT, "description",
            "What the operator has noted of the route group.",
        ),
        Column(
            5, "sipctlRouteGroupDistribution", syntax.enumeration(DISTRIBUTIONS), "distribution",
            "How trunks of one preference share the calls: by weight(1); leastUsed(2), to the one with the smallest "
            "part of its calls in use; by percentage(3) of all calls; sequential(4), to the first that can take a "
            "call.",
        ),
        Column(
            6, "sipctlRouteGroupAttemptsMaximum", syntax.GAUGE, "attempts_maximum", "Most trunks tried for one call.",
            "trunks",
        ),
        Column(7, "sipctlRouteGroupMembers", syntax.GAUGE, "members", "Trunks of the route group.", "trunks"),
        Column(
            8, "sipctlRouteGroupMembersUp", syntax.GAUGE, "members_up", "Trunks of the route group that are up.",
            "trunks",
        ),
        Column(
            9, "sipctlRouteGroupMembersUsable", syntax.GAUGE, "members_usable",
            "Trunks of the route group that could take a call now: they are up, have room, and no control keeps calls "
            "from them.", "trunks",
        ),
        Column(
            10, "sipctlRouteGroupCalls", syntax.GAUGE, "calls",
            "Calls of its trunks at this moment, those included that came another way.", "calls",
        ),
    ),
    _groups,
    indexed=("sipctlRouteGroupIndex",),
)  # fmt: skip

MEMBERS: Final = Table(
    (*oids.ROUTE_GROUPS, 3),
    "sipctlRouteGroupMemberTable",
    "The trunks of the route groups.",
    (
        Column(
            1, "sipctlRouteGroupMemberTrunkIndex", syntax.INDEX, "trunk_index",
            "Number of the trunk: its sipctlTrunkIndex.", access=HIDDEN,
        ),
        Column(2, "sipctlRouteGroupMemberGroup", syntax.text(64), "group", "Name of the route group."),
        Column(3, "sipctlRouteGroupMemberTrunk", syntax.text(64), "trunk", "Name of the trunk."),
        Column(
            4, "sipctlRouteGroupMemberPreference", syntax.UNSIGNED, "preference",
            "Which trunks are tried first: those of the lowest preference.",
        ),
        Column(
            5, "sipctlRouteGroupMemberWeight", syntax.UNSIGNED, "weight",
            "Share of the trunk among those of its preference, in parts; where calls are shared by percentage, in per "
            "cent.",
        ),
        Column(6, "sipctlRouteGroupMemberState", STATE.syntax, "state", "State of the trunk: its sipctlTrunkState."),
        Column(
            7, "sipctlRouteGroupMemberTurn", syntax.GAUGE, "turn",
            "As which a call that came now would try the trunk, 1 the first; 0: not at all.",
        ),
        Column(8, "sipctlRouteGroupMemberCalls", syntax.GAUGE, "calls", "Calls of the trunk at this moment.", "calls"),
    ),
    _members,
    indexed=("sipctlRouteGroupIndex", "sipctlRouteGroupMemberTrunkIndex"),
)  # fmt: skip

STATISTICS: Final = Table(
    (*oids.ROUTE_GROUPS, 4),
    "sipctlRouteGroupStatsTable",
    "What is counted of the calls sent to each route group. Each bid is refused here or becomes a seizure; each "
    "seizure ends in exactly one way or is answered. Counters go on over restarts of the server.",
    columns("sipctlRouteGroupStats", "route group"),
    _counts,
    indexed=("sipctlRouteGroupIndex",),
)

TABLES: Final = (SUMMARY, GROUPS, MEMBERS, STATISTICS)
