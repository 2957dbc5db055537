"""What an indicator is, and how the kinds of them are made: shares, means, rates, percentiles of histograms.

The formula that operators read and the function that computes are made of the same columns, so that one cannot say
what the other does not do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from core.northbound.statistics import COLUMNS
from oam.statistics.period import Figures

NAMES: Final = {column.slot: column.name for column in COLUMNS}
"""Column -> its name, of rows of calls."""

COUNTER: Final = "counter"
"""It rises: of several stretches the sum counts."""
GAUGE: Final = "gauge"
"""A column that is no difference: of several stretches the greatest counts."""
KPI: Final = "kpi"
"""Computed of columns."""

Columns = tuple[int, ...]


class Indicator(NamedTuple):
    """One thing that can be said of a stretch of time."""

    name: str
    unit: str
    formula: str
    help: str
    of: Callable[[Figures], float | None]
    """The value; None without a sample."""
    samples: Callable[[Figures], int]
    """How many events it is made of; of what is made of time the whole seconds measured."""
    kind: str = KPI


def column(slot: int, name: str, text: str, *, gauge: bool = False, unit: str | None = None) -> Indicator:
    """Make the indicator that a column is by itself."""

    def of(figures: Figures) -> float | None:
        return figures.values[slot] if figures.seconds > 0 else None

    kind = GAUGE if gauge else COUNTER
    return Indicator(name, unit_of(name) if unit is None else unit, name, text, of, seconds_of, kind)


def share(
    name: str, top: Columns, bottom: Columns, text: str, *, less: Columns = (), formula: str = "", scale: float = 100.0
) -> Indicator:
    """Make 100 x top / (bottom - less), per cent."""

    def samples(figures: Figures) -> int:
        return max(total(figures, bottom) - total(figures, less), 0)

    def of(figures: Figures) -> float | None:
        count = samples(figures)
        return scale * total(figures, top) / count if count > 0 else None

    written = formula or f"{scale:g} x {added(top)} / {added(bottom, less)}"
    return Indicator(name, "%", written, text, of, samples)


def mean(name: str, unit: str, top: int, bottom: Columns, text: str, *, divisor: float = 1.0) -> Indicator:
    """Make top / bottom, the unit of `top` being `divisor` to one `unit`."""

    def samples(figures: Figures) -> int:
        return total(figures, bottom)

    def of(figures: Figures) -> float | None:
        count = samples(figures)
        return figures.values[top] / divisor / count if count > 0 else None

    scale = f" / {divisor:g}" if divisor != 1.0 else ""
    return Indicator(name, unit, f"{NAMES[top]}{scale} / {added(bottom)}", text, of, samples)


def rate(name: str, unit: str, slot: int, text: str, *, factor: float = 1.0) -> Indicator:
    """Make column x factor / seconds."""

    def of(figures: Figures) -> float | None:
        return figures.values[slot] * factor / figures.seconds if figures.seconds > 0 else None

    scale = "" if factor == 1.0 else f" x {factor:g}" if factor > 1.0 else f" / {1 / factor:g}"
    return Indicator(name, unit, f"{NAMES[slot]}{scale} / seconds", text, of, seconds_of)


def quantile(name: str, first: int, bounds: Columns, per_cent: int, label: str, text: str, scale: float) -> Indicator:
    """Make a percentile of the histogram whose columns begin at `first`, in ms; bounds are `scale` to one ms."""

    def samples(figures: Figures) -> int:
        return sum(figures.values[first : first + len(bounds) + 1])

    def of(figures: Figures) -> float | None:
        found = percentile(figures.values[first : first + len(bounds) + 1], bounds, per_cent)
        return None if found is None else found / scale

    return Indicator(name, "ms", f"percentile {per_cent} of {label}", text, of, samples)


def percentile(counts: Columns, bounds: Columns, per_cent: float) -> float | None:
    """Return the value below which `per_cent` of what a histogram holds lie; None when it holds nothing.

    Within a column values are taken for evenly spread. What is above the last bound counts as that bound.
    """
    whole = sum(counts)
    if whole <= 0:
        return None
    wanted = whole * per_cent / 100.0
    below = 0
    for place, count in enumerate(counts):
        if count and below + count >= wanted:
            if place == len(bounds):
                break
            low = bounds[place - 1] if place else 0
            return low + (bounds[place] - low) * (wanted - below) / count
        below += count
    return float(bounds[-1])


def seconds_of(figures: Figures) -> int:
    """Return the whole seconds measured."""
    return int(figures.seconds)


def total(figures: Figures, columns: Columns) -> int:
    """Return the sum of columns."""
    return sum(figures.values[slot] for slot in columns)


def added(columns: Columns, less: Columns = ()) -> str:
    """Write a sum, in parentheses when it has more than one part."""
    text = " + ".join(NAMES[slot] for slot in columns) + "".join(f" - {NAMES[slot]}" for slot in less)
    return f"({text})" if len(columns) + len(less) > 1 else text


def unit_of(name: str) -> str:
    """Return the unit of a column by its name."""
    if name.endswith(("-ms", "-us")):
        return name[-2:]
    return ""
