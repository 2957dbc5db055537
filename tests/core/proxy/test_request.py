"""Making the request for one target (RFC 3261 §16.4, §16.6)."""

from __future__ import annotations

import pytest
from support.engine import flow, octets
from support.messages import request

from core.northbound.settings import Listener, SipSettings
from core.proxy import request as requests
from core.proxy.domain import Domain
from core.wire.error import WireError
from core.wire.header import CONTENT_LENGTH, MAX_BREADTH, MAX_FORWARDS, RECORD_ROUTE, ROUTE, VIA
from core.wire.limits import Limits
from core.wire.message import Message, parse_message
from core.wire.uri import parse_uri

LISTENERS = {0: Listener("udp", "192.0.2.10", 5060), 1: Listener("tcp", "192.0.2.10", 5060)}
DOMAIN = Domain(SipSettings(domains=("example.com",)), LISTENERS, b"k" * 32)
OURS = "<sip:192.0.2.10:5060;lr;d=token>"


def make(uri: str = "sip:bob@example.com", *extra: str) -> Message:
    return parse_message(octets(request("INVITE", uri, flow("192.0.2.1"), extra=extra)), Limits())


def sent(out: Message) -> Message:
    """Return `out` as the next hop reads it."""
    return parse_message(requests.finish(out, DOMAIN.listeners[0], "z9hG4bKx"), Limits())


# Own Routes.


def test_without_a_route_nothing_was_ours() -> None:
    hops = requests.take_own_route(make(), DOMAIN)
    assert (hops.was_ours, hops.token) == (False, "")


def test_own_routes_are_taken_off_and_their_token_kept() -> None:
    message = make(
        "sip:bob@192.0.2.2", f"Route: {OURS}, <sip:192.0.2.10:5060;transport=tcp;lr;d=token>", "Route: <sip:p;lr>"
    )
    hops = requests.take_own_route(message, DOMAIN)
    assert (hops.was_ours, hops.token) == (True, "token")
    assert message.all(ROUTE) == ["<sip:p;lr>"]


def test_a_foreign_route_on_top_hides_ours() -> None:
    message = make("sip:bob@192.0.2.2", f"Route: <sip:p;lr>, {OURS}")
    hops = requests.take_own_route(message, DOMAIN)
    assert (hops.was_ours, hops.token) == (False, "")
    assert len(message.all(ROUTE)) == 2


def test_what_a_strict_router_did_is_undone() -> None:
    message = make("sip:192.0.2.10:5060;lr;d=token", "Route: <sip:p;lr>", "Route: <sip:bob@192.0.2.2>")
    hops = requests.take_own_route(message, DOMAIN)
    assert (hops.was_ours, hops.token) == (True, "token")
    assert message.request_uri == "sip:bob@192.0.2.2"
    assert message.uri().host == "192.0.2.2"
    assert message.all(ROUTE) == ["<sip:p;lr>"]


def test_a_request_uri_of_ours_without_lr_is_no_route() -> None:
    message = make("sip:bob@example.com", "Route: <sip:p;lr>")
    requests.take_own_route(message, DOMAIN)
    assert message.request_uri == "sip:bob@example.com"


# Next hop.


def test_the_target_is_the_next_hop_without_routes() -> None:
    target = parse_uri("sip:bob@192.0.2.2")
    assert requests.next_hop(make(), target) is target


def test_a_loose_router_is_the_next_hop() -> None:
    message = make("sip:bob@example.com", "Route: <sip:p1;lr>, <sip:p2;lr>")
    assert requests.next_hop(message, parse_uri("sip:x@y")).host == "p1"
    assert message.all(ROUTE) == ["<sip:p1;lr>", "<sip:p2;lr>"]
    assert message.request_uri == "sip:bob@example.com"


def test_a_strict_router_gets_itself_as_request_uri() -> None:
    """§16.6 step 6."""
    message = make("sip:bob@example.com", "Route: <sip:p1;x=y>, <sip:p2;lr>")
    assert requests.next_hop(message, parse_uri("sip:x@y")).host == "p1"
    assert message.request_uri == "sip:p1;x=y"
    assert message.all(ROUTE) == ["<sip:p2;lr>", "<sip:bob@example.com>"]


@pytest.mark.parametrize(
    ("route", "status"), [("<sips:p;lr>", 416), ("<tel:1>", 416), ("<mailto:a@b>", 416), ("p", 400), ("<sip:;lr>", 400)]
)
def test_a_route_nobody_can_follow(route: str, status: int) -> None:
    with pytest.raises(WireError) as caught:
        requests.next_hop(make("sip:b@c", f"Route: {route}"), parse_uri("sip:x@y"))
    assert caught.value.status == status


# The copy.


def test_a_copy_has_one_hop_less_and_leaves_the_original_alone() -> None:
    message = make("sip:bob@example.com", "X: y")
    before = message.render()
    out = requests.copy(message, "sip:bob@192.0.2.2")
    assert (out.request_uri, out.first(MAX_FORWARDS)) == ("sip:bob@192.0.2.2", "69")
    requests.set_breadth(out, 60)
    requests.finish(out, DOMAIN.listeners[0], "z9hG4bKx")
    assert message.render() == before


