"""Forking (RFC 3261 §16.6, §16.7, §16.8), parallel and by q; cancelling; the best answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.engine import LISTENERS, World, flow
from support.phone import Phone

from core.northbound.settings import SipSettings
from core.wire.header import MAX_BREADTH, PROXY_AUTHENTICATE, RECORD_ROUTE, WWW_AUTHENTICATE
from core.wire.message import Message

ALICE = flow("192.0.2.1")


class Scene:
    """Alice, and bob with a phone for each q."""

    def __init__(self, path: Path, *qs: float, sip: SipSettings | None = None) -> None:
        self.world = World(path, sip=sip)
        self.world.subscriber("alice")
        self.world.subscriber("bob")
        self.alice = Phone(self.world, "alice", ALICE)
        self.bobs = [Phone(self.world, "bob", flow(f"192.0.2.{100 + number}")) for number in range(len(qs))]
        for number, (phone, q) in enumerate(zip(self.bobs, qs, strict=True)):
            phone.tag = f"bob{number}"
            contact = f"{phone.contact};q={q}"
            self.world.send(phone.registration(contact=contact, call_id=f"reg{number}"), phone.place)
            self.world.one(phone.place)

    def ring(self) -> list[Message]:
        """Call; return the INVITEs of all phones, which are the first group."""
        self.alice.invite()
        self.alice.receive(100)
        return [phone.expect("INVITE") for phone in self.bobs]

    def quiet(self, *phones: Phone) -> bool:
        return all(self.world.take(phone.place) == [] for phone in phones)

    def over(self) -> bool:
        """Tell whether nothing is left once every timer has run out."""
        self.world.advance(300)
        return self.world.engine._layer.count() == 0 and len(self.world.engine._calls) == 0

    def records(self) -> list[int]:
        return [json.loads(line)["status"] for line in self.world.records]


def test_equal_q_rings_at_once_and_the_first_answer_wins(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 1.0, 1.0, 1.0)
    one, two, three = scene.bobs
    first, second, third = scene.ring()
    assert len({invite.via().branch for invite in (first, second, third)}) == 3
    assert [invite.first(MAX_BREADTH) for invite in (first, second, third)] == ["20", "20", "20"]
    one.answer(first, 180)
    two.answer(second, 180)
    scene.alice.receive(180, 180)
    two.answer(second, 200)
    assert scene.alice.receive(200).to().tag == "bob1"
    one.answer(one.expect("CANCEL"), 200)
    assert scene.quiet(two, three)  # §9.1: not before a provisional response
    three.answer(third, 180)
    scene.alice.world.take(ALICE)
    three.answer(three.expect("CANCEL"), 200)
    one.answer(first, 487)
    three.answer(third, 487)
    one.expect("ACK")
    three.expect("ACK")
    assert scene.quiet(scene.alice)
    assert scene.world.counter("calls-answered") == 1


def test_every_2xx_is_forwarded(tmp_path: Path) -> None:
    """§16.7 step 5: after the final response too; the record is the first one's, and its own BYE ends it."""
    scene = Scene(tmp_path, 1.0, 1.0)
    one, two = scene.bobs
    first, second = scene.ring()
    one.answer(first, 200)
    two.answer(second, 200)
    won, lost = scene.world.take(ALICE)
    assert [won.to().tag, lost.to().tag] == ["bob0", "bob1"]
    two.answer(second, 200)
    assert scene.world.one(ALICE).to().tag == "bob1"
    alice = scene.alice
    for answer, phone in ((won, one), (lost, two)):
        alice.routes = answer.all(RECORD_ROUTE)[::-1]
        alice.target, alice.peer_tag = f"sip:bob@{phone.place.host}:5060", answer.to().tag
        alice.ack(branch=f"z9hG4bKack{phone.tag}")
        phone.expect("ACK")
    alice.inside("BYE")
    two.answer(two.expect("BYE"), 200)
    alice.receive(200)
    assert scene.records() == []
    assert scene.world.counter("calls") == 1
    alice.target, alice.peer_tag = "sip:bob@192.0.2.100:5060", "bob0"
    alice.inside("BYE")
    one.answer(one.expect("BYE"), 200)
    alice.receive(200)
    assert scene.records() == [200]


