"""Requests that number analysis sends to a route group, and the calls of the trunk they came by."""

from __future__ import annotations

from core.dialog.call import Call
from core.northbound import counters
from core.pipeline.controls import facts_of
from core.pipeline.inbound import Inbound, Services
from core.policy.facts import CallFacts, Explanation
from core.routing.attempt import TrunkRoute
from core.routing.route_count import RouteCount
from core.routing.selection import Selection


def leave_by(services: Services, inbound: Inbound, call: Call | None) -> TrunkRoute | None:
    """Return the way out of a request by its route group; None when there is no such group any more."""
    trunks = services.trunks
    group = trunks.groups.get(inbound.route_group)
    if group is None:
        return None
    is_call = inbound.message.method == "INVITE"
    if is_call:
        services.slots[counters.CALLS_ROUTED] += 1
    selection = Selection(trunks, group, facts_of(inbound), is_call)
    if call is not None and call.count is not None:
        selection.count = RouteCount(call.count, group, inbound.now)
    return TrunkRoute(trunks, selection, inbound.numbers, inbound.message, call)


def explained(
    services: Services, name: str, facts: CallFacts, now: float, wall: float, explain: Explanation
) -> list[str]:
    """Return the trunks of route group `name` that a call would try, in this order; why goes into `explain`.

    `wall` is the time that controls go by: now, unless another is asked about.
    """
    group = services.trunks.groups.get(name)
    if group is None:
        explain.append(("route-group", name, "there is no such group"))
        return []
    selection = Selection(services.trunks, group, facts, True, wall - now)
    explain.append(("route-group", name, f"{len(group.settings.members)} trunks, {group.settings.distribution}"))
    found: list[str] = []
    trunk = selection.next(now, explain)
    while trunk is not None:
        found.append(trunk.name)
        trunk = selection.next(now, explain)
    if not found:
        explain.append(
            ("route-group", name, "blocked by a control" if selection.is_blocked else "no trunk can take it")
        )
    return found


def came_by(services: Services, inbound: Inbound, call: Call) -> None:
    """Count a call that has begun for the trunk it came by."""
    trunk = services.trunks.states.get(inbound.trunk)
    if trunk is not None:
        trunk.begin_in(call)
