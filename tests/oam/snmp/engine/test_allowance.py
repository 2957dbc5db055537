"""Managers that ask without pause get a share of a processor; others wait for nothing."""

from __future__ import annotations

import pytest

from oam.snmp.engine.allowance import BURST_S, SHARE, Allowance


def test_a_burst_waits_for_nothing() -> None:
    allowance = Allowance()
    allowance.take(1000.0, BURST_S)
    assert allowance.rest(1000.0) == 0.0


def test_who_never_pauses_gets_a_share() -> None:
    allowance = Allowance()
    allowance.take(1000.0, BURST_S)
    now, spent = 1000.0, 0.0
    while now < 1010.0:
        spent += 0.005
        now += 0.005
        allowance.take(now, 0.005)
        now += allowance.rest(now)
    assert spent == pytest.approx(10 * SHARE, rel=0.02)


def test_after_a_pause_the_burst_is_there_again() -> None:
    allowance = Allowance()
    allowance.take(1000.0, 2 * BURST_S)
    assert allowance.rest(1000.0) == pytest.approx(BURST_S / SHARE)
    allowance.take(1100.0, BURST_S)
    assert allowance.rest(1100.0) == 0.0
