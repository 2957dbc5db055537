"""Calls to numbers: delivered, redirected, rejected, sent to a route group, each with its cause, counter and record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.engine import OPEN, World, flow
from support.inbound import arrive
from support.messages import register, request

from core.northbound.routing_settings import (
    AnalysisTable,
    Member,
    NumberingSettings,
    PrefixEntry,
    RouteGroup,
    Step,
    SubscriberGroup,
    TranslationRule,
    Trunk,
)
from core.northbound.traffic_settings import OverloadSettings, TrafficSettings
from core.pipeline.analysis import analysis, judge
from core.pipeline.inbound import Inbound
from core.policy.overload import CALL
from core.routing.analysis import Caller
from core.store.prefixes import row_key, row_of
from core.store.records import ListEntry, Subscriber
from core.wire.header import CONTACT, P_ASSERTED_IDENTITY, PRIVACY, REASON
from core.wire.message import Message

ALICE = flow("192.0.2.1")
BOB = flow("192.0.2.2")

RULES = (
    TranslationRule("DROP-9", steps=(Step("called", "delete", 0, count=1),)),
    TranslationRule("NOTHING", steps=(Step("called", "delete", 0, count=28),)),
    TranslationRule(
        "HIDE",
        steps=(
            Step("calling", "replace", 0, count=28, digits="4930"),
            Step("calling", "nature", value="international"),
            Step("calling", "display-name", value='Café "X"'),
        ),
    ),
    TranslationRule("SECRET", steps=(Step("calling", "presentation", value="restricted"),)),
    TranslationRule("FROM-T", steps=(Step("called", "delete", 0, count=4),)),
)
TABLES = (
    AnalysisTable(
        "default",
        (
            PrefixEntry("9", 4, 24, translate="DROP-9", action="route-group", target="PSTN"),
            PrefixEntry("4001", action="redirect", target="sip:hotline@example.com"),
            PrefixEntry("4002", action="redirect", target="sip:gw.example.net:5070;transport=tcp"),
            PrefixEntry("0900", action="reject", target="603"),
            PrefixEntry("55", translate="HIDE", action="local"),
            PrefixEntry("56", translate="SECRET", action="local"),
            PrefixEntry("66", translate="NOTHING", action="local"),
            PrefixEntry("7", action="table", target="A"),
            PrefixEntry("8", translate="DROP-9", action="local"),
        ),
    ),
    AnalysisTable("A", (PrefixEntry("", action="table", target="B"),)),
    AnalysisTable("B", (PrefixEntry("", action="table", target="A"),)),
    AnalysisTable("IN", (PrefixEntry("", action="reject", target="486"),)),
    AnalysisTable("SALES", (PrefixEntry("9", action="reject", target="403"),)),
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(
        tmp_path,
        OPEN,
        translation_rules=RULES,
        tables=TABLES,
        subscriber_groups=(SubscriberGroup("sales", table="SALES"),),
        trunks=(Trunk("T", table="IN", translate_in="FROM-T", trusted=True),),
        numbering=NumberingSettings(emergency=("112",)),
    )
    made.subscriber("alice")
    made.subscriber("bob", number="5501")
    return made


def call(world: World, number: str, **more: object) -> Message:
    """Let Alice call a number; return the final answer."""
    world.send(request("INVITE", f"sip:{number}@example.com", ALICE, **more), ALICE)  # type: ignore[arg-type]
    return world.take(ALICE)[-1]


def at_the_door(world: World, uri: str, *, trunk: str = "", **more: object) -> tuple[bool, Inbound]:
    """Let a request into the stage alone."""
    inbound = arrive(world, "INVITE", uri, **more)
    inbound.trunk = trunk
    return analysis(world.engine._services, inbound), inbound


def test_a_number_is_redirected(world: World) -> None:
    answer = call(world, "4001")
    assert answer.status == 302
    assert answer.first(CONTACT) == "<sip:hotline@example.com>"
    assert world.counter("calls-redirected") == 1
    assert [json.loads(record)["status"] for record in world.records] == [302]


def test_a_redirection_to_a_host_takes_the_number_along(world: World) -> None:
    assert call(world, "4002").first(CONTACT) == "<sip:4002@gw.example.net:5070;transport=tcp>"


@pytest.mark.parametrize(
    ("number", "status", "cause", "counter"),
    [
        ("0900123", 603, 21, "calls-rejected"),
        ("9123456789012345678901234", 484, 28, "numbers-refused"),
        ("91", 484, 28, "numbers-refused"),
        ("123", 404, 1, "numbers-unknown"),
        ("66123", 484, 28, "translations-failed"),
        ("7123", 482, 25, "analysis-loops"),
    ],
)
def test_what_leads_nowhere_has_a_defined_cause(
    world: World, number: str, status: int, cause: int, counter: str
) -> None:
    answer = call(world, number)
    assert answer.status == status
    assert answer.first(REASON).startswith(f"Q.850;cause={cause};text=")
    assert world.counter(counter) == 1
    assert [json.loads(record)["status"] for record in world.records] == [status]


def test_a_long_calling_number_is_refused(world: World) -> None:
    assert call(world, "4001", caller="sip:123456789012345678901@example.com").status == 484


def test_a_translated_number_reaches_its_subscriber(world: World) -> None:
    world.send(register("bob", BOB), BOB)
    world.take(BOB)
    call(world, "85501")
    assert world.one(BOB).request_uri == "sip:bob@192.0.2.2:5060"


def test_the_caller_is_shown_as_translated(world: World) -> None:
    passed, inbound = at_the_door(world, "sip:5599@example.com", caller="sip:1001@example.com")
    assert passed
    assert inbound.message.request_uri == "sip:5599@example.com"
    expected = '"Café \\"X\\"" <sip:+4930@example.com;user=phone>'.encode().decode("latin-1")
    assert inbound.message.first(P_ASSERTED_IDENTITY) == expected
    assert inbound.message.from_().uri_text == "sip:1001@example.com"


def test_a_restricted_number_is_not_shown_to_a_subscriber(world: World) -> None:
    _, inbound = at_the_door(world, "sip:56@example.com", extra=("P-Asserted-Identity: <tel:1>",))
    assert not inbound.message.has(P_ASSERTED_IDENTITY)
    assert inbound.message.first(PRIVACY) == "id"


def test_a_caller_who_was_not_translated_is_as_he_came(world: World) -> None:
    extra = ("Privacy: id", "P-Asserted-Identity: <tel:1>")
    _, inbound = at_the_door(world, "sip:85@example.com", extra=extra)
    assert inbound.message.first(P_ASSERTED_IDENTITY) == "<tel:1>"
    assert inbound.message.first(PRIVACY) == "id"


def test_a_route_group_is_chosen(world: World) -> None:
    passed, inbound = at_the_door(world, "tel:9-1234;phone-context=example.com")
    assert passed
    assert inbound.route_group == "PSTN"
    assert inbound.numbers is not None
    assert repr(inbound.numbers.called) == "1234"


def test_a_subscriber_comes_before_the_tables(world: World) -> None:
    passed, inbound = at_the_door(world, "sip:5501@example.com")
    assert passed
    assert inbound.numbers is None


def test_a_name_is_no_matter_of_number_analysis(world: World) -> None:
    assert at_the_door(world, "sip:carol@example.com")[0]


def test_a_trunk_has_its_table_and_translation(world: World) -> None:
    passed, inbound = at_the_door(world, "sip:+49305501@example.com", trunk="T")
    assert passed
    assert inbound.message.request_uri == "sip:5501@example.com"
    assert not at_the_door(world, "sip:+4930999@example.com", trunk="T")[0]
    assert world.counter("calls-rejected") == 1


def test_a_trusted_trunk_asserts_who_calls(world: World) -> None:
    extra = ("P-Asserted-Identity: <sip:x@example.net>, <tel:+4989123>",)
    _, inbound = at_the_door(world, "sip:+49305501@example.com", trunk="T", extra=extra)
    assert inbound.numbers is not None
    assert repr(inbound.numbers.calling) == "+4989123"


def test_a_group_has_its_table(world: World) -> None:
    world.subscribers.put(Subscriber("alice", group="sales"))
    assert call(world, "91234").status == 403


def test_the_emergency_service_is_the_first_emergency_number(world: World) -> None:
    passed, inbound = at_the_door(world, "urn:service:sos.fire")
    assert not passed
    assert inbound.numbers is not None
    assert repr(inbound.numbers.called) == "112"


def test_bulk_prefixes_are_in_force_within_a_second(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert not world.engine._services.analysis.is_active
    world.prefixes.write({row_key("default", "1"): row_of([PrefixEntry("", action="reject", target="403")])}, False)
    assert call(world, "123").status == 404
    world.engine.sweep(world.now)
    assert call(world, "123", branch="z9hG4bKalice2", call_id="call-2").status == 403


def test_asked_for_an_explanation_nothing_changes(world: World) -> None:
    _, inbound = at_the_door(world, "sip:94711@example.com")
    assert inbound.numbers is not None
    before = bytes(world.slots)
    told: list[tuple[str, str, str]] = []
    decision = judge(world.engine._services, inbound.numbers, Caller("", "", inbound.wall), told)
    assert (decision.action, bytes(world.slots)) == ("reject", before)
    assert told == [("number-analysis", "default", "no entry for 4711: 404")]


def test_a_call_that_translation_makes_an_emergency_call_is_held_back_by_nothing(tmp_path: Path) -> None:
    """Neither by lists, nor by the bounds of its trunk, nor under overload, all of which come before translation."""
    world = World(
        tmp_path, OPEN, numbering=NumberingSettings(emergency=("110",)), translation_rules=RULES,
        tables=(AnalysisTable("default", (PrefixEntry("9", translate="DROP-9", action="route-group", target="G"),)),),
        trunks=(
            Trunk("GW", addresses=("sip:192.0.2.9:5060",)), Trunk("PBX", sources=("192.0.2.1/32",), calls_maximum=1),
        ),
        route_groups=(RouteGroup("G", members=(Member("GW"),)),),
        traffic=TrafficSettings(overload=OverloadSettings(rate_maximum=1)),
    )  # fmt: skip
    world.lists.put_many("black", [ListEntry("calling", "1002", 1.0)])
    world.engine.sweep(world.now)
    services = world.engine._services
    services.trunks.states["PBX"].calls_in = 1
    for number, caller in (("1", "1001"), ("2", "1002")):
        for _ in range(20):  # whatever may come at once has come
            services.overload.admit(CALL, False, world.now)
        for dialled, status in (("9111", 503), ("9110", 100)):
            uri, branch = f"sip:{dialled}@example.com", f"z9hG4bK{dialled}{number}"
            caller_uri = f"sip:{caller}@example.com"
            world.send(request("INVITE", uri, ALICE, caller=caller_uri, call_id=number, branch=branch), ALICE)
            assert world.statuses(ALICE) == [status]
        assert world.one(flow("192.0.2.9")).request_uri == "sip:110@192.0.2.9:5060"
    assert world.counter("emergency-calls") == 2
