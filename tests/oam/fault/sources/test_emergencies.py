"""Emergency calls that go nowhere, played against an engine: told with what is known, until an operator closes it."""

from __future__ import annotations

from pathlib import Path

from support.alarmed import Watch, hand_over, raises_and_clears, watched
from support.engine import OPEN, World, flow
from support.management import played
from support.messages import request

from oam.fault.sources.emergencies import Emergencies

ALICE = flow("192.0.2.1")
FAILED = (36, "system")


def call(world: World, number: int) -> None:
    """Alice calls for help, and nothing leads there."""
    world.advance(2)
    world.send(request("INVITE", "urn:service:sos", ALICE, call_id=f"c{number}", branch=f"z9hG4bKc{number}"), ALICE)
    assert world.statuses(ALICE)[-1] == 404


def close(watch: Watch) -> None:
    watch.alarms.clear_by_hand(watch.alarms.active[FAILED], "admin")


@raises_and_clears(36)
@played
async def test_one_that_fails_stays_until_an_operator_closes_it(tmp_path: Path) -> None:
    world = World(tmp_path, OPEN)
    watch = watched(tmp_path, world)
    source = Emergencies(watch.manager)
    assert await watch.look(source) == {}
    call(world, 1)
    hand_over(watch, world, source)
    assert await watch.look(source) == {FAILED: "critical"}
    assert watch.text(*FAILED) == (
        "1 emergency call refused or failed: the call to urn:service:sos failed with 404, Call-ID c1"
    )
    assert await watch.look(source) == {FAILED: "critical"}
    close(watch)
    assert await watch.look(source) == {}
    call(world, 2)
    assert await watch.look(source) == {FAILED: "critical"}, "the counter alone is enough"


@played
async def test_those_that_failed_while_management_was_away_are_told_when_it_is_back(tmp_path: Path) -> None:
    world = World(tmp_path, OPEN)
    watch = watched(tmp_path, world)
    await watch.look(Emergencies(watch.manager))
    call(world, 1)
    assert await watch.look(Emergencies(watch.manager)) == {FAILED: "critical"}
    close(watch)
    assert await watch.look(Emergencies(watch.manager)) == {}
    for slot in range(len(world.slots)):
        world.slots[slot] = 0
    call(world, 2)
    assert await watch.look(Emergencies(watch.manager)) == {}, "one as before: nothing tells it from that"
    call(world, 3)
    assert await watch.look(Emergencies(watch.manager)) == {FAILED: "critical"}