def test_lower_q_is_tried_when_all_higher_have_failed(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 0.9, 0.9, 0.5, 0.1)
    one, two, three, four = scene.bobs
    scene.alice.invite()
    scene.alice.receive(100)
    one.answer(one.expect("INVITE"), 486)
    one.expect("ACK")
    assert scene.quiet(three, four)
    two.answer(two.expect("INVITE"), 404)
    two.expect("ACK")
    assert scene.quiet(four, scene.alice)
    three.answer(three.expect("INVITE"), 603)  # a 6xx ends it: nobody else is asked
    three.expect("ACK")
    assert scene.quiet(four)
    scene.alice.receive(603)
    assert scene.records() == [603]


def test_the_next_group_comes_when_the_first_does_not_answer(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 0.9, 0.5)
    one, two = scene.bobs
    scene.alice.invite()
    scene.alice.receive(100)
    scene.world.advance(32.2)
    assert len(scene.world.take(one.place)) == 7
    two.answer(two.expect("INVITE"), 200)
    scene.alice.receive(200)


def test_a_6xx_cancels_the_others_and_waits_for_them(tmp_path: Path) -> None:
    """§16.7 step 5: not forwarded at once; a 2xx that comes meanwhile still wins."""
    scene = Scene(tmp_path, 1.0, 1.0, 0.5)
    one, two, three = scene.bobs
    scene.alice.invite()
    first, second = one.expect("INVITE"), two.expect("INVITE")
    two.answer(second, 180)
    one.answer(first, 600)
    one.expect("ACK")
    cancel = two.expect("CANCEL")
    scene.alice.receive(100, 180)
    two.answer(cancel, 200)
    two.answer(second, 487)
    scene.alice.receive(600)
    assert scene.quiet(three)
    assert scene.over()


def test_a_2xx_beats_a_6xx_that_came_before(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 1.0, 1.0)
    one, two = scene.bobs
    first, second = scene.ring()
    one.answer(first, 600)
    two.answer(second, 200)
    scene.alice.receive(200)
    assert scene.world.counter("calls-answered") == 1


@pytest.mark.parametrize(
    ("answers", "best"),
    [
        ((486, 404), 486),  # same class: the first that came
        ((503, 486), 486),  # the lowest class
        ((486, 302), 302),
        ((503, 500), 500),
        ((503, 503), 500),  # §16.7 step 6: a 503 is turned into a 500
        ((408, 480), 480),
        ((486, 484), 484),  # one that tells how to do better
        ((486, 401), 401),
        ((404, 603), 603),
        ((603, 404), 603),
    ],
)
def test_the_best_answer_goes_back(tmp_path: Path, answers: tuple[int, int], best: int) -> None:
    scene = Scene(tmp_path, 1.0, 1.0)
    for phone, invite, status in zip(scene.bobs, scene.ring(), answers, strict=True):
        phone.answer(invite, status)
    scene.alice.receive(best)
    assert scene.records() == [best]


def test_challenges_are_collected(tmp_path: Path) -> None:
    """§16.7 step 7."""
    scene = Scene(tmp_path, 1.0, 1.0, 1.0)
    one, two, three = scene.bobs
    first, second, third = scene.ring()
    one.answer(first, 401, extra=('WWW-Authenticate: Digest realm="a", nonce="1"',))
    two.answer(second, 407, extra=('Proxy-Authenticate: Digest realm="b", nonce="2"',))
    three.answer(third, 486)
    challenge = scene.alice.receive(401)
    assert challenge.all(WWW_AUTHENTICATE) == ['Digest realm="a", nonce="1"']
    assert challenge.all(PROXY_AUTHENTICATE) == ['Digest realm="b", nonce="2"']


# CANCEL, §9.1, §16.10.


def test_cancel_before_any_provisional_waits_for_one(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 1.0)
    (bob,) = scene.bobs
    (invite,) = scene.ring()
    scene.alice.cancel()
    scene.alice.receive(200)
    assert scene.quiet(bob)
    bob.answer(invite, 100)
    cancel = bob.expect("CANCEL")
    bob.answer(invite, 180)  # was on its way
    assert scene.quiet(bob)  # one CANCEL is enough
    scene.alice.receive(180)
    bob.answer(cancel, 200)
    bob.answer(invite, 487)
    bob.expect("ACK")
    scene.alice.receive(487)
    assert scene.over()


