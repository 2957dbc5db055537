"""Finding the flow to a next hop (RFC 3261 §16.6 step 7), and to a side of a call that is reached by its flow only."""

from __future__ import annotations

from core.dialog.call import Call
from core.effect import Flow
from core.proxy.domain import Domain, flow_to, is_numeric, transport_of
from core.wire.header import ROUTE
from core.wire.message import Message
from core.wire.uri import Uri


def flow_of(domain: Domain, hop: Uri, inbound: int) -> Flow | None:
    """Return the flow to a numeric next hop; None when no listener of ours can reach it.

    `inbound` is the number of the listener the request came by, which is preferred.
    """
    transport = transport_of(hop)
    if transport < 0 or not is_numeric(hop.host):
        return None
    own = domain.choose(transport, hop.host, inbound)
    if own is None:
        return None
    return flow_to(own.number, transport, hop.host, hop.port or 5060)


def flows_among(domain: Domain, places: list[tuple[str, int]], hop: Uri, inbound: int) -> list[Flow]:
    """Return the flows to those of a named next hop's places that a listener of ours can reach, in their order."""
    found: list[Flow] = []
    transport = transport_of(hop)
    for host, port in places:
        own = domain.choose(transport, host, inbound)
        if own is not None:
            found.append(flow_to(own.number, own.transport, host, port))
    return found


def is_known(domain: Domain, call: Call | None, token: str, request: Message) -> bool:
    """Tell whether `token`, from our Record-Route, is that of the dialog of `request`; `call` is what was found of it.

    Raises WireError.
    """
    if call is not None and token != "" and token == call.token:
        return True
    return domain.knows(token, request.call_id, request.from_().tag, request.to().tag)


def sticky_flow(domain: Domain, request: Message, call: Call | None) -> Flow | None:
    """Return the flow to the other side of a call that sits behind NAT, when it is the next hop. Raises WireError."""
    if call is None or request.has(ROUTE):
        return None
    leg = call.leg_to(request.from_().tag, request.to().tag)
    if leg is None or not leg.sticky:
        return None
    flow = leg.flow
    own = domain.listeners.get(flow.listener)
    if own is not None and own.transport == flow.transport:
        return flow
    # The listener is gone, or another has its number since a restart.
    own = domain.choose(flow.transport, flow.host, -1)
    return None if own is None else flow_to(own.number, own.transport, flow.host, flow.port)
