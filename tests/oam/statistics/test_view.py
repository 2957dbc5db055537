"""Figures as operators see them: what says nothing is left out unless all is asked for."""

from __future__ import annotations

from typing import Any

from support.statistics import figures

from oam.shell.format import for_people
from oam.statistics.busy_hour import BusyHour, busy_hour
from oam.statistics.kpi import HISTOGRAMS, INDICATORS, METHOD_INDICATORS
from oam.statistics.period import ObjectKey
from oam.statistics.view import (
    ALWAYS,
    DefinitionRow,
    HistoryRow,
    StatisticRow,
    definition_rows,
    history_rows,
    object_rows,
    spoken,
    statistic_rows,
)

TRUNK = ObjectKey("trunk-out", "PSTN")


def _named(rows: list[StatisticRow]) -> dict[str, Any]:
    return {each.indicator: (each.current, each.last) for each in rows}


def test_objects_are_called_as_operators_call_them() -> None:
    assert [spoken(ObjectKey(*each)) for each in (("system", ""), ("trunk-in", "A"), ("destination", "0086"))] == [
        "system", "trunk A in", "destination 0086",
    ]  # fmt: skip


def test_what_says_nothing_is_left_out() -> None:
    rows = _named(statistic_rows(TRUNK, figures(bids=2, seizures=2, answers=1), None, detail=False))
    assert rows["asr"] == (50.0, None)
    assert rows["bids"] == (2, None)
    assert set(ALWAYS) <= set(rows)
    assert "refused-list" not in rows
    assert "isa" not in rows, "0 per cent"


def test_detail_is_everything() -> None:
    rows = _named(statistic_rows(TRUNK, figures(), figures(), detail=True))
    assert set(INDICATORS) <= set(rows)
    assert set(rows) - set(INDICATORS) == {"bhca"}


def test_histograms_are_detail() -> None:
    figures_of = figures(setup_histogram_2=4)
    assert not {each.name for each in HISTOGRAMS} & set(_named(statistic_rows(TRUNK, figures_of, None, detail=False)))
    assert _named(statistic_rows(TRUNK, figures_of, None, detail=True))["setup-to-50ms"] == (4, None)


def test_occupancy_and_the_busy_hour_where_they_are_known() -> None:
    busy = figures(0.0, 60.0, usage_ms=600_000)
    rows = _named(statistic_rows(TRUNK, busy, None, detail=False, maximum=40, busiest=BusyHour(0.0, 1200, False)))
    assert rows["erlang"] == (10.0, None)
    assert rows["occupancy"] == (25.0, None)
    assert rows["bhca"] == (1200, None)


def test_which_of_both_is_suspect() -> None:
    good, bad = figures(), figures(0.0, 60.0, True)
    found = [
        statistic_rows(TRUNK, *each, detail=False)[0].suspect
        for each in ((good, good), (bad, good), (good, bad), (bad, bad), (None, bad))
    ]
    assert found == ["", "current", "last", "both", "last"]


def test_an_object_a_row() -> None:
    pstn = figures(bids=4, seizures=3, answers=1, calls=2)
    rows = object_rows([(TRUNK, pstn), (ObjectKey("trunk-in", "A"), figures())])
    assert [(each.name, each.bids, each.asr, each.calls) for each in rows] == [
        ("A in", 0, None, 0), ("PSTN out", 4, 33.333, 2),
    ]  # fmt: skip


def test_a_stretch_a_row() -> None:
    rows = history_rows([figures(900.0, 900.0, True, bids=4, usage_ms=900_000, calls_peak=3)])
    assert [(each.begin_at, each.suspect, each.bids, each.erlang, each.calls_peak) for each in rows] == [
        (900.0, True, 4, 1.0, 3)
    ]


def test_definitions_have_a_formula_and_a_description() -> None:
    assert definition_rows("asr")[0].formula == "100 x answers / seizures"
    assert "E.425" in definition_rows("ner")[0].description
    assert definition_rows("nothing") == []
    names = [each.name for each in definition_rows()]
    assert {"bhca", "occupancy", *METHOD_INDICATORS, *INDICATORS} == set(names)
    assert len(names) == len(set(names))


def test_the_quarter_hours_of_the_busiest_hour_are_marked() -> None:
    kept = [figures(900.0 * at, 900.0, bids=bids) for at, bids in enumerate([9, 1, 1, 8, 8, 8, 1])]
    rows = history_rows(kept, busy_hour(kept))
    assert [row.busy_hour for row in rows] == [False, False, True, True, True, True, False]
    assert {row.busy_hour for row in history_rows(kept)} == {None}


def test_a_day_of_quarter_hours_is_a_table_that_keeps_the_busy_hour_on_a_terminal() -> None:
    kept = [figures(900.0 * at + 1_799_928_000, 900.0, bids=4321, seizures=4321, answers=3210) for at in range(5)]
    rows = history_rows(kept, busy_hour(kept))
    lines = for_people(HistoryRow, 80).rows(rows)
    assert len(lines) == 7
    assert max(map(len, lines)) <= 80
    assert {"Begin", "Bids", "Answers", "ASR", "NER", "Erlang", "Busy", "Suspect"} <= set(lines[0].split())


def test_what_an_indicator_is_comes_with_its_formula_on_a_terminal() -> None:
    text = "\n".join(for_people(DefinitionRow, 80).rows(definition_rows("ner")))
    assert "100 x (answers" in text
