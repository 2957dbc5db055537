"""Addresses that fail too often, and lists, in whole flows: who is counted, who is not, what survives."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import CLOSED, OPEN, World, flow
from support.messages import register, request

from core.effect import Flow
from core.northbound.notices import AddressBanned
from core.northbound.settings import AuthenticationSettings
from core.northbound.traffic_settings import BanRule, BanSettings
from core.store.lists import AUTOMATIC
from core.store.records import ListEntry

MALLORY = flow("203.0.113.66")
ALICE = flow("192.0.2.1")
RULE = BanRule(3, 60, 600)
STRICT = BanSettings(authentication=RULE, malformed=RULE, scan=RULE)
WRONG = (
    'Authorization: Digest username="alice", realm="example.com", nonce="x", uri="sip:example.com", '
    'response="00000000000000000000000000000000", algorithm=MD5, cnonce="c", qop=auth, nc=00000001'
)


def make(path: Path, authentication: AuthenticationSettings = OPEN, rules: BanSettings = STRICT) -> World:
    MALLORY.banned = False
    world = World(path, authentication, protection=rules)
    world.subscriber("alice")
    world.subscriber("bob")
    return world


def barred(world: World, peer: Flow) -> bool:
    return world.engine.bans.bars(peer.host, world.now)


def password(cseq: int) -> str:
    return register("alice", MALLORY, cseq=cseq).replace("Content-Length", f"{WRONG}\nContent-Length")


def registration(cseq: int) -> str:
    return register(f"4{cseq}", MALLORY, cseq=cseq)


def call(cseq: int) -> str:
    return request("INVITE", f"sip:4{cseq}@example.com", MALLORY, branch=f"z9hG4bK{cseq}", call_id=f"c{cseq}")


def options(cseq: int) -> str:
    return request(
        "OPTIONS", f"sip:4{cseq}@example.com", MALLORY, caller="sip:100@1.1.1.1", branch=f"z9hG4bK{cseq}",
        call_id=f"c{cseq}",
    )  # fmt: skip


def relayed(cseq: int) -> str:
    return request("INVITE", "sip:1@example.org", MALLORY, branch=f"z9hG4bK{cseq}", call_id=f"c{cseq}")


def noise(cseq: int) -> str:
    return f"INVITE sip:x SIP/2.0\nVia: nothing {cseq}\n\n"


CASES = [
    (CLOSED, password, "authentication"),
    (CLOSED, registration, "scan"),
    (CLOSED, options, "scan"),
    (CLOSED, relayed, "scan"),
    (CLOSED, noise, "malformed"),
    (OPEN, registration, "scan"),
    (OPEN, call, "scan"),
    (OPEN, options, "scan"),
]


@pytest.mark.parametrize(("authentication", "make_message", "cause"), CASES)
def test_who_fails_too_often_is_banned(
    tmp_path: Path, authentication: AuthenticationSettings, make_message: object, cause: str
) -> None:
    world = make(tmp_path, authentication)
    for cseq in range(1, 4):
        assert not barred(world, MALLORY)
        world.send(make_message(cseq), MALLORY)  # type: ignore[operator]
    assert barred(world, MALLORY)
    assert not barred(world, ALICE)
    assert [(each.cause, each.attempts) for each in world.notices if isinstance(each, AddressBanned)] == [(cause, 3)]
    assert world.counter("banned") == 1


def test_challenges_right_credentials_and_wrong_numbers_of_subscribers_are_no_offence(tmp_path: Path) -> None:
    world = make(tmp_path, CLOSED)
    for cseq in range(1, 30):
        world.send(register("alice", ALICE, cseq=cseq), ALICE)
        world.send(request("INVITE", f"sip:99{cseq}@example.com", ALICE, branch=f"z9hG4bKi{cseq}"), ALICE)
    assert not barred(world, ALICE)


def test_the_server_itself_is_never_banned(tmp_path: Path) -> None:
    world = make(tmp_path)
    peer = flow("192.0.2.10", 5080)
    for cseq in range(1, 30):
        world.send(register(f"4{cseq}", peer, cseq=cseq), peer)
    assert not barred(world, peer)


def test_bans_are_over_and_told_when_their_time_is(tmp_path: Path) -> None:
    world = make(tmp_path)
    for cseq in range(1, 4):
        world.send(registration(cseq), MALLORY)
    world.now += 600
    world.engine.sweep(world.now)
    assert not barred(world, MALLORY)
    assert world.counter("banned") == 0
    assert world.counter("bans-set") == 1


def test_a_new_worker_goes_on_with_the_bans_that_are_stored(tmp_path: Path) -> None:
    world = make(tmp_path)
    wall = world.now + world.engine.wall_offset
    world.lists.put_many(AUTOMATIC, [ListEntry("address", MALLORY.host, wall - 1, wall + 599, "", "scan: 50 attempts")])
    engine = world.make_engine()
    engine.restore_bans(world.now)
    assert engine.bans.bars(MALLORY.host, world.now)
    (row,) = engine.bans.rows(world.now)
    assert (row.cause, row.attempts) == ("scan", 50)


def test_listed_addresses_are_barred_as_soon_as_the_engine_has_looked(tmp_path: Path) -> None:
    world = make(tmp_path)
    world.lists.put_many("black", [ListEntry("address", "203.0.113.0/24", 1.0)])
    world.engine.sweep(world.now)
    assert world.engine.bans.changed
    assert barred(world, MALLORY)
    world.lists.put_many("white", [ListEntry("address", "203.0.113.66/32", 1.0)])
    world.engine.sweep(world.now)
    assert not barred(world, MALLORY)
