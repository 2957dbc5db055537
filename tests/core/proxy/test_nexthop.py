"""Flows to next hops and to the sides of a call."""

from __future__ import annotations

import pytest
from support.engine import flow, octets
from support.messages import request

from core.dialog.call import Call, Leg
from core.effect import TCP, UDP, Flow
from core.northbound.settings import Listener, SipSettings
from core.proxy.domain import Domain
from core.proxy.nexthop import flow_of, flows_among, sticky_flow
from core.wire.limits import Limits
from core.wire.message import Message, parse_message
from core.wire.uri import parse_uri

DOMAIN = Domain(
    SipSettings(), {0: Listener("udp", "192.0.2.10", 5060), 4: Listener("tcp", "192.0.2.10", 5060)}, b"k" * 32
)


@pytest.mark.parametrize(
    ("uri", "place"),
    [
        ("sip:192.0.2.1", (UDP, 0, "192.0.2.1", 5060)),
        ("sip:192.0.2.1:5070;transport=tcp", (TCP, 4, "192.0.2.1", 5070)),
        ("sip:192.0.2.1;transport=tls", None),
        ("sip:[2001:db8::1]", None),
        ("sip:phone.lan", None),
    ],
)
def test_a_numeric_next_hop(uri: str, place: tuple[int, int, str, int] | None) -> None:
    found = flow_of(DOMAIN, parse_uri(uri), 0)
    assert (found and (found.transport, found.listener, found.host, found.port)) == place


def test_the_places_we_can_reach() -> None:
    hop = parse_uri("sip:phone.lan:5070")
    found = flows_among(DOMAIN, [("2001:db8::1", 5070), ("192.0.2.7", 5070), ("192.0.2.8", 5071)], hop, 0)
    assert [(each.host, each.port) for each in found] == [("192.0.2.7", 5070), ("192.0.2.8", 5071)]
    assert flows_among(DOMAIN, [], hop, 0) == []


def inside(from_tag: str, to_tag: str, *extra: str) -> Message:
    text = request("INFO", "sip:x@10.0.0.1", flow("192.0.2.1"), from_tag=from_tag, to_tag=to_tag, extra=extra)
    return parse_message(octets(text), Limits())


def call_with(leg: Leg) -> Call:
    call = Call("1", "c", "a", "", "", "", Leg(flow("203.0.113.1"), True), 0.0)
    call.to_tag, call.callee_leg = "b", leg
    return call


def test_a_sticky_side_is_reached_by_its_flow() -> None:
    leg = Leg(flow("203.0.113.2"), True)
    call = call_with(leg)
    assert sticky_flow(DOMAIN, inside("a", "b"), call) is leg.flow
    assert sticky_flow(DOMAIN, inside("b", "a"), call) is call.caller_leg.flow
    assert sticky_flow(DOMAIN, inside("a", "b"), None) is None
    assert sticky_flow(DOMAIN, inside("a", "x"), call) is None


def test_a_route_goes_before_a_sticky_flow() -> None:
    call = call_with(Leg(flow("203.0.113.2"), True))
    assert sticky_flow(DOMAIN, inside("a", "b", "Route: <sip:192.0.2.66;lr>"), call) is None


def test_a_side_that_is_not_sticky_is_reached_by_its_contact() -> None:
    assert sticky_flow(DOMAIN, inside("a", "b"), call_with(Leg(flow("203.0.113.2"), False))) is None


@pytest.mark.parametrize(("number", "transport"), [(9, UDP), (0, TCP)])
def test_a_listener_that_went_or_changed_is_replaced(number: int, transport: int) -> None:
    """Listener numbers do not outlive a restart of the server; calls do."""
    stale = Flow(transport, number, "203.0.113.2", 40000, ("203.0.113.2", 40000))
    found = sticky_flow(DOMAIN, inside("a", "b"), call_with(Leg(stale, True)))
    assert found is not None
    assert (found.transport, found.listener) == (transport, 4 if transport == TCP else 0)