def test_max_forwards_is_added() -> None:
    text = request("INVITE", "sip:b@c", flow("192.0.2.1")).replace("Max-Forwards: 70\n", "")
    message = parse_message(octets(text), Limits())
    assert requests.hops_left(message) == 71
    assert requests.copy(message, "sip:b@d").first(MAX_FORWARDS) == "70"


@pytest.mark.parametrize(("text", "left"), [("70", 70), ("0", 0), ("255", 255), (" 7 ", 7)])
def test_hops_left(text: str, left: int) -> None:
    message = make()
    message.replace(message.ids.index(MAX_FORWARDS), f"Max-Forwards:{text}")
    assert requests.hops_left(message) == left


@pytest.mark.parametrize("text", ["256", "-1", "1.5", "x"])
def test_broken_hops(text: str) -> None:
    message = make()
    message.replace(message.ids.index(MAX_FORWARDS), f"Max-Forwards: {text}")
    with pytest.raises(WireError):
        requests.hops_left(message)


def test_max_breadth() -> None:
    """RFC 5393 §5.3.3: 60 when absent, in every request that goes on."""
    assert requests.breadth_left(make()) == 60
    message = make("sip:b@c", "Max-Breadth: 7")
    assert requests.breadth_left(message) == 7
    requests.set_breadth(message, 3)
    assert message.all(MAX_BREADTH) == ["3"]
    with pytest.raises(WireError):
        requests.breadth_left(make("sip:b@c", "Max-Breadth: x"))


def test_record_route_names_each_side_once() -> None:
    udp, tcp = DOMAIN.listeners[0], DOMAIN.listeners[1]
    out = requests.copy(make(), "sip:b@c")
    requests.record_route(out, udp, udp, "t")
    assert sent(out).all(RECORD_ROUTE) == ["<sip:192.0.2.10:5060;lr;d=t>"]
    out = requests.copy(make("sip:b@c", "Record-Route: <sip:before;lr>"), "sip:b@c")
    requests.record_route(out, tcp, udp, "t")
    assert sent(out).all(RECORD_ROUTE) == [
        "<sip:192.0.2.10:5060;transport=tcp;lr;d=t>",
        "<sip:192.0.2.10:5060;lr;d=t>",
        "<sip:before;lr>",
    ]


def test_a_stream_gets_a_content_length() -> None:
    text = request("MESSAGE", "sip:b@c", flow("192.0.2.1")).replace("Content-Length: 0\n", "") + "hello"
    for number, length in ((0, ""), (1, "5")):
        out = requests.copy(parse_message(octets(text), Limits()), "sip:b@d")
        went = parse_message(requests.finish(out, DOMAIN.listeners[number], "z9hG4bKx"), Limits())
        assert went.first(CONTENT_LENGTH) == length
        assert went.body == b"hello"
        assert went.all(VIA)[0].endswith(";branch=z9hG4bKx")


# Loops.


def test_the_loop_part_is_of_what_decides_the_way() -> None:
    """RFC 5393 §4.2.1: Request-URI and Route, not the method."""
    one = make()
    assert requests.loop_part(one) == requests.loop_part(make("sip:bob@example.com", "X: y"))
    other_method = parse_message(octets(request("BYE", "sip:bob@example.com", flow("192.0.2.1"))), Limits())
    assert requests.loop_part(one) == requests.loop_part(other_method)
    assert requests.loop_part(one) != requests.loop_part(make("sip:carol@example.com"))
    assert requests.loop_part(one) != requests.loop_part(make("sip:bob@example.com", "Route: <sip:p;lr>"))


@pytest.mark.parametrize(
    ("via", "looped"),
    [
        ("SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKb1.4711", True),
        ("SIP/2.0/TCP 192.0.2.10:5060;branch=z9hG4bKb1.4711;rport=5060;received=192.0.2.10", True),
        ("SIP/2.0/UDP 192.0.2.10:5060;rport;branch=z9hG4bKb1.4711", True),
        ("SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKb1.4712", False),
        ("SIP/2.0/UDP 192.0.2.11:5060;branch=z9hG4bKb1.4711", False),
        ("SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKb1.14711", False),
        ("SIP/2.0/UDP 192.0.2.10:5060", False),
    ],
)
@pytest.mark.parametrize("joined", [True, False])
def test_a_loop_is_our_via_with_the_same_hash(via: str, looped: bool, joined: bool) -> None:
    message = make()
    if joined:
        message.replace(0, f"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx, {via}")
    else:
        message.insert(1, VIA, f"Via: {via}")
    assert requests.has_looped(message, DOMAIN, ".4711") is looped


def test_a_request_straight_from_its_sender_has_not_looped() -> None:
    assert not requests.has_looped(make(), DOMAIN, ".4711")


# Targets.


@pytest.mark.parametrize(("uri", "status"), [("sips:a@b", 416), ("tel:1", 416), ("mailto:a@b", 416), ("sip:", 400)])
def test_a_target_no_request_can_go_to(uri: str, status: int) -> None:
    with pytest.raises(WireError) as caught:
        requests.target_uri(uri)
    assert caught.value.status == status


def test_a_target() -> None:
    assert requests.target_uri("sip:bob@192.0.2.2:5070").port == 5070
