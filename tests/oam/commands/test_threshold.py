"""`threshold`, and `show threshold` with the alarms of this server themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played
from support.minutes import OUT, at, minute, values

from oam.dispatch import execute
from oam.settings.measurement import BUILT_IN

HOUR = at("2026-11-28 16:00")
LINES = [
    "configure terminal",
    "threshold LOW",
    "object trunk-out all",
    "indicator asr",
    "period 1",
    "raise below 20",
    "raise below 5 severity major",
    "clear above 30",
    "samples minimum 50",
    "end",
]


async def period(manager: FakeManager, number: int, seizures: int, answers: int) -> None:
    """Let a minute pass, and be evaluated."""
    manager.thresholds.take(minute(HOUR + 60 * number, {OUT: values(seizures=seizures, answers=answers)}))
    while manager.thresholds._over:
        await manager.thresholds.evaluate(manager.thresholds._over.popleft())


@played
async def test_a_threshold_raises_and_clears_an_alarm_of_the_server(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    await done(session, LINES)
    for number, (answers, severity) in enumerate(((4, "major"), (12, "minor"), (25, "minor"))):
        await period(manager, number, 100, answers)
        manager.alarms.tick()
        alarm = manager.alarms.active[27, "trunk PSTN"]
        assert (alarm.severity, alarm.unknown) == (severity, False)
        (row,), _ = await gathered(session, "show threshold LOW")
        assert (row.kind, row.object, row.indicator, row.value, row.samples, row.state, row.alarm) == (
            "trunk-out", "PSTN", "asr", float(answers), 100, severity, 27,
        )  # fmt: skip
    await period(manager, 3, 10, 10)
    assert manager.alarms.active[27, "trunk PSTN"].unknown
    await period(manager, 4, 100, 60)
    assert (27, "trunk PSTN") not in manager.alarms.active
    (row,), _ = await gathered(session, "show threshold LOW")
    assert (row.value, row.state) == (60.0, "normal")


@played
async def test_built_in_thresholds_are_shown_and_can_be_turned_off(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    rows, _ = await gathered(session, "show threshold")
    assert [row.threshold for row in rows] == [each.name for each in BUILT_IN]
    assert {row.state for row in rows} == {"active"}
    assert all(row.description.endswith("(built in)") for row in rows)
    await done(session, ["configure terminal", "threshold trunk-asr", "shutdown", "end"])
    rows, _ = await gathered(session, "show threshold")
    assert {row.threshold: row.state for row in rows}["trunk-asr"] == "shutdown"
    await done(session, ["configure terminal", "no threshold trunk-asr", "end"])
    rows, _ = await gathered(session, "show threshold")
    assert {row.state for row in rows} == {"active"}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("raise above 90", "raise goes in one direction only"),
        ("clear above 10", "clear above 10 must not reach beyond raise 20"),
        ("clear below 10", "clear must be on the other side than raise below"),
        ("raise below 4 severity critical", "alarm 27 (Low ASR or NER) is never critical"),
        ("raise below x", "Invalid input"),
    ],
)
@played
async def test_a_bound_that_makes_no_sense_is_refused(tmp_path: Path, line: str, told: str) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    await done(session, [*LINES[:2], "indicator asr", "raise below 20", "raise below 5 severity major"])
    result = await execute(session, line)
    assert result.code
    assert told in " ".join([result.reason, *result.errors])


@played
async def test_a_threshold_that_is_not_there_is_told(tmp_path: Path) -> None:
    result = await execute(FakeManager(tmp_path).session(), "show threshold X")
    assert "There is no threshold X" in " ".join([result.reason, *result.errors])
