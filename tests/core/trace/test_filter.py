"""What a filter takes, told by octets."""

from __future__ import annotations

import pytest
from support.engine import flow, octets
from support.messages import request

from core.northbound.trace import TraceFilter
from core.trace.filter import Places, Trace, call_id_of, has_user, may_begin

ALICE = flow("192.0.2.1")


def trace(places: Places | None = None, /, **wanted: object) -> Trace:
    return Trace(1, TraceFilter(**wanted), places, 100.0, -1, "admin", 0.0)  # type: ignore[arg-type]


def message(method: str = "INVITE", callee: str = "sip:bob@example.com", **more: str) -> bytes:
    return octets(request(method, callee, ALICE, callee=callee, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "fits", "fails"),
    [
        ({"method": "OPTIONS"}, message("OPTIONS"), message("INVITE")),
        ({"method": "INVITE"}, message("INVITE"), b"SIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\n\r\n"),
        ({"call_id": "call-7"}, message(call_id="call-7"), message(call_id="call-8")),
        ({"number": "4930123"}, message(callee="sip:+4930123@example.com"), message(callee="sip:49301234@example.com")),
        ({"users": ("1001", "555")}, message(callee="sip:555@example.com"), message(callee="sip:5551@example.com")),
        ({"number": "5060"}, message(callee="sip:5060@example.com"), message(callee="sip:bob@example.com:5060")),
        ({"users": ("Bob",)}, message(callee="sip:bob@example.com"), message(callee="sip:bobby@example.com")),
        (
            {"method": "INVITE", "users": ("carol",), "number": "12"},
            message(callee="sip:12@example.com", caller="sip:carol@example.com"),
            message(callee="sip:12@example.com", caller="sip:dan@example.com"),
        ),
    ],
)
def test_all_that_is_given_must_fit(wanted: dict[str, object], fits: bytes, fails: bytes) -> None:
    assert trace(None, **wanted).begins(fits, "192.0.2.1")
    assert not trace(None, **wanted).begins(fails, "192.0.2.1")


def test_numbers_are_looked_for_where_something_may_begin() -> None:
    wanted = trace(number="12")
    assert wanted.begins(message("REGISTER", callee="sip:12@example.com"), "")
    assert not wanted.begins(message("BYE", callee="sip:12@example.com"), "")


@pytest.mark.parametrize("method", ["INVITE", "REGISTER", "SUBSCRIBE", "MESSAGE", "OPTIONS", "PUBLISH", "REFER"])
def test_requests_that_begin_something(method: str) -> None:
    assert may_begin(message(method))


@pytest.mark.parametrize("data", [message(each) for each in ("ACK", "BYE", "CANCEL", "PRACK", "UPDATE", "INFO")])
def test_requests_that_do_not(data: bytes) -> None:
    assert not may_begin(data)
    assert not may_begin(b"SIP/2.0 200 OK\r\n")


def test_a_name_in_credentials_is_a_user() -> None:
    assert has_user(b'authorization: digest username="1001", realm="r"', b"1001")
    assert has_user(b"from: <tel:+1001>", b"1001")


def test_places_are_addresses_and_networks_of_both_versions() -> None:
    places = Places(("192.0.2.7", "198.51.100.0/24", "2001:db8::/32"))
    hosts = ("192.0.2.7", "192.0.2.8", "198.51.100.200", "2001:db8::5", "2001:db9::5", "nonsense")
    assert [places.has(host) for host in hosts] == [True, False, True, True, False, False]
    assert [places.has(host) for host in hosts] == [True, False, True, True, False, False]


def test_a_filter_of_places_asks_for_the_peer() -> None:
    wanted = trace(Places(("192.0.2.7",)), network="192.0.2.7")
    assert wanted.begins(message("BYE"), "192.0.2.7")
    assert not wanted.begins(message("BYE"), "192.0.2.8")


def test_without_anything_it_takes_all() -> None:
    assert trace().takes_all
    assert not trace(method="INVITE").takes_all
    assert not trace(Places(()), trunk="gone").takes_all


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"BYE a SIP/2.0\r\nCall-ID: one@host\r\n\r\n", b"one@host"),
        (b"BYE a SIP/2.0\r\ni:two\r\n\r\n", b"two"),
        (b"BYE a SIP/2.0\r\ncall-id \t: three \r\n\r\n", b"three"),
        (b"BYE a SIP/2.0\r\nI : four\r\n\r\n", b"four"),
        (b"BYE a SIP/2.0\r\nCall-ID: cut", b"cut"),
        (b"BYE a SIP/2.0\r\n\r\n", b""),
    ],
)
def test_call_ids_as_they_are_written(data: bytes, found: bytes) -> None:
    assert call_id_of(data) == found
