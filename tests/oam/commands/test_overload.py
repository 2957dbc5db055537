"""Lines `overload …`, what is refused of them, and `show overload`."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, gathered, played

from core.northbound.orders import ListOverload, ListOverloadPeers, Order, Row
from core.northbound.rows import OverloadPeerRow, OverloadRow
from core.northbound.settings import problems
from core.northbound.traffic_settings import OverloadSettings, RetryAfter, Threshold, TrafficSettings
from oam.commands.registry import load
from oam.config.text import parse, render
from oam.config.tree import Configuration

LINES = """traffic-control
 overload cpu high 85 low 70
 no overload queue
 overload memory high 2000 low 1800
 no overload control
 overload hold 10
 overload retry-after 5 30
 no overload feedback
 overload feedback validity 1000
 overload hard-cap 300
 overload rate-maximum 200""".splitlines()
KEPT = OverloadSettings(
    enabled=False,
    cpu=Threshold(85, 70),
    queue=Threshold(),
    memory=Threshold(2000, 1800),
    hold_s=10,
    retry_after=RetryAfter(5, 30),
    feedback=False,
    validity_ms=1000,
    hard_cap=300,
    rate_maximum=200,
)


def test_lines() -> None:
    kept, found = parse(load(), LINES)
    assert (found, kept.traffic.overload) == ([], KEPT)
    assert sorted(render(load(), kept, fields=("traffic",))) == sorted(LINES)


def test_a_threshold_that_is_taken_away_measures_nothing() -> None:
    kept, _ = parse(load(), ["traffic-control", "no overload cpu"])
    assert kept.traffic.overload.cpu == Threshold()
    again, _ = parse(load(), render(load(), kept))
    assert again.traffic == kept.traffic


@pytest.mark.parametrize(
    ("overload", "said"),
    [
        (OverloadSettings(), ""),
        (OverloadSettings(cpu=Threshold(70, 70)), "overload cpu: low must be below high (70, 70)"),
        (OverloadSettings(queue=Threshold(101, 70)), "overload queue: there is no more than 100"),
        (OverloadSettings(memory=Threshold(101, 70)), ""),
        (OverloadSettings(retry_after=RetryAfter(5, 4)), "overload retry-after: the shortest must not be above"),
        (OverloadSettings(rate_maximum=100, hard_cap=99), "hard-cap must not be below overload rate-maximum"),
        (OverloadSettings(hard_cap=99), ""),
    ],
)
def test_what_cannot_be(overload: OverloadSettings, said: str) -> None:
    found = problems(Configuration(traffic=TrafficSettings(overload=overload)))
    assert found == [] if not said else said in found[0] and found[0].startswith("traffic-control: ")


@pytest.mark.parametrize(
    ("line", "order", "row"),
    [
        ("show overload", ListOverload(), OverloadRow("cpu", 97.0, "%", 95, 85, "high")),
        (
            "show overload peers",
            ListOverloadPeers(),
            OverloadPeerRow("192.0.2.1", "upstream", "loss", 67, 40.0, 120.0, None, None),
        ),
    ],
)
@played
async def test_shows(tmp_path: Path, line: str, order: Order, row: Row) -> None:
    manager = FakeManager(tmp_path, Configuration())
    manager.fake_worker.answers = {type(order): [row]}
    rows, result = await gathered(manager.session(privilege=1), line)
    assert rows == [row]
    assert result.row is type(row)
    assert manager.fake_worker.orders == [order]
