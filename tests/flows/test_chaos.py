"""Any order of events ends the same way: every request answered, one record an attempt, nothing left behind."""

from __future__ import annotations

import gc
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.engine import LISTENERS, OPEN, World, flow
from support.phone import Phone

from core.northbound.settings import SipSettings
from core.proxy.context import Branch, ResponseContext
from core.transaction.transaction import Transaction
from core.wire.limits import Limits
from core.wire.message import Message, parse_message

ALICE = flow("192.0.2.1")
CONTACTS = (
    "<sip:bob@192.0.2.2>;q=1.0",
    "<sip:bob@192.0.2.3>;q=1.0",
    "<sip:bob@phone.lan>;q=1.0",
    "<sip:bob@192.0.2.4;transport=tcp>;q=0.5",
    "<sip:bob@other.lan>;q=0.5",
    "<sip:bob@192.0.2.5;transport=tls>;q=0.5",
    "<sips:bob@192.0.2.6>;q=0.2",
    "<sip:bob@192.0.2.7>;q=0.2",
)
STATUSES = (100, 180, 183, 200, 200, 302, 401, 407, 408, 486, 487, 503, 603)
SIP = SipSettings(domains=("example.com",), listeners=LISTENERS, max_transactions=60)


class Chaos:
    """Does whatever comes to its mind, from one seed."""

    def __init__(self, path: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.world = World(path, OPEN, SIP)
        self.world.subscriber("bob")
        self.alice = Phone(self.world, "alice", ALICE)
        bob = Phone(self.world, "bob", flow("192.0.2.2"))
        contacts = self.random.sample(CONTACTS, self.random.randint(1, 5))
        bob.register(contact=", ".join(contacts))
        self.received: list[tuple[Message, Phone]] = []
        """Requests that callees have had."""
        self.branches: list[str] = []
        self.texts: list[tuple[float, str]] = []
        """What alice has sent, and when."""
        self.answers: dict[str, set[int]] = {}
        """Final statuses the caller has had, by Call-ID and method."""
        self.calls = 0

    def collect(self) -> None:
        for peer, data, branch in self.world.sent:
            message = parse_message(data, Limits())
            if branch:
                self.branches.append(branch)
            if message.is_request:
                phone = Phone(self.world, "bob", peer)
                phone.tag = f"tag{peer.host[-1]}"
                self.received.append((message, phone))
            elif peer.host == ALICE.host and message.status >= 200 and message.method != "CANCEL":
                key = f"{message.call_id} {message.cseq()[1]} {message.via().branch}"
                self.answers.setdefault(key, set()).add(message.status)
                if message.method == "INVITE" and message.status >= 300:
                    self.alice.call_id = message.call_id
                    self.alice.ack_failure(message)
        self.world.sent.clear()

    def act(self) -> None:
        chosen = self.random.choice((
            self.call, self.message, self.respond, self.respond, self.respond, self.respond, self.cancel, self.wait,
            self.wait_long, self.resolve, self.resolve, self.fail, self.repeat, self.bye, self.sweep,
        ))  # fmt: skip
        chosen()
        self.collect()

    def call(self) -> None:
        if self.calls < 4:
            self.calls += 1
            self.alice.call_id = f"call{self.calls}"
            self.texts.append((self.world.now, self.alice.invite()))

    def message(self) -> None:
        self.alice.call_id = f"message{self.random.random()}"
        self.texts.append((self.world.now, self.alice.send("MESSAGE", "sip:bob@example.com")))

    def respond(self) -> None:
        if self.received:
            message, phone = self.random.choice(self.received[-8:])
            if message.method != "ACK":
                phone.answer(message, self.random.choice(STATUSES))

    def cancel(self) -> None:
        self.alice.cancel()

    def wait(self) -> None:
        self.world.advance(self.random.random() * 2)

    def wait_long(self) -> None:
        self.world.advance(self.random.choice((5.0, 20.0, 33.0, 200.0)))

    def resolve(self) -> None:
        if self.world.questions:
            token, _ = self.world.questions.pop(self.random.randrange(len(self.world.questions)))
            self.world.engine.answer(
                token, self.random.choice(([], [("192.0.2.8", 5060)], [("2001:db8::8", 5060)])), self.world.now
            )
            self.world.perform()

    def fail(self) -> None:
        if self.branches:
            self.world.engine.send_failed(self.random.choice(self.branches[-6:]), self.world.now)
            self.world.perform()

    def repeat(self) -> None:
        for sent_at, text in self.texts[-3:]:
            # Later, or once it has been acknowledged, it is a new request.
            if self.world.now - sent_at < 30 and not any(key.split()[-1] in text for key in self.answers):
                self.world.send(text, ALICE)

    def bye(self) -> None:
        for message, phone in self.received[-8:]:
            if message.method == "INVITE":
                phone.routes, phone.target = message.all(12), "sip:alice@192.0.2.1:5060"
                phone.peer, phone.peer_tag, phone.call_id = "sip:alice@example.com", "alice-tag", message.call_id
                phone.cseq = 500
                phone.inside("BYE")

    def sweep(self) -> None:
        self.world.engine.sweep(self.world.now)

    def end(self) -> None:
        """Answer what is still asked, and let every timer run out."""
        while self.world.questions:
            self.resolve()
        for _ in range(12):
            self.world.advance(300)
            self.collect()
            while self.world.questions:
                self.resolve()
        self.world.advance(50_000)
        self.world.engine.sweep(self.world.now)
        self.world.perform()


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def left() -> int:
    return sum(type(item) in (Transaction, ResponseContext, Branch) for item in gc.get_objects())


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("seed", range(40))
def test_whatever_happens(tmp_path: Path, seed: int) -> None:
    before = left()
    chaos = Chaos(tmp_path, seed)
    for _ in range(60):
        chaos.act()
    chaos.end()
    world = chaos.world
    assert (world.engine._layer.count(), len(world.engine._calls), world.engine._proxy.waiting()) == (0, 0, 0)
    assert world.engine.next_tick == float("inf")
    assert world.engine.busy() == 0
    assert world.counter("calls-attempted") == len(world.records)
    assert world.counter("calls-answered") == world.counter("calls-ended")
    assert world.counter("calls-attempted") == world.counter("calls-answered") + world.counter("calls-failed")
    for key, statuses in chaos.answers.items():
        assert len(statuses) == 1, (key, statuses)
    assert left() == before
