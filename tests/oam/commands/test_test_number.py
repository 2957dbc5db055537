"""`test number`: what is asked of signalling, and what that answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.engine import World
from support.management import FakeManager, done, gathered, played

from core.northbound.orders import ExplainNumber
from core.northbound.routing_settings import AnalysisTable, PrefixEntry, Step, TranslationRule, Trunk
from core.northbound.rows import RouteStepRow
from core.northbound.subscribers import Subscriber
from oam.config.tree import Configuration

RULES = (TranslationRule("DROP-9", steps=(Step("called", "delete", 0, count=1),)),)
TABLES = (
    AnalysisTable(
        "default",
        (
            PrefixEntry("9", 4, 10, translate="DROP-9", action="reject", target="503"),
            PrefixEntry("4", action="redirect", target="sip:x.net"),
        ),
    ),
)


@played
async def test_it_asks_signalling(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, Configuration(translation_rules=RULES, trunks=(Trunk("T"),)))
    manager.subscribers.put(Subscriber("1001", number="4930", group="sales"))
    manager.fake_worker.answers = {ExplainNumber: [RouteStepRow(1, "number", "called", "1")]}
    session = manager.session()
    rows, _ = await gathered(session, "test number +49-30")
    assert [each.step for each in rows] == ["number"]
    await done(session, ["test number 1 calling 2 from trunk T", "test number 1 rule DROP-9"])
    await done(session, ["test number 1 from subscriber 1001"])
    assert manager.fake_worker.orders == [
        ExplainNumber("+49-30"),
        ExplainNumber("1", "2", trunk="T"),
        ExplainNumber("1", rule="DROP-9"),
        ExplainNumber("1", "4930", group="sales"),
    ]


@pytest.mark.parametrize("line", ["rule GONE", "from trunk GONE", "from subscriber GONE"])
def test_what_is_not_there_is_refused(tmp_path: Path, line: str) -> None:
    @played
    async def scenario() -> None:
        _, result = await gathered(FakeManager(tmp_path).session(), f"test number 1 {line}")
        assert result.errors[0].endswith("GONE")

    scenario()


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (
            ExplainNumber("9-123", "+49"),
            [
                ("number", "called", "9123, unknown, 4 digits"),
                ("number", "calling", "+49, international, 2 digits"),
                ("number-analysis", "default", "prefix 9: reject 503"),
                ("translation", "DROP-9", "called 9123 -> 123"),
                ("decision", "reject", '503, Q.850;cause=41;text="Temporary failure"'),
            ],
        ),
        (
            ExplainNumber("91"),
            [
                ("number", "called", "91, unknown, 2 digits"),
                ("number-analysis", "default", "prefix 9: reject 503"),
                ("digits", "91", "2 digits, 4 to 10 are permitted: 484"),
                ("decision", "reject", '484, Q.850;cause=28;text="Invalid number format (address incomplete)"'),
            ],
        ),
        (
            ExplainNumber("+41"),
            [
                ("number", "called", "+41, international, 2 digits"),
                ("number-analysis", "default", "prefix 4: redirect sip:x.net"),
                ("decision", "redirect", "302, Contact: <sip:+41@x.net>"),
            ],
        ),
        (
            ExplainNumber("5501"),
            [
                ("number", "called", "5501, unknown, 4 digits"),
                ("subscriber", "5501", "his name or number: local"),
                ("decision", "local", "5501"),
            ],
        ),
        (
            ExplainNumber("912", rule="DROP-9"),
            [("number", "called", "912, unknown, 3 digits"), ("translation", "DROP-9", "called 912 -> 12")],
        ),
        (ExplainNumber("x"), [("number", "x", "no number: 0-9 * # A-D, '+' before them")]),
    ],
)
def test_signalling_explains(tmp_path: Path, order: ExplainNumber, expected: list[tuple[str, str, str]]) -> None:
    world = World(tmp_path, translation_rules=RULES, tables=TABLES)
    world.subscriber("bob", number="5501")
    before = bytes(world.slots)
    rows = list(world.engine.order(order, world.now))
    assert [(each.step, each.object, each.outcome) for each in rows if isinstance(each, RouteStepRow)] == expected
    assert bytes(world.slots) == before
