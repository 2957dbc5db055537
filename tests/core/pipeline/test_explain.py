"""`test route`: each step as the stages would take it, the result last, and nothing changed by asking."""

from __future__ import annotations

from pathlib import Path

from support.engine import OPEN, World, flow
from support.messages import register

from core.northbound.orders import ExplainRoute
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
from core.northbound.rows import RouteStepRow
from core.northbound.traffic_settings import Control, TrafficSettings
from core.store.lists import BLACK
from core.store.records import ListEntry, Subscriber

TABLES = (
    AnalysisTable(
        "default",
        (
            PrefixEntry("9", translate="DROP-9", action="route-group", target="PSTN"),
            PrefixEntry("4001", action="redirect", target="sip:hotline@example.net"),
            PrefixEntry("0900", action="reject", target="403"),
            PrefixEntry("7", translate="TO-1001", action="local"),
        ),
    ),
)
RULES = (
    TranslationRule("DROP-9", steps=(Step("called", "delete", 0, count=1),)),
    TranslationRule("TO-1001", steps=(Step("called", "insert", 0, digits="100"), Step("called", "delete", 3, count=1))),
)
TRUNKS = (
    Trunk("A", addresses=("sip:192.0.2.50",), direction="in"),
    Trunk("B", addresses=("sip:192.0.2.51",)),
    Trunk("C", addresses=("sip:192.0.2.52",)),
)
GROUP = (RouteGroup("PSTN", members=(Member("A"), Member("B"), Member("C", preference=2)), distribution="sequential"),)


def world(path: Path, **parts: object) -> World:
    settings: dict[str, object] = {
        "tables": TABLES, "translation_rules": RULES, "trunks": TRUNKS, "route_groups": GROUP,
        "numbering": NumberingSettings(emergency=("110",)), **parts,
    }  # fmt: skip
    return World(path, OPEN, None, **settings)


def asked(there: World, order: ExplainRoute) -> list[tuple[str, str, str]]:
    before = bytes(there.slots)
    rows = list(there.engine.order(order, there.now))
    assert bytes(there.slots) == before
    steps = []
    for number, row in enumerate(rows, 1):
        assert isinstance(row, RouteStepRow)
        assert row.number == number
        steps.append((row.step, row.object, row.outcome))
    return steps


def test_every_step_to_a_trunk_and_why_not_another(tmp_path: Path) -> None:
    steps = asked(world(tmp_path), ExplainRoute("1001", "9030123456"))
    assert ("number-analysis", "default", "prefix 9: route-group PSTN") in steps
    assert ("trunk", "A", "calls from it only") in steps
    assert [step[0] for step in steps].index("number-analysis") < [step[0] for step in steps].index("route-group")
    assert steps[-1] == ("result", "B", "030123456 to sip:192.0.2.51, then C")


def test_asking_takes_no_share(tmp_path: Path) -> None:
    group = (RouteGroup("PSTN", members=(Member("B"), Member("C")), distribution="weight"),)
    there = world(tmp_path, route_groups=group)
    answers = [asked(there, ExplainRoute("1001", "9030"))[-1] for _ in range(3)]
    assert answers == [answers[0]] * 3


def test_redirection_and_rejection(tmp_path: Path) -> None:
    there = world(tmp_path)
    assert asked(there, ExplainRoute("1", "40015"))[-1] == ("result", "40015", "302 to sip:hotline@example.net")
    assert asked(there, ExplainRoute("1", "0900123"))[-1] == ("result", "0900123", "refused: 403")
    assert asked(there, ExplainRoute("1", "8"))[-1] == ("result", "8", "refused: 404")


def test_a_subscriber_by_his_number_and_by_translation(tmp_path: Path) -> None:
    there = world(tmp_path)
    there.subscriber("1001")
    assert asked(there, ExplainRoute("2", "71"))[-1] == ("result", "1001", "not registered: 480")
    there.send(register("1001", flow("192.0.2.1")), flow("192.0.2.1"))
    contact = "subscriber at sip:1001@192.0.2.1:5060"
    assert asked(there, ExplainRoute("2", "71"))[-1] == ("result", "1001", contact)
    assert asked(there, ExplainRoute("2", "1001"))[-1] == ("result", "1001", contact)
    assert asked(there, ExplainRoute("2", "alice"))[-1] == ("result", "alice", "no subscriber and no route: 404")


def test_a_control_refuses_and_an_emergency_call_passes_it(tmp_path: Path) -> None:
    control = Control("code-block", "", percent=100, status=503)
    there = world(tmp_path, traffic=TrafficSettings(controls=(control,)))
    assert asked(there, ExplainRoute("1", "9030"))[-1] == (
        "result",
        "030",
        "refused by traffic control or a limit: 503",
    )
    steps = asked(there, ExplainRoute("1", "110"))
    assert ("class", "emergency", "no control, list or limit refuses it") in steps


