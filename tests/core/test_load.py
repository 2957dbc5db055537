"""What the signalling process measures of itself."""

from __future__ import annotations

import time

import pytest

from core.load import Load
from core.northbound.traffic_settings import INDICATORS


def test_readings_are_of_the_time_since_the_last() -> None:
    began = time.process_time()
    load = Load(100.0)
    while time.process_time() - began < 0.02:
        pass
    used = time.process_time() - began
    cpu, lag, queue, memory, calls = load.read(100.25, 0.1, 12.0, 34.0).values
    assert cpu == pytest.approx(100 * used / 0.25, rel=0.5)
    assert lag == pytest.approx(150.0)
    assert (queue, calls) == (12.0, 34.0)
    assert 5 < memory < 10_000
    assert load.read(100.35, 0.1, 0.0, 0.0).values[0] < 100
    assert len(load.read(100.4, 0.1, 0.0, 0.0).values) == len(INDICATORS)


def test_early_is_not_late_and_no_time_is_no_fault() -> None:
    load = Load(100.0)
    assert load.read(100.05, 0.1, 0.0, 0.0).values[1] == 0.0
    assert load.read(100.05, 0.1, 0.0, 0.0).values[0] <= 100.0
