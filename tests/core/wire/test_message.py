"""Messages: what is found in the lines, what is refused and with what, and that nothing else is touched."""

from __future__ import annotations

import pytest

from core.wire.error import WireError
from core.wire.header import (
    CALL_ID,
    CONTACT,
    CONTENT_LENGTH,
    FROM,
    MAX_FORWARDS,
    PROXY_REQUIRE,
    ROUTE,
    SUBJECT,
    SUPPORTED,
    TO,
    UNKNOWN,
    VIA,
)
from core.wire.limits import Limits
from core.wire.message import Message, build_response, parse_message

HEAD = (
    "Via: SIP/2.0/UDP h:5062;branch=z9hG4bK1;rport\r\n"
    "v: SIP/2.0/UDP a;branch=z9hG4bK2 ,\r\n SIP/2.0/TCP b\r\n"
    "f: Alice <sip:alice@example.com>;tag=1\r\n"
    'TO :\r\n "Bob, B" <sip:bob@example.com>\r\n'
    "Call-ID: x@h\r\n"
    "CSeq: 7 INVITE\r\n"
    "Contact: <sip:a@h>, <sip:b,c@h>;q=0.5\r\n"
    "X-New: \t v\xe9 \r\n"
)
INVITE = "INVITE sip:bob@example.com SIP/2.0\r\n" + HEAD


def parse(text: str, limits: Limits | None = None) -> Message:
    return parse_message(text.encode("latin-1"), limits or Limits())


def refused(text: str | bytes, limits: Limits | None = None) -> WireError:
    data = text if isinstance(text, bytes) else text.encode("latin-1")
    with pytest.raises(WireError) as caught:
        parse_message(data, limits or Limits())
    return caught.value


def test_a_request() -> None:
    message = parse(INVITE + "l: 3\r\n\r\nabcdef")
    assert (message.is_request, message.method, message.request_uri) == (True, "INVITE", "sip:bob@example.com")
    assert message.body == b"abc"
    assert message.call_id == "x@h"
    assert message.cseq() == (7, "INVITE")
    assert message.uri().user == "bob"
    assert message.from_().tag == "1"
    assert message.to().display == "Bob, B"
    assert (message.via().host, message.via().branch) == ("h", "z9hG4bK1")
    for accessor in (message.via, message.from_, message.to, message.uri):
        assert accessor() is accessor()


def test_values() -> None:
    message = parse(INVITE + "Supported:\r\nSupported: a,,b\r\ns:\r\n\r\n")
    assert message.first(TO) == '"Bob, B" <sip:bob@example.com>'
    assert message.all(VIA) == [
        "SIP/2.0/UDP h:5062;branch=z9hG4bK1;rport",
        "SIP/2.0/UDP a;branch=z9hG4bK2",
        "SIP/2.0/TCP b",
    ]
    assert message.all(CONTACT) == ["<sip:a@h>", "<sip:b,c@h>;q=0.5"]
    assert message.all(SUPPORTED) == ["a", "b"]
    assert message.all(SUBJECT) == [""]
    assert message.first(UNKNOWN) == "v\xe9"
    assert (message.ids.count(VIA), message.ids.count(ROUTE), message.has(CALL_ID), message.has(ROUTE)) == (
        2,
        0,
        True,
        False,
    )
    assert (message.first(ROUTE), message.all(ROUTE)) == ("", [])


def test_what_is_not_touched_leaves_as_it_came() -> None:
    text = INVITE + "l: 3\r\n\r\nabc"
    assert parse(text).render() == text.encode("latin-1")


def test_octets_behind_content_length_are_dropped_and_a_body_without_it_is_all() -> None:
    assert parse(INVITE + "l: 0\r\n\r\nabc").body == b""
    assert parse(INVITE + "\r\nabc").body == b"abc"


def test_empty_lines_before_the_start_line_are_ignored() -> None:
    assert parse("\r\n\r\n" + INVITE + "\r\n").method == "INVITE"


