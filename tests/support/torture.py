"""Judging one message: what the parser makes of it, and what an engine does with it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.engine import CLOSED, LISTENERS, OPEN, World, flow

from core.effect import TCP, UDP
from core.northbound.settings import SipSettings
from core.store.records import Binding, Subscriber
from core.wire.error import WireError
from core.wire.limits import Limits
from core.wire.message import Message, parse_message

SENDER = "192.0.2.200"
CALLEE = flow("192.0.2.99")
DOMAINS = ("example.com", "example.org", "example.net", "company.com", "chair-dnrc.example.com")
USERS = (
    "user", "t.watson", "j_user", "j.user", "vivekg", "joe", "kumiko", "remote-target", "UserB", "watson", "bob",
    "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*", "sips:user@example.com", "user;par=u@example.net",
    "null-\x00-null",
)  # fmt: skip


def load(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a table of verdicts."""
    with open(path, "rb") as file:
        rows: list[dict[str, Any]] = tomllib.load(file)["message"]
    return rows


def read(octets: bytes, status: int) -> Message:
    """Read a message that is refused with `status` (0: not refused)."""
    if not status:
        return parse_message(octets, Limits())
    with pytest.raises(WireError) as caught:
        parse_message(octets, Limits())
    assert caught.value.status == status
    message = caught.value.message
    assert isinstance(message, Message)
    return message


def broken(message: Message) -> list[str]:
    """Return the accessors that refuse what they read; the URIs of From and To are read with them."""
    calls: list[tuple[str, Callable[[], object]]] = [
        ("via", message.via),
        ("from", lambda: message.from_().uri()),
        ("to", lambda: message.to().uri()),
        ("cseq", message.cseq),
    ]
    if message.is_request:
        calls.append(("uri", message.uri))
    found = []
    for name, call in calls:
        try:
            call()
        except WireError:
            found.append(name)
    return found


def make_world(path: Path, challenge: bool) -> World:
    """Make an engine that serves every domain of the tables, and has a contact for every user."""
    world = World(path, CLOSED if challenge else OPEN, SipSettings(domains=DOMAINS, listeners=LISTENERS))
    for user in USERS:
        world.subscribers.put(Subscriber(user, realm="example.com"))
        contact = Binding(
            "sip:callee@192.0.2.99:5060", 1.0, 2e9, "x", 1, "", 0.0, "udp", LISTENERS[0].name, "192.0.2.99", 5060, False
        )
        world.location.put_bindings(user, [contact])
    return world


def judge(world: World, octets: bytes, transport: str, answer: int | str) -> tuple[list[bytes], list[bytes]]:
    """Send a message into an engine, which must do with it what `answer` says; return what went back and onward."""
    world.send(octets, flow(SENDER, transport=TCP if transport == "tcp" else UDP))
    back = [octets for to, octets, _ in world.sent if to.host == SENDER]
    onward = [octets for to, octets, _ in world.sent if to.host != SENDER]
    # An answer copies From, To and CSeq as they came, so it may be as broken as the request.
    statuses = [int(octets.split(b" ", 2)[1]) for octets in back]
    if answer == "forwarded":
        assert statuses in ([], [100])
        assert len(onward) + len(world.questions) == 1
    else:
        assert statuses == ([] if answer == "dropped" else [answer])
        assert not onward
        assert not world.questions
    assert world.counter("internal-errors") == 0
    return back, onward
