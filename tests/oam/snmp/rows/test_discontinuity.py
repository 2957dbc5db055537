"""Counters that begin anew are noticed when they are served."""

from __future__ import annotations

import pytest

from oam.snmp.rows import discontinuity
from oam.snmp.rows.discontinuity import Discontinuities


def test_what_rises_has_no_discontinuity() -> None:
    found = Discontinuities(lambda: 5.0)
    assert [found.of("peer", "a", (each, 0), "pid") for each in (3, 3, 9)] == [0.0, 0.0, 0.0]


def test_one_that_falls_is_a_discontinuity_for_good() -> None:
    now = [5.0]
    found = Discontinuities(lambda: now[0])
    found.of("peer", "a", (3, 7))
    assert found.of("peer", "a", (4, 6)) == 5.0
    now[0] = 9.0
    assert found.of("peer", "a", (5, 7)) == 5.0
    assert found.of("peer", "b", (0, 0)) == found.of("process", "a", (0, 0)) == 0.0


def test_another_who_counts_is_a_discontinuity_although_nothing_falls() -> None:
    found = Discontinuities(lambda: 5.0)
    found.of("process", "oam", (1,), 100)
    assert found.of("process", "oam", (2,), 101) == 5.0


def test_a_row_without_figures_is_none() -> None:
    found = Discontinuities(lambda: 5.0)
    assert [found.of("listener", "a", counts, 1) for counts in ((3,), (), (4,))] == [0.0, 0.0, 0.0]


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discontinuity, "MOST", 2)
    found = Discontinuities(lambda: 5.0)
    for name in ("a", "b", "a", "c"):
        found.of("peer", name, (9,))
    assert found.of("peer", "b", (1,)) == 0.0
    assert found.of("peer", "c", (1,)) == 5.0
