"""What is wrong with numbers, rules, time tables and analysis tables: each fault in the operator's words."""

from __future__ import annotations

import pytest

from core.northbound.number_checks import problems
from core.northbound.routing_settings import (
    AnalysisTable,
    Period,
    PrefixEntry,
    Step,
    SubscriberGroup,
    TimeTable,
    TranslationRule,
)
from core.northbound.settings import Settings


def rule(name: str, *steps: Step, then: str = "") -> TranslationRule:
    return TranslationRule(name, steps=steps, then=then)


def to_table(prefix: str, target: str, **more: object) -> PrefixEntry:
    return PrefixEntry(prefix, action="table", target=target, **more)  # type: ignore[arg-type]


def table(*entries: PrefixEntry, name: str = "default") -> AnalysisTable:
    return AnalysisTable(name, entries)


LOCAL = PrefixEntry("1", action="local")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"translation_rules": (rule("A", then="B"),)}, "translation-rule: A: then B: there is no translation-rule B"),
        (
            {"translation_rules": (rule("A", then="B"), rule("B", then="A"))},
            "translation-rule: A: the rules go round in a circle: A -> B -> A",
        ),
        (
            {"translation_rules": (rule("A", Step("called", "insert", 1, digits="+")),)},
            "translation-rule: A: called insert: '+' stands before the first digit only",
        ),
        (
            {"translation_rules": (rule("A", Step("called", "match", pattern="1(2", digits="1")),)},
            "translation-rule: A: called match: a bracket is open",
        ),
        (
            {"translation_rules": (rule("A", Step("called", "match", pattern="12", digits=r"\1")),)},
            r"translation-rule: A: called match: digits, and \1 for what the first bracket matched",
        ),
        (
            {"translation_rules": (rule("A", Step("called", "delete", 0, count=28)),)},
            "translation-rule: A: no called number is left with 1 to 28 digits",
        ),
        (
            {"translation_rules": (rule("A", *[Step("calling", "insert", n, digits="1" * 15) for n in (0, 1)]),)},
            "translation-rule: A: no calling number is left with 1 to 28 digits",
        ),
        ({"time_tables": (TimeTable("T", "Mars/X"),)}, "time-table: T: timezone Mars/X: not a time zone"),
        (
            {"time_tables": (TimeTable("T", periods=(Period("daily", "08:00", "08:00"),)),)},
            "time-table: T: period daily 08:00 08:00: ends when it begins",
        ),
        (
            {"time_tables": (TimeTable("T", periods=(Period("daily", "24:00", "08:00"),)),)},
            "time-table: T: period daily 24:00 08:00: begins at the end of a day",
        ),
        (
            {"subscriber_groups": (SubscriberGroup("G", "X"),)},
            "subscriber-group: G: there is no number-analysis X",
        ),
        (
            {"tables": (table(PrefixEntry("1", action="route-group", target="PSTN")),)},
            "number-analysis: default: prefix 1 route-group PSTN: there is no route-group PSTN",
        ),
        ({"tables": (table(to_table("1", "X")),)}, "number-analysis: default: prefix 1 table X: there is no"),
        (
            {"tables": (table(PrefixEntry("1", translate="R", action="local")),)},
            "number-analysis: default: prefix 1 local: there is no translation-rule R",
        ),
        ({"tables": (table(PrefixEntry("", trunk="T", action="local")),)}, "prefix any local: there is no trunk T"),
        ({"tables": (table(PrefixEntry("1", group="G", action="local")),)}, "there is no subscriber-group G"),
        ({"tables": (table(PrefixEntry("1", time="N", action="local")),)}, "there is no time-table N"),
        ({"tables": (table(PrefixEntry("1", 5, 4, action="local")),)}, "the minimum 5 is above"),
        ({"tables": (table(PrefixEntry("123", 0, 2, action="local")),)}, "no number that begins so has"),
        (
            {"tables": (table(LOCAL, PrefixEntry("1", action="reject", target="403")),)},
            "number-analysis: default: prefix 1 reject 403: another line decides about the same calls",
        ),
        (
            {
                "tables": (
                    table(
                        PrefixEntry("1", action="local", percent=60),
                        PrefixEntry("1", action="reject", target="403", percent=50),
                    ),
                )
            },
            "number-analysis: default: prefix 1 reject 403: another line decides about the same calls",
        ),
        (
            {"tables": (table(to_table("1", "default")),)},
            "number-analysis: default: prefix 1 table default: the tables go round in a circle: default -> default",
        ),
        (
            {
                "tables": (
                    table(to_table("1", "A")),
                    table(to_table("", "B"), name="A"),
                    table(to_table("12", "default"), name="B"),
                )
            },
            "the tables go round in a circle: default -> A -> B -> default",
        ),
    ],
)
def test_faults(parts: dict[str, object], expected: str) -> None:
    found = list(problems(Settings(**parts)))  # type: ignore[arg-type]
    assert len(found) == 1
    assert expected in found[0]


@pytest.mark.parametrize(
    "parts",
    [
        {"translation_rules": (rule("A", Step("called", "delete", 0, count=27)),)},
        {
            "translation_rules": (
                rule("A", Step("called", "delete", 0, count=28), Step("called", "insert", digits="1")),
            )
        },
        {"translation_rules": (rule("A", Step("called", "insert", digits="+"), then="B"), rule("B"))},
        {"tables": (table(LOCAL, PrefixEntry("1", action="reject", target="403", nature="national")),)},
        {
            "tables": (table(PrefixEntry("9", translate="R", action="table", target="default")),),
            "translation_rules": (rule("R", Step("called", "delete", 0, count=1)),),
        },
        {"tables": (table(to_table("1", "A")), table(to_table("2", "default"), name="A"))},
        {
            "tables": (
                table(
                    PrefixEntry("1", action="local", percent=40),
                    PrefixEntry("1", action="table", target="A", percent=60),
                ),
                table(name="A"),
            )
        },
    ],
)
def test_what_is_right(parts: dict[str, object]) -> None:
    assert list(problems(Settings(**parts))) == []  # type: ignore[arg-type]


def test_many_tables_that_lead_on_are_no_circle() -> None:
    names = [f"T{n}" for n in range(200)]
    tables = tuple(
        table(*[to_table(str(n % 10), other) for n, other in enumerate(names[at + 1 :])], name=name)
        for at, name in enumerate(names)
    )
    found = list(problems(Settings(tables=tables)))
    assert all("same calls" in each for each in found)
