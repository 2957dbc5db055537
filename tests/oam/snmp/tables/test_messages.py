"""Requests by method, responses by method and status, as managers see them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.management import FakeManager, played
from support.statistics import Counts
from support.tables import counters, moved, read

from core.northbound.statistics import METHODS, open_statistics
from oam.snmp.convention import METHOD
from oam.snmp.tables.messages import METHOD_TABLE, RESPONSE_TABLE


def begun(state: Path) -> tuple[FakeManager, Counts]:
    manager = FakeManager(state)
    counts = Counts(open_statistics(state / "run" / "statistics-1"))
    counts.row("system", "system")
    for number, method in enumerate(METHODS):
        counts.row("method", method, born_ms=1000 * number + 1000)
    return manager, counts


async def methods(manager: FakeManager) -> dict[str, dict[str, Any]]:
    return {row["sipctlMethodName"]: row for row in await read(METHOD_TABLE, manager)}


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("received", "sipctlMethodReceived"),
        ("sent", "sipctlMethodSent"),
        ("received_again", "sipctlMethodReceivedAgain"),
        ("sent_again", "sipctlMethodSentAgain"),
    ],
)
@played
async def test_each_counter_moves_alone_and_in_its_own_row(tmp_path: Path, column: str, name: str) -> None:
    manager, counts = begun(tmp_path)
    assert name in counters(METHOD_TABLE)
    before = await methods(manager)
    assert before.keys() == set(METHODS) == set(METHOD.syntax.names or ())
    for method in METHODS:
        counts.add("method", method, **{column: 3})
        counts.code(method, 200, received=1, sent=1)
        now = await methods(manager)
        assert {key: found for key in METHODS if (found := moved(before[key], now[key]))} == {method: {name: 3}}
        before = now


@played
async def test_rows_say_since_when_they_count(tmp_path: Path) -> None:
    manager, counts = begun(tmp_path)
    counts.code("BYE", 481, sent=1)
    assert (await methods(manager))["BYE"]["sipctlMethodDiscontinuityTime"] == 3.0
    (row,) = await read(RESPONSE_TABLE, manager)
    assert row["sipctlResponseDiscontinuityTime"] == 3.0


@played
async def test_responses_move_by_method_and_status(tmp_path: Path) -> None:
    manager, counts = begun(tmp_path)
    pairs = [("INVITE", 100), ("INVITE", 200), ("REGISTER", 200), ("other", 699)]
    for method, status in pairs:
        counts.code(method, status, received=1, sent=1)
    before = await read(RESPONSE_TABLE, manager)
    assert [(row["sipctlResponseMethod"], row["sipctlResponseStatus"]) for row in before] == pairs
    for at, (method, status) in enumerate(pairs):
        for direction, name in (("received", "sipctlResponseReceived"), ("sent", "sipctlResponseSent")):
            counts.code(method, status, **{direction: 2})
            now = await read(RESPONSE_TABLE, manager)
            differ = [moved(old, new) for old, new in zip(before, now, strict=True)]
            assert differ == [{name: 2} if each == at else {} for each in range(len(pairs))]
            before = now


@played
async def test_without_statistics_there_are_no_rows(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    assert await read(METHOD_TABLE, manager) == await read(RESPONSE_TABLE, manager) == []
