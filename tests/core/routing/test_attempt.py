"""Calls that leave by a route group: fail-over, addresses, challenges, silence, limits, what comes back."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from support.engine import LISTENERS, World, flow
from support.inbound import arrive
from support.messages import response

from core.auth.digest import digest
from core.auth.digest import response as proof
from core.dialog.call import Call
from core.effect import Flow
from core.northbound.routing_settings import CallRate, CauseMap, HeaderRule, Member, RouteGroup, Trunk
from core.northbound.settings import Settings, SipSettings
from core.pipeline.inbound import Inbound
from core.pipeline.service import forward
from core.policy.priority import EMERGENCY
from core.proxy.context import Branch, ResponseContext
from core.routing.attempt import TrunkRoute, TrunkTarget
from core.routing.number import Number, Numbers
from core.routing.selection import Selection
from core.transaction.transaction import Transaction
from core.wire.credentials import parse_credentials
from core.wire.header import P_ASSERTED_IDENTITY, PROXY_AUTHORIZATION, REASON, USER_AGENT
from core.wire.message import Message

ALICE = flow("192.0.2.1")
ONE, TWO, THREE = flow("192.0.2.21"), flow("192.0.2.22"), flow("192.0.2.23")


def trunk(name: str, *places: Flow, **more: object) -> Trunk:
    """Make the settings of a trunk."""
    return Trunk(name, addresses=tuple(f"sip:{each.host}:{each.port}" for each in places), **more)  # type: ignore[arg-type]


class Scene:
    """Alice, who calls +86 10 1234 by the route group PSTN, whose trunks are tried in their order."""

    def __init__(self, path: Path, *trunks: Trunk, **group: object) -> None:
        members = tuple(Member(each.name) for each in trunks)
        settings: dict[str, object] = {"distribution": "sequential", "members": members, **group}
        self.world = World(path, trunks=trunks, route_groups=(RouteGroup("PSTN", **settings),))  # type: ignore[arg-type]
        self.trunks = self.world.engine._trunks
        self.calls = 0

    def call(self, *, method: str = "INVITE", priority: int = 0, extra: tuple[str, ...] = ()) -> Inbound:
        """Let alice call."""
        self.calls += 1
        inbound = arrive(
            self.world, method, "sip:+86101234@example.com", branch=f"z9hG4bKa{self.calls}", call_id=f"c{self.calls}",
            extra=extra,
        )  # fmt: skip
        inbound.numbers = Numbers(Number("86101234", "international"), Number("1001", "unknown"))
        inbound.route_group = "PSTN"
        inbound.priority = priority
        forward(self.world.engine._services, inbound)
        self.world.perform()
        if method == "INVITE":
            mine = [each for each in self.world.sent if each[0].host == ALICE.host]
            assert b" 100 Trying" in mine[0][1]
            self.world.sent.remove(mine[0])
        return inbound

    def answer(self, place: Flow, to: Message, status: int, **more: object) -> None:
        """Let a trunk answer."""
        self.world.send(response(to, status, **more), place)  # type: ignore[arg-type]

    def fail(self, place: Flow, status: int) -> None:
        """Let a trunk take the INVITE that has come to it, and refuse it."""
        self.answer(place, self.invite(place), status)
        assert self.world.one(place).method == "ACK"

    def invite(self, place: Flow) -> Message:
        """Take the INVITE that has come to a trunk."""
        message = self.world.one(place)
        assert message.method == "INVITE"
        return message

    def places(self) -> list[tuple[int, int]]:
        """Return calls out and failures without any answer, by trunk."""
        return [(each.calls_out, each.outgoing.failures[0]) for each in self.trunks.states.values()]


def test_a_call_leaves_by_a_trunk(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE))
    scene.call()
    invite = scene.invite(ONE)
    assert invite.request_uri == "sip:+86101234@192.0.2.21:5060"
    state = scene.trunks.states["A"]
    assert (state.calls_out, state.outgoing.attempts, state.outgoing.seizures) == (1, 1, 1)
    scene.answer(ONE, invite, 200)
    assert scene.world.one(ALICE).status == 200
    (call,) = scene.world.engine._calls
    assert call.trunk_out == "A"
    assert (state.calls_out, state.outgoing.answers) == (1, 1)
    scene.world.engine._calls.ended(call, 0.0, "caller")
    assert state.calls_out == 0
    assert scene.world.counter("calls-routed") == 1


@pytest.mark.parametrize(
    ("status", "goes_on"), [(503, True), (500, True), (408, True), (486, False), (404, False), (603, False)]
)
def test_fail_over_by_status(tmp_path: Path, status: int, goes_on: bool) -> None:
    scene = Scene(tmp_path, trunk("A", ONE), trunk("B", TWO))
    scene.call()
    scene.fail(ONE, status)
    if goes_on:
        scene.answer(TWO, scene.invite(TWO), 200)
        assert scene.world.one(ALICE).status == 200
        assert scene.places() == [(0, 0), (1, 0)]
        assert scene.world.counter("failovers") == 1
    else:
        assert scene.world.take(TWO) == []
        assert scene.world.one(ALICE).status == status
        assert scene.places() == [(0, 0), (0, 0)]


def test_fail_over_by_chosen_causes_alone(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE), trunk("B", TWO), failover=("404", "480-489"))
    scene.call()
    scene.fail(ONE, 486)
    scene.fail(TWO, 404)
    assert scene.world.one(ALICE).status == 486  # §16.7 step 6: either may go back


def test_a_trunk_for_which_there_is_no_branch_left_is_not_seized(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE), trunk("B", TWO), trunk("C", THREE))
    scene.world.engine._proxy.settings = Settings(sip=SipSettings(listeners=LISTENERS, max_branches=1))
    scene.call()
    scene.fail(ONE, 503)
    assert scene.world.one(ALICE).status == 503
    assert scene.places() == [(0, 0), (0, 0), (0, 0)]
    assert scene.world.counter("branches-refused") == 1
    assert scene.world.counter("failovers") == 0


def test_a_trunk_that_has_rung_may_fail_over(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE), trunk("B", TWO))
    scene.call()
    invite = scene.invite(ONE)
    scene.answer(ONE, invite, 180)
    assert scene.world.one(ALICE).status == 180
    scene.answer(ONE, invite, 503)
    scene.invite(TWO)


def test_no_trunk_left_is_a_503_with_a_cause_and_no_retry_after(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE), trunk("B", TWO))
    scene.call()
    scene.fail(ONE, 503)
    scene.fail(TWO, 503)
    last = scene.world.one(ALICE)
    assert last.status == 503
    assert last.first(REASON).startswith("Q.850;cause=34")
    assert "retry-after" not in last.render().decode().lower()
    assert scene.world.counter("routes-exhausted") == 1
    assert len(scene.world.engine._calls) == 0


def test_no_trunk_at_all_is_a_503_and_a_record(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE, shutdown=True), trunk("B", TWO, direction="in"))
    scene.call()
    assert scene.world.one(ALICE).status == 503
    assert len(scene.world.records) == 1
    assert scene.world.counter("trunks-skipped") == 2


def test_attempts_are_bounded(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE), trunk("B", TWO), trunk("C", THREE), attempts_maximum=2)
    scene.call()
    scene.fail(ONE, 503)
    scene.fail(TWO, 500)
    assert scene.world.take(THREE) == []
    assert scene.world.one(ALICE).status == 500


def test_cancel_ends_the_attempts(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE), trunk("B", TWO))
    inbound = scene.call()
    invite = scene.invite(ONE)
    scene.answer(ONE, invite, 180)
    server = scene.world.engine._layer.find_invite(inbound.message, inbound.via)
    assert server is not None
    scene.world.engine._proxy.cancel(server.user, scene.world.now)  # type: ignore[arg-type]
    scene.world.perform()
    cancel = scene.world.one(ONE)
    assert cancel.method == "CANCEL"
    scene.answer(ONE, invite, 487)
    assert scene.world.take(TWO) == []
    assert scene.world.statuses(ALICE) == [180, 487]
    assert scene.places() == [(0, 0), (0, 0)]
    assert scene.trunks.states["A"].outgoing.no_answer == 1


def test_a_silent_trunk_is_given_up_when_there_is_another(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE), trunk("B", TWO), response_timeout_ms=2000)
    scene.call()
    scene.world.advance(1.9)
    scene.world.take(ONE)
    assert scene.world.take(TWO) == []
    scene.world.advance(0.2)
    scene.answer(TWO, scene.invite(TWO), 200)
    assert scene.world.one(ALICE).status == 200
    assert scene.places() == [(0, 1), (1, 0)]
    scene.world.advance(40)
    assert scene.world.take(ONE) == []  # nobody asks it again
    assert scene.world.engine._layer.count() == 0


def test_the_last_trunk_has_all_its_time(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE), response_timeout_ms=2000)
    scene.call()
    invite = scene.world.take(ONE)[0]
    scene.world.advance(10)
    scene.answer(ONE, invite, 200)
    assert scene.world.one(ALICE).status == 200


def test_a_late_ring_of_a_trunk_that_was_given_up_is_cancelled(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE), trunk("B", TWO))
    scene.call()
    late = scene.world.take(ONE)[0]
    scene.world.advance(4.1)
    scene.world.take(ONE)
    scene.answer(TWO, scene.invite(TWO), 180)
    assert scene.world.one(ALICE).status == 180
    scene.answer(ONE, late, 183)
    cancel = scene.world.one(ONE)
    assert cancel.method == "CANCEL"
    assert scene.world.take(ALICE) == []
    scene.answer(ONE, cancel, 200)
    scene.answer(ONE, late, 487)
    assert scene.world.one(ONE).method == "ACK"
    assert scene.world.take(ALICE) == []


def test_one_that_rings_late_and_then_says_no_more_is_forgotten(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE), trunk("B", TWO))
    scene.call()
    late = scene.world.take(ONE)[0]
    scene.world.advance(4.1)
    scene.fail(TWO, 486)
    assert scene.world.one(ALICE).status == 486
    scene.answer(ONE, late, 180)
    scene.world.advance(80)
    assert scene.world.engine._layer.count() == 0


def test_a_late_answer_of_a_trunk_that_was_given_up_counts(tmp_path: Path) -> None:
    """§16.7 step 5: a 2xx goes upstream, whenever it comes; what was tried since is cancelled."""
    scene = Scene(tmp_path, trunk("A", ONE), trunk("B", TWO))
    scene.call()
    late = scene.world.take(ONE)[0]
    scene.world.advance(4.1)
    second = scene.invite(TWO)
    scene.answer(TWO, second, 180)
    scene.world.take(ALICE)
    scene.world.take(ONE)
    scene.answer(ONE, late, 200)
    assert scene.world.one(ALICE).status == 200
    assert scene.world.one(TWO).method == "CANCEL"
    scene.answer(TWO, second, 487)
    (call,) = scene.world.engine._calls
    assert call.trunk_out == "A"
    assert [each[0] for each in scene.places()] == [1, 0]


def test_a_second_answer_goes_upstream_too(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE), trunk("B", TWO))
    scene.call()
    late = scene.world.take(ONE)[0]
    scene.world.advance(4.1)
    scene.answer(TWO, scene.invite(TWO), 200, to_tag="two")
    scene.answer(ONE, late, 200, to_tag="one")
    assert scene.world.statuses(ALICE) == [200, 200]
    (call,) = scene.world.engine._calls
    assert call.trunk_out == "B"
    assert [each[0] for each in scene.places()] == [0, 1]


@pytest.mark.parametrize("how", ["503", "silence", "transport"])
def test_the_next_address_of_a_trunk_comes_before_the_next_trunk(tmp_path: Path, how: str) -> None:
    scene = Scene(tmp_path, trunk("A", ONE, TWO), trunk("B", THREE))
    scene.call()
    if how == "503":
        scene.fail(ONE, 503)
    elif how == "silence":
        scene.world.advance(4.1)
    else:
        branch = scene.invite(ONE).via().branch
        scene.world.engine.send_failed(branch, scene.world.now)
        scene.world.perform()
    scene.answer(TWO, scene.invite(TWO), 200)
    assert scene.world.statuses(ALICE) == [200]
    assert [each[0] for each in scene.places()] == [1, 0]
    assert scene.world.counter("failovers") == 0


def test_the_addresses_of_a_name_are_tried_one_after_another(tmp_path: Path) -> None:
    """RFC 3263 §4.3."""
    scene = Scene(tmp_path, Trunk("A", addresses=("sip:gw.example.net",)), trunk("B", THREE))
    scene.call()
    ((token, host),) = scene.world.questions
    assert host == "gw.example.net"
    scene.world.engine.answer(token, [("192.0.2.21", 5060), ("192.0.2.22", 5060)], scene.world.now)
    scene.world.perform()
    invite = scene.invite(ONE)
    assert invite.request_uri == "sip:+86101234@gw.example.net"
    scene.answer(ONE, invite, 503)
    again = scene.invite(TWO)
    assert again.via().branch != invite.via().branch
    assert again.request_uri == invite.request_uri
    scene.answer(TWO, again, 503)
    scene.invite(THREE)
    assert scene.places() == [(0, 0), (1, 0)]


def test_a_name_that_leads_nowhere_fails_over(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Trunk("A", addresses=("sip:gw.example.net",)), trunk("B", THREE))
    scene.call()
    scene.world.engine.answer(scene.world.questions[0][0], [], scene.world.now)
    scene.world.perform()
    scene.invite(THREE)


CHALLENGE = 'Proxy-Authenticate: Digest realm="far", nonce="n1", algorithm=MD5, qop="auth"'


def test_a_challenge_is_answered_with_the_same_cseq_and_another_branch(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE, username="us", secret="them"))
    scene.call()
    first = scene.invite(ONE)
    scene.answer(ONE, first, 407, extra=(CHALLENGE,))
    ack, second = scene.world.take(ONE)
    assert ack.method == "ACK"
    assert second.via().branch != first.via().branch
    assert second.cseq() == first.cseq()
    _, params = parse_credentials(second.first(PROXY_AUTHORIZATION))
    ha1 = digest("md5", "us:far:them")
    assert params["response"] == proof(
        ha1, "md5", "n1", "00000001", params["cnonce"], "INVITE", "sip:+86101234@192.0.2.21:5060"
    )
    scene.answer(ONE, second, 200)
    assert scene.world.statuses(ALICE) == [200]
    assert scene.world.counter("trunk-challenges-answered") == 1
    state = scene.trunks.states["A"]
    assert (state.outgoing.seizures, state.outgoing.answers, state.calls_out) == (1, 1, 1)


def test_credentials_that_are_refused_are_no_fault_of_the_caller(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE, username="us", secret="wrong"), trunk("B", TWO))
    scene.call()
    scene.answer(ONE, scene.invite(ONE), 407, extra=(CHALLENGE,))
    _, second = scene.world.take(ONE)
    scene.answer(ONE, second, 407, extra=(CHALLENGE,))
    scene.invite(TWO)
    assert scene.world.take(ALICE) == []


def test_a_challenge_that_we_have_no_answer_to_goes_upstream(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE))
    scene.call()
    scene.answer(ONE, scene.invite(ONE), 407, extra=(CHALLENGE,))
    assert scene.world.one(ALICE).status == 407


def test_full_trunks_are_passed_over_and_emergency_calls_are_not(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE, calls_maximum=1), trunk("B", TWO, rate=CallRate(1, 1)))
    for place in (ONE, TWO):
        scene.call()
        scene.invite(place)
    scene.call()
    assert scene.world.one(ALICE).status == 503
    scene.call(priority=EMERGENCY)
    scene.invite(ONE)


def test_other_requests_take_no_place(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE, calls_maximum=1))
    for _ in range(2):
        scene.call(method="MESSAGE")
        scene.answer(ONE, scene.world.one(ONE), 200)
    state = scene.trunks.states["A"]
    assert (state.calls_out, state.outgoing.attempts) == (0, 0)
    assert scene.world.statuses(ALICE) == [200, 200]


def test_what_a_trunk_sees(tmp_path: Path) -> None:
    rules = (HeaderRule("out", "set", "User-Agent", "ours"), HeaderRule("out", "add", "X-A", "1"))
    scene = Scene(tmp_path, trunk("A", ONE, headers=rules, trusted=True))
    scene.call(extra=("User-Agent: theirs",))
    invite = scene.invite(ONE)
    assert invite.first(USER_AGENT) == "ours"
    assert invite.first(P_ASSERTED_IDENTITY) == "<sip:1001@example.com;user=phone>"


def test_a_cause_map(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE, causes=(CauseMap(503, 486, 17), CauseMap(404, 480))))
    scene.call()
    scene.fail(ONE, 503)
    busy = scene.world.one(ALICE)
    assert (busy.status, busy.first(REASON).split(";")[1]) == (486, "cause=17")
    scene.call()
    scene.fail(ONE, 404)
    assert scene.world.one(ALICE).status == 480


def test_places_of_restored_calls(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE), trunk("B", TWO))
    inbound = scene.call()
    scene.answer(ONE, scene.invite(ONE), 200)
    (call,) = scene.world.engine._calls
    assert inbound.call is None
    again = scene.world.make_engine()
    assert again.restore() == 1
    state = again._trunks.states["A"]
    assert state.calls_out == 1
    (restored,) = again._calls
    assert (restored.trunk_out, call.trunk_out) == ("A", "A")
    again._calls.ended(restored, 0.0, "callee")
    assert state.calls_out == 0


def test_an_answer_after_the_refusal_is_acknowledged_and_ended(tmp_path: Path) -> None:
    """Nobody waits for it; without this its sender would have a call, and repeat its 200 for 32 seconds."""
    scene = Scene(tmp_path, trunk("A", ONE), trunk("B", TWO))
    scene.call()
    late = scene.world.take(ONE)[0]
    scene.world.advance(4.1)
    scene.world.take(ONE)
    scene.fail(TWO, 486)
    assert scene.world.one(ALICE).status == 486
    for number in range(2):
        scene.answer(ONE, late, 200, extra=("Contact: <sip:far@192.0.2.21:5060>",))
        found = scene.world.take(ONE)
        assert [each.method for each in found] == ["ACK", "BYE"][: 2 - number]
        assert found[0].request_uri == "sip:far@192.0.2.21:5060"
        assert found[0].cseq() == (1, "ACK")
    scene.answer(ONE, found[0], 200)
    assert scene.world.take(ALICE) == []
    assert scene.places() == [(0, 1), (0, 0)]
    scene.world.advance(80)
    assert scene.world.engine._layer.count() == 0


def test_an_answer_without_contact_after_the_refusal_is_let_go(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE), trunk("B", TWO))
    scene.call()
    late = scene.world.take(ONE)[0]
    scene.world.advance(4.1)
    scene.world.take(ONE)
    scene.fail(TWO, 486)
    scene.answer(ONE, late, 200)
    assert scene.world.take(ONE) == []


def test_calls_that_nobody_hears_take_a_watched_trunk_down(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE, monitor_interval_s=60, monitor_failures=2), trunk("B", TWO))
    for _ in range(2):
        assert scene.trunks.states["A"].state() == "up"
        scene.call()
        scene.world.advance(4.1)
        scene.fail(TWO, 486)
        scene.world.take(ALICE)
    assert scene.trunks.states["A"].state() == "down"
    scene.world.take(ONE)
    scene.call()
    assert scene.world.take(ONE) == []
    scene.invite(TWO)


def test_a_name_that_is_not_found_is_no_silence(tmp_path: Path) -> None:
    trunks = Trunk("A", addresses=("sip:gw.example.net",), monitor_interval_s=60, monitor_failures=1)
    scene = Scene(tmp_path, trunks)
    scene.call()
    scene.world.engine.answer(scene.world.questions[0][0], [], scene.world.now)
    scene.world.perform()
    state = scene.trunks.states["A"]
    assert (state.state(), state.outgoing.failures[0], state.outgoing.failures[5]) == ("up", 0, 1)


def never_heard_of(scene: Scene) -> None:
    """The first says nothing, ever; the second is busy."""
    scene.call()
    scene.world.advance(4.1)
    scene.fail(TWO, 486)


def rings_late_and_is_deaf(scene: Scene) -> None:
    scene.call()
    late = scene.world.take(ONE)[0]
    scene.world.advance(4.1)
    scene.answer(TWO, scene.invite(TWO), 180)
    scene.answer(ONE, late, 180)
    scene.world.advance(1)


def answers_late(scene: Scene) -> None:
    scene.call()
    late = scene.world.take(ONE)[0]
    scene.world.advance(4.1)
    scene.fail(TWO, 486)
    scene.answer(ONE, late, 200, extra=("Contact: <sip:x@192.0.2.21>",))


def challenged_twice(scene: Scene) -> None:
    scene.call()
    scene.answer(ONE, scene.invite(ONE), 407, extra=(CHALLENGE,))
    scene.answer(ONE, scene.world.take(ONE)[1], 407, extra=(CHALLENGE,))
    scene.fail(TWO, 503)


def nobody_at_all(scene: Scene) -> None:
    for _ in range(3):
        scene.call()


def a_message(scene: Scene) -> None:
    scene.call(method="MESSAGE")


def again(scene: Scene, number: int, username: str = "", trunk: str = "", via: str = "") -> list[int]:
    """Send the INVITE of call 1 to the same number as another transaction; return how it is answered."""
    inbound = arrive(
        scene.world, "INVITE", "sip:+86101234@example.com", branch=f"z9hG4bKb{number}", call_id="c1",
        extra=(f"Via: {via}",) if via else (),
    )  # fmt: skip
    inbound.route_group, inbound.username, inbound.trunk = "PSTN", username, trunk
    forward(scene.world.engine._services, inbound)
    scene.world.perform()
    return scene.world.statuses(ALICE)


def test_a_call_that_cannot_be_told_from_another_is_refused(tmp_path: Path) -> None:
    """Any number of calls with one Call-ID and tag would have one record and one place."""
    scene = Scene(tmp_path, trunk("A", ONE, calls_maximum=9))
    scene.call()
    scene.answer(ONE, scene.invite(ONE), 200)
    scene.world.take(ALICE)
    assert again(scene, 1) == [482]
    assert again(scene, 2, username="alice", via="SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKforged") == [482]
    assert scene.world.take(ONE) == []
    assert scene.places() == [(1, 0)]
    assert scene.world.counter("loops-detected") == 2


def test_what_a_proxy_before_us_forks_is_one_call(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trunk("A", ONE))
    scene.call()
    scene.invite(ONE)
    assert again(scene, 1, via="SIP/2.0/UDP 192.0.2.99:5060;branch=z9hG4bKproxy") == [100]
    assert again(scene, 2, trunk="A") == [100]
    assert len(scene.world.take(ONE)) == 2


SCENARIOS = (never_heard_of, rings_late_and_is_deaf, answers_late, challenged_twice, nobody_at_all, a_message)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_nothing_is_left_however_it_ends(tmp_path: Path, scenario: Callable[[Scene], None]) -> None:
    """The worker runs with the cyclic collector mostly off."""
    scene = Scene(tmp_path, trunk("A", ONE, username="us", secret="them"), trunk("B", TWO))
    gc.collect()
    gc.disable()
    try:
        before = census()
        scenario(scene)
        scene.world.advance(400)
        scene.world.sent.clear()
        scene.world.engine.history.configure(0)
        left = census() - before
    finally:
        gc.enable()
    assert left == Counter()
    assert scene.world.engine._layer.count() == 0
    assert len(scene.world.engine._calls) == 0
    assert [each[0] for each in scene.places()] == [0, 0]


def census() -> Counter[str]:
    """Count what calls are made of."""
    ours = (Call, Branch, ResponseContext, TrunkRoute, TrunkTarget, Selection, Transaction, Message)
    return Counter(type(item).__name__ for item in gc.get_objects() if type(item) in ours)
