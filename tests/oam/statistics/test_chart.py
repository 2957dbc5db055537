"""Charts of characters, as they stand on the screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oam.statistics.chart import axis, bars, fitting, over_time, sparkline, written

NAN = float("nan")
HOUR = [None if 20 <= minute < 25 else minute % 20 / 2 for minute in range(60)]
TIMES = [f"16:{minute:02}" if minute % 10 == 0 else "" for minute in range(60)]


def test_sparkline() -> None:
    assert sparkline([0, 1, 4, None, 8, NAN, 2]) == "▁▂▄ █ ▂"
    assert sparkline([0, 1, 4, None, 8], plain=True) == "_.: #"
    assert sparkline([5, 5], top=10) == "▄▄"
    assert sparkline([]) == ""


def test_a_sparkline_of_zeros_lies_on_the_floor_and_more_than_nothing_is_above_it() -> None:
    assert sparkline([0, 0, 0]) == "▁▁▁"
    assert sparkline([0, 0.001, 1000]) == "▁▂█"


def test_an_hour_with_a_gap_of_five_minutes() -> None:
    assert over_time(HOUR, TIMES, width=80, height=5) == [
        "10 ┤                 ▂▄▆                 ▂▄▆                 ▂▄▆",
        "   │             ▂▄▆████             ▂▄▆████             ▂▄▆████",
        "   │         ▂▄▆████████         ▂▄▆████████         ▂▄▆████████",
        " 5 ┤     ▂▄▆████████████     ▂▄▆████████████     ▂▄▆████████████",
        "   │ ▂▄▆████████████████     ███████████████ ▂▄▆████████████████",
        " 0 └┴─────────┴─────────     ─────┴─────────┴─────────┴─────────",
        "    16:00     16:10     16:20     16:30     16:40     16:50",
    ]


def test_the_same_without_anything_but_ascii() -> None:
    assert over_time(HOUR, TIMES, width=80, height=5, plain=True) == [
        "10 +                 .::                 .::                 .::",
        "   |             ..:####             ..:####             ..:####",
        "   |         .::########         .::########         .::########",
        " 5 +     ..:############     ..:############     ..:############",
        "   | .::################     ############### .::################",
        " 0 ++---------+---------     -----+---------+---------+---------",
        "    16:00     16:10     16:20     16:30     16:40     16:50",
    ]


def test_per_cent_goes_to_a_hundred_and_no_further() -> None:
    assert over_time([50, 100, 0, 33.3], ["a", "b", "c", "d"], width=30, height=6, limit=100) == [
        "100 ┤    ████",
        "    │    ████",
        "    │    ████",
        " 50 ┤████████",
        "    │████████    ████",
        "    │████████    ████",
        "  0 └┴───┴───┴───┴───",
        "     a   b   c   d",
    ]


def test_nothing_at_all_is_an_empty_chart() -> None:
    assert over_time([None, None], ["", ""], width=20, height=2) == ["1 ┤", "  │", "0 └", ""]


def test_the_oldest_values_are_left_out_where_there_is_no_room() -> None:
    assert over_time([1, 9, 9, 1, 1], [""] * 5, width=7, height=2)[-2:] == [" 0 └───", ""]


def test_histogram() -> None:
    rows = [("10 ms", 5), ("20 ms", 0), ("more", 500)]
    assert bars(rows, width=40) == [
        "10 ms │█                       5   1.0 %",
        "20 ms │                        0   0.0 %",
        " more │█████████████████████ 500  99.0 %",
    ]
    assert bars([("10 ms", 2)], width=30, plain=True) == ["10 ms |############# 2 100.0 %"]
    assert bars([("10 ms", 0)], width=30) == ["10 ms │              0"]


@pytest.mark.parametrize(
    ("highest", "limit", "top", "step"),
    [(0, None, 1, 0.5), (7, None, 8, 2), (123, None, 150, 50), (0.003, None, 0.003, 0.001), (97, 100, 100, 50)],
)
def test_scale(highest: float, limit: float | None, top: float, step: float) -> None:
    found = axis(highest, 8, limit)
    assert found.top == pytest.approx(top)
    assert found.step == pytest.approx(step)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1.5, "1.5"), (0.02, "0.02"), (5000, "5000"), (12_000, "12k"), (2_500_000, "2.5M"), (3e9, "3G")],
)
def test_numbers_at_the_axis(value: float, text: str) -> None:
    assert written(value) == text


def test_neighbours_made_one() -> None:
    assert fitting(96, 72) == 2
    assert fitting(60, 72) == 1


@given(
    st.lists(st.one_of(st.none(), st.floats(min_value=0, max_value=1e15), st.just(NAN)), max_size=100),
    st.integers(20, 200),
    st.integers(1, 20),
    st.booleans(),
)
def test_whatever_the_figures_the_chart_keeps_to_its_size(
    values: list[float | None], width: int, height: int, plain: bool
) -> None:
    lines = over_time(values, [""] * len(values), width=width, height=height, plain=plain)
    assert len(lines) == height + 2
    assert max(map(len, lines)) <= width
    assert all(line.isascii() for line in lines) or not plain
    assert len(sparkline(values, plain=plain)) == len(values)
