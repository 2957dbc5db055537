"""Indicators: each value as computed by hand, and none where nothing was counted."""

from __future__ import annotations

import pytest
from support.statistics import figures

from core.northbound.statistics import COLUMNS, PROCESSING_BOUNDS_US, SETUP_BOUNDS_MS
from oam.statistics.indicator import COUNTER, GAUGE, KPI
from oam.statistics.kpi import INDICATORS, METHOD_INDICATORS, REFUSED, indicators_of

CALLS = {
    "bids": 200,
    "seizures": 160,
    "answers": 80,
    "refused_overload": 10,
    "refused_full": 4,
    "refused_limit": 6,
    "refused_route": 5,
    "refused_target": 5,
    "redirected": 10,
    "abandoned_before_ringing": 4,
    "abandoned_ringing": 12,
    "rang_out": 8,
    "silent": 2,
    "failed_3xx": 6,
    "failed_404": 6,
    "failed_408": 2,
    "failed_480": 6,
    "failed_486": 16,
    "failed_500": 3,
    "failed_503": 5,
    "failed_504": 1,
    "failed_600": 4,
    "failed_603": 5,
    "overflow": 20,
    "retransmissions": 10,
    "requests": 390,
    "usage_ms": 1_800_000,
    "talk_ms": 1_500_000,
    "ended": 75,
    "completed": 70,
    "short": 15,
    "setup_count": 100,
    "setup_ms": 45_000,
    "failed_count": 40,
    "failed_ms": 8_000,
    "answer_ms": 640_000,
    "disconnect_count": 75,
    "disconnect_ms": 1_500,
    "registrations": 90,
    "registrations_failed": 10,
    "register_us": 450_000,
    "messages": 4000,
    "processing_us": 1_200_000,
    "setup_histogram_3": 50,
    "setup_histogram_5": 40,
    "setup_histogram_15": 10,
    "processing_histogram_0": 3000,
    "processing_histogram_3": 1000,
}
"""A quarter-hour of 200 calls, in round numbers."""

BY_HAND = {
    "asr": (50.0, 160),
    "abr": (40.0, 200),
    "connection-rate": (40.0, 200),
    # 80 answers + 20 busy + 8 rang out + 12 given up ringing + 6 unavailable + 5 declined = 131
    "ner": (81.875, 160),
    "busy": (12.5, 160),
    "no-answer": (12.5, 160),
    "abandoned": (10.0, 160),
    "refused": (15.0, 200),
    "overflow-share": (10.0, 200),
    "short-share": (20.0, 75),
    "mhts": (11.25, 160),
    "mht": (20.0, 75),
    "erlang": (2.0, 900),
    "bids-per-second": (200 / 900, 900),
    "seizures-per-second": (160 / 900, 900),
    "answers-per-second": (80 / 900, 900),
    "bids-per-hour": (800.0, 900),
    # of 200 INVITEs 16 were redirected
    "ser": (100 * 80 / 184, 184),
    # 80 + 6 (480) + 16 (486) + 4 (600) + 5 (603) + 8 (480 after ringing) = 119
    "seer": (100 * 119 / 184, 184),
    # far end 2 + 3 + 5 + 1, nothing 2, ours 10 + 4 + 6 + 5 = 38
    "isa": (19.0, 200),
    "scr": (35.0, 200),
    "ira": (10.0, 100),
    "register-failures": (10.0, 100),
    "rrd": (4.5, 100),
    "srd": (450.0, 100),
    "srd-failed": (200.0, 40),
    "sdd": (20.0, 75),
    "sdt": (20.0, 75),
    "answer-delay": (8000.0, 80),
    # 50 of a hundred are in 51-100 ms, its upper end is the median
    "setup-p50": (100.0, 100),
    "setup-p95": (30_000.0, 100),
    "setup-p99": (30_000.0, 100),
    "processing-delay": (0.3, 4000),
    # the 2000th of 3000 below 0.1 ms
    "processing-p50": (0.1 * 2000 / 3000, 4000),
    # the 3960th: 960 of 1000 into 0.5 to 1 ms
    "processing-p99": (0.5 + 0.5 * 0.96, 4000),
    "retransmission-share": (2.5, 400),
}
NEEDS_TIME_ALONE = {"erlang", "bids-per-second", "seizures-per-second", "answers-per-second", "bids-per-hour"}


@pytest.mark.parametrize("name", BY_HAND)
def test_value_and_samples_as_computed_by_hand(name: str) -> None:
    quarter = figures(0.0, 900.0, **CALLS)
    value, samples = BY_HAND[name]
    assert INDICATORS[name].of(quarter) == pytest.approx(value)
    assert INDICATORS[name].samples(quarter) == samples


@pytest.mark.parametrize("name", BY_HAND)
def test_without_a_sample_there_is_no_value(name: str) -> None:
    indicator = INDICATORS[name]
    nothing = figures(0.0, 60.0)
    assert indicator.of(nothing) == (0.0 if name in NEEDS_TIME_ALONE else None)
    assert indicator.of(figures(0.0, 0.0)) is None


def test_every_kpi_is_checked_by_hand() -> None:
    assert {each.name for each in INDICATORS.values() if each.kind == KPI} - {"seconds"} == set(BY_HAND)


def test_every_column_is_an_indicator_with_its_value() -> None:
    quarter = figures(0.0, 900.0, **CALLS)
    for column in COLUMNS:
        indicator = INDICATORS[column.name]
        assert indicator.of(quarter) == quarter.values[column.slot]
        assert indicator.kind == (GAUGE if column.gauge else COUNTER)
        assert indicator.of(figures(0.0, 0.0)) is None, "nothing was measured"


def test_every_column_of_the_histograms_is_an_indicator() -> None:
    quarter = figures(0.0, 900.0, **CALLS)
    assert INDICATORS["setup-to-100ms"].of(quarter) == 50
    assert INDICATORS["setup-over-30000ms"].of(quarter) == 10
    assert INDICATORS["processing-to-1000us"].of(quarter) == 1000
    names = [
        name for name in INDICATORS if name.startswith(("setup-to", "setup-over", "processing-to", "processing-o"))
    ]
    assert len(names) == len(SETUP_BOUNDS_MS) + len(PROCESSING_BOUNDS_US) + 2


def test_all_refusals_are_refusals() -> None:
    assert {column.slot for column in COLUMNS if column.name.startswith("refused-")} == set(REFUSED)


def test_redirected_calls_alone_are_no_sample_of_what_leaves_them_out() -> None:
    assert INDICATORS["ser"].of(figures(bids=3, redirected=3)) is None
    assert INDICATORS["seer"].of(figures(bids=3, failed_3xx=4)) is None, "a redirection of a call of the minute before"


def test_methods_have_indicators_of_their_own() -> None:
    assert indicators_of("method") is METHOD_INDICATORS
    assert indicators_of("trunk-out") is INDICATORS
    assert METHOD_INDICATORS["sent"].of(figures(seizures=7)) == 7, "the second column"


def test_names_are_their_keys_and_helps_are_sentences() -> None:
    for name, each in {**METHOD_INDICATORS, **INDICATORS}.items():
        assert name == each.name
        assert each.help[0].isupper()
        assert each.formula
