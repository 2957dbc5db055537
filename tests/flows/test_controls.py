"""Traffic control from the wire: what is refused, what a change of settings keeps, what survives a restart."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import CLOSED, OPEN, World, flow
from support.messages import request, response
from support.phone import Phone, establish, hang_up

from core.northbound.orders import ListCodes, ListControls
from core.northbound.routing_settings import (
    AnalysisTable,
    Member,
    NumberingSettings,
    Period,
    PrefixEntry,
    RouteGroup,
    SubscriberGroup,
    TimeTable,
    Trunk,
)
from core.northbound.rows import CodeRow, ControlRow
from core.northbound.settings import AuthenticationSettings, Settings
from core.northbound.traffic_settings import Control, HardToReach, TrafficSettings
from core.store.records import Subscriber
from core.wire.header import RESOURCE_PRIORITY

ALICE = flow("192.0.2.1")
BOB = flow("192.0.2.2")


def make(path: Path, traffic: TrafficSettings, authentication: AuthenticationSettings = OPEN, **parts: object) -> World:
    world = World(path, authentication, None, traffic=traffic, **parts)
    world.subscribers.put(Subscriber("alice", realm="example.com", group="sales"))
    world.subscriber("bob", number="0900")
    if authentication is OPEN:
        Phone(world, "bob", BOB).register()
    return world


def call(world: World, number: str, index: int, **more: object) -> int:
    """Let Alice call; return the final answer, 0 when it was passed on."""
    world.send(
        request(
            "INVITE", f"sip:{number}@example.com", ALICE, call_id=f"c{index}", branch=f"z9hG4bKc{index}",
            from_tag=f"t{index}", **more,  # type: ignore[arg-type]
        ),
        ALICE,
    )  # fmt: skip
    final = [status for status in world.statuses(ALICE) if status > 100]
    return final[0] if final else 0


def configure(world: World, **parts: object) -> None:
    fields = {name: getattr(world.settings, name) for name in Settings.__struct_fields__}
    world.settings = Settings(**{**fields, **parts})
    world.engine.configure(world.settings, dict(enumerate(world.settings.sip.listeners)))


def rows(world: World, order: ListControls | ListCodes) -> list[ControlRow | CodeRow]:
    return list(world.engine.order(order, world.now))  # type: ignore[arg-type]


def test_a_share_of_calls_is_refused_and_a_change_of_another_line_keeps_its_count(tmp_path: Path) -> None:
    block = Control("code-block", "0900", percent=50)
    world = make(tmp_path, TrafficSettings((block,)))
    assert [call(world, "0900", index) for index in range(3)] == [0, 503, 0]
    configure(world, traffic=TrafficSettings((block, Control("call-gap", "0900", interval_ms=60_000))))
    assert [call(world, "0900", index) for index in range(3, 6)] == [503, 0, 503]
    shown = rows(world, ListControls(code="0900"))
    assert [(row.offered, row.refused) for row in shown if isinstance(row, ControlRow)] == [(6, 3), (1, 0)]
    assert world.engine.clear_controls() == 2
    assert world.counter("calls-blocked") == 3
    configure(world, traffic=TrafficSettings())
    assert call(world, "0900", 7) == 0


def test_the_last_circuits_of_a_trunk_are_reserved_and_the_rest_overflows(tmp_path: Path) -> None:
    names = {"A": ALICE, "B": flow("192.0.2.50"), "C": flow("192.0.2.51")}
    trunks = tuple(Trunk(name, addresses=(f"sip:{names[name].host}",), calls_maximum=4) for name in ("B", "C"))
    lines = (
        Control("reserve", "B", which="idle", idle=2),
        Control("reserve", "B", which="idle", idle=1, classes="all"),
    )
    world = make(
        tmp_path,
        TrafficSettings(lines),
        trunks=trunks,
        route_groups=(RouteGroup("G", members=(Member("B"), Member("C")), distribution="sequential"),),
        tables=(AnalysisTable("default", (PrefixEntry("", action="route-group", target="G"),)),),
        subscriber_groups=(SubscriberGroup("sales"),),
        numbering=NumberingSettings(emergency=("112",)),
    )

    def taken(number: str, index: int) -> str:
        assert call(world, number, index) == 0
        return "".join(name for name in ("B", "C") if world.take(names[name]))

    # Ordinary calls take 2 of 4; the emergency call none is kept from.
    assert [taken("8001", index) for index in range(4)] == ["B", "B", "C", "C"]
    assert taken("112", 4) == "B"
    shown = [row for row in rows(world, ListControls(code="B")) if isinstance(row, ControlRow)]
    assert [(row.bound, row.offered, row.refused) for row in shown] == [
        ("100 % at 1 idle", 4, 0),
        ("100 % at 2 idle", 4, 2),
    ]
    configure(world, traffic=TrafficSettings(lines[1:]))
    assert [taken("8001", index) for index in (5, 6)] == ["C", "C"]
    assert world.counter("calls-blocked") == 0
    configure(world, traffic=TrafficSettings())
    assert taken("8001", 7) == "B"


def test_a_request_of_a_dialog_is_never_refused(tmp_path: Path) -> None:
    world = make(tmp_path, TrafficSettings())
    alice, bob = Phone(world, "alice", ALICE), Phone(world, "bob", BOB)
    establish(alice, bob)
    configure(world, traffic=TrafficSettings((Control("code-block", "", percent=100),)))
    hang_up(alice, bob)
    assert world.counter("calls-blocked") == 0
    assert call(world, "0900", 1) == 503


def test_a_time_table_decides_when_a_control_acts(tmp_path: Path) -> None:
    world = make(
        tmp_path,
        TrafficSettings((Control("code-block", "0900", percent=100, time="DAY"),)),
        time_tables=(TimeTable("DAY", periods=(Period("daily", "00:00", "22:14"),)),),
    )
    # World begins at 22:13:20 UTC.
    assert call(world, "0900", 1) == 503
    world.advance(60.0)
    assert call(world, "0900", 2) == 0


def test_calls_of_a_group_are_counted_and_restored(tmp_path: Path) -> None:
    world = make(tmp_path, TrafficSettings(), subscriber_groups=(SubscriberGroup("sales", calls_maximum=1),))
    alice, bob = Phone(world, "alice", ALICE), Phone(world, "bob", BOB)
    establish(alice, bob)
    assert call(world, "0900", 1) == 503
    assert world.counter("calls-limited") == 1
    world.engine = world.make_engine()
    assert world.engine.restore() == 1
    assert call(world, "0900", 2) == 503
    configure(world, subscriber_groups=(SubscriberGroup("sales", calls_maximum=2),))
    assert call(world, "0900", 3) == 0


def test_codes_become_hard_to_reach_by_calls_that_fail(tmp_path: Path) -> None:
    world = make(
        tmp_path,
        TrafficSettings((Control("code-block", "", percent=100, hard_to_reach=True),), HardToReach(50, 300, 3, 4)),
    )
    for index in range(3):
        assert call(world, "0900", index) == 0
        world.send(response(world.take(BOB)[-1], 486), BOB)
        world.take(ALICE)
    assert [(row.code, row.hard_to_reach) for row in rows(world, ListCodes()) if isinstance(row, CodeRow)] == [
        ("0900", True)
    ]
    assert call(world, "0900", 9) == 503
    world.now += 400
    world.engine.sweep(world.now)
    assert call(world, "0900", 10) == 0


def test_an_emergency_call_passes_every_control_and_nobody_else_borrows_that(tmp_path: Path) -> None:
    world = make(
        tmp_path,
        TrafficSettings((Control("code-block", "", percent=100, classes="all"),)),
        numbering=NumberingSettings(emergency=("0900",)),
    )
    assert call(world, "0900", 1, extra=("Resource-Priority: ets.0",)) == 0
    assert not world.take(BOB)[-1].has(RESOURCE_PRIORITY)
    assert call(world, "bob", 2, extra=("Resource-Priority: ets.0",)) == 503
    assert world.counter("priorities-stripped") == 2
    assert (world.counter("emergency-calls"), world.counter("controls-exempt")) == (1, 1)


@pytest.mark.parametrize(("unauthenticated", "status"), [(False, 407), (True, 480)])
def test_emergency_calls_are_challenged_unless_that_is_waived(
    tmp_path: Path, unauthenticated: bool, status: int
) -> None:
    world = make(
        tmp_path,
        TrafficSettings(emergency_unauthenticated=unauthenticated),
        CLOSED,
        numbering=NumberingSettings(emergency=("0900",)),
    )
    assert call(world, "0900", 1) == status
    assert call(world, "bob", 2) == 407


def test_the_service_urn_leads_nowhere_without_a_number_for_it(tmp_path: Path) -> None:
    world = make(tmp_path, TrafficSettings())
    world.send(request("INVITE", "urn:service:sos", ALICE), ALICE)
    assert world.statuses(ALICE)[-1] == 404
    world.send(request("INVITE", "urn:service:other", ALICE, branch="z9hG4bKx", call_id="y"), ALICE)
    assert world.statuses(ALICE)[-1] == 416
