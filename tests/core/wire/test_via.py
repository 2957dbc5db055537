"""Via values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.effect import TCP, UDP, Flow
from core.wire.error import WireError
from core.wire.via import is_behind_nat, parse_via

Parts = tuple[str, str, int, str, str, int]

VIAS: list[tuple[str, Parts]] = [
    ("SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1", ("UDP", "192.0.2.1", 5060, "z9hG4bK1", "", -1)),
    ("SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;rport", ("UDP", "192.0.2.1", 0, "z9hG4bK1", "", 0)),
    (
        "SIP/2.0/TCP Host.Example.com;rport=5062;received=10.0.0.1;branch=z9hG4bK2",
        ("TCP", "host.example.com", 0, "z9hG4bK2", "10.0.0.1", 5062),
    ),
    (
        "SIP/2.0/UDP h;branch=z9hG4bK1;received=10.0.0.1;rport=1",
        ("UDP", "h", 0, "z9hG4bK1", "10.0.0.1", 1),
    ),
    # RFC 2543: no branch; RFC 4475 badbranch: only the cookie
    ("SIP/2.0/UDP iftgw.example.com", ("UDP", "iftgw.example.com", 0, "", "", -1)),
    ("SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK", ("UDP", "192.0.2.1", 0, "z9hG4bK", "", -1)),
    # RFC 4475 wsinv, unfolded
    ("SIP  /   2.0  /UDP     192.0.2.2;branch=390skdjuw", ("UDP", "192.0.2.2", 0, "390skdjuw", "", -1)),
    (
        "SIP  / 2.0  / TCP     spindle.example.com   ;   branch  =   z9hG4bK9ikj8",
        ("TCP", "spindle.example.com", 0, "z9hG4bK9ikj8", "", -1),
    ),
    ("SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKas", ("UNKNOWN", "t4.example.com", 0, "z9hG4bKas", "", -1)),
    ("sip/2.0/tls-sctp h : 5061 ;ttl=3", ("TLS-SCTP", "h", 5061, "", "", -1)),
    ("SIP/2.0/TCP h1.example.com;branch=z9hG4bK-.!%*_+`'~", ("TCP", "h1.example.com", 0, "z9hG4bK-.!%*_+`'~", "", -1)),
    # RFC 4475 badvers: to be answered with 505, hence readable
    ("SIP/7.0/UDP c.example.com;branch=z9hG4bK1", ("UDP", "c.example.com", 0, "z9hG4bK1", "", -1)),
    # RFC 5118 §4.5: received with and without brackets; §4.1 IPv6 sent-by
    (
        "SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3-111",
        ("UDP", "2001:db8::9:1", 0, "z9hG4bKas3-111", "2001:db8::9:255", -1),
    ),
    (
        "SIP/2.0/UDP [2001:DB8::9:1]:5062;received=2001:db8::9:255;branch=z9hG4bKas3",
        ("UDP", "2001:db8::9:1", 5062, "z9hG4bKas3", "2001:db8::9:255", -1),
    ),
    ("SIP/2.0/UDP [::1]:5060;branch=z9hG4bK1;rport", ("UDP", "::1", 5060, "z9hG4bK1", "", 0)),
    ("SIP/2.0/UDP h;branch=z9hG4bK1;Rport=", ("UDP", "h", 0, "z9hG4bK1", "", 0)),
    ('SIP/2.0/UDP h;branch=z9hG4bK1;x="a;rport"', ("UDP", "h", 0, "z9hG4bK1", "", -1)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "parts"), VIAS)
def test_parts(text: str, parts: Parts) -> None:
    via = parse_via(text)
    assert (via.transport, via.host, via.port, via.branch, via.received, via.rport) == parts
    assert via.text == text
    assert via.sent_by == f"{via.host}:{via.port}"


def test_other_parameters_are_skipped() -> None:
    assert parse_via("SIP/2.0/UDP h;branch=z9hG4bK1;alias;keep;x=Y").branch == "z9hG4bK1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SIP/2.0/UDP",
        "SIP/2.0/UDP ",
        "SIP/2.0 h",
        "SIP/2.0/UDPh",
        "S(P/2.0/UDP h",
        "SIP/2.0/U/P h",
        "SIP/2.0/UDP 192.0.2.15;;",
        "SIP/2.0/UDP h;",
        "SIP/2.0/UDP h;branch=a;branch=b",
        "SIP/2.0/UDP h;branch=a;Branch=b",
        "SIP/2.0/UDP h;branch=a;rport;rport",
        "SIP/2.0/UDP h:0;branch=a",
        "SIP/2.0/UDP h:65536;branch=a",
        "SIP/2.0/UDP h:99999",
        "SIP/2.0/UDP h:x;branch=a",
        "SIP/2.0/UDP h:;branch=a",
        "SIP/2.0/UDP h;rport=x",
        "SIP/2.0/UDP h;rport=0",
        "SIP/2.0/UDP h;rport=\xb2",
        "SIP/2.0/UDP h;branch=a b",
        "SIP/2.0/UDP h;branch=a,b",
        "SIP/2.0/UDP [::1;branch=a",
        "SIP/2.0/UDP [1:2];branch=a",
        "SIP/2.0/UDP 2001:db8::1;branch=a",
        "SIP/2.0/UDP h;received=1:2;branch=a",
        "SIP/2.0/UDP h\x00;branch=a",
        "SIP/2.0/UDP h;branch=a\n",
        "SIP/2.0/UDP a b;branch=a",
    ],
)
def test_broken(text: str) -> None:
    with pytest.raises(WireError) as caught:
        parse_via(text)
    assert caught.value.status == 400


PIECES = st.lists(
    st.sampled_from(
        [
            "SIP/2.0/UDP ",
            "SIP",
            "/",
            "2.0",
            " ",
            "\t",
            "h",
            "[",
            "::1",
            "]",
            ":",
            "5060",
            ";",
            "branch=",
            "z9hG4bK1",
            ";rport",
            "=",
            "received=",
            "::",
            '"',
            ",",
            "\x00",
            "\xe9",
        ]
    ),
    max_size=14,
).map("".join)


@given(
    st.text(st.characters(max_codepoint=255)) | PIECES | PIECES.map(lambda tail: "SIP/2.0/UDP h;branch=z9hG4bK1" + tail)
)
def test_any_text_gives_a_via_or_a_wire_error(text: str) -> None:
    try:
        via = parse_via(text)
    except WireError:
        return
    assert via.host
    assert 0 <= via.port < 65536
    assert -1 <= via.rport < 65536


@pytest.mark.parametrize(("text", "parts"), VIAS)
def test_blanks_change_nothing(text: str, parts: Parts) -> None:
    """The general reader and the fast one agree."""
    via = parse_via(" " + text.replace(";", " ; "))
    if '"' not in text:
        assert (via.transport, via.host, via.port, via.branch, via.received, via.rport) == parts


@pytest.mark.parametrize(
    ("text", "transport", "host", "port", "expected"),
    [
        ("SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa;rport", UDP, "192.0.2.1", 5060, False),
        ("SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKa;rport", UDP, "192.0.2.1", 5070, False),
        ("SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa;rport", UDP, "192.0.2.1", 41234, True),
        ("SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKa;rport", UDP, "192.0.2.1", 5060, True),
        ("SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKa", UDP, "192.0.2.1", 5060, False),
        ("SIP/2.0/TCP 192.0.2.1;branch=z9hG4bKa", TCP, "192.0.2.1", 5060, True),
    ],
)
def test_who_is_reached_by_his_flow_only(text: str, transport: int, host: str, port: int, expected: bool) -> None:
    assert is_behind_nat(parse_via(text), Flow(transport, 0, host, port, (host, port))) is expected
