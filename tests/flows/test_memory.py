"""Nothing of ours is kept alive by a reference cycle: the worker runs with the cyclic collector mostly off."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.engine import CLOSED, OPEN, World, flow
from support.messages import register
from support.phone import Phone, establish, hang_up

from core.dialog.call import Call, Leg
from core.pipeline.inbound import Inbound
from core.proxy.context import Branch, ResponseContext
from core.proxy.request import Hops
from core.proxy.target import Target
from core.transaction.transaction import Transaction
from core.wire.error import WireError
from core.wire.framing import Framer
from core.wire.limits import Limits
from core.wire.message import Message

ALICE = flow("192.0.2.1")
OURS = (Call, Leg, Inbound, Branch, ResponseContext, Hops, Target, Transaction, WireError, Message)


def census() -> Counter[str]:
    return Counter(type(item).__name__ for item in gc.get_objects() if type(item) in OURS)


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


class Scene:
    def __init__(self, path: Path) -> None:
        self.world = World(path, OPEN)
        self.alice = Phone(self.world, "alice", ALICE)
        self.bobs = [Phone(self.world, "bob", flow(f"192.0.2.10{n}")) for n in range(3)]
        self.world.subscriber("bob")

    def register(self, *qs: float) -> None:
        for number, (phone, q) in enumerate(zip(self.bobs, qs, strict=False)):
            contact = f"{phone.contact};q={q}"
            self.world.send(phone.registration(contact=contact, call_id=f"r{number}"), phone.place)
            phone.receive(200)

    def rest(self) -> None:
        self.world.advance(400)
        self.world.sent.clear()
        self.world.engine.history.configure(0)


def plain_call(scene: Scene) -> None:
    scene.register(1.0)
    establish(scene.alice, scene.bobs[0])
    hang_up(scene.alice, scene.bobs[0])


def busy(scene: Scene) -> None:
    scene.register(1.0)
    scene.alice.invite()
    scene.bobs[0].answer(scene.bobs[0].expect("INVITE"), 486)


def fork_answered(scene: Scene) -> None:
    """One answers, one is cancelled, one never says a word."""
    scene.register(1.0, 1.0, 1.0)
    one, two, _ = scene.bobs
    scene.alice.invite()
    first, second = one.expect("INVITE"), two.expect("INVITE")
    two.answer(second, 180)
    one.answer(first, 200)
    scene.alice.receive(100, 180, 200)
    scene.alice.ack()
    two.answer(two.expect("CANCEL"), 200)
    two.answer(second, 487)
    scene.alice.inside("BYE")
    scene.world.take(one.place)


def fork_with_deaf(scene: Scene) -> None:
    """One answers; the other rings and ignores the CANCEL."""
    scene.register(1.0, 1.0)
    one, two, _ = scene.bobs
    scene.alice.invite()
    first, second = one.expect("INVITE"), two.expect("INVITE")
    two.answer(second, 180)
    one.answer(first, 200)
    scene.alice.receive(100, 180, 200)
    scene.alice.inside("BYE")


def serial(scene: Scene) -> None:
    scene.register(1.0, 0.5, 0.1)
    scene.alice.invite()
    scene.world.advance(120)


def cancelled(scene: Scene) -> None:
    scene.register(1.0)
    scene.alice.invite()
    scene.bobs[0].answer(scene.bobs[0].expect("INVITE"), 180)
    scene.alice.cancel()


def resolved_and_not(scene: Scene) -> None:
    phone = scene.bobs[0]
    contact = "<sip:bob@a.example>, <sip:bob@b.example>, <sip:bob@192.0.2.101>"
    scene.world.send(phone.registration(contact=contact), phone.place)
    scene.alice.invite()
    scene.world.engine.answer(scene.world.questions[0][0], [], scene.world.now)
    second = scene.bobs[1]
    second.answer(second.expect("INVITE"), 200)
    scene.world.engine.answer(scene.world.questions[1][0], [("192.0.2.50", 5060)], scene.world.now)
    scene.world.perform()
    scene.world.advance(50_000)
    scene.world.engine.sweep(scene.world.now)


def message_timeout(scene: Scene) -> None:
    scene.register(1.0, 1.0)
    scene.alice.send("MESSAGE", "sip:bob@example.com")


def refused(scene: Scene) -> None:
    scene.alice.invite()
    scene.alice.invite(max_forwards=0, call_id="b")
    scene.alice.invite(extra=("Proxy-Require: x",), call_id="c")
    scene.alice.invite(extra=("Max-Breadth: x",), call_id="d")
    scene.alice.send("MESSAGE", "sip:x@elsewhere")
    scene.alice.send("ACK", "sip:x@elsewhere")
    scene.alice.cancel()
    scene.world.send(register("bob", ALICE, expires=5), ALICE)


def malformed(scene: Scene) -> None:
    for data in (
        b"x" * 9,
        b"INVITE\r\n\r\n",
        b"INVITE sip:a SIP/2.0\r\nVia: x\r\nVia y\r\n\r\n",
        b"SIP/2.0 200 x\r\n\r\n",
    ):
        scene.world.engine.receive(data, ALICE, scene.world.now)
    text = scene.alice.write("MESSAGE", "sip:bob@example.com")
    for broken in ("To: <", "From: ;;", "CSeq: x", "Via: SIP/2.0/UDP", "Max-Forwards: x", "Content-Length: x"):
        name = broken.partition(":")[0]
        kept = [broken if line.startswith(name + ":") else line for line in text.split("\n")]
        scene.world.send("\n".join(kept), ALICE)


SCENARIOS = (
    plain_call, busy, fork_answered, fork_with_deaf, serial, cancelled, resolved_and_not, message_timeout, refused,
    malformed,
)  # fmt: skip


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_nothing_is_left_when_the_timers_have_run_out(tmp_path: Path, scenario: Callable[[Scene], None]) -> None:
    scene = Scene(tmp_path)
    before = census()
    scenario(scene)
    scene.rest()
    left = census() - before
    world = scene.world
    assert (world.engine._layer.count(), len(world.engine._calls), world.engine._proxy.waiting()) == (0, 0, 0)
    assert world.engine.next_tick == float("inf")
    assert left == Counter()


@pytest.mark.usefixtures("no_collector")
def test_challenges_leave_nothing(tmp_path: Path) -> None:
    world = World(tmp_path, CLOSED)
    alice = Phone(world, "alice", ALICE)
    before = census()
    for number in range(20):
        alice.invite(call_id=f"c{number}", extra=('Proxy-Authorization: Digest username="a", realm="example.com"',))
    world.take(ALICE)
    world.engine.history.configure(0)
    assert census() - before == Counter()


@pytest.mark.usefixtures("no_collector")
def test_a_broken_stream_leaves_nothing() -> None:
    def broken() -> None:
        framer = Framer(Limits())
        for _ in range(2):
            with pytest.raises(WireError):
                framer.feed(b"x" * 100_000)

    def framers() -> int:
        return sum(type(item) is Framer for item in gc.get_objects())

    before = framers()
    broken()
    assert framers() == before
