"""All controls of a worker: a change of one leaves the others as they are."""

from __future__ import annotations

from core.northbound.traffic_settings import Control, TrafficSettings
from core.policy.controls import Controls
from core.policy.facts import CallFacts

WALL = 1_700_000_000.0
GAP = Control("call-gap", "170", interval_ms=5000)
BLOCK = Control("code-block", "0900", percent=50)


def offer(controls: Controls, called: str, now: float) -> bool:
    return controls.codes.refusing(CallFacts(called, "", "", "", 0), now, WALL) is None


def test_counters_and_arithmetic_survive_a_change_of_others_and_of_their_own_line() -> None:
    controls = Controls()
    controls.configure(TrafficSettings((GAP, BLOCK)), {})
    assert offer(controls, "170", 100.0)
    assert offer(controls, "0900", 100.0)
    controls.sweep(WALL)
    controls.configure(
        TrafficSettings((GAP, Control("code-block", "0900", percent=60, status=403), Control("rate", "1", rate=1))),
        {},
    )  # fmt: skip
    controls.sweep(WALL + 9)
    assert not offer(controls, "170", 104.0)
    assert not offer(controls, "0900", 104.0)
    rows = {row.control: row for row in controls.rows(False, None, False, WALL)}
    assert [(rows[kind].offered, rows[kind].since_at) for kind in ("call-gap", "code-block", "rate")] == [
        (2, WALL), (2, WALL), (0, WALL + 9),
    ]  # fmt: skip


def test_a_control_that_was_removed_begins_anew() -> None:
    controls = Controls()
    for settings in (TrafficSettings((GAP,)), TrafficSettings(), TrafficSettings((GAP,))):
        controls.configure(settings, {})
        assert offer(controls, "170", 100.0)


def test_rows_in_the_order_of_evaluation_and_of_one_code() -> None:
    controls = Controls()
    controls.configure(
        TrafficSettings((Control("skip", "T1", percent=1), GAP, Control("code-block", "09", percent=1), BLOCK)),
        {},
    )
    rows = list(controls.rows(False, None, False, WALL))
    assert [f"{row.control} {row.code}" for row in rows] == [
        "code-block 0900", "code-block 09", "call-gap 170", "skip T1",
    ]  # fmt: skip
    assert [row.code for row in controls.rows(False, "T1", False, WALL)] == ["T1"]
    assert list(controls.rows(False, "", False, WALL)) == []


def test_clearing_counts_from_zero_again() -> None:
    controls = Controls()
    controls.configure(TrafficSettings((GAP,)), {})
    offer(controls, "170", 100.0)
    assert controls.clear() == 1
    assert [row.offered for row in controls.rows(False, None, False, WALL)] == [0]
    assert not offer(controls, "170", 101.0)
