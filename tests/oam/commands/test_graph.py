"""`show graph`: the object that the line names, drawn as wide as the terminal, in signs that it has."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from support.management import FakeManager, gathered, played

from core.northbound.counters import CPU_PERMILLE, HEARTBEAT
from core.northbound.statistics import BIDS, WIDTH
from oam.statistics.graph import GRAPHS, HISTOGRAMS
from oam.statistics.load import GAUGES
from oam.statistics.period import Figures, Minute, ObjectKey
from oam.statistics.stretch import QUARTER_S, Snapshot


def counted(manager: FakeManager, key: ObjectKey, bids: int) -> None:
    """Have `key` had so many bids in the last minute."""
    begin = time.time() // 60 * 60 - 60
    values = (bids, *[0] * (WIDTH - 1)) if BIDS == 0 else ()
    manager.statistics.minutes.append(Minute(begin, {key: Figures(begin, 60.0, values)}, False, 60.0))


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("show graph rate", ("system", "")),
        ("show graph rate system last hour", ("system", "")),
        ("show graph rate trunk PSTN", ("trunk-out", "PSTN")),
        ("show graph rate trunk PSTN in", ("trunk-in", "PSTN")),
        ("show graph rate listener udp:192.0.2.1:5060", ("listener", "udp:192.0.2.1:5060")),
        ("show graph rate route-group ALL last hour", ("route-group", "ALL")),
        ("show graph rate destination 0086", ("destination", "0086")),
        ("show graph rate subscriber-group GOLD", ("subscriber-group", "GOLD")),
    ],
)
@played
async def test_the_object_that_the_line_names(tmp_path: Path, line: str, key: tuple[str, str]) -> None:
    manager = FakeManager(tmp_path)
    counted(manager, ObjectKey(*key), 120)
    _, result = await gathered(manager.session(), line)
    assert result.code == 0, result.errors
    found: Any = result.json
    assert (found["kind"], found["name"]) == key
    assert [point["value"] for point in found["points"] if point["value"] is not None] == [2.0]


@played
async def test_an_object_that_nothing_was_counted_for_is_said_to_be_so(tmp_path: Path) -> None:
    for last in ("hour", "day"):
        _, result = await gathered(FakeManager(tmp_path / last).session(), f"show graph asr trunk NOBODY last {last}")
        assert result.code == 1
        assert result.errors == [f"% Nothing was counted for trunk NOBODY out in the last {last}"]


@pytest.mark.parametrize("what", [*GRAPHS, *GAUGES, *(f"histogram {each}" for each in HISTOGRAMS)])
@pytest.mark.parametrize("last", ["hour", "day"])
@played
async def test_every_graph_can_be_had_and_keeps_to_the_terminal(tmp_path: Path, what: str, last: str) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    session.width, session.length = 60, 15
    _, result = await gathered(session, f"show graph {what} last {last}")
    assert result.code == 0, result.errors
    lines = result.text.split("\n")
    assert max(map(len, lines)) <= 80
    assert result.text.isascii()


@played
async def test_a_terminal_that_has_more_than_ascii_gets_more(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    counted(manager, ObjectKey("system", ""), 60)
    session = manager.session()
    session.unicode = True
    _, result = await gathered(session, "show graph rate")
    assert "█" in result.text
    assert "Last 1, mean 1," in result.text


@played
async def test_the_day_is_what_is_kept_and_what_is_being_filled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = FakeManager(tmp_path)
    key = ObjectKey("system", "")
    begin = time.time() // QUARTER_S * QUARTER_S
    values = (900, *[0] * (WIDTH - 1))

    async def series(length: int, wanted: ObjectKey, since: float) -> list[tuple[ObjectKey, Figures]]:
        assert (length, wanted) == (QUARTER_S, key)
        return [(key, Figures(begin - 1800, 900.0, values))]

    now = Snapshot(QUARTER_S, begin, 450.0, False, {key: values}, frozenset())
    monkeypatch.setattr(manager.statistics.history, "series", series)
    monkeypatch.setattr(manager.statistics, "quarters", lambda: (now, None))
    _, result = await gathered(manager.session(), "show graph rate last day")
    found: Any = result.json
    assert [(point["at"], point["value"]) for point in found["points"] if point["value"] is not None] == [
        (begin - 1800, 1.0),
        (begin, 2.0),
    ]


@played
async def test_the_load_of_the_server_can_be_had(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.load.look()
    manager.counters[0][HEARTBEAT] += 1
    manager.counters[0][CPU_PERMILLE] = 250
    manager.load.look()
    _, result = await gathered(manager.session(), "show graph cpu last day")
    found: Any = result.json
    assert found["points"][-1]["most"] == 25.0
    assert "most 25 at" in result.text
