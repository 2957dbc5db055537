"""Law of the configuration, of jobs and thresholds: what is rendered parses to the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oam.commands.registry import load
from oam.config.text import parse, render
from oam.config.tree import Configuration, problems
from oam.settings.measurement import Bound, Clear, MeasurementJob, ObjectChoice, PushServer, Threshold, Window

pytestmark = pytest.mark.slow
REGISTRY = load()


def unique(entries: st.SearchStrategy[Any], key: Callable[[Any], Hashable] = lambda entry: entry) -> Any:  # noqa: ANN401
    """Draw tuples of entries told apart by `key`."""
    return st.lists(entries, max_size=3, unique_by=key).map(tuple)


NAME = st.sampled_from(("A", "0086", "x_y.z-1", "all"))
TEXT = st.just("") | st.just("some text")
TIME = st.times().map(lambda moment: f"{moment:%H:%M}")
CHOICES = unique(
    st.builds(ObjectChoice, st.sampled_from(("trunk", "trunk-out", "destination", "listener", "method")), NAME)
    | st.just(ObjectChoice("system"))
    | st.just(ObjectChoice("route-group"))
)
LENGTH = st.sampled_from((1, 5, 15, 30, 60))
INDICATOR = st.sampled_from(("asr", "bids", "srd", "erlang"))
JOB = st.builds(
    MeasurementJob,
    NAME,
    TEXT,
    CHOICES,
    unique(INDICATOR),
    LENGTH,
    st.builds(Window, TIME, TIME | st.just("24:00")),
    st.sampled_from(("daily", "weekend", "mon,sun")),
    st.just("") | st.just("2026-12-01T04:00"),
    st.just("") | st.just("2027-12-01T04:00"),
    st.sampled_from(("csv", "xml")),
    st.integers(1, 10_000),
    st.just(PushServer())
    | st.builds(PushServer, st.sampled_from(("sftp", "ftp")), st.just("192.0.2.1"), st.integers(0, 65_535)),
    st.just("") | NAME,
    st.just("") | st.just("abcXYZ019_-" * 4),
    st.just("") | st.just("/in/sip1"),
    st.just("") | st.just("SHA256:uNiVztksCsDhcc0u9e8BrjJXVDDsyKPiZsRlhjnNTbE"),
    st.booleans(),
)
DECIMAL = st.integers(0, 10**12 - 1).map(lambda number: number / 1000)
SIDE = st.sampled_from(("above", "below"))
BOUND = st.builds(Bound, SIDE, DECIMAL, st.sampled_from(("critical", "major", "minor", "warning")))
THRESHOLD = st.builds(
    Threshold,
    NAME,
    TEXT,
    CHOICES,
    st.just("") | INDICATOR,
    LENGTH,
    unique(BOUND, lambda each: each.severity),
    st.just(Clear()) | st.builds(Clear, SIDE, DECIMAL),
    st.integers(1, 1_000_000),
    st.integers(1, 60),
    st.booleans(),
)


def named(of: st.SearchStrategy[Any]) -> Any:  # noqa: ANN401
    return unique(of, lambda each: each.name)


@given(named(JOB), named(THRESHOLD), st.booleans())
@settings(deadline=None, max_examples=60)
def test_what_is_rendered_parses_to_the_same(
    jobs: tuple[MeasurementJob, ...], thresholds: tuple[Threshold, ...], everything: bool
) -> None:
    value = Configuration(measurement_jobs=jobs, thresholds=thresholds)
    found, complaints = parse(REGISTRY, render(REGISTRY, value, everything, ("measurement_jobs", "thresholds")))
    assert found == value
    assert [each.text for each in complaints] == problems(value)
