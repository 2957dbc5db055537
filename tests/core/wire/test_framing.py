"""The framer: what comes out of a stream, bounds, and that chunking never matters."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.northbound.settings import SipSettings
from core.wire.error import WireError
from core.wire.framing import Framer
from core.wire.limits import Limits

Outcome = tuple[list[bytes], int, int, tuple[int, str] | None]


def run(chunks: list[bytes], limits: Limits | None = None) -> Outcome:
    """Feed `chunks`; return messages, pings, octets pending and the error that ended it."""
    framer = Framer(limits or Limits())
    found: list[bytes] = []
    try:
        for chunk in chunks:
            found += framer.feed(chunk)
        framer.feed(b"")
    except WireError as error:
        return found, framer.pings, framer.pending, (error.status, error.reason)
    return found, framer.pings, framer.pending, None


def octets(stream: bytes) -> list[bytes]:
    return [stream[i : i + 1] for i in range(len(stream))]


EMPTY = b"OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP h\r\nContent-Length: 0\r\n\r\n"
BODY = b"INVITE sip:a@b SIP/2.0\r\nl: 5\r\nX: a\r\n b\r\n\r\nhello"
FOLDED = b"INVITE sip:a@b SIP/2.0\r\nCONTENT-LENGTH \t:\r\n 3 \r\nX: a\r\n\r\nabc"
BAD = b"INVITE sip:a@b SIP/2.0\r\nContent-Length: -999\r\nX: a\r\n\r\n"
TWICE = b"OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 13\r\nl: 5\r\n\r\n"
HUGE = b"OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 99999\r\n\r\n"
NONE = b"OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP h\r\n\r\n"

BAD_LENGTH = (400, "Bad Content-Length")
TOO_LARGE = (400, "Header section too large")

STREAMS: list[tuple[bytes, Outcome]] = [
    (b"", ([], 0, 0, None)),
    (EMPTY, ([EMPTY], 0, 0, None)),
    (BODY, ([BODY], 0, 0, None)),
    (FOLDED, ([FOLDED], 0, 0, None)),
    (EMPTY + BODY + FOLDED, ([EMPTY, BODY, FOLDED], 0, 0, None)),
    (BODY + BODY[:-1], ([BODY], 0, len(BODY) - 1, None)),
    (BODY[:20], ([], 0, 20, None)),
    # RFC 5626 §4.4.1: CRLF CRLF is a ping, a lone CRLF before a message is skipped
    (b"\r\n\r\n", ([], 1, 0, None)),
    (b"\r\n" + EMPTY, ([EMPTY], 0, 0, None)),
    (b"\r\n\r\n\r\n" + EMPTY + b"\r\n" + BODY, ([EMPTY, BODY], 1, 0, None)),
    (EMPTY + b"\r\n\r\n\r\n\r\n", ([EMPTY], 2, 0, None)),
    (EMPTY + b"\r", ([EMPTY], 0, 1, None)),
    # RFC 4475 dblreq: what follows Content-Length is the next message
    (EMPTY + b"\r\n\r\n" + BODY, ([EMPTY, BODY], 1, 0, None)),
    # The end cannot be told: head handed out, then nothing more
    (BAD, ([BAD], 0, 0, BAD_LENGTH)),
    (EMPTY + BAD + EMPTY, ([EMPTY, BAD], 0, 0, BAD_LENGTH)),
    (TWICE + b"hello", ([TWICE], 0, 0, (400, "Repeated Content-Length header field"))),
    (HUGE, ([HUGE], 0, 0, (513, "Message Too Large"))),
    (NONE, ([], 0, 0, (400, "Content-Length missing on a stream"))),
    (EMPTY + NONE, ([EMPTY], 0, 0, (400, "Content-Length missing on a stream"))),
    # Content-Length counts only as a header of its own
    (b"A b SIP/2.0\r\nX: y\r\n l: 3\r\n\r\n", ([], 0, 0, (400, "Content-Length missing on a stream"))),
    # Bare LF ends no line
    (b"A b SIP/2.0\nl: 0\n\n", ([], 0, 18, None)),
    (b"\x16\x03\x01\x02\x00\x01", ([], 0, 6, None)),
]

VALUES = [b"", b"x", b"-1", b"+1", b"1 2", b"1,1", b"0x1", b"12345678901", b"1\x00", b"\xb2", b"1;x"]


@pytest.mark.parametrize(("stream", "outcome"), STREAMS)
def test_stream(stream: bytes, outcome: Outcome) -> None:
    assert run([stream]) == outcome


@pytest.mark.parametrize(("stream", "outcome"), STREAMS)
def test_stream_octet_by_octet(stream: bytes, outcome: Outcome) -> None:
    assert run(octets(stream)) == outcome


@pytest.mark.parametrize("value", VALUES)
def test_broken_content_length(value: bytes) -> None:
    head = b"A b SIP/2.0\r\nl: " + value + b"\r\n\r\n"
    assert run([head + b"1"]) == ([head], 0, 0, BAD_LENGTH)


def test_the_fault_is_known_at_once_and_stays() -> None:
    framer = Framer(Limits())
    assert framer.feed(EMPTY + BAD) == [EMPTY, BAD]
    assert framer.error is not None
    for _ in range(2):
        with pytest.raises(WireError):
            framer.feed(EMPTY)
    assert framer.pending == 0


SMALL = Limits(max_message=120, max_header=30, max_headers=4, max_start_line=20)
START = b"A sip:b SIP/2.0\r\n"


@pytest.mark.parametrize(
    ("stream", "whole"),
    [
        (b"A sip:bbbbbb SIP/2.0\r\nl:0\r\n\r\n", True),
        (b"A sip:bbbbbbb SIP/2.0\r\nl:0\r\n\r\n", False),
        (b"A" * 21, False),
        (START + b"l:0\r\nX:" + b"x" * 28 + b"\r\n\r\n", True),
        (START + b"l:0\r\nX:" + b"x" * 29 + b"\r\n\r\n", False),
        (START + b"l:0\r\nX:" + b"x" * 29, False),
        (START + b"l:0\r\nX:xxxxxxxxxx\r\n xxxxxxxxxx\r\n yy\r\n\r\n", True),
        (START + b"l:0\r\nX:xxxxxxxxxx\r\n xxxxxxxxxx\r\n yyyyy\r\n\r\n", False),
        (START + b"l:0\r\na:b\r\nc:d\r\ne:f\r\n\r\n", True),
        (START + b"l:0\r\na:b\r\nc:d\r\ne:f\r\n g\r\n\r\n", True),
        (START + b"l:0\r\na:b\r\nc:d\r\ne:f\r\ng:h\r\n\r\n", False),
        (START + b"l:5\r\n\r\nhello", True),
        (START + b"l:0\r\n" + (b"X:" + b"x" * 26 + b"\r\n") * 3 + b"\r\n", True),
        (START + b"l:000\r\n" + (b"X:" + b"x" * 28 + b"\r\n") * 3 + b"\r\n", False),
    ],
)
def test_bounds(stream: bytes, whole: bool) -> None:
    outcome: Outcome = ([stream], 0, 0, None) if whole else ([], 0, 0, TOO_LARGE)
    assert run([stream], SMALL) == outcome
    assert run(octets(stream), SMALL) == outcome


def test_default_bounds_are_those_of_the_settings() -> None:
    limits = Limits()
    settings = SipSettings()
    assert (limits.max_message, limits.max_header) == (settings.max_message_octets, settings.max_header_octets)
    assert limits.max_headers == settings.max_headers


def test_octets_held_never_pass_the_bound() -> None:
    framer = Framer(SMALL)
    for _ in range(SMALL.max_start_line):
        framer.feed(b"x")
    assert framer.pending == SMALL.max_start_line
    with pytest.raises(WireError):
        framer.feed(b"x")
    assert framer.pending == 0


PIECES = st.lists(
    st.sampled_from(
        [
            EMPTY,
            BODY,
            FOLDED,
            BAD,
            TWICE,
            NONE,
            START,
            b"\r\n",
            b"\r",
            b"\n",
            b" ",
            b"l:0\r\n",
            b"l: 3\r\n",
            b"X:" + b"x" * 40,
            b"\r\n\r\n",
            b"abc",
            b"\x00\xff",
            b"a:b\r\n",
            b"\t",
            b"A" * 25,
        ]
    ),
    max_size=12,
).map(b"".join)


@given(PIECES | st.binary(max_size=200), st.lists(st.integers(0, 400), max_size=8), st.booleans())
def test_chunking_never_changes_the_result(stream: bytes, cuts: list[int], small: bool) -> None:
    limits = SMALL if small else Limits()
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    chunks = [stream[a:b] for a, b in pairwise(edges)]
    expected = run([stream], limits)
    assert run(chunks, limits) == expected
    assert run(octets(stream), limits) == expected
