"""Requests that come by a trunk: which it is, whether it may call, and how much."""

from __future__ import annotations

from core.dialog.call import Call
from core.northbound import counters
from core.northbound.statistics import REFUSED_CONTROL, REFUSED_LIMIT
from core.pipeline.analysis import becomes_emergency
from core.pipeline.controls import CONGESTION, facts_of
from core.pipeline.inbound import Inbound, Services
from core.routing import headers
from core.routing.formats import from_untrusted
from core.routing.offers import filter_offer, trunks_of
from core.routing.trunk import TrunkState
from core.wire.message import Message


def source(services: Services, inbound: Inbound) -> bool:
    """Tell the trunk by where the request comes from; the longest of the networks counts.

    A REGISTER is no trunk's: who is known by an address alone must not move a subscriber's calls elsewhere.
    """
    trunks = services.trunks
    if inbound.in_dialog:
        if services.trunks.has_codecs and inbound.call is not None and inbound.message.body:
            _within(services, inbound.call, inbound.message)
        return True
    if not trunks.has_sources or inbound.message.method == "REGISTER":
        return True
    trunk = trunks.by_source(inbound.flow.host)
    return trunk is None or comes_by(services, inbound, trunk)


def comes_by(services: Services, inbound: Inbound, trunk: TrunkState) -> bool:
    """Note the trunk of a request; refuse a new one when the trunk is not in service for it."""
    inbound.trunk = trunk.name
    settings = trunk.settings
    message = inbound.message
    if not settings.trusted:
        from_untrusted(message)
    if message.method == "OPTIONS":
        return True  # it watches us
    if message.method == "INVITE":
        trunk.incoming.attempts += 1
    if settings.direction == "out":
        return services.refuse(inbound, 403, "No Calls From This Trunk")
    if settings.shutdown:
        services.note(trunk.name, trunk.state())
        return services.refuse(inbound, 503)
    if trunk.rules_in:
        headers.apply(trunk.rules_in, message)
    filter_offer(trunk, message)
    return True


def _within(services: Services, call: Call, message: Message) -> None:
    """Keep a trunk's codecs also in offers that are made later in its call. Raises WireError 488."""
    for trunk in trunks_of(services.trunks, call):
        filter_offer(trunk, message)


def trunk_limits(services: Services, inbound: Inbound) -> bool:
    """Hold a trunk to its calls, its rate and the controls of its direction and capacity.

    After authentication, so that what is only challenged costs no token; and after classification: controls spare
    emergency calls.
    """
    if not inbound.trunk or inbound.in_dialog or inbound.message.method != "INVITE":
        return True
    trunk = services.trunks.states.get(inbound.trunk)
    if trunk is None:
        return True
    maximum = trunk.settings.calls_maximum or -1
    routes = services.controls.routes
    if routes.active:
        facts = facts_of(inbound)
        if routes.closes(trunk.name, "in", facts, inbound.wall, True):
            services.slots[counters.CALLS_BLOCKED] += 1
            return services.refuse(inbound, 503, "", [("Reason", f"Q.850;cause={CONGESTION}")], REFUSED_CONTROL)
        maximum = routes.capacity(trunk.name, trunk.settings.calls_maximum, trunk.calls, facts, inbound.wall, True)
        if facts.exempt:
            services.slots[counters.CONTROLS_EXEMPT] += 1
    reason = trunk.refusal_in(inbound.priority, inbound.now, maximum)
    if not reason or becomes_emergency(services, inbound):
        return True
    services.note(trunk.name, reason)
    services.slots[counters.CALLS_LIMITED] += 1
    return services.refuse(inbound, 503, "", None, REFUSED_LIMIT)
