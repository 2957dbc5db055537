"""The screen of `monitor`, as it stands on terminals of three sizes."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oam.monitor.snapshot import Cause, Kpi, Series, Snapshot, Trouble, Trunk, Worker, padded
from oam.monitor.view import PAGES, SORTS, State, allotted, drawn, spent, texts
from oam.shell.width import columns

GOLDEN = Path(__file__).with_name("golden")
NOW = 1_800_000_000
BUSY = Snapshot(
    NOW,
    "sip1",
    273_600,
    (
        Series("Calls", padded([100 + round(20 * math.sin(second / 6)) for second in range(60)])),
        Series("Bids/s", padded([12 + 3 * math.cos(second / 3) for second in range(40)])),
        Series("Messages/s", padded([140.0 + second for second in range(60)])),
    ),
    20_000,
    2,
    30,
    312.0,
    (
        Kpi("ASR", "%", 56.12),
        Kpi("NER", "%", 97.0),
        Kpi("ABR", "%", None),
        Kpi("set-up", "ms", 320.4),
        Kpi("processing", "ms", 0.82),
        Kpi("MHT", "s", 92.0),
        Kpi("traffic", "erlang", 110.2),
    ),
    tuple(
        Trunk(
            f"TRUNK-{place}", "out" if place % 2 else "in", 50 - place, 5 - place / 4,
            None if place == 3 else 60.0 - place, 97.0, 300.0 + place,
        )
        for place in range(14)
    ),
    (
        Cause("failed-486", 120, 12.0),
        Cause("rang-out", 60, 6.0),
        Cause("refused-overload", 9, 0.9),
        Cause("failed-503", 1, 0.1),
    ),
    (
        Trouble(17, "critical", "route-group-down", "route-group PSTN", "both trunks are down", NOW - 300, False),
        Trouble(18, "minor", "trunk-unreachable", "trunk CARRIER-B", "no answer for 32 s, 中文", NOW - 4000, True),
    ),
    (
        Worker("sipctld", "running", 0.1, None, 31_000_000, 0, 273_600),
        Worker("sip-1", "running", 34.2, 1.4, 88_000_000, 1, 5000),
        Worker("oam", "backoff", None, None, 0, 3, 0),
    ),
)  # fmt: skip
IDLE = Snapshot(NOW, "sip1", 0, tuple(Series(name, padded([])) for name in ("Calls", "Bids/s", "Messages/s")),
                0, 0, 0, 0.0, (), (), (), (), ())  # fmt: skip


@pytest.mark.parametrize(
    ("name", "state", "width", "height"),
    [
        ("overview-80x24", State(), 80, 24),
        ("overview-132x43", State(), 132, 43),
        ("overview-40x12", State(), 40, 12),
        ("overview-plain-80x24", State(plain=True), 80, 24),
        ("trunks-80x24", State("trunks", sort=2, paused=True), 80, 24),
        ("trunks-40x12", State("trunks"), 40, 12),
        ("causes-80x24", State("causes"), 80, 24),
        ("alarms-132x43", State("alarms"), 132, 43),
        ("alarms-40x12", State("alarms", sort=1), 40, 12),
        ("processes-80x24", State("processes", sort=1), 80, 24),
    ],
)
def test_screen(name: str, state: State, width: int, height: int) -> None:
    shown = texts(drawn(BUSY, state, width, height))
    assert len(shown) == height
    assert "\n".join(shown) + "\n" == (GOLDEN / f"{name}.txt").read_text()


def test_an_idle_server_has_gaps_and_no_false_figures() -> None:
    assert "\n".join(texts(drawn(IDLE, State(), 80, 24))) + "\n" == (GOLDEN / "idle-80x24.txt").read_text()


@given(
    st.sampled_from(PAGES), st.integers(0, 9), st.integers(1, 200), st.integers(1, 60), st.sampled_from([BUSY, IDLE])
)
def test_no_screen_is_too_small(page: str, sort: int, width: int, height: int, snapshot: Snapshot) -> None:
    shown = texts(drawn(snapshot, State(page, sort), width, height))
    assert len(shown) <= height
    assert all(columns(line) <= width for line in shown)


def test_plain_screens_are_ascii() -> None:
    calm = BUSY._replace(alarms=())
    assert all(line.isascii() for page in PAGES for line in texts(drawn(calm, State(page, plain=True), 132, 43)))


def test_what_an_alarm_says_does_not_steer_the_terminal() -> None:
    alarm = Trouble(1, "major", "name", "trunk A", "\x1b[2Jgone", NOW, False)
    assert all(line.isprintable() for line in texts(drawn(BUSY._replace(alarms=(alarm,)), State("alarms"), 132, 10)))


def test_gravity_and_trouble_have_their_colours() -> None:
    lines = drawn(BUSY, State(), 80, 24)
    assert {"critical", "minor", "major", "head", "title", "graph"} <= {style for line in lines for style, _ in line}


def test_every_page_but_the_overview_can_be_sorted() -> None:
    assert set(SORTS) == set(PAGES[1:])


@pytest.mark.parametrize(
    ("room", "needs", "order", "lots"),
    [
        (10, [5, 2, 2], [0, 1, 2], [5, 2, 2]),
        (8, [9, 9], [0, 1], [4, 4]),
        (3, [9, 9], [1, 0], [0, 3]),
        (1, [9], [0], [0]),
    ],
)
def test_lines_are_shared_out(room: int, needs: list[int], order: list[int], lots: list[int]) -> None:
    assert allotted(room, needs, order) == lots


@pytest.mark.parametrize(("seconds", "text"), [(-1, "0s"), (59, "59s"), (60, "1m"), (3660, "1h01m"), (90_000, "1d01h")])
def test_spans_of_time(seconds: int, text: str) -> None:
    assert spent(seconds) == text