def test_the_service_urn_is_the_first_emergency_number(tmp_path: Path) -> None:
    table = (AnalysisTable("default", (PrefixEntry("112", action="route-group", target="PSTN"),)),)
    there = world(
        tmp_path, tables=table, numbering=NumberingSettings(emergency=("112", "110")),
        traffic=TrafficSettings((Control("code-block", "", percent=100),)),
        subscriber_groups=(SubscriberGroup("GOLD", priority=True),),
    )  # fmt: skip
    there.subscribers.put(Subscriber("1001", group="GOLD"))
    for urn in ("urn:service:sos", "urn:service:sos.fire"):
        steps = asked(there, ExplainRoute("1001", urn, subscriber="1001"))
        assert steps[0] == ("service", urn, "as a call to 112")
        assert ("class", "emergency", "no control, list or limit refuses it") in steps
        assert steps[-1] == ("result", "B", "112 to sip:192.0.2.51, then C")


def test_the_service_urn_without_an_emergency_number_leads_nowhere(tmp_path: Path) -> None:
    there = world(tmp_path, numbering=NumberingSettings(), subscriber_groups=(SubscriberGroup("GOLD", priority=True),))
    there.subscribers.put(Subscriber("1001", group="GOLD"))
    steps = asked(there, ExplainRoute("1001", "urn:service:sos", subscriber="1001"))
    assert steps[0] == ("service", "urn:service:sos", "no emergency number is configured")
    assert ("class", "emergency", "no control, list or limit refuses it") in steps
    assert steps[-1] == ("result", "urn:service:sos", "no subscriber and no route: 404")


def test_lists_and_groups_of_the_caller(tmp_path: Path) -> None:
    there = world(tmp_path, subscriber_groups=(SubscriberGroup("GOLD", priority=True),))
    there.subscribers.put(Subscriber("1001", group="GOLD"))
    there.lists.put_many(BLACK, [ListEntry("subscriber", "1001", 0.0, reason="bill not paid")])
    there.engine.sweep(there.now)
    steps = asked(there, ExplainRoute("1001", "9030", subscriber="1001"))
    assert steps[:2] == [("subscriber", "1001", "group GOLD"), ("class", "priority", steps[1][2])]
    assert ("blacklist", "subscriber 1001", "bill not paid") in steps
    assert steps[-1] == ("screening", "subscriber 1001", "refused: 403")


def test_trunks_that_call_and_may_not(tmp_path: Path) -> None:
    trunks = (Trunk("A", addresses=("sip:192.0.2.50",), direction="out"), Trunk("B", shutdown=True))
    there = world(tmp_path, trunks=trunks, route_groups=())
    assert asked(there, ExplainRoute("1", "9", trunk="A")) == [("trunk", "A", "takes no calls from it, out: 403")]
    assert asked(there, ExplainRoute("1", "9", trunk="B")) == [("trunk", "B", "takes no calls from it, shutdown: 503")]


def test_another_time_is_asked_about_and_nothing_of_it_remembered(tmp_path: Path) -> None:
    night = Control("directional", "B", which="in", until="2001-01-01T00:00")
    there = world(tmp_path, traffic=TrafficSettings(controls=(night,)))
    now = there.now + there.engine.wall_offset
    there.lists.put_many(BLACK, [ListEntry("called", "030", 0.0, now + 3600)])
    there.engine.sweep(there.now)
    for at, expected in ((now + 7200, "no entry for 030: 404"), (0.0, "refused: 403")):
        assert asked(there, ExplainRoute("1001", "030", at=at))[-2 if at else -1][2] == expected
    assert asked(there, ExplainRoute("1001", "9030", at=946_684_800.0))[-1][1] == "C"
    assert asked(there, ExplainRoute("1001", "9030"))[-1][1] == "B"


def test_the_rule_of_the_trunk_is_the_last(tmp_path: Path) -> None:
    rules = (*RULES, TranslationRule("ADD-00", steps=(Step("called", "insert", 0, digits="00"),)))
    trunks = (TRUNKS[0], Trunk("B", addresses=("sip:192.0.2.51",), translate_out="ADD-00"), TRUNKS[2])
    steps = asked(world(tmp_path, translation_rules=rules, trunks=trunks), ExplainRoute("1001", "9030"))
    assert steps[-2:] == [
        ("translation", "ADD-00", "called 030 -> 00030"),
        ("result", "B", "00030 to sip:192.0.2.51, then C"),
    ]


def test_a_trunk_that_has_all_it_may(tmp_path: Path) -> None:
    trunks = (Trunk("A", calls_maximum=2, sources=("192.0.2.9/32",)), *TRUNKS[1:])
    there = world(
        tmp_path, trunks=trunks, route_groups=(), traffic=TrafficSettings((Control("turn-down", "A", percent=50),))
    )
    assert ("trunk", "A", "full: 503") not in asked(there, ExplainRoute("1", "9", trunk="A"))
    there.engine._trunks.states["A"].calls_in = 1
    assert asked(there, ExplainRoute("1", "9", trunk="A"))[-1] == ("trunk", "A", "full: 503")
    assert ("trunk", "A", "full: 503") not in asked(there, ExplainRoute("1", "110", trunk="A"))
