"""A call of which one datagram is lost, each in turn: it succeeds all the same, and leaves one record."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import World, flow
from support.messages import response
from support.phone import Phone

from core.wire.header import RECORD_ROUTE
from core.wire.message import Message

STEP_S = 0.5


class Side:
    """A phone that says what it has to say every half second until it is stopped."""

    def __init__(self, world: World, link: Link, name: str, host: str) -> None:
        self.link = link
        self.phone = Phone(world, name, flow(host))
        self.unheard: dict[str, str] = {}
        self.heard: list[str] = []

    def say(self, text: str, until: str = "") -> None:
        if until:
            self.unheard[until] = text
        self.link.carry(text, self.phone)

    def repeat(self) -> None:
        for text in list(self.unheard.values()):
            self.link.carry(text, self.phone)

    def hear(self, message: Message) -> None:
        raise NotImplementedError


class Caller(Side):
    """Calls, acknowledges every 2xx, and hangs up two seconds after the first."""

    hang_up_at = float("inf")

    def begin(self) -> None:
        self.phone.peer = "sip:bob@example.com"
        self.say(self.phone.write("INVITE", self.phone.peer, extra=(f"Contact: {self.phone.contact}",)), "INVITE")

    def hear(self, message: Message) -> None:
        self.heard.append(f"{message.status} {message.method}")
        assert message.status < 300, message.start_line()
        if message.method == "BYE":
            self.unheard.pop("BYE", None)
            return
        self.unheard.pop("INVITE", None)
        if message.status == 200:
            self.phone.routes = message.all(RECORD_ROUTE)[::-1]
            self.hang_up_at = min(self.hang_up_at, self.link.world.now + 2)
            self.say(self.inside("ACK"))

    def repeat(self) -> None:
        super().repeat()
        if self.link.world.now >= self.hang_up_at:
            self.hang_up_at = float("inf")
            self.phone.cseq += 1
            self.say(self.inside("BYE"), "BYE")

    def inside(self, method: str) -> str:
        routes = tuple(f"Route: {value}" for value in self.phone.routes)
        return self.phone.write(method, "sip:bob@192.0.2.2:5060", to_tag="b", extra=routes)


class Callee(Side):
    """Rings and answers at once, sends its 200 until the ACK comes."""

    def hear(self, message: Message) -> None:
        first = message.method not in self.heard
        self.heard.append(message.method)
        if message.method == "ACK":
            self.unheard.pop("ACK", None)
        elif message.method == "BYE":
            self.unheard.pop("ACK", None)
            self.say(response(message, 200, to_tag="b"))
        elif first:
            contact = (f"Contact: {self.phone.contact}",)
            self.say(response(message, 180, to_tag="b", extra=contact))
            self.say(response(message, 200, to_tag="b", extra=contact), "ACK")


class Link:
    """Carries every datagram but the `lost`th, counted over all directions."""

    def __init__(self, world: World, lost: int) -> None:
        self.world = world
        self.lost = lost
        self.carried = 0
        self.caller = Caller(world, self, "alice", "192.0.2.1")
        self.callee = Callee(world, self, "bob", "192.0.2.2")

    def carry(self, text: str, source: Phone) -> None:
        self.carried += 1
        if self.carried != self.lost:
            self.world.send(text, source.place)

    def deliver(self) -> None:
        while self.world.sent:
            for side in (self.caller, self.callee):
                for message in self.world.take(side.phone.place):
                    self.carried += 1
                    if self.carried != self.lost:
                        side.hear(message)

    def run(self, seconds: float) -> None:
        self.caller.begin()
        for _ in range(int(seconds / STEP_S)):
            self.deliver()
            self.world.advance(STEP_S)
            self.deliver()
            self.caller.repeat()
            self.callee.repeat()


def make(path: Path, lost: int) -> Link:
    world = World(path)
    link = Link(world, lost)
    for side in (link.caller, link.callee):
        world.subscriber(side.phone.name)
        side.phone.register()
    return link


@pytest.mark.parametrize("lost", range(14))
def test_one_lost_message_does_not_hurt_the_call(tmp_path: Path, lost: int) -> None:
    """0 loses nothing; the call without loss takes thirteen datagrams."""
    link = make(tmp_path, lost)
    link.run(20)
    world = link.world
    assert link.caller.heard[-1] == "200 BYE"
    assert "ACK" in link.callee.heard
    assert (link.caller.unheard, link.callee.unheard) == ({}, {})
    assert link.carried >= link.lost
    assert len(world.records) == 1
    assert (world.counter("calls-answered"), world.counter("calls-ended"), world.counter("calls")) == (1, 1, 0)
    world.advance(70)
    assert world.engine._layer.count() == 0
    assert world.sent == []


def test_the_call_without_loss_takes_thirteen_datagrams(tmp_path: Path) -> None:
    link = make(tmp_path, 0)
    link.run(20)
    assert link.carried == 13
    assert link.callee.heard == ["INVITE", "ACK", "BYE"]
