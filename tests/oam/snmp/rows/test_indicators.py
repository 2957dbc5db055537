"""Each KPI of the shell is an object, with the shell's value in a unit that integers can hold."""

from __future__ import annotations

import re

import pytest
from support.statistics import figures

from oam.snmp.rows.indicators import COUNTS, FIELDS, MAIN, NUMBERS, SCALES, columns, field_of, has_samples
from oam.statistics.indicator import KPI
from oam.statistics.kpi import INDICATORS

TWICE = {"connection-rate": "abr", "register-failures": "ira", "sdt": "mht"}
"""KPI -> that which it is another name of."""


def test_every_kpi_is_here_once() -> None:
    kpis = {each.name for each in INDICATORS.values() if each.kind == KPI and each.name != "seconds"}
    assert NUMBERS.keys() | TWICE.keys() == kpis
    assert not NUMBERS.keys() & TWICE.keys()
    busy = figures(0.0, 60.0, False, bids=10, seizures=9, answers=4, ended=3, talk_ms=999, registrations=8)
    for name, other in TWICE.items():
        assert INDICATORS[name].of(busy) == INDICATORS[other].of(busy) is not None
        assert INDICATORS[name].formula == INDICATORS[other].formula
    assert set(MAIN) < NUMBERS.keys()


def test_numbers_are_even_and_given_once() -> None:
    numbers = [*NUMBERS.values(), *COUNTS.values()]
    assert len(set(numbers)) == len(numbers)
    assert [each for each in numbers if each % 2] == []


def test_shares_means_and_percentiles_stand_beside_their_samples() -> None:
    found = {each.number: each for each in columns("x")}
    for name, number in NUMBERS.items():
        assert (number + 1 in found) is has_samples(name)
        assert has_samples(name) is not ("erlang" in name or "-per-" in name)
        assert found[number].help.isascii()
        assert INDICATORS[name].formula in found[number].help
        factor = SCALES[INDICATORS[name].unit]
        divisor = 100 if factor.units == "0.01 percent" else factor.factor
        assert divisor == 1 or re.search(rf"divisor is {divisor}\.", found[number].help)


@pytest.mark.parametrize(
    ("name", "value", "samples"),
    [
        ("asr", 40.0, 10),
        ("mhts", 12_500, 10),
        ("erlang", 2083, None),
        ("bids_per_second", 333, None),
        ("bids_per_hour", 1200, None),
        ("srd", 1_500_000, 4),
        ("processing_delay", 250, 8),
        ("setup_p95", 195_000, 4),
        ("ira", None, 0),
        ("bids", 20, None),
        ("calls_peak", 7, None),
    ],
)
def test_values_are_those_of_the_shell_in_finer_units(name: str, value: float | None, samples: int | None) -> None:
    busy = figures(
        0.0, 60.0, False, bids=20, seizures=10, answers=4, usage_ms=125_000, setup_count=4, setup_ms=6000, messages=8,
        processing_us=2000, setup_histogram_4=4, calls_peak=7,
    )  # fmt: skip
    assert FIELDS[name](busy) == value
    assert (FIELDS[f"{name}_samples"](busy) if samples is not None else None) == samples
    assert field_of("no-answer") in FIELDS
