"""A call written out: the transcript an operator reads, and the same for programs."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from support.engine import OPEN, World, flow
from support.management import FakeManager, done, gathered, played
from support.messages import request, response
from support.phone import alice_and_bob, establish, hang_up

from core.northbound.orders import ExplainCall, ListCallHistory, Order, Row
from core.northbound.routing_settings import AnalysisTable, Member, PrefixEntry, RouteGroup, Trunk
from oam.shell.format import for_people

ALICE, ONE, TWO = flow("192.0.2.1"), flow("192.0.2.51"), flow("192.0.2.52")


class Behind:
    """A worker that is a playbook's engine."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def order(self, order: Order) -> AsyncGenerator[Row, None]:
        assert isinstance(order, ListCallHistory | ExplainCall)
        for row in self.world.engine.search(order, self.world.now):
            if row is not None:
                yield row


def manager(path: Path, world: World) -> FakeManager:
    made = FakeManager(path / "state")
    made.worker = Behind(world)  # type: ignore[assignment]
    return made


def routed(path: Path) -> World:
    """A call to +493012 that the first trunk refuses and the second takes two seconds to refuse."""
    world = World(
        path,
        OPEN,
        None,
        tables=(AnalysisTable("default", (PrefixEntry("4930", action="route-group", target="PSTN"),)),),
        trunks=(Trunk("A", addresses=("sip:192.0.2.51",)), Trunk("B", addresses=("sip:192.0.2.52",))),
        route_groups=(RouteGroup("PSTN", members=(Member("A"), Member("B")), distribution="sequential"),),
    )
    number = "sip:+493012@example.com"
    world.send(request("INVITE", number, ALICE, callee=number, call_id="c1@alice"), ALICE)
    world.advance(0.12)
    world.send(response(world.one(ONE), 503, extra=("Reason: Q.850;cause=34",)), ONE)
    world.take(ONE)
    invite = world.one(TWO)
    world.send(response(invite, 180), TWO)
    world.advance(2.0)
    world.send(response(invite, 486), TWO)
    return world


TRANSCRIPT = """\
Call {id}: failed with 486
  Caller          sip:alice@example.com from udp:192.0.2.1:5060
  Callee          sip:+493012@example.com
  Request-URI     sip:+493012@example.com
  Number          +493012
  Trunks          - to B
  Route group     PSTN
  Call-ID         c1@alice
  Started         2023-11-14T22:13:20.000Z
  Ringing         2023-11-14T22:13:20.120Z
  Ended           2023-11-14T22:13:22.120Z
  Set-up          2120 ms

  Leg  Trunk  Sent    Heard   Ringing  Ended    Again  Status
  1    A      0 ms    120 ms  -        120 ms   0      503
  2    B      120 ms  120 ms  120 ms   2120 ms  0      486
  leg 1 to sip:192.0.2.51 at udp:192.0.2.51:5060: refused; Reason: Q.850;cause=34
  leg 2 to sip:192.0.2.52 at udp:192.0.2.52:5060: refused"""
STAGES = """\

  At       Stage            Object                Result
  0 ms     sanity           -                     passed
  0 ms     dialog           -                     passed
  0 ms     source           udp:192.0.2.1:5060    no trunk
  0 ms     class            ordinary              class
  0 ms     load             -                     passed
  0 ms     overload         -                     passed
  0 ms     domain           -                     passed
  0 ms     authentication   -                     not asked for credentials
  0 ms     claims           -                     passed
  0 ms     lists            -                     passed
  0 ms     trunk-limits     -                     passed
  0 ms     registrar        -                     passed
  0 ms     number-analysis  table default         prefix 4930: route-group PSTN
  0 ms     controls         -                     passed
  0 ms     targets          -                     passed
  0 ms     privacy          -                     passed
  0 ms     forward          -                     passed
  0 ms     route            trunk A               chosen in route group PSTN
  120 ms   route            trunk B               chosen in route group PSTN
  2120 ms  route            trunk B               no other is tried after 486"""


@played
async def test_a_call_by_its_call_id(tmp_path: Path) -> None:
    world = routed(tmp_path)
    (row,) = [each for each in world.engine.search(ListCallHistory(), world.now) if each is not None]
    text = "\n".join(await done(manager(tmp_path, world).session(privilege=1), ["show call c1@alice"]))
    assert text == TRANSCRIPT.format(id=row.id)  # type: ignore[union-attr]


@played
async def test_a_call_explained(tmp_path: Path) -> None:
    world = routed(tmp_path)
    text = "\n".join(await done(manager(tmp_path, world).session(privilege=1), ["show call c1@alice explain"]))
    table = text[text.index("\n\n  At ") + 1 :]
    assert [line.split() for line in table.splitlines()] == [line.split() for line in STAGES.splitlines()]


@played
async def test_a_call_explained_fits_the_terminal(tmp_path: Path) -> None:
    world = routed(tmp_path)
    wide = "\n".join(await done(manager(tmp_path, world).session(), ["show call c1@alice explain"]))
    session = manager(tmp_path, world).session(batch=False)
    session.width = 72
    narrow = await done(session, ["show call c1@alice explain"])
    assert max(map(len, narrow)) <= 72
    assert "\n".join(narrow).split() == wide.split()


@played
async def test_a_list_of_calls_fits_the_terminal(tmp_path: Path) -> None:
    rows, result = await gathered(manager(tmp_path, routed(tmp_path)).session(privilege=1), "show calls history")
    assert result.row is not None
    heading, _, line = for_people(result.row, 80).rows(rows)
    assert heading.split() == ["ID", "Started", "Status", "Caller", "Callee", "Trunk", "out", "State"]
    assert len(line) <= 80
    assert line.split()[2:] == ["486", "alice", "+493012", "B", "failed"]


@played
async def test_a_call_for_programs(tmp_path: Path) -> None:
    from oam.dispatch import execute

    world = routed(tmp_path)
    result = await execute(manager(tmp_path, world).session(), "show call c1@alice explain")
    (call,) = json.loads(json.dumps(result.json))["calls"]
    assert (call["state"], call["status"], [leg["trunk"] for leg in call["legs"]]) == ("failed", 486, ["A", "B"])
    assert call["stages"][-1]["result"] == "no other is tried after 486"


@pytest.mark.parametrize("ends", [False, True])
def test_calls_in_progress_and_over(tmp_path: Path, ends: bool) -> None:
    @played
    async def scenario() -> None:
        world, alice, bob = alice_and_bob(tmp_path)
        establish(alice, bob)
        if ends:
            world.advance(30.0)
            hang_up(alice, bob)
        session = manager(tmp_path, world).session(privilege=1)
        lines = await done(session, [f"show call {alice.call_id}"])
        assert lines[0].endswith(": ended by caller after 30 s" if ends else ": in progress")
        history = await done(session, ["show calls history"])
        assert len(history) == 1
        assert alice.call_id in history[0]

    scenario()


@played
async def test_what_a_peer_sent_does_not_steer_the_terminal(tmp_path: Path) -> None:
    world = World(tmp_path, OPEN)
    text = request("INVITE", "sip:x@example.com", ALICE, callee="sip:\x1b[2J@example.com", call_id="c2")
    world.send(text, ALICE)
    lines = await done(manager(tmp_path, world).session(), ["show call c2"])
    assert not any("\x1b" in line for line in lines)
