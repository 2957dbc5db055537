"""A call that an operator orders by a trunk: rings, is answered, refused, challenged, or nothing at all."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from support.engine import World, flow
from support.management import FakeManager, FakeWorker, gathered, played
from support.messages import response

from core.northbound.orders import AskTrial, BeginTrial, Order, Row
from core.northbound.routing_settings import Step, TranslationRule, Trunk
from core.northbound.rows import TrialRow
from core.routing.trial import MAXIMUM
from core.wire.header import AUTHORIZATION, FROM
from oam.config.tree import Configuration

FAR = flow("192.0.2.9")
CHALLENGE = 'WWW-Authenticate: Digest realm="far", nonce="abc", algorithm=MD5, qop="auth"'


def make(path: Path, **more: object) -> World:
    settings = {"addresses": ("sip:192.0.2.9",), **more}
    return World(
        path,
        trunks=(Trunk("A", **settings), Trunk("B")),  # type: ignore[arg-type]
        translation_rules=(TranslationRule("ADD-0", steps=(Step("called", "insert", 0, digits="0"),)),),
    )


def begin(world: World, called: str = "493012", calling: str = "") -> int:
    number = world.engine.begin_trial("A", called, calling, world.now)
    world.perform()
    return number


def events(world: World, number: int) -> list[str]:
    found = [row for row in world.engine.order(AskTrial(number), world.now) if isinstance(row, TrialRow)]
    return [f"{row.event}{' .' if row.over else ''}" for row in found]


INVITE = "INVITE sip:493012@192.0.2.9 to udp:192.0.2.9:5060"


def test_one_that_rings_is_cancelled(tmp_path: Path) -> None:
    world = make(tmp_path)
    number = begin(world)
    invite = world.one(FAR)
    world.send(response(invite, 100, "Trying"), FAR)
    world.send(response(invite, 180, "Ringing"), FAR)
    cancel = world.one(FAR)
    assert cancel.method == "CANCEL"
    world.send(response(cancel, 200), FAR)
    world.send(response(invite, 487, "Request Terminated"), FAR)
    assert world.one(FAR).method == "ACK"
    assert events(world, number) == [
        INVITE, "100 Trying", "180 Ringing", "CANCEL", "487 Request Terminated: it rang, and was cancelled .",
    ]  # fmt: skip
    assert events(world, number) == []
    world.advance(60.0)
    assert world.engine._layer.count() == 0


def test_one_that_is_answered_is_ended(tmp_path: Path) -> None:
    world = make(tmp_path)
    number = begin(world)
    answer = response(world.one(FAR), 200, "OK", extra=("Contact: <sip:gw@192.0.2.9:5070>",))
    world.send(answer, FAR)
    ack, bye = world.take(flow("192.0.2.9", 5070))
    assert (ack.method, bye.method, bye.request_uri) == ("ACK", "BYE", "sip:gw@192.0.2.9:5070")
    assert ack.cseq()[0] + 1 == bye.cseq()[0]
    assert events(world, number)[-1] == "answered: acknowledged and ended with BYE ."


def test_a_refusal_is_told(tmp_path: Path) -> None:
    world = make(tmp_path)
    number = begin(world)
    world.send(response(world.one(FAR), 404, "Not Found"), FAR)
    assert events(world, number) == [INVITE, "404 Not Found ."]


def test_a_challenge_is_answered_once(tmp_path: Path) -> None:
    world = make(tmp_path, username="us", secret="them")
    number = begin(world)
    world.send(response(world.one(FAR), 401, "Unauthorized", extra=(CHALLENGE,)), FAR)
    ack, again = world.take(FAR)
    assert ack.method == "ACK"
    assert 'username="us"' in again.first(AUTHORIZATION)
    assert again.cseq()[0] == 2
    world.send(response(again, 401, "Unauthorized", extra=(CHALLENGE,)), FAR)
    assert events(world, number)[1:] == ["401 Unauthorized", INVITE, "401 Unauthorized ."]


def test_it_is_written_as_for_the_trunk(tmp_path: Path) -> None:
    world = make(tmp_path, translate_out="ADD-0")
    begin(world, "493012", "1001")
    invite = world.one(FAR)
    assert invite.request_uri == "sip:0493012@192.0.2.9"
    assert "<sip:1001@192.0.2.10" in invite.first(FROM)


def test_silence_is_given_up_and_a_late_ring_is_cancelled(tmp_path: Path) -> None:
    world = make(tmp_path)
    number = begin(world)
    world.advance(16.0)
    invite = world.take(FAR)[0]
    assert events(world, number) == [INVITE, "neither rang nor answered: given up ."]
    world.send(response(invite, 180), FAR)
    assert world.one(FAR).method == "CANCEL"


def test_a_late_answer_is_ended(tmp_path: Path) -> None:
    world = make(tmp_path)
    begin(world)
    world.advance(16.0)
    world.send(response(world.take(FAR)[0], 200, extra=("Contact: <sip:192.0.2.9>",)), FAR)
    assert [each.method for each in world.take(FAR)] == ["ACK", "BYE"]


def test_one_that_only_says_trying_is_cancelled(tmp_path: Path) -> None:
    world = make(tmp_path)
    begin(world)
    world.send(response(world.one(FAR), 100, "Trying"), FAR)
    world.advance(16.0)
    assert {each.method for each in world.take(FAR)} == {"CANCEL"}


def test_what_cannot_be_sent_is_told(tmp_path: Path) -> None:
    world = make(tmp_path)
    number = begin(world)
    world.engine.send_failed(world.sent[-1][2], world.now)
    assert events(world, number)[-1] == "cannot be reached ."


@pytest.mark.parametrize(("trunk", "called"), [("X", "110"), ("B", "110"), ("A", "nobody")])
def test_no_trunk_no_address_or_no_number_is_no_trial(tmp_path: Path, trunk: str, called: str) -> None:
    world = make(tmp_path)
    assert world.engine.begin_trial(trunk, called, "", world.now) == 0


def test_there_are_not_any_number_of_them(tmp_path: Path) -> None:
    world = make(tmp_path)
    assert [begin(world) for _ in range(MAXIMUM + 1)][-1] == 0
    world.advance(70.0)
    world.engine.sweep(world.now)
    assert begin(world) > 0


def test_nothing_of_it_is_counted(tmp_path: Path) -> None:
    world = make(tmp_path)
    begin(world)
    state = world.engine._trunks.states["A"]
    assert (state.calls, state.outgoing.attempts, world.counter("calls-attempted")) == (0, 0, 0)


class Worker(FakeWorker):
    """Tells of one event more each time it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    async def count(self, order: Order) -> int:
        assert order == BeginTrial("A", "+49-30", "1001")
        return 7

    async def order(self, order: Order) -> AsyncGenerator[Row, None]:
        assert order == AskTrial(7)
        self.asked += 1
        for number in range(self.asked):
            yield TrialRow(10.0 * number, f"event {number}", number == 2)


@played
async def test_each_step_is_shown_once(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, Configuration(trunks=(Trunk("A"),)))
    manager.worker = Worker()  # type: ignore[assignment]
    rows, _ = await gathered(manager.session(), "test trunk A call +49-30 calling 1001")
    assert [(row.step, row.at_ms, row.result) for row in rows] == [
        (1, 0.0, "event 0"), (2, 10.0, "event 1"), (3, 20.0, "event 2"),
    ]  # fmt: skip
    _, result = await gathered(manager.session(), "test trunk X call 110")
    assert result.errors == ["% There is no trunk X"]
