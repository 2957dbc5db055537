"""`show graph`: one indicator of one object over the last hour or day, as a chart and as numbers.

Pure. Where there are more values than columns, neighbours are merged as stretches of time, not as numbers: the share
of two minutes is not the mean of two shares.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from core.northbound.statistics import (
    PROCESSING_BOUNDS_US,
    PROCESSING_HISTOGRAM,
    SETUP_BOUNDS_MS,
    SETUP_HISTOGRAM,
)
from oam.statistics.chart import bars, fitting, over_time, plot_width, written
from oam.statistics.indicator import GAUGE, Indicator
from oam.statistics.kpi import INDICATORS
from oam.statistics.period import Figures, Minute, ObjectKey, merge


class Graph(NamedTuple):
    """What can be drawn over time."""

    indicator: str
    title: str


GRAPHS: Final = {
    "rate": Graph("bids-per-second", "Calls offered a second"),
    "calls": Graph("calls-peak", "Most calls at one time"),
    "answers": Graph("answers-per-second", "Calls answered a second"),
    "asr": Graph("asr", "Answer-seizure ratio"),
    "ner": Graph("ner", "Network effectiveness ratio"),
    "setup-delay": Graph("srd", "Set-up delay, mean"),
    "processing-delay": Graph("processing-delay", "Processing delay of a message, mean"),
    "load": Graph("erlang", "Traffic carried"),
}


class Histogram(NamedTuple):
    """What can be drawn by its size."""

    title: str
    first: int
    """Column of the first bound."""
    bounds: tuple[int, ...]
    scale: int
    """Bounds to a millisecond."""


HISTOGRAMS: Final = {
    "setup-delay": Histogram("Set-up delay of calls", SETUP_HISTOGRAM, SETUP_BOUNDS_MS, 1),
    "processing-delay": Histogram("Processing delay of messages", PROCESSING_HISTOGRAM, PROCESSING_BOUNDS_US, 1000),
}


class Span(NamedTuple):
    """How far back a graph goes."""

    name: str
    step_s: int
    steps: int
    mark_s: int
    """A time is written at every whole multiple of it."""


HOUR: Final = Span("hour", 60, 60, 600)
DAY: Final = Span("day", 900, 96, 10_800)
SPANS: Final = {each.name: each for each in (HOUR, DAY)}


class Point(NamedTuple):
    """One stretch of time."""

    at: float
    """When it began, seconds since 1970."""
    figures: Figures | None
    """None: nothing was measured, or the object was not there."""


def of_minutes(minutes: Iterable[Minute], key: ObjectKey, now: float) -> list[Point]:
    """Return the last whole minutes of an object, one point each also where there is none."""
    found = {int(minute.begin): minute.figures.get(key) for minute in minutes}
    return _points(found, now // HOUR.step_s * HOUR.step_s - HOUR.step_s, HOUR)


def of_quarters(quarters: Iterable[Figures], now: float) -> list[Point]:
    """Return the quarter-hours of a day, the one that is being filled the last."""
    found: dict[int, Figures | None] = {int(figures.begin): figures for figures in quarters}
    return _points(found, now // DAY.step_s * DAY.step_s, DAY)


def _points(found: dict[int, Figures | None], last: float, span: Span) -> list[Point]:
    begins = [int(last) - span.step_s * back for back in range(span.steps - 1, -1, -1)]
    return [Point(begin, found.get(begin)) for begin in begins]


def drawn(
    points: Sequence[Point], name: str, what: str, span: Span, *, width: int, height: int, plain: bool
) -> list[str]:
    """Draw the graph `name` of the object that is called `what`."""
    graph = GRAPHS[name]
    indicator = INDICATORS[graph.indicator]
    step = fitting(len(points), plot_width(width))
    groups = [points[at : at + step] for at in range(len(points) % step, len(points), step)]
    values = [_value(group, indicator) for group in groups]
    times = [mark([point.at for point in group], span) for group in groups]
    limit = 100.0 if indicator.unit == "%" else None
    title = f"{graph.title}, {indicator.unit or 'calls'}: {what}, last {span.name}, UTC"
    return [
        title,
        "",
        *over_time(values, times, width=width, height=height, limit=limit, plain=plain),
        "",
        *_summary(points, indicator),
    ]


def _value(points: Sequence[Point], indicator: Indicator) -> float | None:
    known = [point.figures for point in points if point.figures is not None]
    return indicator.of(merge(known)) if known else None


def mark(begins: Sequence[float], span: Span) -> str:
    """Return the time that is written below stretches which begin then; empty for most."""
    marked = next((at for at in begins if at % span.mark_s == 0), None)
    return "" if marked is None else clock(marked)


def clock(at: float) -> str:
    """Return a time as it stands below a graph, UTC."""
    return time.strftime("%H:%M", time.gmtime(at))


def _summary(points: Sequence[Point], indicator: Indicator) -> list[str]:
    """Say in numbers what is drawn."""
    values = [(value, point.at) for point in points if (value := _value([point], indicator)) is not None]
    if not values:
        return ["No sample."]
    most, least = max(values), min(values, key=lambda pair: (pair[0], -pair[1]))
    parts = [f"Last {written(values[-1][0])}"]
    if indicator.kind != GAUGE:
        mean = _value(points, indicator)
        parts.append(f"mean {'-' if mean is None else written(mean)}")
    parts.append(f"least {written(least[0])} at {clock(least[1])}")
    parts.append(f"most {written(most[0])} at {clock(most[1])}")
    lines = [", ".join(parts) + "."]
    if doubted := sum(1 for point in points if point.figures is not None and point.figures.suspect):
        lines.append(f"{doubted} of {len(points)} values are suspect: something of them may be missing.")
    return lines


def as_values(points: Sequence[Point], name: str, key: ObjectKey, span: Span) -> dict[str, Any]:
    """Return the same as numbers, each stretch of time by itself."""
    indicator = INDICATORS[GRAPHS[name].indicator]
    return {
        "graph": name,
        "indicator": indicator.name,
        "unit": indicator.unit,
        "kind": key.kind,
        "name": key.name,
        "period_s": span.step_s,
        "points": [
            {
                "at": point.at,
                "value": None if point.figures is None else indicator.of(point.figures),
                "samples": 0 if point.figures is None else indicator.samples(point.figures),
                "suspect": point.figures is not None and point.figures.suspect,
            }
            for point in points
        ],
    }


def histogram_drawn(points: Sequence[Point], name: str, what: str, span: Span, *, width: int, plain: bool) -> list[str]:
    """Draw how often which delay was."""
    described = HISTOGRAMS[name]
    counts = _counts(points, described)
    bounds = [f"{bound / described.scale:g} ms" for bound in described.bounds]
    rows = list(zip([f"up to {bound}" for bound in bounds] + ["more"], counts, strict=True))
    title = f"{described.title}: {what}, last {span.name}"
    if not sum(counts):
        return [title, "", "No sample."]
    return [title, "", *bars(rows, width=width, plain=plain), "", f"{sum(counts)} samples."]


def histogram_values(points: Sequence[Point], name: str, key: ObjectKey, span: Span) -> dict[str, Any]:
    """Return the same as numbers: `bounds_ms` are upper bounds, one more count is of what is above the last."""
    described = HISTOGRAMS[name]
    return {
        "graph": "histogram",
        "histogram": name,
        "kind": key.kind,
        "name": key.name,
        "period_s": span.step_s * span.steps,
        "bounds_ms": [bound / described.scale for bound in described.bounds],
        "counts": _counts(points, described),
    }


def _counts(points: Sequence[Point], described: Histogram) -> list[int]:
    end = described.first + len(described.bounds) + 1
    known = [point.figures.values[described.first : end] for point in points if point.figures is not None]
    return [sum(column) for column in zip(*known, strict=True)] if known else [0] * (end - described.first)
