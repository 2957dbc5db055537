"""Requests that number analysis sends to a route group."""

from __future__ import annotations

from core.dialog.call import Call
from core.northbound import counters
from core.pipeline.inbound import Inbound, Services
from core.routing.attempt import TrunkRoute
from core.routing.group import Offer


def leave_by(services: Services, inbound: Inbound, call: Call | None) -> TrunkRoute | None:
    """Return the way out of a request by its route group; None when there is no such group any more."""
    trunks = services.trunks
    group = trunks.groups.get(inbound.route_group)
    if group is None:
        return None
    if inbound.message.method == "INVITE":
        services.slots[counters.CALLS_ROUTED] += 1
    offer = Offer(inbound.numbers, inbound.priority, inbound.trunk, inbound.group)
    return TrunkRoute(trunks, group, offer, inbound.message, call)
