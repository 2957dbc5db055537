"""Who calls whom, as a request says it."""

from __future__ import annotations

import pytest
from support.engine import flow, octets
from support.messages import request

from core.routing.identity import numbers_of
from core.wire.limits import Limits
from core.wire.message import Message, parse_message


def message(uri: str = "sip:1@example.com", caller: str = "sip:alice@example.com", *extra: str) -> Message:
    text = request("INVITE", uri, flow("192.0.2.1"), caller=caller, extra=extra)
    return parse_message(octets(text), Limits())


def read(made: Message, is_trusted: bool = False) -> list[str] | None:
    numbers = numbers_of(made, made.uri(), None, is_trusted)
    return None if numbers is None else [repr(x) for x in (numbers.called, numbers.calling, numbers.redirecting)]


@pytest.mark.parametrize(
    ("made", "is_trusted", "expected"),
    [
        (message("tel:+49-30-1"), False, ["+49301", "None", "None"]),
        (message("sip:bob@example.com"), False, None),
        (message(caller="sip:+4930@x"), False, ["1", "+4930", "None"]),
        (message("tel:1", "sip:2@x", "P-Asserted-Identity: <tel:3>"), False, ["1", "2", "None"]),
        (message("tel:1", "sip:2@x", "P-Asserted-Identity: <tel:3>"), True, ["1", "3", "None"]),
        (message("tel:1", "sip:2@x", "P-Asserted-Identity: <tel:"), True, ["1", "2", "None"]),
        (message("tel:1", "sip:2@x", "Diversion: <tel:4>;reason=busy, <tel:5>"), False, ["1", "2", "4"]),
        (message("tel:1", "sip:2@x", "Diversion: <<"), False, ["1", "2", "None"]),
    ],
)
def test_numbers_of_a_request(made: Message, is_trusted: bool, expected: list[str] | None) -> None:
    assert read(made, is_trusted) == expected
