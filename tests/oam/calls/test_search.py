"""Calls that signalling remembers and calls of which records are left, as one list."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from support.management import FakeManager, played

from core.northbound.call_rows import CallHistoryRow, CallLegRow, CallStageRow
from core.northbound.orders import ExplainCall, ListCallHistory, Row
from core.northbound.records import CallRecord
from oam.calls.records import history_row, trail_row
from oam.calls.search import facts, history, told
from oam.commands.registry import CommandError
from oam.context import Context
from oam.dispatch import execute


def record(name: str, started: float) -> CallRecord:
    return CallRecord(
        name, "sip:1001@x", "sip:1002@x", "sip:1002@x", f"{name}@phone", "udp:192.0.2.1:5060", "udp:192.0.2.2:5060",
        started, None, started + 2.0, started + 12.0, 10.0, 200, "caller",
    )  # fmt: skip


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    made = FakeManager(tmp_path)
    (tmp_path / "records").mkdir()
    lines = [msgspec.json.encode(record(name, at)) + b"\n" for name, at in (("1-a-1", 100.0), ("1-a-2", 200.0))]
    (tmp_path / "records" / "calls-20231115.jsonl").write_bytes(b"".join(lines))
    return made


def context(manager: FakeManager) -> Context:
    return Context(manager.session())


def remembered(*names: str) -> list[CallHistoryRow]:
    return [history_row(record(name, 200.0 + 10 * at)) for at, name in enumerate(names)]


@played
async def test_each_call_is_there_once(manager: FakeManager) -> None:
    manager.fake_worker.answers = {ListCallHistory: list(remembered("1-a-2", "1-b-1"))}
    found, why = await history(context(manager), ListCallHistory())
    assert why == ""
    assert [row.id for row in found] == ["1-b-1", "1-a-2", "1-a-1"]


@played
async def test_records_are_not_read_when_signalling_has_enough(manager: FakeManager) -> None:
    manager.fake_worker.answers = {ListCallHistory: list(remembered("1-b-1", "1-b-2"))}
    (manager.state / "records" / "calls-20231115.jsonl").unlink()
    assert len((await history(context(manager), ListCallHistory(last=2)))[0]) == 2


@played
async def test_records_are_there_while_signalling_is_away(manager: FakeManager) -> None:
    manager.fake_worker.answers = None
    result = await execute(manager.session(), "show calls history")
    assert result.rows is not None
    rows = result.rows
    assert [(await anext(rows)).id, (await anext(rows)).id] == ["1-a-2", "1-a-1"]
    with pytest.raises(CommandError, match="not running: these are the records alone, without refused attempts"):
        await anext(rows)
    with pytest.raises(CommandError, match="not running; there is no record of a call nobody"):
        await told(context(manager), "nobody", True)
    (found,) = await told(context(manager), "1-a-1", True)
    assert (found.call.id, found.legs, found.stages) == ("1-a-1", [], [])


@played
async def test_legs_and_stages_go_with_their_call(manager: FakeManager) -> None:
    leg = CallLegRow("x", 1, "A", "sip:b", "udp:192.0.2.2:5060", 0.0, 1.0, None, None, 2.0, 0, 486, "", "refused")
    stage = CallStageRow("x", 1, 0.0, "source", "", "passed")
    rows: list[Row] = [trail_row(record("x", 1.0)), leg, stage, trail_row(record("y", 2.0)), leg]
    manager.fake_worker.answers = {ExplainCall: rows}
    first, second = await told(context(manager), "x", True)
    assert (first.legs, first.stages, second.legs, second.stages) == ([leg], [stage], [leg], [])
    assert facts(first, True)["stages"][0]["stage"] == "source"
    assert "stages" not in facts(first, False)


@played
async def test_a_call_nobody_knows_is_an_error(manager: FakeManager) -> None:
    with pytest.raises(CommandError, match="No call nobody is remembered"):
        await told(context(manager), "nobody", False)
