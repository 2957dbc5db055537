"""What the proxy says itself."""

from __future__ import annotations

import pytest
from support.engine import flow, octets
from support.messages import request, response

from core.proxy.answer import REASONS, to_tag, trying
from core.wire.header import TIMESTAMP
from core.wire.limits import Limits
from core.wire.message import Message, parse_message


def message(text: str) -> Message:
    return parse_message(octets(text), Limits())


def test_reasons_are_for_statuses() -> None:
    assert all(100 <= status < 700 and reason for status, reason in REASONS.items())


def test_a_100_repeats_the_timestamp() -> None:
    """RFC 3261 §8.2.6.1."""
    plain = message(request("INVITE", "sip:b@c", flow("192.0.2.1")))
    timed = message(request("INVITE", "sip:b@c", flow("192.0.2.1"), extra=("Timestamp: 54.1",)))
    assert parse_message(trying(plain), Limits()).start_line() == "SIP/2.0 100 Trying"
    assert not parse_message(trying(plain), Limits()).has(TIMESTAMP)
    assert parse_message(trying(timed), Limits()).first(TIMESTAMP) == "54.1"
    assert parse_message(trying(timed), Limits()).to().tag == ""


@pytest.mark.parametrize(("tag", "found"), [("b1", "b1"), ("", "")])
def test_the_to_tag(tag: str, found: str) -> None:
    invite = message(request("INVITE", "sip:b@c", flow("192.0.2.1")))
    assert to_tag(message(response(invite, 200, to_tag=tag))) == found


def test_an_unreadable_to_has_no_tag() -> None:
    text = "SIP/2.0 200 OK\nVia: SIP/2.0/UDP a;branch=b\nFrom: <sip:a@b>\nTo: <\nCall-ID: x\nCSeq: 1 INVITE\n\n"
    assert to_tag(message(text)) == ""
