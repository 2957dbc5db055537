"""Alarms of trunks and route groups, each brought about in an engine: silence, calls that fill, nowhere to go."""

from __future__ import annotations

from pathlib import Path

from support.alarmed import Watch, raises_and_clears, watched
from support.engine import World, flow
from support.management import played
from support.messages import request, response

from core.effect import Flow
from core.northbound.routing_settings import AnalysisTable, Member, PrefixEntry, RouteGroup, Trunk
from oam.fault.sources.trunks import Trunks

ALICE, A, B = flow("192.0.2.1"), flow("192.0.2.21"), flow("192.0.2.22")


def make(path: Path, *trunks: Trunk) -> World:
    names = [each.name for each in trunks]
    world = World(
        path, trunks=trunks, route_groups=(RouteGroup("G", members=tuple(Member(name) for name in names)),),
        tables=(AnalysisTable("default", (PrefixEntry("9", action="route-group", target="G"),)),),
    )  # fmt: skip
    world.engine.sweep(world.now)
    return world


def trunk(name: str, place: Flow, **more: object) -> Trunk:
    return Trunk(name, addresses=(f"sip:{place.host}",), **more)  # type: ignore[arg-type]


WATCHED: dict[str, object] = {"monitor_interval_s": 5, "monitor_failures": 1}


def probed(world: World, answers: dict[Flow, int]) -> None:
    """Let a round of probes pass; who has a status answers with it."""
    for _ in range(120):
        world.advance(0.1)
        for place, status in answers.items():
            for message in world.take(place):
                if message.method == "OPTIONS" and status:
                    world.send(response(message, status), place)


def call(world: World, number: int) -> None:
    more = {"call_id": f"c{number}", "branch": f"z9hG4bKc{number}", "from_tag": f"t{number}"}
    world.send(request("INVITE", "sip:94711@example.com", ALICE, **more), ALICE)  # type: ignore[arg-type]
    world.advance(0.01)


def end(world: World, place: Flow) -> None:
    """Have the trunk refuse every call it was offered."""
    for message in world.take(place):
        if message.method == "INVITE":
            world.send(response(message, 486), place)


@raises_and_clears(2, 3)
@played
async def test_trunks_that_do_not_answer(tmp_path: Path) -> None:
    world = make(tmp_path, trunk("A", A, **WATCHED), trunk("B", B, **WATCHED))
    watch = watched(tmp_path, world)
    source = Trunks(watch.manager)
    assert await watch.look(source) == {}
    probed(world, {A: 0, B: 200})
    assert await watch.look(source) == {(2, "trunk A"): "major"}
    probed(world, {A: 0, B: 0})
    found = await watch.look(source)
    assert found == {(2, "trunk A"): "major", (2, "trunk B"): "major", (3, "route-group G"): "critical"}
    assert [each.key for each in watch.alarms.shown()] == [(3, "route-group G")], "the group explains its members"
    probed(world, {A: 200, B: 200})
    assert await watch.look(source) == {}


@played
async def test_a_new_worker_that_has_not_heard_of_a_trunk_does_not_end_its_alarm(tmp_path: Path) -> None:
    patient = WATCHED | {"monitor_failures": 9}
    world = make(tmp_path, trunk("A", A, **patient), trunk("B", B, **patient))
    watch = watched(tmp_path, world)
    source = Trunks(watch.manager)
    before = {(2, "trunk A"): "major", (2, "trunk B"): "major", (3, "route-group G"): "critical"}
    for (number, name), severity in before.items():
        watch.manager.alarms.set(number, name, "no answer", severity)
    assert await watch.look(source) == before, "nothing has been probed"
    probed(world, {A: 0, B: 0})
    assert await watch.look(source) == before, "some have failed, not so many as decide"
    assert all(watch.unknown(*key) for key in before)
    probed(world, {A: 200, B: 200})
    assert await watch.look(source) == {}


@raises_and_clears(4, 5)
@played
async def test_a_trunk_that_is_full_and_calls_that_find_no_other(tmp_path: Path) -> None:
    world = make(tmp_path, trunk("A", A, calls_maximum=2))
    now = [0.0]
    watch = watched(tmp_path, world)
    source = Trunks(watch.manager, lambda: now[0])
    call(world, 1)
    assert await watch.look(source) == {}
    call(world, 2)
    found = await watch.look(source)
    assert found == {(5, "trunk A"): "minor", (4, "route-group G"): "major"}
    call(world, 3)
    assert world.counter("routes-exhausted") == 1
    now[0] = 61.0
    found = await watch.look(source)
    assert found == {(5, "trunk A"): "major", (4, "route-group G"): "major", (4, "system"): "major"}
    assert "1 call found no usable trunk" in watch.text(4, "system")
    end(world, A)
    world.advance(1)
    assert await watch.look(source) == {(4, "system"): "major"}
    now[0] = 122.0
    assert await watch.look(source) == {}


@played
async def test_a_trunk_is_at_its_limit_until_it_is_some_way_below(tmp_path: Path) -> None:
    world = make(tmp_path, trunk("A", A, calls_maximum=10))
    watch = watched(tmp_path, world)
    source = Trunks(watch.manager)
    for number in range(10):
        call(world, number)
    assert (5, "trunk A") in await watch.look(source)
    invites = [message for message in world.take(A) if message.method == "INVITE"]
    world.send(response(invites[0], 486), A)
    assert (5, "trunk A") in await watch.look(source), "9 of 10 is 90 per cent"
    world.send(response(invites[1], 486), A)
    assert (5, "trunk A") not in await watch.look(source)


@played
async def test_what_is_shut_down_is_not_unreachable_and_what_is_gone_is_over(tmp_path: Path) -> None:
    world = make(tmp_path, trunk("A", A, **WATCHED), trunk("B", B))
    watch = watched(tmp_path, world)
    source = Trunks(watch.manager)
    probed(world, {A: 0})
    assert await watch.look(source) == {(2, "trunk A"): "major"}
    _configure(world, trunk("A", A, shutdown=True, **WATCHED), trunk("B", B))
    assert await watch.look(source) == {}
    _configure(world, trunk("A", A, **WATCHED), trunk("B", B))
    probed(world, {A: 0})
    await watch.look(source)
    _configure(world, trunk("B", B), members=("B",))
    assert await watch.look(source) == {}


@played
async def test_while_signalling_is_away_nothing_is_known(tmp_path: Path) -> None:
    world = make(tmp_path, trunk("A", A, **WATCHED))
    watch: Watch = watched(tmp_path, world)
    source = Trunks(watch.manager)
    probed(world, {A: 0})
    await watch.look(source)
    watch.manager.fake_worker.answers = None
    watch.manager.worker = watch.manager.fake_worker  # type: ignore[assignment]
    assert (2, "trunk A") in await watch.look(source)
    assert watch.unknown(2, "trunk A")


def _configure(world: World, *trunks: Trunk, members: tuple[str, ...] = ("A", "B")) -> None:
    fields = {name: getattr(world.settings, name) for name in world.settings.__struct_fields__}
    groups = (RouteGroup("G", members=tuple(Member(name) for name in members)),)
    world.settings = type(world.settings)(**{**fields, "trunks": trunks, "route_groups": groups})
    world.engine.configure(world.settings, dict(enumerate(world.settings.sip.listeners)))
    world.engine.sweep(world.now)
    world.perform()