def test_cancel_of_who_never_answers(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 1.0)
    scene.ring()
    scene.alice.cancel()
    scene.alice.receive(200)
    scene.world.advance(32.2)
    assert scene.alice.receive(487).method == "INVITE"
    assert scene.records() == [487]
    assert scene.over()


def test_cancel_that_is_ignored_is_given_up(tmp_path: Path) -> None:
    """§9.1: after 64*T1 the transaction is destroyed; nothing of it stays in the table."""
    scene = Scene(tmp_path, 1.0)
    (bob,) = scene.bobs
    (invite,) = scene.ring()
    bob.answer(invite, 180)
    scene.alice.receive(180)
    scene.alice.cancel()
    bob.answer(bob.expect("CANCEL"), 200)
    scene.alice.receive(200)
    scene.world.advance(32.2)
    scene.alice.receive(487)
    assert scene.over()


def test_cancel_twice_is_one_cancel(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 1.0)
    (bob,) = scene.bobs
    (invite,) = scene.ring()
    bob.answer(invite, 180)
    scene.alice.cancel()
    scene.alice.cancel()
    scene.alice.receive(180, 200, 200)
    bob.expect("CANCEL")


def test_cancel_and_200_cross(tmp_path: Path) -> None:
    """The answer wins: the caller hears it and hangs up."""
    scene = Scene(tmp_path, 1.0, 1.0)
    one, two = scene.bobs
    first, second = scene.ring()
    one.answer(first, 180)
    two.answer(second, 486)
    two.expect("ACK")
    scene.alice.receive(180)
    scene.alice.cancel()
    cancel = one.expect("CANCEL")
    one.answer(first, 200)
    one.answer(cancel, 481)
    assert [message.status for message in scene.world.take(ALICE)] == [200, 200]
    assert scene.records() == []
    assert scene.world.counter("calls-answered") == 1


def test_cancel_after_the_2xx_changes_nothing(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 1.0)
    (bob,) = scene.bobs
    (invite,) = scene.ring()
    bob.answer(invite, 200)
    scene.alice.receive(200)
    scene.alice.cancel()
    assert scene.alice.receive(200).method == "CANCEL"
    assert scene.quiet(bob)


def test_cancel_after_a_failure_changes_nothing(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 1.0, 0.5)
    one, two = scene.bobs
    scene.alice.invite()
    one.answer(one.expect("INVITE"), 600)
    scene.alice.receive(100, 600)
    scene.alice.cancel()
    assert scene.alice.receive(200).method == "CANCEL"
    assert scene.quiet(two)


def test_cancel_stops_the_groups_to_come(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 1.0, 0.5)
    one, two = scene.bobs
    scene.alice.invite()
    invite = one.expect("INVITE")
    one.answer(invite, 180)
    scene.alice.cancel()
    one.answer(one.expect("CANCEL"), 200)
    one.answer(invite, 487)
    scene.alice.receive(100, 180, 200, 487)
    assert scene.quiet(two)


def test_cancel_of_nothing_is_481(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 1.0)
    scene.alice.peer = "sip:bob@example.com"
    scene.alice.cancel()
    scene.alice.receive(481)


# Timer C, §16.6 step 11, §16.7 step 2, §16.8.


def test_timer_c_cancels_who_rings_for_ever(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 1.0)
    (bob,) = scene.bobs
    (invite,) = scene.ring()
    bob.answer(invite, 180)
    scene.world.advance(100)
    bob.answer(invite, 180)  # moves Timer C on
    scene.world.advance(179)
    assert scene.quiet(bob)
    scene.world.advance(1.2)
    bob.answer(bob.expect("CANCEL"), 200)
    bob.answer(invite, 487)
    scene.alice.receive(180, 180, 487)
    assert scene.over()


def test_a_100_does_not_move_timer_c(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 1.0)
    (bob,) = scene.bobs
    (invite,) = scene.ring()
    for _ in range(9):
        bob.answer(invite, 100)
        scene.world.advance(20)
    scene.world.advance(0.2)
    bob.expect("CANCEL")
    assert scene.quiet(scene.alice)


