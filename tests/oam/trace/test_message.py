"""What is shown of a message, read from its octets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.traced import record, with_sdp

from core.northbound.trace import TRUNCATED
from oam.trace.message import clock, host_port, moment, read, title, whole

INVITE = (
    "INVITE sip:bob@b SIP/2.0\nFrom: <sip:alice@a>;tag=1\nTo: <sip:bob@b>\nCall-ID: c1\nCSeq: 7 INVITE\n"
    "Content-Length: 0\n\n"
)


def test_a_request() -> None:
    found = read(record(INVITE))
    assert (found.start, found.method, found.status, found.call_id) == ("INVITE sip:bob@b SIP/2.0", "INVITE", 0, "c1")
    assert (found.caller, found.callee, found.with_sdp) == ("alice", "bob", False)


def test_a_response_has_the_method_it_answers() -> None:
    found = read(record("SIP/2.0 180 Ringing\ni: c1\nf: tel:+49;tag=1\nt: sip:x\nCSeq: 7\n  INVITE\n\n"))
    assert (found.method, found.status, found.call_id, found.caller) == ("INVITE", 180, "c1", "+49")


@pytest.mark.parametrize("status", ["9" * 5000, "12", "1234", "-12", "²³¹"])
def test_what_is_no_status_is_none(status: str) -> None:
    assert read(record(f"SIP/2.0 {status} OK\nCSeq: 1 INVITE\nCall-ID: c1\n\n")).status == 0


def test_an_sdp_is_seen() -> None:
    assert read(record(with_sdp(INVITE))).with_sdp


def test_the_ends_follow_the_direction() -> None:
    came, left = read(record(INVITE)), read(record(INVITE, sent=True))
    assert (came.source, came.destination) == (("192.0.2.1", 5060), ("192.0.2.10", 5060))
    assert (left.source, left.destination) == (came.destination, came.source)


@given(st.binary(max_size=300) | st.text(max_size=99).map(lambda text: f"SIP/2.0 {text}".encode("utf-8", "replace")))
def test_any_octets_are_shown_and_steer_nothing(octets: bytes) -> None:
    message = read(record(octets))
    assert all(line.isprintable() for line in whole(message))


def test_a_message_is_shown_with_all_its_lines() -> None:
    lines = whole(read(record(INVITE, 4, at_us=1_700_000_000_123_456, flags=TRUNCATED)))
    assert lines[0] == ("Message 4, 2023-11-14T22:13:20.123456Z, received over udp, 192.0.2.1:5060 -> 192.0.2.10:5060")
    assert lines[1:3] == ["INVITE sip:bob@b SIP/2.0", "From: <sip:alice@a>;tag=1"]
    assert lines[-1].startswith("(cut: the message has")


@pytest.mark.parametrize(
    ("place", "text"), [(("192.0.2.1", 5060), "192.0.2.1:5060"), (("2001:db8::1", 5), "[2001:db8::1]:5")]
)
def test_places(place: tuple[str, int], text: str) -> None:
    assert host_port(place) == text


def test_times() -> None:
    assert (clock(1_700_000_000_001_999), moment(1_700_000_000_000_001)) == (
        "22:13:20.001",
        "2023-11-14T22:13:20.000001Z",
    )
    assert title(read(record(INVITE))).startswith("Message 1, ")
