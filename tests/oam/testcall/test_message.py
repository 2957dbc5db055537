"""The user agents' own reading and writing of SIP."""

from __future__ import annotations

import pytest

from oam.testcall.message import hostport_of, parse, respond, routes_of, tag_of, uri_of

INVITE = (
    b"INVITE sip:1002@example.com SIP/2.0\r\n"
    b"v: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKa\r\nVia: SIP/2.0/UDP 127.0.0.1:4000;branch=z9hG4bKb\r\n"
    b"Record-Route: <sip:a;lr>,\r\n <sip:b;lr>\r\nRecord-Route: <sip:c;lr>;x=1\r\n"
    b"f: <sip:1001@example.com>;tag=1\r\nt: <sip:1002@example.com>\r\ni: abc\r\nCSeq: 7 INVITE\r\n\r\nbody"
)


def test_a_request_is_read_with_compact_and_folded_headers() -> None:
    message = parse(INVITE)
    assert message is not None
    assert (message.method, message.status, message.cseq, message.branch) == ("INVITE", 0, 7, "z9hG4bKa")
    assert len(message.all("via")) == 2
    assert routes_of(message) == ["<sip:a;lr>", "<sip:b;lr>", "<sip:c;lr>;x=1"]


def test_a_response_copies_what_the_rfc_asks_for_and_adds_the_tag() -> None:
    request = parse(INVITE)
    assert request is not None
    answer = parse(respond(request, "180 Ringing", "99", [("Contact", "<sip:1002@127.0.0.1>")]))
    assert answer is not None
    assert (answer.status, answer.method, answer.answer) == (180, "INVITE", "180 Ringing")
    assert answer.all("via") == request.all("via")
    assert tag_of(answer.first("to")) == "99"
    assert answer.first("from") == request.first("from")


@pytest.mark.parametrize(
    ("value", "uri", "tag"),
    [
        ('"a <b>" <sip:x@y;lr>;tag=1', "sip:x@y;lr", "1"),
        ("<sip:x@y;tag=no>", "sip:x@y;tag=no", ""),
        ("sip:x@y;tag=5", "sip:x@y", "5"),
        ("", "", ""),
    ],
)
def test_addresses(value: str, uri: str, tag: str) -> None:
    assert uri_of(value) == uri
    assert tag_of(value) == tag


@pytest.mark.parametrize("octets", [b"", b"\0" * 10, b"GET / HTTP/1.1\r\n\r\n", b"SIP/2.0 20 OK\r\n\r\n"])
def test_other_octets_are_no_message(octets: bytes) -> None:
    assert parse(octets) is None


@pytest.mark.parametrize("value", ["", "x INVITE", "-1 INVITE"])
def test_a_broken_cseq_is_no_number(value: str) -> None:
    message = parse(f"SIP/2.0 200 OK\r\nCSeq: {value}\r\n\r\n".encode())
    assert message is not None
    assert message.cseq == -1


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("sip:1002@127.0.0.1:5070", ("127.0.0.1", 5070)),
        ("sip:[::1];transport=udp", ("::1", 5060)),
        ("sip:a@phone.example.com", None),
        ("tel:5551", None),
    ],
)
def test_numeric_hosts(uri: str, address: tuple[str, int] | None) -> None:
    assert hostport_of(uri) == address
