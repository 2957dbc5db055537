"""The test call as a playbook: a fake server between the two agents, a clock we turn."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from support.engine import CLOSED, World, flow
from support.engine import SERVER as ENGINE
from support.fake_proxy import FakeProxy

from core.northbound.settings import Settings
from oam.testcall.message import parse, render, respond
from oam.testcall.plan import CALLER, Party, Plan
from oam.testcall.probe import CLEANUP_S, Probe

SERVER = ("127.0.0.1", 5060)
LOCALS = (("127.0.0.1", 40001), ("127.0.0.1", 40002))
CHALLENGE = 'Digest realm="example.com", nonce="abc", algorithm=SHA-256, qop="auth", opaque="x"'
HA1 = {"sha-256": "5" * 64, "md5": "7" * 32}


def plan(ha1: dict[str, str] | None = None) -> Plan:
    kept = HA1 if ha1 is None else ha1
    caller = Party("1001", "1001", "example.com", kept, LOCALS[0])
    return Plan(SERVER, "example.com", caller, Party("1002", "1002", "example.com", kept, LOCALS[1]))


class Play:
    """Carries octets between a probe and a fake server in memory."""

    def __init__(self, proxy: FakeProxy, probe: Probe) -> None:
        self.proxy = proxy
        self.probe = probe
        self.now = 100.0
        self.lose: Callable[[bytes], bool] = lambda octets: False

    def deliver(self) -> None:
        """Carry everything that is under way, 1 ms a hop, until all is quiet."""
        while self.probe.out:
            side, octets, address = self.probe.out.pop(0)
            if self.lose(octets):
                continue
            carried = self.proxy.handle(octets, LOCALS[side]) if address == SERVER else [(octets, address)]
            for answer, target in carried:
                self.now += 0.001
                self.probe.receive(LOCALS.index(target), answer, self.now)

    def run(self) -> list[str]:
        """Play to the end; return the steps."""
        if not self.probe.out:
            self.probe.start(self.now)
        for _ in range(200):
            self.deliver()
            if self.probe.done:
                return [f"{step.agent} {step.event}" for step in self.probe.steps]
            self.now = max(self.now, self.probe.next_tick)
            self.probe.tick(self.now)
        raise AssertionError("the probe does not end")


def play(*, challenge: str = "", ha1: dict[str, str] | None = None, record_route: bool = True) -> Play:
    return Play(FakeProxy(SERVER, challenge=challenge, record_route=record_route), Probe(plan(ha1), random.Random(1)))


CALL = [
    "callee REGISTER: 200 OK",
    "caller INVITE: 100 Trying",
    "callee INVITE received",
    "caller INVITE: 180 Ringing",
    "caller INVITE: 200 OK",
    "callee ACK received",
    "callee BYE received",
    "caller BYE: 200 OK",
    "callee REGISTER: 200 OK",
]


def test_a_call_takes_its_steps_in_order_and_leaves_no_binding() -> None:
    stage = play()
    assert stage.run() == CALL
    assert stage.probe.failure == ""
    assert stage.proxy.binding is None
    assert [step.step for step in stage.probe.steps] == list(range(1, 10))
    assert all(0 < step.delay_ms < 100 for step in stage.probe.steps)


def test_without_record_route_ack_and_bye_go_to_the_callee_itself() -> None:
    stage = play(record_route=False)
    assert stage.run() == CALL
    assert not any(start.startswith(("ACK", "BYE")) for start in stage.proxy.seen)


def test_challenges_are_answered_with_the_stored_ha1() -> None:
    stage = play(challenge=CHALLENGE)
    steps = stage.run()
    assert steps[0] == "callee REGISTER: 401 Unauthorized"
    assert "caller INVITE: 407 Proxy Authentication Required" in steps
    assert stage.probe.failure == ""
    register, invite, leave = stage.proxy.credentials
    assert 'username="1002"' in register
    assert 'username="1001"' in invite
    assert 'uri="sip:1002@example.com"' in invite
    assert "algorithm=SHA-256, qop=auth, nc=00000001" in leave
    assert not any(secret in octets for octets in stage.proxy.credentials for secret in HA1.values())


@pytest.mark.parametrize("method", ["REGISTER", "INVITE", "ACK", "BYE"])
def test_a_lost_message_is_sent_again(method: str) -> None:
    stage = play()
    lost: list[bytes] = []

    def lose(octets: bytes) -> bool:
        if octets.startswith(method.encode()) and not lost:
            lost.append(octets)
            return True
        return False

    stage.lose = lose
    assert stage.run() == CALL
    assert lost


def test_lost_answers_of_the_callee_are_made_good() -> None:
    stage = play()
    lost: list[bytes] = []

    def lose(octets: bytes) -> bool:
        if b"INVITE" in octets and octets.startswith(b"SIP/2.0") and len(lost) < 2:
            lost.append(octets)
            return True
        return False

    stage.lose = lose
    assert stage.run() == [step for step in CALL if step != "caller INVITE: 180 Ringing"]
    assert [octets[8:11] for octets in lost] == [b"180", b"200"]


@pytest.mark.parametrize(
    ("method", "status", "reason"),
    [
        ("REGISTER", "403 Forbidden", "REGISTER was answered 403 Forbidden"),
        ("INVITE", "486 Busy Here", "INVITE was answered 486 Busy Here"),
        ("BYE", "481 Call Leg Does Not Exist", "BYE was answered 481 Call Leg Does Not Exist"),
    ],
)
def test_a_refusal_ends_the_call_and_removes_the_binding(method: str, status: str, reason: str) -> None:
    stage = play()
    stage.proxy.refuse[method] = status
    stage.run()
    assert stage.probe.failure == reason
    assert stage.proxy.binding is None


def test_a_refused_invite_is_acknowledged() -> None:
    stage = play()
    stage.proxy.refuse["INVITE"] = "486 Busy Here"
    stage.run()
    assert "ACK sip:1002@example.com SIP/2.0" in stage.proxy.seen


def test_a_silent_server_fails_the_call_in_bounded_time() -> None:
    stage = play()
    stage.lose = lambda octets: True
    stage.run()
    assert stage.probe.failure == "no end after 10 s; waiting for the answer to REGISTER"
    assert stage.now <= 100 + 10 + CLEANUP_S + 1


def test_a_callee_that_is_not_reached_gets_its_call_cancelled() -> None:
    stage = play()
    stage.proxy._forward = lambda message, source: [  # type: ignore[method-assign]
        (stage.proxy._reply(message, "100 Trying" if message.method == "INVITE" else "200 OK"), source)
    ]
    stage.run()
    assert stage.probe.failure == "no end after 10 s; waiting for the answer to INVITE"
    assert "CANCEL sip:1002@example.com SIP/2.0" in stage.proxy.seen
    assert stage.proxy.binding is None


def test_credentials_for_another_realm_are_named_as_the_reason() -> None:
    stage = play(challenge=CHALLENGE.replace("example.com", "other.org"))
    stage.run()
    assert stage.probe.failure == (
        "callee 1002 cannot answer the challenge: "
        'the credentials are for realm "example.com", the challenge is for "other.org"'
    )


def test_an_algorithm_without_a_stored_value_is_passed_over() -> None:
    stage = play(challenge=CHALLENGE, ha1={"md5": "7" * 32})
    stage.run()
    assert "no credentials for algorithm SHA-256" in stage.probe.failure


def test_wrong_credentials_are_challenged_once_only() -> None:
    stage = play(challenge=CHALLENGE)
    stage.proxy.refuse["REGISTER"] = "401 Unauthorized"
    stage.run()
    assert "no digest challenge was offered" in stage.probe.failure


def test_interrupting_an_answered_call_hangs_up() -> None:
    stage = play()
    stage.lose = lambda octets: octets.startswith(b"ACK")
    stage.probe.start(stage.now)
    stage.deliver()
    stage.probe.fail("interrupted", stage.now)
    stage.deliver()
    assert stage.probe.done
    assert stage.probe.failure == "interrupted"
    assert any(start.startswith("BYE") for start in stage.proxy.seen)
    assert stage.proxy.binding is None


def answer(octets: bytes, tag: str) -> bytes:
    """A 200 to an INVITE from a phone that is not ours, through the server."""
    invite = parse(octets)
    assert invite is not None
    route = [("Record-Route", "<sip:127.0.0.1:5060;lr>"), ("Contact", "<sip:1002@127.0.0.1:9>")]
    return respond(invite, "200 OK", tag, route)


def test_a_phone_that_answers_first_is_hung_up() -> None:
    stage = play()
    stage.proxy._forward = lambda message, source: (  # type: ignore[method-assign]
        [(answer(render(message.start, list(message.headers)), "other"), source)] if message.method != "ACK" else []
    )
    stage.run()
    assert stage.probe.failure == "another phone of the callee has answered"
    assert [start.split(" ")[0] for start in stage.proxy.seen] == ["REGISTER", "INVITE", "ACK", "BYE", "REGISTER"]
    assert stage.proxy.binding is None


def test_a_phone_that_answers_second_is_hung_up_too() -> None:
    stage = play()
    invites: list[bytes] = []

    def watch(octets: bytes) -> bool:
        if octets.startswith(b"INVITE"):
            invites.append(octets)
        if octets.startswith(b"BYE") and len(invites) == 1:
            stage.probe.receive(CALLER, answer(invites.pop(), "other"), stage.now)
        return False

    stage.lose = watch
    steps = stage.run()
    assert stage.probe.failure == ""
    assert steps.count("caller BYE: 200 OK") == 2
    assert steps[-1] == "callee REGISTER: 200 OK"
    assert stage.proxy.binding is None
    ended = [start for start in stage.proxy.seen if start.startswith("BYE")]
    assert ended.count("BYE sip:1002@127.0.0.1:9 SIP/2.0") == 1
    assert len(ended) == 2


@pytest.mark.parametrize("octets", [b"", b"\r\n\r\n", b"SIP/2.0 xyz\r\n\r\n", b"\xff\xfe", b"INVITE\r\n\r\n"])
def test_what_is_no_sip_message_is_passed_over(octets: bytes) -> None:
    stage = play()
    stage.probe.start(stage.now)
    stage.probe.receive(CALLER, octets, stage.now)
    assert stage.run() == CALL


def test_the_plan_bounds_a_call_well_below_the_transaction_timeout() -> None:
    assert plan().timeout_s < 64 * Settings().sip.timer_t1_ms / 1000


def test_the_engine_itself_carries_the_call(tmp_path: Path) -> None:
    world = World(tmp_path, CLOSED)
    world.subscriber("1001")
    world.subscriber("1002", number="5551")
    own = (("192.0.2.1", 40001), ("192.0.2.2", 40002))
    known = [world.subscribers.get(name) for name in ("1001", "1002")]
    caller, callee = (
        Party(user, each.name, each.realm, each.ha1, local)
        for user, each, local in zip(("1001", "5551"), known, own, strict=True)
        if each is not None
    )
    probe = Probe(Plan((ENGINE, 5060), "example.com", caller, callee), random.Random(1))
    probe.start(world.now)
    while not probe.done:
        while probe.out:
            side, octets, _ = probe.out.pop(0)
            world.send(octets, flow(*own[side]))
            sent, world.sent = world.sent, []
            for target, answer, _ in sent:
                world.now += 0.001
                probe.receive(own.index((target.host, target.port)), answer, world.now)
        if not probe.done:
            world.advance(probe.next_tick - world.now)
            probe.tick(world.now)
    assert probe.failure == ""
    assert [step.event for step in probe.steps if "40" not in step.event] == [step.split(" ", 1)[1] for step in CALL]
    assert (world.location.count, world.engine.busy()) == (0, 0)