def test_a_response() -> None:
    message = parse("SIP/2.0 200 All is SIP/2.0\r\n" + HEAD + "\r\n")
    assert (message.is_request, message.status, message.reason) == (False, 200, "All is SIP/2.0")
    assert message.method == "INVITE"
    assert parse("SIP/2.0 100 \r\n" + HEAD + "\r\n").reason == ""
    assert parse("sip/2.0 100\r\n" + HEAD + "\r\n").status == 100


def without(name: str) -> str:
    return "".join(line for line in HEAD.splitlines(keepends=True) if not line.startswith((name, " ")))


@pytest.mark.parametrize(
    ("text", "status", "reason"),
    [
        ("INVITE  sip:a@b SIP/2.0\r\n" + HEAD + "\r\n", 400, "Bad Request-Line"),
        ("INVITE sip:a@b SIP/2.0 \r\n" + HEAD + "\r\n", 400, "Bad Request-Line"),
        ("INVITE sip:a@b\r\n" + HEAD + "\r\n", 400, "Bad Request-Line"),
        ("INVITE  SIP/2.0\r\n" + HEAD + "\r\n", 400, "Bad Request-Line"),
        ("INVITE sip:a@b HTTP/1.1\r\n" + HEAD + "\r\n", 400, "Bad Request-Line"),
        ("INVITE sip:a@b SIP/7.0\r\n" + HEAD + "\r\n", 505, "Version Not Supported"),
        ("IN(VITE sip:a@b SIP/2.0\r\n" + HEAD + "\r\n", 400, "Bad method"),
        ("SIP/2.0 99 x\r\n" + HEAD + "\r\n", 400, "Bad status code"),
        ("SIP/2.0 700 x\r\n" + HEAD + "\r\n", 400, "Bad status code"),
        ("SIP/2.0 4294967301 x\r\n" + HEAD + "\r\n", 400, "Bad status code"),
        ("SIP/2.0 2\xb20 x\r\n" + HEAD + "\r\n", 400, "Bad status code"),
        ("SIP/2.0\r\n" + HEAD + "\r\n", 505, "Version Not Supported"),
        ("SIP/3.0 200 OK\r\n" + HEAD + "\r\n", 505, "Version Not Supported"),
        (INVITE + "l: 4\r\n\r\nabc", 400, "Body shorter than Content-Length"),
        (INVITE + "l: -1\r\n\r\nabc", 400, "Bad Content-Length"),
        (INVITE + "l: 3\r\nl: 3\r\n\r\nabc", 400, "Repeated Content-Length header field"),
        (INVITE + "From: <sip:m@h>\r\n\r\n", 400, "Repeated From header field"),
        (INVITE + "Call-ID\r\n\r\n", 400, "Bad header line"),
        (INVITE + "FromX\r\n\r\n", 400, "Bad header line"),
        (INVITE + ": x\r\n\r\n", 400, "Bad header line"),
        (INVITE + "a b: x\r\n\r\n", 400, "Bad header line"),
        ("INVITE sip:a@b SIP/2.0\r\n " + HEAD + "\r\n", 400, "Bad header line"),
        (INVITE + "X: a\nRoute: <sip:evil>\r\n\r\n", 400, "Bare CR or LF in header section"),
        (INVITE + "X: a\rb\r\n\r\n", 400, "Bare CR or LF in header section"),
        (INVITE, 400, "Header section has no end"),
        ("INVITE sip:a@b SIP/2.0\r\n" + HEAD.replace("x@h", "") + "\r\n", 400, "Missing Call-ID header field"),
        ("", 400, "Header section has no end"),
        ("\r\n\r\n", 400, "Header section has no end"),
        ("\r\n\r\n\r\n", 400, "Header section has no end"),
        ("\r\n\r", 400, "Header section has no end"),
    ]
    + [
        (f"INVITE sip:a@b SIP/2.0\r\n{without(name)}\r\n", 400, f"Missing {full} header field")
        for name, full in (("f:", "From"), ("TO", "To"), ("Call-ID", "Call-ID"), ("CSeq", "CSeq"))
    ],
)  # fmt: skip
def test_refused(text: str, status: int, reason: str) -> None:
    error = refused(text)
    assert error.status == status
    if text.strip():
        assert error.reason == reason
        assert isinstance(error.message, Message)


