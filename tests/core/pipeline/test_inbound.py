"""What stages share: refusing, opening, telling management, whom a URI means."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import LISTENERS, OPEN, World, flow
from support.inbound import arrive
from support.messages import register

from core.northbound.notices import TableFull, TableRelieved
from core.northbound.settings import SipSettings
from core.pipeline.inbound import user_of
from core.wire.header import CONTENT_LENGTH, RETRY_AFTER, VIA
from core.wire.uri import parse_uri

ALICE = flow("192.0.2.1")


@pytest.mark.parametrize(
    ("uri", "user"),
    [
        ("sip:alice@x", "alice"),
        ("sip:%61lice:password@x", "alice"),
        ("sip:x", ""),
        ("tel:+1-234", "+1234"),
        ("sip:%E7%94%A8%E6%88%B7@x", "用户"),
        ("sip:%E4@x", "\xe4"),
    ],
)
def test_whom_a_uri_means(uri: str, user: str) -> None:
    assert user_of(parse_uri(uri)) == user


def test_a_subscriber_with_a_name_of_other_letters_can_be_called(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.subscriber("用户")
    escaped = "%E7%94%A8%E6%88%B7"
    world.send(register(escaped, ALICE), ALICE)
    assert world.one(ALICE).status == 200
    assert [binding.host for binding in world.location.bindings("用户")] == ["192.0.2.1"]


def test_refuse_answers_without_a_transaction(tmp_path: Path) -> None:
    world = World(tmp_path)
    services = world.engine._services
    inbound = arrive(world, "INVITE", "sip:b@c", extra=("Via: SIP/2.0/UDP other;branch=z9hG4bK2",))
    assert services.refuse(inbound, 480) is False
    world.perform()
    answer = world.one(ALICE)
    assert (answer.status, answer.reason, answer.first(CONTENT_LENGTH)) == (480, "Temporarily Unavailable", "0")
    assert answer.ids.count(VIA) == 2
    assert answer.to().tag != ""
    assert world.engine._layer.count() == 0
    assert world.counter("responses-sent-4xx") == 1


def test_refuse_never_answers_an_ack(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert world.engine._services.refuse(arrive(world, "ACK", "sip:b@c"), 403) is False
    assert world.engine.out == []


def test_open_refuses_when_there_is_no_room_for_all_it_takes(tmp_path: Path) -> None:
    world = World(tmp_path, OPEN, SipSettings(listeners=LISTENERS, max_transactions=1))
    services = world.engine._services
    assert services.open(arrive(world, "INVITE", "sip:b@c"), 2) is None
    world.perform()
    assert world.one(ALICE).first(RETRY_AFTER) == "10"
    assert services.open(arrive(world, "INVITE", "sip:b@c")) is not None
    assert world.counter("transactions-refused") == 1


def test_bounds_tell_each_table_once_and_when_it_is_over(tmp_path: Path) -> None:
    world = World(tmp_path)
    bounds = world.engine._services.bounds
    bounds.refused("calls", 5, world.now)
    bounds.refused("calls", 5, world.now)
    bounds.refused("bindings", 7, world.now)
    world.advance(40)
    bounds.refused("bindings", 7, world.now)
    world.advance(25)
    assert world.notices == [TableFull("calls", 5), TableFull("bindings", 7), TableRelieved("calls")]
    world.advance(100)
    assert world.notices[3:] == [TableRelieved("bindings")]
    assert world.engine.next_tick == float("inf")
    bounds.refused("calls", 5, world.now)
    world.perform()
    assert world.notices[4:] == [TableFull("calls", 5)]
