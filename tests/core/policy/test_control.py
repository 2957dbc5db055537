"""One control: how it is shown, and that it goes on when its line changes."""

from __future__ import annotations

import pytest

from core.dialog.trail import Notes
from core.northbound.traffic_settings import Control
from core.policy.control import ControlState, bound_of

BOUNDS = (
    (Control("code-block", "1", percent=50), "50 %"),
    (Control("call-gap", "1", interval_ms=5000), "1 in 5000 ms"),
    (Control("rate", "1", rate=10), "10 in 1 s, burst 10"),
    (Control("rate", "1", rate=10, per_s=60, burst=20), "10 in 60 s, burst 20"),
    (Control("leaky-bucket", "1", rate=10), "10 in 1 s, burst 1"),
    (Control("reroute", "A", which="overflow", target="B"), "overflow 100 % to B"),
    (Control("directional", "T", which="in"), "in"),
)


@pytest.mark.parametrize(("control", "text"), BOUNDS)
def test_bounds_are_written_as_operators_say_them(control: Control, text: str) -> None:
    assert bound_of(control) == text


def test_a_row_has_all_that_is_known() -> None:
    row = ControlState(Control("code-block", "", trunk="T1", percent=5, owner="alice", reason="why"), Notes()).row(8.0)
    assert (row.code, row.scope, row.state, row.owner, row.reason) == ("any", "trunk T1", "active", "alice", "why")
    assert (row.since_at, row.offered, row.refused) == (8.0, 0, 0)


def test_the_threshold_of_a_reservation_is_in_its_row() -> None:
    assert ControlState(Control("reserve", "T", which="idle", idle=5), Notes()).detail_row(0.0).idle == 5
    assert ControlState(Control("skip", "T", percent=5), Notes()).detail_row(0.0).idle is None