def test_a_request_without_via_is_refused() -> None:
    error = refused("INVITE sip:a@b SIP/2.0\r\n" + "".join(HEAD.splitlines(keepends=True)[3:]) + "\r\n")
    assert error.reason == "Missing Via header field"


@pytest.mark.parametrize(
    ("limits", "status", "reason"),
    [
        (Limits(max_message=100), 513, "Message Too Large"),
        (Limits(max_headers=7), 400, "Too many header fields"),
        (Limits(max_header=40), 400, "Header field too long"),
        (Limits(max_start_line=20), 414, "Request-URI Too Long"),
    ],
)
def test_bounds(limits: Limits, status: int, reason: str) -> None:
    error = refused(INVITE + "\r\n", limits)
    assert (error.status, error.reason) == (status, reason)


def test_bounds_are_reached_exactly() -> None:
    text = INVITE + "\r\n"
    longest = max(len(line) for line in parse(text).lines)
    limits = Limits(max_message=len(text), max_header=longest, max_headers=8, max_start_line=len(text.split("\r\n")[0]))
    assert parse(text, limits).ids.count(VIA) == 2


@pytest.mark.parametrize("header", [VIA, ROUTE, CONTACT, PROXY_REQUIRE])
def test_a_list_of_commas_only_is_refused_when_asked_for(header: int) -> None:
    message = parse(INVITE + "\r\n")
    message.insert(0, header, "x: , ,")
    with pytest.raises(WireError):
        message.all(header)
    if header == VIA:
        with pytest.raises(WireError):
            message.via()


def test_changes_keep_parsed_values_true() -> None:
    message = parse(INVITE + "\r\n")
    assert message.via().host == "h"
    message.insert(0, VIA, "Via: SIP/2.0/TCP new;branch=z9hG4bK9")
    assert message.via().host == "new"
    message.replace(0, "Via: SIP/2.0/TCP other;branch=z9hG4bK9")
    assert message.via().host == "other"
    message.remove_first_value(VIA)
    message.remove_first_value(VIA)
    assert message.via().host == "a"
    message.remove_first_value(VIA)
    assert message.all(VIA) == ["SIP/2.0/TCP b"]
    message.remove(message.ids.index(VIA))
    with pytest.raises(WireError):
        message.via()
    message.set_request_uri("sip:new@h")
    assert (message.uri().user, message.start_line()) == ("new", "INVITE sip:new@h SIP/2.0")
    message.replace(message.ids.index(TO), "To: <sip:c@d>;tag=9")
    assert message.to().tag == "9"
    message.replace(message.ids.index(FROM), "From: <sip:c@d>;tag=8")
    assert message.from_().tag == "8"


def test_response_of_our_own() -> None:
    request = parse(INVITE + "Max-Forwards: 70\r\n\r\n")
    answer = parse_message(build_response(request, 483, "Too Many Hops", "t1", [("Warning", "x")]), Limits())
    assert (answer.status, answer.reason) == (483, "Too Many Hops")
    assert answer.all(VIA) == request.all(VIA)
    assert (answer.first(FROM), answer.cseq(), answer.call_id) == (request.first(FROM), request.cseq(), "x@h")
    assert answer.to().tag == "t1"
    assert answer.first(CONTENT_LENGTH) == "0"
    assert not answer.has(MAX_FORWARDS)
    assert b"Warning: x\r\n" in answer.render()


def test_a_tag_is_added_only_where_there_is_none() -> None:
    request = parse(INVITE + "\r\n")
    request.replace(request.ids.index(TO), "t: <sip:b@h;x=tag>;TAG=mine")
    assert parse_message(build_response(request, 200, "OK", "t1"), Limits()).to().tag == "mine"
