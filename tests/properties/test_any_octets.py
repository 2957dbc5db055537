"""Any octets: a message or one WireError, from the parser and from every accessor; the engine takes them all."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.engine import CLOSED, OPEN, World, flow
from support.messages import register, request
from support.mutation import INVITE, SEEDS, mutate

from core.effect import TCP, UDP
from core.wire.address import parse_address, parse_params
from core.wire.credentials import parse_credentials
from core.wire.error import WireError
from core.wire.framing import Framer
from core.wire.header import HEADERS
from core.wire.limits import Limits
from core.wire.message import Message, build_response, parse_message
from core.wire.uri import equal, parse_uri, render

LIMITS = Limits()
SMALL = Limits(max_message=400, max_header=60, max_headers=6, max_start_line=40)

MUTATED = st.builds(
    lambda seed, number: mutate(seed, random.Random(number)), st.sampled_from(SEEDS), st.integers(0, 2**32)
)
OCTETS = st.binary(max_size=300) | MUTATED
MANY = settings(max_examples=100)


def read(octets: bytes, limits: Limits) -> Message | None:
    """Return the message, or the half-read one of a refusal."""
    try:
        return parse_message(octets, limits)
    except WireError as error:
        caught = error
    assert caught.status in (400, 414, 505, 513)
    assert caught.message is None or isinstance(caught.message, Message)
    return caught.message


def exercise(message: Message) -> None:
    """Ask a message for everything that it can be asked for."""
    calls: list[Callable[[], object]] = [
        message.via,
        message.cseq,
        message.uri,
        lambda: render(message.uri()),
        lambda: equal(message.uri(), parse_uri("sip:bob@example.com;lr")),
        lambda: message.from_().uri(),
        lambda: message.to().uri(),
        lambda: message.from_().tag,
    ]
    for call in calls:
        with suppress(WireError):
            call()
    for header in HEADERS:
        assert message.has(header.id) == (message.ids.count(header.id) > 0)
        value = message.first(header.id)
        assert value == value.strip(" \t")
        with suppress(WireError):
            for element in [value, *message.all(header.id)]:
                for parse in (parse_address, parse_credentials, parse_params, parse_uri):
                    with suppress(WireError):
                        assert parse(element) is not None
    assert len(message.ids) == len(message.lines)
    message.render()
    build_response(message, 400, "Bad Request", "tag", [("Warning", "x")])


@MANY
@given(OCTETS, st.sampled_from([LIMITS, SMALL]))
def test_parser_and_accessors_raise_wire_error_only(octets: bytes, limits: Limits) -> None:
    message = read(octets, limits)
    if message is not None:
        exercise(message)


@MANY
@given(OCTETS)
def test_what_is_read_and_rendered_reads_the_same(octets: bytes) -> None:
    try:
        message = parse_message(octets, LIMITS)
    except WireError:
        return
    again = parse_message(message.render(), LIMITS)
    for name in ("is_request", "method", "request_uri", "status", "reason", "ids", "lines", "body", "call_id"):
        assert getattr(again, name) == getattr(message, name)


@MANY
@given(OCTETS)
def test_nothing_read_holds_a_line_end(octets: bytes) -> None:
    """What ends a line for some reader never hides in a header of a message we pass on."""
    try:
        message = parse_message(octets, LIMITS)
    except WireError:
        return
    for line in [message.start_line(), *message.lines]:
        unfolded = line.replace("\r\n ", "").replace("\r\n\t", "")
        assert "\r" not in unfolded
        assert "\n" not in unfolded


@MANY
@given(st.lists(OCTETS, max_size=4).map(b"".join), st.integers(1, 64))
def test_framer_raises_wire_error_only(stream: bytes, size: int) -> None:
    framer = Framer(LIMITS)
    with suppress(WireError):
        for at in range(0, len(stream), size):
            for octets in framer.feed(stream[at : at + size]):
                read(octets, LIMITS)
    assert framer.pending <= LIMITS.max_message


def fuzz(path: Path, numbers: range) -> None:
    """Send mutated messages into an engine that knows bob, in the course of calls; none may make it raise."""
    world = World(path, CLOSED if numbers.start % 2 else OPEN)
    bob = flow("192.0.2.99")
    alice = flow("192.0.2.200")
    world.subscriber("bob")
    world.send(register("bob", bob), bob)
    for number in numbers:
        rng = random.Random(number)
        seed = rng.choice(SEEDS)
        if rng.random() < 0.5:
            method = rng.choice(("INVITE", "ACK", "BYE", "CANCEL", "REGISTER", "OPTIONS", "SUBSCRIBE"))
            text = request(
                method, "sip:bob@example.com", alice, branch=f"z9hG4bK{number // 5}", call_id=f"c{number // 5}"
            )
            seed = text.replace("\n", "\r\n").encode()
        octets = mutate(seed, rng)
        try:
            world.send(
                octets, rng.choice((alice, bob, flow("192.0.2.200", transport=TCP), flow("2001:db8::1", 5060, UDP)))
            )
            for to, sent, branch in world.sent:
                if branch and rng.random() < 0.3:
                    answer = mutate(sent.replace(b"INVITE sip:", b"SIP/2.0 200 OK\r\nX: "), rng)
                    world.engine.receive(answer, to, world.now)
            world.perform()
            world.sent.clear()
            world.advance(rng.random())
        except Exception as error:
            raise AssertionError(f"number {number}: {octets!r}") from error


def test_engine_takes_any_octets(tmp_path: Path) -> None:
    fuzz(tmp_path, range(100))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_engine_takes_any_octets_for_long(tmp_path: Path, part: int) -> None:
    fuzz(tmp_path, range(1000 + part * 501, 1500 + part * 501))


def test_seeds_are_sound() -> None:
    assert parse_message(INVITE, LIMITS).method == "INVITE"
    assert len({mutate(INVITE, random.Random(number)) for number in range(50)}) > 40
