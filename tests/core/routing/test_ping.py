"""OPTIONS that an operator orders: answered, lost, unreachable, by name, to a phone behind NAT."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import World, flow
from support.messages import register, response

from core.northbound.orders import AskPing
from core.northbound.rows import PingRow
from core.routing.ping import MAXIMUM

FAR = flow("192.0.2.9")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def send(world: World, target: str, user: str = "") -> int:
    number = world.engine.ping(target, user, world.now)
    world.perform()
    return number


def ask(world: World, number: int) -> PingRow | None:
    found = list(world.engine.order(AskPing(number), world.now))
    assert all(isinstance(row, PingRow) for row in found)
    return found[0] if found else None  # type: ignore[return-value]


def test_an_answer_is_told_with_its_delay_once(world: World) -> None:
    number = send(world, "sip:192.0.2.9")
    options = world.one(FAR)
    assert (options.method, options.request_uri) == ("OPTIONS", "sip:192.0.2.9")
    assert ask(world, number) == PingRow("waiting", "udp:192.0.2.9:5060", None, "", None, 0, "")
    world.advance(0.02)
    world.send(response(options, 200, "OK", extra=("Server: gw 1.0",)), FAR)
    assert ask(world, number) == PingRow("answered", "udp:192.0.2.9:5060", 200, "OK", 20.0, 0, "gw 1.0")
    assert ask(world, number) is None
    assert world.engine._layer.count() == 1  # Timer K


def test_a_failure_is_an_answer_too(world: World) -> None:
    number = send(world, "sip:bob@192.0.2.9")
    world.send(response(world.one(FAR), 404, "Not Found", extra=("User-Agent: phone",)), FAR)
    row = ask(world, number)
    assert row is not None
    assert (row.state, row.status, row.reason, row.agent) == ("answered", 404, "Not Found", "phone")


def test_no_answer_is_a_loss_and_what_comes_late_changes_nothing(world: World) -> None:
    number = send(world, "sip:192.0.2.9")
    world.advance(4.1)
    sent = world.take(FAR)
    row = ask(world, number)
    assert row == PingRow("lost", "udp:192.0.2.9:5060", None, "no answer", None, len(sent) - 1, "")
    assert len(sent) == 4
    world.send(response(sent[0], 200), FAR)
    world.advance(60.0)
    assert world.take(FAR) == []
    assert world.engine._layer.count() == 0


def test_what_cannot_be_sent_is_said_so(world: World) -> None:
    number = send(world, "sip:192.0.2.9;transport=tcp")
    world.engine.send_failed(world.sent[-1][2], world.now)
    row = ask(world, number)
    assert row is not None
    assert (row.state, row.reason) == ("lost", "cannot be reached")


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("tel:110", "no SIP URI that we can reach: Unsupported URI Scheme"),
        ("sip:[2001:db8::1]", "no listener of ours reaches it"),
        ("sip:192.0.2.9;transport=sctp", "no listener of ours reaches it"),
    ],
)
def test_what_is_no_target_of_ours_is_lost_at_once(world: World, target: str, reason: str) -> None:
    row = ask(world, send(world, target))
    assert row is not None
    assert (row.state, row.reason, row.address) == ("lost", reason, "")


def test_a_name_is_looked_up(world: World) -> None:
    number = send(world, "sip:gw.example.net")
    (token, name) = world.questions.pop()
    assert name == "gw.example.net"
    world.engine.answer(token, [("192.0.2.9", 5070)], world.now)
    world.perform()
    row = ask(world, number)
    assert row is not None
    assert row.address == "udp:192.0.2.9:5070"
    number = send(world, "sip:gw.example.net")
    world.engine.answer(world.questions.pop()[0], [], world.now)
    row = ask(world, number)
    assert row is not None
    assert row.reason == "its name leads nowhere"


def test_a_name_that_takes_too_long_is_a_loss(world: World) -> None:
    number = send(world, "sip:gw.example.net")
    world.advance(4.1)
    row = ask(world, number)
    assert row is not None
    assert (row.state, row.reason) == ("lost", "no answer")
    world.engine.answer(world.questions.pop()[0], [("192.0.2.9", 5070)], world.now)
    assert world.take(FAR) == []


def test_a_phone_behind_nat_is_reached_the_way_it_came(world: World) -> None:
    world.subscriber("bob")
    place = flow("203.0.113.5", 40_000)
    text = register("bob", place, contact="<sip:bob@10.0.0.5:5060>", rport=True, sent_by="10.0.0.5:5060")
    world.send(text, place)
    world.take(place)
    send(world, "sip:bob@10.0.0.5:5060", "bob")
    options = world.one(place)
    assert options.request_uri == "sip:bob@10.0.0.5:5060"


def test_there_are_not_any_number_of_them_and_those_nobody_asks_for_go(world: World) -> None:
    numbers = [send(world, "sip:192.0.2.9") for _ in range(MAXIMUM + 1)]
    assert numbers[-1] == 0
    world.advance(4.1)
    world.engine.sweep(world.now)
    assert send(world, "sip:192.0.2.9") == 0
    world.advance(60.0)
    world.engine.sweep(world.now)
    assert send(world, "sip:192.0.2.9") > 0
