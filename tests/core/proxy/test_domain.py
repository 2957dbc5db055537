"""What is ours: names, sockets, tokens and the header text that says so."""

from __future__ import annotations

import pytest

from core.effect import TCP, UDP
from core.northbound.settings import Listener, Relay, SipSettings
from core.proxy.domain import Domain, OwnListener, flow_to, is_numeric, route_uri, transport_of
from core.wire.error import WireError
from core.wire.uri import parse_uri

LISTENERS = (
    Listener("udp", "192.0.2.10", 5060),
    Listener("tcp", "192.0.2.10", 5062),
    Listener("udp", "2001:DB8::10", 5060),
    Listener("udp", "0.0.0.0", 5080, "Sip.Example.NET"),
)


def make(*relays: Relay, key: bytes = b"k" * 32) -> Domain:
    settings = SipSettings(domains=("example.com",), listeners=LISTENERS, relays=relays)
    return Domain(settings, dict(enumerate(LISTENERS)), key)


@pytest.mark.parametrize(
    ("uri", "ours"),
    [
        ("sip:example.com", True),
        ("sip:x@EXAMPLE.com", True),
        ("sip:example.com:5060", True),
        ("sip:example.com:5062", True),
        ("sip:example.com:5061", False),
        ("sip:www.example.com", False),
        ("sip:192.0.2.10", True),
        ("sip:192.0.2.10:5062", True),
        ("sip:192.0.2.10:5099", False),
        ("sip:192.0.2.11", False),
        ("sip:[2001:db8::10]", True),
        ("sip:[2001:0db8:0::0010]:5060", True),
        ("sip:[2001:db8::11]", False),
        ("sip:sip.example.net:5080", True),
        ("sip:sip.example.net", False),
    ],
)
def test_what_is_our_domain(uri: str, ours: bool) -> None:
    assert make().owns(parse_uri(uri)) is ours


def test_header_text_of_a_listener() -> None:
    udp, tcp, six, wild = (OwnListener(n, item) for n, item in enumerate(LISTENERS))
    assert udp.via == "Via: SIP/2.0/UDP 192.0.2.10:5060;branch="
    assert udp.record_route == "Record-Route: <sip:192.0.2.10:5060;lr;d="
    assert tcp.via == "Via: SIP/2.0/TCP 192.0.2.10:5062;branch="
    assert tcp.record_route == "Record-Route: <sip:192.0.2.10:5062;transport=tcp;lr;d="
    assert six.via == "Via: SIP/2.0/UDP [2001:db8::10]:5060;branch="
    assert wild.via == "Via: SIP/2.0/UDP sip.example.net:5080;branch="
    assert (udp.transport, tcp.transport, six.is_v6, wild.is_v6) == (UDP, TCP, True, False)


def test_the_inbound_listener_is_kept_where_it_fits() -> None:
    domain = make()

    def chosen(transport: int, host: str, inbound: int) -> int:
        own = domain.choose(transport, host, inbound)
        return -1 if own is None else own.number

    assert chosen(UDP, "192.0.2.1", 3) == 3
    assert chosen(UDP, "192.0.2.1", 1) == 0
    assert chosen(TCP, "192.0.2.1", 0) == 1
    assert chosen(UDP, "2001:db8::1", 0) == 2
    assert chosen(TCP, "2001:db8::1", 0) == -1
    assert chosen(UDP, "192.0.2.1", -1) == 0


def test_a_listener_is_found_by_its_name() -> None:
    domain = make()
    assert [domain.numbered(item.name) for item in LISTENERS] == [0, 1, 2, 3]
    assert domain.numbered("udp:192.0.2.99:5060") == -1


def test_a_token_is_bound_to_the_dialog_and_to_our_secret() -> None:
    domain = make()
    token = domain.token("call-1", "a")
    assert token == domain.token("call-1", "a")
    assert len(token) == 12
    others = (domain.token("call-2", "a"), domain.token("call-1", "b"), make(key=b"x" * 32).token("call-1", "a"))
    assert token not in others


@pytest.mark.parametrize(
    ("call_id", "from_tag", "to_tag", "known"),
    [
        ("c", "a", "b", True),
        ("c", "b", "a", True),
        ("d", "a", "b", False),
        ("c", "x", "b", False),
        ("c", "", "", False),
    ],
)
def test_a_token_is_known_from_either_side_of_its_dialog(call_id: str, from_tag: str, to_tag: str, known: bool) -> None:
    domain = make()
    assert domain.knows(domain.token("c", "a"), call_id, from_tag, to_tag) is known
    assert not domain.knows("", call_id, from_tag, to_tag)


@pytest.mark.parametrize(
    ("value", "token"),
    [
        ("<sip:192.0.2.10:5060;lr;d=abc>", "abc"),
        ("<sip:192.0.2.10:5060;lr;d=abc;x=y>;z", "abc"),
        ("<sip:192.0.2.10;d=abc;lr>", "abc"),
        ('"us" <sip:192.0.2.10:5062;transport=tcp;lr;d=abc>', "abc"),
        ("<sip:example.com;lr>", ""),
        ("<sip:192.0.2.11;lr;d=abc>", None),
        ("<sips:192.0.2.10;lr;d=abc>", None),
        ("<tel:123>", None),
    ],
)
def test_our_own_route(value: str, token: str | None) -> None:
    assert make().own_route(value) == token


@pytest.mark.parametrize("value", ["", "sip:192.0.2.10", "<sip:", "<nonsense>", "><"])
def test_a_broken_route_raises(value: str) -> None:
    with pytest.raises(WireError):
        route_uri(value)


def test_relays() -> None:
    domain = make(Relay("example.org", "sip:192.0.2.1"), Relay("example.net", "sip:gw;transport=tcp;lr"))
    assert domain.relay(parse_uri("sip:x@Example.Org")) == "<sip:192.0.2.1;lr>"
    assert domain.relay(parse_uri("sip:x@example.net")) == "<sip:gw;transport=tcp;lr>"
    assert domain.relay(parse_uri("sip:x@example.edu")) == ""


@pytest.mark.parametrize(
    ("host", "numeric"),
    [
        ("192.0.2.1", True),
        ("0.0.0.0", True),
        ("255.255.255.255", True),
        ("2001:db8::1", True),
        ("256.1.1.1", False),
        ("1.2.3", False),
        ("1.2.3.4.5", False),
        ("01.2.3.4", False),
        ("1234", False),
        ("1.2.3.4.example.com", False),
        ("example.com", False),
        ("host1", False),
        ("", False),
    ],
)
def test_what_is_an_address(host: str, numeric: bool) -> None:
    assert is_numeric(host) is numeric


def test_flows_have_the_tuple_their_socket_takes() -> None:
    assert flow_to(3, UDP, "192.0.2.1", 5070).address == ("192.0.2.1", 5070)
    six = flow_to(3, TCP, "2001:db8::1", 5070)
    assert (six.address, six.listener, six.transport) == (("2001:db8::1", 5070, 0, 0), 3, TCP)


@pytest.mark.parametrize(
    ("uri", "transport"),
    [("sip:a", UDP), ("sip:a;transport=UDP", UDP), ("sip:a;transport=tcp", TCP), ("sip:a;transport=tls", -1)],
)
def test_the_transport_of_a_uri(uri: str, transport: int) -> None:
    assert transport_of(parse_uri(uri)) == transport
