"""RFC 3398 as data, Reason, and cause maps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.northbound.routing_settings import CauseMap, ReasonMap
from core.routing.causes import (
    apply,
    cause_of,
    mapped,
    read_reason,
    reason_for,
    reason_value,
    status_of,
    write_reason,
)
from core.wire.limits import Limits
from core.wire.message import Message, parse_message


def response(status: int, *extra: str) -> Message:
    lines = [
        f"SIP/2.0 {status} Whatever",
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa",
        "From: <sip:1001@example.com>;tag=1",
        "To: <sip:1002@example.com>;tag=2",
        "Call-ID: c",
        "CSeq: 1 INVITE",
        *extra,
    ]
    return parse_message(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"), Limits())


@pytest.mark.parametrize(
    ("status", "cause"),
    [(404, 1), (486, 17), (600, 17), (480, 18), (484, 28), (502, 38), (503, 41), (408, 102), (604, 1), (410, 22),
     (487, 0), (302, 0), (200, 0), (499, 127), (599, 41), (699, 21)],
)  # fmt: skip
def test_causes_of_statuses(status: int, cause: int) -> None:
    assert cause_of(status) == cause


@pytest.mark.parametrize(
    ("cause", "status"),
    [(1, 404), (17, 486), (18, 408), (19, 480), (21, 403), (22, 410), (27, 502), (28, 484), (34, 503), (65, 488),
     (102, 504), (111, 500), (127, 500), (16, 0), (44, 503), (63, 503), (69, 501), (99, 500), (120, 500)],
)  # fmt: skip
def test_statuses_of_causes(cause: int, status: int) -> None:
    assert status_of(cause) == status


def test_reason_values() -> None:
    assert reason_for(486) == 'Q.850;cause=17;text="User busy"'
    assert reason_for(487) == ""
    assert reason_value(5) == "Q.850;cause=5"


@pytest.mark.parametrize(
    ("lines", "cause"),
    [
        ((), 0),
        (("Reason: Q.850;cause=34",), 34),
        (('Reason: SIP;cause=200;text="a, b", q.850 ;text="x";cause=27',), 27),
        (("Reason: SIP;cause=503", "Reason: Q.850;cause=16"), 16),
        (("Reason: Q.850;cause=999",), 0),
        (("Reason: Q.850;cause=³",), 0),
        (("Reason: Q.850",), 0),
        (("Reason: ,",), 0),
        (("Reason: Q.850;;",), 0),
    ],
)
def test_reading(lines: tuple[str, ...], cause: int) -> None:
    assert read_reason(response(503, *lines)) == cause


@given(st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=60))
def test_nothing_in_reason_raises(value: str) -> None:
    message = response(503, f"Reason: {value}")
    assert 0 <= read_reason(message) <= 127
    write_reason(message, 41)
    assert message.lines[-1] == 'Reason: Q.850;cause=41;text="Temporary failure"'


def test_writing_keeps_what_other_protocols_say() -> None:
    message = response(503, "Reason: Q.850;cause=1, SIP;cause=480")
    write_reason(message, 17)
    assert message.lines[-2:] == [
        "Reason: SIP;cause=480",
        'Reason: Q.850;cause=17;text="User busy"',
    ]


MAP = (CauseMap(503, 480), CauseMap(500, 0, 38), CauseMap(404, 410, 22), CauseMap(302, 480, 31))


@pytest.mark.parametrize(
    ("status", "expected"), [(503, (480, 0)), (500, (500, 38)), (404, (410, 22)), (486, (486, 0)), (180, (180, 0))]
)
def test_maps(status: int, expected: tuple[int, int]) -> None:
    assert mapped(MAP, status) == expected


@pytest.mark.parametrize(
    ("status", "lines", "first", "cause"),
    [
        (503, (), "SIP/2.0 480 Temporarily Unavailable", 41),
        (503, ("Reason: Q.850;cause=34",), "SIP/2.0 480 Temporarily Unavailable", 34),
        (500, ("Reason: Q.850;cause=34",), "SIP/2.0 500 Whatever", 38),
        (404, (), "SIP/2.0 410 Gone", 22),
        (486, (), "SIP/2.0 486 Whatever", 17),
        (302, (), "SIP/2.0 480 Temporarily Unavailable", 31),
        (301, (), "SIP/2.0 301 Whatever", 0),
        (407, (), "SIP/2.0 407 Whatever", 0),
        (487, (), "SIP/2.0 487 Whatever", 0),
        (183, (), "SIP/2.0 183 Whatever", 0),
        (200, (), "SIP/2.0 200 Whatever", 0),
    ],
)
def test_responses_of_a_trunk(status: int, lines: tuple[str, ...], first: str, cause: int) -> None:
    message = response(status, *lines)
    apply(MAP, message)
    assert message.start_line() == first
    again = parse_message(message.render(), Limits())
    assert again.status == message.status
    assert read_reason(again) == cause


REASONS = (ReasonMap(17), ReasonMap(21, 603), ReasonMap(34, 480))


@pytest.mark.parametrize(
    ("status", "reason", "became"),
    [
        (500, "Q.850;cause=17", 486),
        (480, "SIP;cause=1, Q.850;cause=21", 603),
        (503, "Q.850;cause=34", 480),
        (500, "Q.850;cause=34", 480),
        (404, "Q.850;cause=17", 410),
        (500, "Q.850;cause=41", 500),
        (500, "SIP;cause=17", 500),
        (407, "Q.850;cause=17", 407),
        (200, "Q.850;cause=17", 200),
    ],
)
def test_a_q850_cause_decides_where_no_line_has_the_status(status: int, reason: str, became: int) -> None:
    message = response(status, f"Reason: {reason}")
    apply(MAP, message, REASONS)
    assert message.status == became
