"""Number analysis: the longest prefix, conditions, shares, chains of tables, what stays over a change."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.opened import OPENED

from core.northbound.routing_settings import (
    AnalysisTable,
    Period,
    PrefixEntry,
    Step,
    TimeTable,
    TranslationRule,
)
from core.northbound.settings import Settings
from core.routing.analysis import Analysis, Caller, Decision
from core.routing.number import INTERNATIONAL, UNKNOWN, Number, Numbers
from core.store.prefixes import PrefixStore, row_key, row_of

MONDAY = 1_700_438_400.0
"""2023-11-20, 00:00 UTC."""


def to(target: str, prefix: str = "", **more: object) -> PrefixEntry:
    return PrefixEntry(prefix, action="route-group", target=target, **more)  # type: ignore[arg-type]


def made(*entries: PrefixEntry, store: PrefixStore | None = None, **more: object) -> Analysis:
    return Analysis(Settings(tables=(AnalysisTable("default", entries),), **more), store)  # type: ignore[arg-type]


def decided(
    analysis: Analysis, called: str, *, calling: str = "", trunk: str = "", group: str = "", wall: float = MONDAY
) -> Decision:
    number = Number(called.removeprefix("+"), INTERNATIONAL if called.startswith("+") else UNKNOWN)
    numbers = Numbers(number, Number(calling, UNKNOWN) if calling else None)
    return analysis.decide(numbers, Caller(trunk, group, wall))


@pytest.fixture
def store(tmp_path: Path) -> PrefixStore:
    opened = PrefixStore(tmp_path)
    OPENED.append(opened.close)
    return opened


def put(store: PrefixStore, *entries: PrefixEntry, table: str = "default") -> None:
    by_prefix: dict[bytes, list[PrefixEntry]] = {}
    for entry in entries:
        by_prefix.setdefault(row_key(table, entry.prefix), []).append(entry)
    store.write({key: row_of(each) for key, each in by_prefix.items()}, False)


PREFIX = st.text("012", max_size=6)


@given(st.sets(PREFIX), st.sets(PREFIX), st.lists(st.text("0123", min_size=1, max_size=9), max_size=8))
@settings(max_examples=60, deadline=None)
def test_the_longest_prefix_is_that_of_a_search_through_all(
    tmp_path_factory: pytest.TempPathFactory, lines: set[str], bulk: set[str], numbers: list[str]
) -> None:
    store = PrefixStore(tmp_path_factory.mktemp("prefixes"))
    try:
        put(store, *[to(f"bulk-{prefix}", prefix) for prefix in bulk])
        put(store, to("other", "0"), table="defaul")
        put(store, to("other", "0"), table="default2")
        analysis = made(*[to(f"line-{prefix}", prefix) for prefix in lines], store=store)
        for number in numbers:
            fits = [(len(each), 1, f"line-{each}") for each in lines if number.startswith(each)]
            fits += [(len(each), 0, f"bulk-{each}") for each in bulk if number.startswith(each)]
            decision = decided(analysis, number)
            assert decision.target == (max(fits)[2] if fits else "")
            assert decision.status == (0 if fits else 404)
    finally:
        store.close()


@pytest.mark.parametrize(
    ("call", "target"),
    [
        ({"called": "441"}, "44"),
        ({"called": "+441"}, "international"),
        ({"called": "441", "trunk": "T"}, "trunk"),
        ({"called": "441", "group": "G"}, "group"),
        ({"called": "441", "group": "G", "trunk": "T"}, "both"),
        ({"called": "441", "calling": "301"}, "calling"),
        ({"called": "4420", "trunk": "X"}, "long"),
        ({"called": "4420"}, "44"),
        ({"called": "45", "wall": MONDAY + 9 * 3600}, "open"),
        ({"called": "45", "wall": MONDAY + 8 * 3600 - 1}, "closed"),
        ({"called": "45", "wall": MONDAY + 17 * 3600}, "closed"),
        ({"called": "46"}, "4"),
        ({"called": "5"}, ""),
    ],
)
@pytest.mark.parametrize("in_bulk", [False, True])
def test_conditions(store: PrefixStore, call: dict[str, object], target: str, in_bulk: bool) -> None:
    entries = (
        to("4", "4"),
        to("44", "44"),
        to("international", "44", nature="international"),
        to("trunk", "44", trunk="T"),
        to("group", "44", group="G"),
        to("both", "44", group="G", trunk="T"),
        to("calling", "44", calling="30"),
        to("long", "442", trunk="X"),
        to("open", "45", time="HOURS"),
        to("closed", "45"),
        to("never", "46", time="GONE"),
    )
    hours = (TimeTable("HOURS", periods=(Period("weekdays", "08:00", "17:00"),)),)
    if in_bulk:
        put(store, *entries)
        analysis = made(store=store, time_tables=hours)
    else:
        analysis = made(*entries, store=store, time_tables=hours)
    assert decided(analysis, **call).target == target  # type: ignore[arg-type]


@pytest.mark.parametrize("shares", [(50, 50), (1, 99), (33, 33, 34), (10, 20)])
@pytest.mark.parametrize("in_bulk", [False, True])
def test_shares_are_exact(store: PrefixStore, shares: tuple[int, ...], in_bulk: bool) -> None:
    entries = [to("rest", ""), *(to(str(at), "1", percent=share) for at, share in enumerate(shares))]
    if in_bulk:
        put(store, *entries)
    analysis = made(*(() if in_bulk else entries), store=store)
    found = Counter(decided(analysis, "123").target for _ in range(10_000))
    expected = {str(at): share * 100 for at, share in enumerate(shares)}
    if sum(shares) < 100:
        expected["rest"] = 10_000 - sum(expected.values())
    assert found == expected


def test_shares_alternate() -> None:
    analysis = made(to("a", "1", percent=50), to("b", "1", percent=50))
    assert "".join(decided(analysis, "1").target for _ in range(6)) in ("ababab", "bababa")


def test_shares_of_bulk_prefixes_with_the_same_entries_are_apart(store: PrefixStore) -> None:
    put(store, *[to(name, prefix, percent=50) for prefix in ("1", "2") for name in ("a", "b")])
    analysis = made(store=store)
    found = [decided(analysis, number).target for number in ("1", "2", "1", "2")]
    assert found[0] == found[1] != found[2] == found[3]


def test_lengths_are_of_the_entry_chosen() -> None:
    analysis = made(to("a", "1", minimum=3, maximum=4), to("any"))
    assert [decided(analysis, number).status for number in ("12", "123", "1234", "12345")] == [484, 0, 0, 484]


def test_tables_go_on_with_the_translated_number() -> None:
    analysis = Analysis(
        Settings(
            tables=(
                AnalysisTable(
                    "default", (PrefixEntry("0", translate="DROP", action="table", target="B"), to("x", "1"))
                ),
                AnalysisTable("B", (to("b", "1"), PrefixEntry("2", action="table", target="GONE"))),
            ),
            translation_rules=(TranslationRule("DROP", steps=(Step("called", "delete", count=1),)),),
        ),
        None,
    )
    decision = decided(analysis, "012")
    assert (decision.target, repr(decision.numbers.called)) == ("b", "12")
    assert decided(analysis, "02").status == 404


def test_a_rule_that_is_gone_refuses() -> None:
    assert decided(made(to("a", "1", translate="GONE")), "1").status == 484


def test_a_change_keeps_the_counts_of_what_is_as_it_was() -> None:
    first, second, third = to("a", "1", percent=50), to("b", "1", percent=50), to("c", "2")
    analysis = made(first, second, third)
    assert decided(analysis, "1").target != decided(analysis, "2").target
    decided(analysis, "1")
    decided(analysis, "1")
    analysis.configure(Settings(tables=(AnalysisTable("default", (first, second, to("d", "3"))),)))
    decided(analysis, "1")
    rows = analysis.tables["default"].rows
    assert sum(entry.hits for entry in rows["1"].choices[0].entries) == 4
    assert sorted(rows) == ["1", "3"]


def test_nothing_is_analysed_by_empty_tables(store: PrefixStore) -> None:
    analysis = made(store=store)
    found = [analysis.is_active]
    for change in (lambda: put(store, to("a", "1")), lambda: store.clear("default")):
        change()
        analysis.refresh()
        found.append(analysis.is_active)
    assert found == [False, True, False]


def test_many_rows_that_share_forget_no_more_than_their_turn(store: PrefixStore) -> None:
    rng = random.Random(1)
    put(store, *[to(name, f"{number}", percent=50) for number in range(10_050) for name in "ab"])
    analysis = made(store=store)
    for number in range(10_050):
        decided(analysis, f"{number}")
    assert len(analysis._shares) <= 10_000
    assert decided(analysis, str(rng.randrange(10_050))).target in "ab"
