"""Guessers, floods and fraud, played against an engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.alarmed import Watch, hand_over, raises_and_clears, watched
from support.engine import CLOSED, World, flow
from support.management import FakeManager, done, played
from support.messages import register
from support.snmp import Taken, agent, peer

from core.northbound.orders import ListBans
from core.northbound.statistics import DIRECTORY, FIRST_ROW, REFUSED_LIMIT, WIDTH, open_statistics
from core.northbound.traffic_settings import BanRule, BanSettings
from oam.fault.sources.attacks import Attacks, Fraud, Managers
from oam.snmp.engine import message

RULE = BanRule(3, 60, 600)
WRONG = (
    'Authorization: Digest username="alice", realm="example.com", nonce="x", uri="sip:example.com", '
    'response="00000000000000000000000000000000", algorithm=MD5, cnonce="c", qop=auth, nc=00000001'
)


def password(world: World, number: int, host: str = "203.0.113.66") -> None:
    peer = flow(host)
    peer.banned = False
    world.send(register("alice", peer, cseq=number).replace("Content-Length", f"{WRONG}\nContent-Length"), peer)


def noise(world: World, number: int, host: str = "203.0.113.67") -> None:
    world.send(f"INVITE sip:x SIP/2.0\nVia: nothing {number}\n\n", flow(host))


def make(path: Path, rules: BanSettings) -> World:
    world = World(path, CLOSED, protection=rules)
    world.subscriber("alice")
    return world


@raises_and_clears(30, 31)
@played
async def test_addresses_that_are_banned(tmp_path: Path) -> None:
    now = [0.0]
    world = make(tmp_path, BanSettings(authentication=RULE, malformed=RULE, scan=RULE))
    watch = watched(tmp_path, world)
    source = Attacks(watch.manager, lambda: now[0])
    assert await watch.look(source) == {}
    for number in range(3):
        password(world, number + 1)
    hand_over(watch, world, source)
    assert await watch.look(source) == {(30, "system"): "major"}
    assert watch.text(30, "system") == "203.0.113.66 was banned for authentication"
    for number in range(3):
        noise(world, number)
    hand_over(watch, world, source)
    now[0] = 299.0
    assert await watch.look(source) == {(30, "system"): "major", (31, "system"): "major"}
    now[0] = 301.0
    assert await watch.look(source) == {}


@pytest.mark.parametrize(("work", "number"), [(password, 30), (noise, 31)])
@raises_and_clears(30, 31)
def test_many_that_stay_below_the_rule_are_an_attack_together(tmp_path: Path, work: object, number: int) -> None:
    @played
    async def scenario() -> None:
        now = [0.0]
        world = make(tmp_path, BanSettings(authentication=BanRule(), malformed=BanRule(), scan=BanRule()))
        watch = watched(tmp_path, world)
        await done(
            watch.manager.session(batch=False),
            ["configure terminal", "environment", "attack authentication 20 malformed 20", "end"],
        )
        source = Attacks(watch.manager, lambda: now[0])
        assert await watch.look(source) == {}
        assert callable(work)
        for sent in range(20):
            work(world, sent + 1, f"203.0.113.{sent}")
        now[0] = 5.0
        assert await watch.look(source) == {(number, "system"): "major"}
        now[0] = 70.0
        assert await watch.look(source) == {(number, "system"): "major"}
        now[0] = 310.0
        assert await watch.look(source) == {}

    scenario()


@played
async def test_bans_of_before_our_start_are_asked_for(tmp_path: Path) -> None:
    watch = Watch(FakeManager(tmp_path))
    source = Attacks(watch.manager, lambda: 1000.0)
    watch.manager.fake_worker.answers = None
    assert await watch.look(source) == {}
    watch.manager.fake_worker.answers = {}
    await watch.look(source)
    assert [type(order) for order in watch.manager.fake_worker.orders] == [ListBans, ListBans]
    await watch.look(source)
    assert len(watch.manager.fake_worker.orders) == 2


@raises_and_clears(39)
@played
async def test_a_group_that_calls_more_than_it_may(tmp_path: Path) -> None:
    """The worker's own rows of statistics are what is read."""
    now = [0.0]
    manager = FakeManager(tmp_path)
    await done(manager.session(batch=False), ["configure terminal", "subscriber-group sales", "calls maximum 5", "end"])
    watch, source = Watch(manager), Fraud(manager, lambda: now[0])
    rows = open_statistics(tmp_path / "run" / "statistics-1")
    rows[1] = 1
    name = b"sales".ljust(112, b"\0")
    for slot in range(14):
        rows[DIRECTORY + 2 + slot] = int.from_bytes(name[8 * slot : 8 * slot + 8], "little")
    rows[DIRECTORY + 1] = 6
    rows[DIRECTORY] = 1
    assert len(rows) > FIRST_ROW + WIDTH
    assert await watch.look(source) == {}
    rows[FIRST_ROW + REFUSED_LIMIT] += 19
    assert await watch.look(source) == {}
    rows[FIRST_ROW + REFUSED_LIMIT] += 1
    assert await watch.look(source) == {(39, "subscriber-group sales"): "major"}
    now[0] = 301.0
    assert await watch.look(source) == {}


@raises_and_clears(34)
@played
async def test_managers_with_wrong_credentials(tmp_path: Path) -> None:
    now = [0.0]
    async with agent(tmp_path) as asked:
        watch = Watch(asked.manager)
        source = Managers(asked.manager, lambda: now[0])
        assert await watch.look(source) == {}
        assert asked.snmp.engine is not None
        for _ in range(2):
            asked.snmp.engine.receive(message.with_community(1, b"public", b""), peer(Taken(), "127.0.0.8"))
        assert await watch.look(source) == {(34, "system"): "warning"}
        assert watch.text(34, "system") == "2 requests with wrong credentials in five minutes, last from 127.0.0.8"
        now[0] = 299.0
        assert await watch.look(source) == {(34, "system"): "warning"}
        now[0] = 300.0
        assert await watch.look(source) == {}
