"""`show traffic-control`, `clear traffic-control counters`: what is asked of the worker, and how it is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played

from core.northbound.orders import ClearControls, ListCodes, ListControls, Order, Row
from core.northbound.rows import CodeRow, ControlDetailRow, ControlRow

ROW = ControlRow("code-block", "0900", "trunk T1", "50 %", "active", 10, 5, "alice", 1.7e9, "televote")
DETAIL = ControlDetailRow(
    "rate", "1", "", "1 in 1 s, burst 1", "active", 0, 0, 503, "all", False, "", "", "bob", 1.7e9, ""
)
CODE = CodeRow("0900", True, 40, 2, 5.0, 1.7e9)


ASKED: tuple[tuple[str, Order, Row], ...] = (
    ("show traffic-control", ListControls(), ROW),
    ("show traffic-control detail", ListControls(detail=True), DETAIL),
    ("show traffic-control active", ListControls(active=True), ROW),
    ("show traffic-control 0900", ListControls(code="0900"), ROW),
    ("show traffic-control route PSTN", ListControls(code="PSTN"), ROW),
    ("show traffic-control hard-to-reach", ListCodes(), CODE),
)


@pytest.mark.parametrize(("line", "order", "row"), ASKED)
def test_controls_come_from_the_worker(tmp_path: Path, line: str, order: Order, row: Row) -> None:
    @played
    async def scenario() -> None:
        manager = FakeManager(tmp_path)
        manager.fake_worker.answers = {type(order): [row]}
        shown, result = await gathered(manager.session(privilege=1), line)
        assert shown == [row]
        assert result.row is type(row)
        assert manager.fake_worker.orders == [order]

    scenario()


@played
async def test_clearing(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_worker.counts[""] = 1
    assert await done(manager.session(), ["clear traffic-control counters"]) == ["Counters of 1 control cleared"]
    assert manager.fake_worker.orders == [ClearControls()]
