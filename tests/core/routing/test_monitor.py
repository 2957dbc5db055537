"""Trunks being watched: going down, coming back, addresses, names."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import World, flow
from support.messages import response

from core.effect import Flow
from core.northbound.notices import TrunkDown, TrunkUp
from core.northbound.routing_settings import Trunk
from core.northbound.settings import Settings
from core.wire.message import Message

ONE, TWO = flow("192.0.2.21"), flow("192.0.2.22")


def make(path: Path, *addresses: str, **more: object) -> World:
    settings: dict[str, object] = {"monitor_interval_s": 30, "monitor_failures": 2, **more}
    world = World(path, trunks=(Trunk("A", addresses=addresses or ("sip:192.0.2.21",), **settings),))  # type: ignore[arg-type]
    world.engine.sweep(world.now)
    world.advance(0.1)
    return world


def probe(world: World, place: Flow = ONE) -> Message:
    """Take the OPTIONS that is there, or the next one."""
    for _ in range(400):
        found = world.take(place)
        if found:
            assert found[0].method == "OPTIONS"
            return found[0]
        world.advance(0.1)
    raise AssertionError("no probe came")


def state(world: World) -> str:
    return world.engine._trunks.states["A"].state()


def answer(world: World, status: int, place: Flow = ONE) -> None:
    world.send(response(probe(world, place), status), place)


def test_it_is_probed_at_once_and_then_every_interval(tmp_path: Path) -> None:
    world = make(tmp_path)
    moments = []
    for _ in range(4):
        answer(world, 200)
        moments.append(world.now)
    assert moments[0] == 1000.1
    assert 15 <= moments[1] - moments[0] <= 30.2  # spread, so that not all are asked in one turn for ever
    assert [round(moments[at] - moments[at - 1]) for at in (2, 3)] == [30, 30]
    assert world.counter("probes-sent") == 4
    assert state(world) == "up"


@pytest.mark.parametrize("status", [0, 408, 503])
def test_it_goes_down_and_comes_back(tmp_path: Path, status: int) -> None:
    world = make(tmp_path)
    for _ in range(2):
        assert state(world) == "up"
        if status:
            answer(world, status)
        else:
            probe(world)
            world.advance(4.2)
            world.take(ONE)
    assert state(world) == "down"
    assert world.counter("trunks-down") == 1
    assert [type(each) for each in world.notices] == [TrunkDown]
    answer(world, 404)
    assert state(world) == "up"
    assert [type(each) for each in world.notices] == [TrunkDown, TrunkUp]
    assert (world.counter("trunks-down"), world.counter("probes-failed")) == (0, 2)


def test_it_works_while_one_of_its_addresses_does(tmp_path: Path) -> None:
    world = make(tmp_path, "sip:192.0.2.21", "sip:192.0.2.22", monitor_failures=1)
    answer(world, 503)
    answer(world, 200, TWO)
    assert state(world) == "up"


def test_a_name_is_resolved(tmp_path: Path) -> None:
    world = make(tmp_path, "sip:gw.example.net", monitor_failures=1)
    ((token, host),) = world.questions
    assert host == "gw.example.net"
    world.engine.answer(token, [("192.0.2.22", 5070)], world.now)
    world.perform()
    answer(world, 200, flow("192.0.2.22", 5070))
    world.advance(30)
    world.engine.answer(world.questions[1][0], [], world.now)
    assert state(world) == "down"


def test_one_that_is_watched_no_more_is_left_alone(tmp_path: Path) -> None:
    world = make(tmp_path)
    answer(world, 200)
    configure(world, Trunk("A", addresses=("sip:192.0.2.21",)))
    world.advance(100)
    assert world.take(ONE) == []


def configure(world: World, *trunks: Trunk) -> None:
    fields = {name: getattr(world.settings, name) for name in world.settings.__struct_fields__}
    world.settings = Settings(**{**fields, "trunks": trunks})
    world.engine.configure(world.settings, dict(enumerate(world.settings.sip.listeners)))
    world.engine.sweep(world.now)


def test_another_address_or_interval_counts_at_once(tmp_path: Path) -> None:
    world = make(tmp_path, monitor_interval_s=3600)
    answer(world, 200)
    configure(world, Trunk("A", addresses=("sip:192.0.2.22",), monitor_interval_s=3600))
    answer(world, 200, TWO)
    configure(world, Trunk("A", addresses=("sip:192.0.2.22",), monitor_interval_s=5))
    answer(world, 200, TWO)
    configure(world, Trunk("A", addresses=("sip:192.0.2.22",), monitor_interval_s=5, calls_maximum=9))
    world.advance(1)
    assert world.take(TWO) == []


def test_a_probe_by_hand(tmp_path: Path) -> None:
    world = make(tmp_path, monitor_interval_s=0)
    assert world.take(ONE) == []
    assert world.engine.probe_trunk("A", world.now) == 1
    world.perform()
    world.now += 0.25
    answer(world, 200)
    (row,) = world.engine._trunks.rows("A", 0.0)
    assert (row.probes, row.probe_status, row.probe_ms) == (1, 200, 250.0)
    assert world.engine.probe_trunk("B", world.now) == 0


def test_many_are_not_probed_in_one_turn(tmp_path: Path) -> None:
    trunks = tuple(Trunk(f"T{n}", addresses=("sip:192.0.2.21",), monitor_interval_s=30) for n in range(50))
    world = World(tmp_path, trunks=trunks)
    world.engine.sweep(world.now)
    world.advance(0.1)
    assert len(world.take(ONE)) < 10
    world.advance(1)
    assert len(world.take(ONE)) > 30
