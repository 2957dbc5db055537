"""Lines and show commands of numbers: numbering, rules, time tables, groups, analysis tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played

from core.northbound.orders import ListAnalysis
from core.northbound.prefixes import row_key, row_of
from core.northbound.routing_settings import AnalysisTable, NumberingSettings, PrefixEntry
from core.northbound.rows import AnalysisHitsRow
from oam.commands.number_analysis import concerns
from oam.config.text import parse, render
from oam.config.tree import Configuration
from oam.dispatch import complete

LINES = """\
numbering
 called maximum 28
 country-code 49
 no national-prefix
 emergency 112
!
time-table NIGHT
 timezone Europe/Berlin
 period daily 22:00 06:00
 date 2026-12-24
 except 2026-12-25
!
translation-rule DROP-9
 called delete 0 1
 called insert 0 0086
 calling insert 0 +
 called match 0([1-9].+) becomes 49\\1
 called replace from-end 0 2 77
 redirecting nature national
 calling presentation restricted
 calling display-name Front desk
 then OTHER
!
translation-rule OTHER
 description Nothing yet
!
subscriber-group sales
 table IN
 calls maximum 5
 rate 5
 burst 9
 priority
!
number-analysis
 prefix 9 digits 4 24 translate DROP-9 table IN
 prefix 4001 redirect sip:hotline@example.com
 prefix any nature international calling 30 time NIGHT percent 30 table IN
 prefix any nature international calling 30 time NIGHT percent 70 reject 603
 prefix 1 from group sales local
