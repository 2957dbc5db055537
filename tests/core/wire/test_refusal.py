"""Refusing an INVITE from its octets: the same as from the message, where it is done at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.engine import flow, octets
from support.messages import request

from core.wire.header import CALL_ID, CSEQ, FROM, TO, VIA
from core.wire.limits import Limits
from core.wire.message import build_response, parse_message
from core.wire.refusal import is_invite, refuse, sketch

ALICE = flow("192.0.2.1")
INVITE = octets(request("INVITE", "sip:bob@example.com", ALICE, extra=("Via: SIP/2.0/UDP a;branch=z9hG4bKx",)))


def test_it_says_what_the_message_would() -> None:
    found = sketch(INVITE)
    assert found is not None
    assert (found.branch, found.sent_by) == ("z9hG4bKalice1", "192.0.2.1:5060")
    message = parse_message(INVITE, Limits())
    assert message.via().sent_by == found.sent_by
    extra = b"Retry-After: 5\r\n"
    ours = parse_message(refuse(found, found.top, "t1", extra), Limits())
    theirs = parse_message(build_response(message, 503, "Service Unavailable", "t1", [("Retry-After", "5")]), Limits())
    assert ours.start_line() == theirs.start_line()
    for header in (VIA, FROM, TO, CALL_ID, CSEQ):
        assert ours.all(header) == theirs.all(header)
    assert sorted(ours.lines) == sorted(theirs.lines)


@pytest.mark.parametrize(
    "change",
    [
        (b"INVITE sip", b"INFO sip"),
        (b"To: <sip:bob@example.com>", b"To: <sip:bob@example.com>;tag=b1"),
        (b"To: <sip:bob@example.com>", b"To: <sip:bob@example.com>;TAG=b1"),
        (b"To: ", b"t: "),
        (b"From: ", b"from: "),
        (b"Via: SIP/2.0/UDP 192", b"v: SIP/2.0/UDP 192"),
        (b"Via: SIP/2.0/UDP a", b"via: SIP/2.0/UDP a"),
        (b"Via: SIP/2.0/UDP a", b"Via : SIP/2.0/UDP a"),
        (b"Call-ID: call-1\r\n", b""),
        (b"Call-ID: call-1\r\n", b"Call-ID: call-1\r\nCall-ID: call-2\r\n"),
        (b"CSeq: 1 INVITE", b"CSeq: 1 BYE"),
        (b"Call-ID: call-1\r\n", b"Call-ID: call-1\r\n folded\r\n"),
        (b"Call-ID: call-1\r\n", b"Call-ID: call-1\nX: 1\r\n"),
        (b"branch=z9hG4bKalice1", b"branch=1"),
        (b"SIP/2.0/UDP 192.0.2.1:5060", b"SIP/2.0/TCP 192.0.2.1:5060"),
        (b"SIP/2.0/UDP 192.0.2.1:5060", b"SIP/2.0/UDP [2001:db8::1]:5060"),
        (b"SIP/2.0/UDP 192.0.2.1:5060", b"SIP/2.0/UDP 192.0.2.1:x"),
        (b"SIP/2.0/UDP 192.0.2.1:5060", b"SIP/2.0/UDP 192.0.2.1:\xb2"),
        (b"SIP/2.0/UDP 192.0.2.1:5060", b"SIP/2.0/UDP 192.0.2.1:" + b"1" * 5000),
        (b"\r\n\r\n", b"\r\n"),
    ],
)
def test_what_is_unusual_is_left_to_others(change: tuple[bytes, bytes]) -> None:
    assert INVITE.count(change[0]) >= 1
    assert sketch(INVITE.replace(change[0], change[1])) is None


def test_a_body_is_no_header() -> None:
    body = b"v=0\r\nVia: x\r\nTo: y;tag=1\r\n"
    assert sketch(INVITE + body) is not None


def test_only_an_invite_begins_so() -> None:
    assert is_invite(INVITE)
    assert not is_invite(b"INVITES sip:a SIP/2.0\r\n\r\n")


@given(st.binary(max_size=200), st.integers(0, 400))
def test_no_octets_are_a_fault(data: bytes, at: int) -> None:
    sketch(data)
    sketch(b"INVITE " + data + b"\r\n\r\n")
    sketch(INVITE[:at] + data + INVITE[at:])