def test_timer_c_and_silence_end_in_408_or_487(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 1.0)
    (bob,) = scene.bobs
    (invite,) = scene.ring()
    bob.answer(invite, 180)
    scene.world.advance(260)
    assert {message.method for message in scene.world.take(bob.place)} == {"CANCEL"}
    assert scene.world.take(ALICE)[-1].status == 487
    assert scene.over()


# Bounds.


def test_branches_are_bounded(tmp_path: Path) -> None:
    sip = SipSettings(domains=("example.com",), listeners=LISTENERS, max_branches=2)
    scene = Scene(tmp_path, 1.0, 1.0, 1.0, sip=sip)
    scene.alice.invite()
    assert [len(scene.world.take(phone.place)) for phone in scene.bobs] == [1, 1, 0]
    assert scene.world.counter("branches-refused") == 1


@pytest.mark.parametrize(("breadth", "shares"), [("4", ["2", "2"]), ("5", ["2", "2"]), ("2", ["1", "1"])])
def test_max_breadth_is_shared(tmp_path: Path, breadth: str, shares: list[str]) -> None:
    """RFC 5393 §5.3.3."""
    scene = Scene(tmp_path, 1.0, 1.0)
    scene.alice.invite(extra=(f"Max-Breadth: {breadth}",))
    assert [phone.expect("INVITE").first(MAX_BREADTH) for phone in scene.bobs] == shares


def test_too_little_max_breadth_is_440(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 1.0, 1.0)
    scene.alice.invite(extra=("Max-Breadth: 1",))
    scene.alice.receive(100, 440)
    scene.alice.call_id = "other"
    scene.alice.invite(extra=("Max-Breadth: 0",))
    scene.alice.receive(440)
    assert scene.quiet(*scene.bobs)
    assert scene.over()


def test_max_breadth_is_whole_to_one_branch(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 1.0, 0.5)
    one, two = scene.bobs
    scene.alice.invite(extra=("Max-Breadth: 1",))
    invite = one.expect("INVITE")
    assert invite.first(MAX_BREADTH) == "1"
    one.answer(invite, 486)
    assert two.expect("INVITE").first(MAX_BREADTH) == "1"


@pytest.mark.parametrize("value", ["abc", "-1", "99999999999", ""])
def test_a_broken_max_breadth_opens_no_transaction(tmp_path: Path, value: str) -> None:
    scene = Scene(tmp_path, 1.0)
    scene.alice.invite(extra=(f"Max-Breadth: {value}",))
    scene.alice.receive(400)
    scene.world.advance(33)
    assert scene.world.engine._layer.count() == 0


# Other methods.


def test_a_forked_message_has_one_answer(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 1.0, 1.0)
    one, two = scene.bobs
    scene.alice.send("MESSAGE", "sip:bob@example.com")
    first, second = one.expect("MESSAGE"), two.expect("MESSAGE")
    one.answer(first, 200)
    two.answer(second, 200)
    scene.alice.receive(200)
    assert scene.quiet(one, two)
    assert scene.over()


def test_100_to_another_method_waits_until_timer_e_is_t2(tmp_path: Path) -> None:
    """RFC 4320 §4.1; other provisional responses stay here."""
    scene = Scene(tmp_path, 1.0)
    (bob,) = scene.bobs
    scene.alice.send("MESSAGE", "sip:bob@example.com")
    message = bob.expect("MESSAGE")
    bob.answer(message, 100)
    bob.answer(message, 180)
    scene.world.advance(3.4)
    assert scene.quiet(scene.alice)
    scene.world.advance(0.2)
    scene.alice.receive(100)
    bob.answer(message, 200)
    scene.alice.receive(200)


@pytest.mark.parametrize("answered", [True, False])
def test_no_408_to_another_method(tmp_path: Path, answered: bool) -> None:
    """RFC 4320 §4.2: neither made here nor passed on."""
    scene = Scene(tmp_path, 1.0)
    (bob,) = scene.bobs
    scene.alice.send("MESSAGE", "sip:bob@example.com")
    if answered:
        bob.answer(bob.expect("MESSAGE"), 408)
    scene.world.advance(33)
    assert {message.status for message in scene.world.take(ALICE)} <= {100}
    assert scene.over()