!
number-analysis IN
 prefix any local"""


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    tables = (AnalysisTable("default", (PrefixEntry("49", action="local"), PrefixEntry("5", 4, 8, action="local"))),)
    return FakeManager(tmp_path, Configuration(tables=tables))


def test_lines_are_written_as_they_were_read(manager: FakeManager) -> None:
    settings, problems = parse(manager.registry, LINES.splitlines())
    assert problems == []
    assert "\n".join(render(manager.registry, settings)[4:-2]) == LINES


@played
async def test_lines_are_removed_as_they_were_given(manager: FakeManager) -> None:
    session = manager.session(batch=False)
    await done(session, ["configure terminal"])
    manager.configuration.running = parse(manager.registry, LINES.splitlines())[0]
    await done(
        session,
        [
            "translation-rule DROP-9",
            "no called delete 0 1",
            "no calling display-name Front desk",
            "no then",
            "number-analysis",
            "no prefix 9 digits 4 24 translate DROP-9 table IN",
            "no prefix 1 from group sales local",
            "numbering",
            "default national-prefix",
        ],
    )
    running = manager.configuration.running
    assert [each.action for each in running.translation_rules[0].steps] == [
        "insert", "insert", "match", "replace", "nature", "presentation",
    ]  # fmt: skip
    assert [each.prefix for each in running.tables[0].entries] == ["4001", "", ""]
    assert running.numbering == NumberingSettings(called_maximum=28, country_code="49", emergency=("112",))


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["number-analysis", "prefix 1 route-group GONE"], "prefix 1 route-group GONE: there is no route-group GONE"),
        (["number-analysis", "prefix 1 table GONE"], "there is no number-analysis GONE"),
        (["number-analysis", "prefix 1 translate GONE local"], "there is no translation-rule GONE"),
        (["number-analysis", "prefix 1 from trunk GONE local"], "there is no trunk GONE"),
        (["number-analysis", "prefix 49 reject 403"], "another line decides about the same calls"),
        (["number-analysis", "prefix 1 table default"], "the tables go round in a circle: default -> default"),
        (["translation-rule A", "then A"], "the rules go round in a circle: A -> A"),
        (["translation-rule A", "called delete 0 28"], "no called number is left with 1 to 28 digits"),
        (["translation-rule A", "called match 1(2 becomes 3"], "a bracket is open"),
        (["subscriber-group G", "table GONE"], "subscriber-group: G: there is no number-analysis GONE"),
    ],
)
def test_lines_that_lead_nowhere_are_refused(manager: FakeManager, lines: list[str], reason: str) -> None:
    @played
    async def scenario() -> None:
        session = manager.session(batch=False)
        await done(session, ["configure terminal", lines[0]])
        before = manager.configuration.running
        _, result = await gathered(session, lines[1])
        assert result.code
        assert reason in "\n".join([*result.errors, result.reason])
        assert manager.configuration.running == before

    scenario()


@played
async def test_show_number_analysis(manager: FakeManager) -> None:
    manager.fake_worker.answers = {
        ListAnalysis: [AnalysisHitsRow("default", PrefixEntry("49", action="local"), 7)],
    }
    manager.prefixes.write(
        {
            row_key(table, prefix): row_of([PrefixEntry("", action="reject", target="404", time="NIGHT")])
            for table, prefix in (("default", "4"), ("default", "4930"), ("default", "50"), ("B", "49301"))
        },
        False,
    )
    rows, _ = await gathered(manager.session(), "show number-analysis")
    assert [(each.table, each.prefix, each.source, each.hits) for each in rows] == [
        ("default", "49", "line", 7), ("default", "5", "line", 0), ("default", "4", "bulk", None),
        ("default", "4930", "bulk", None), ("default", "50", "bulk", None), ("B", "49301", "bulk", None),
    ]  # fmt: skip
    assert rows[1].digits == "4-8"
    assert rows[2].conditions == "time NIGHT"
    rows, _ = await gathered(manager.session(), "show number-analysis 493")
    assert [each.prefix for each in rows] == ["49", "4", "4930", "49301"]
    rows, _ = await gathered(manager.session(), "show number-analysis 493 table default")
    assert [each.prefix for each in rows] == ["49", "4", "4930"]


@played
async def test_show_number_analysis_without_signalling(manager: FakeManager) -> None:
    manager.fake_worker.answers = None
    rows, _ = await gathered(manager.session(), "show number-analysis 5")
    assert [(each.prefix, each.hits) for each in rows] == [("5", 0)]


def test_concerns() -> None:
    assert [concerns(prefix, "493") for prefix in ("", "4", "493", "49301", "48")] == [True, True, True, True, False]


@played
async def test_show_translation_rule_and_time_table(manager: FakeManager) -> None:
    settings, _ = parse(manager.registry, LINES.splitlines())
    manager.configuration.running = settings
    rows, _ = await gathered(manager.session(), "show translation-rule DROP-9")
    assert [each.line for each in rows][:2] == ["called delete 0 1", "called insert 0 0086"]
    assert rows[-1].line == "then OTHER"
    assert rows[0].used_by == ("number-analysis default",)
    rows, _ = await gathered(manager.session(), "show translation-rule OTHER")
    assert [(each.line, each.used_by) for each in rows] == [("description Nothing yet", ("translation-rule DROP-9",))]
    rows, _ = await gathered(manager.session(), "show time-table")
    assert (rows[0].name, rows[0].timezone, rows[0].periods) == ("NIGHT", "Europe/Berlin", ("daily 22:00-06:00",))
    for line in ("show translation-rule GONE", "show time-table GONE"):
        _, result = await gathered(manager.session(), line)
        assert result.errors[0].startswith("% There is no ")


@played
async def test_a_subscriber_has_a_group(manager: FakeManager) -> None:
    session = manager.session()
    await done(session, ["configure terminal", "subscriber-group sales", "subscriber 1001", "group sales", "end"])
    found = manager.subscribers.get("1001")
    assert found is not None
    assert found.group == "sales"
    assert " group sales" in await done(session, ["show subscriber 1001 config"])
    await done(session, ["configure terminal", "subscriber 1001", "no group"])
    found = manager.subscribers.get("1001")
    assert found is not None
    assert found.group == ""
    _, result = await gathered(session, "group marketing")
    assert "There is no subscriber group marketing" in result.errors[0]


def test_completion_offers_names(manager: FakeManager) -> None:
    settings, _ = parse(manager.registry, LINES.splitlines())
    manager.configuration.running = settings
    session = manager.session()
    offered = {
        line: [each.word for each in complete(session, line)]
        for line in ("show translation-rule ", "show time-table ", "show number-analysis table ")
    }
    assert offered["show translation-rule "][:2] == ["DROP-9", "OTHER"]
    assert "NIGHT" in offered["show time-table "]
    assert offered["show number-analysis table "] == ["default", "IN"]
