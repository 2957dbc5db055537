"""The text exposition format 0.0.4 of Prometheus.

Pure. A family (one name, its help and type) is written whole before the next one begins, as the format wants it. Text
comes in pieces of bounded size, so that whoever sends a page of many objects can let others have their turn between
two. Label sets are written once for each object and used for every family: that is most of what a page costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
COUNTER: Final = "counter"
GAUGE: Final = "gauge"
HISTOGRAM: Final = "histogram"
PIECE: Final = 250
"""Samples in one piece of text."""


class Family(NamedTuple):
    """What one metric is: its name as it is exposed (`…_total` for counters), its type, its help in one line."""

    name: str
    kind: str
    """COUNTER, GAUGE or HISTOGRAM."""
    help: str


def labels(**values: str) -> str:
    """Return a label set as it stands behind a name, with braces; nothing for none."""
    return "{" + _inner(values) + "}" if values else ""


def _inner(values: dict[str, str]) -> str:
    return ",".join(f'{name}="{escaped(value)}"' for name, value in values.items())


def escaped(value: str) -> str:
    """Return `value` as it stands between quotes."""
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def number(value: float) -> str:
    """Return a value: whole ones without a fraction, others with all that a float has; NaN and infinities by name."""
    if isinstance(value, int):
        return str(value)
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def family(described: Family, samples: Iterable[tuple[str, float]]) -> Iterator[str]:
    """Yield one counter or gauge: (label set, value) for each sample. A family without samples is left out."""
    name = described.name
    head = _head(described)
    held: list[str] = []
    for where, value in samples:
        held.append(f"{name}{where} {number(value)}\n")
        if len(held) >= PIECE:
            yield head + "".join(held)
            head = ""
            held.clear()
    if held:
        yield head + "".join(held)


class Observed(NamedTuple):
    """What one histogram holds."""

    where: str
    """Its label set, by `labels`."""
    counts: Sequence[int]
    """Observations between two bounds: one for each bound and one more for those above the last."""
    total: float
    """Sum of what was observed."""


def histograms(described: Family, bounds: Sequence[float], observed: Iterable[Observed]) -> Iterator[str]:
    """Yield a family of histograms with these upper bounds, each inclusive; without any it is left out."""
    name = described.name
    limits = [f'le="{number(bound)}"}} ' for bound in bounds] + ['le="+Inf"} ']
    head = _head(described)
    held: list[str] = []
    for each in observed:
        opened = f"{name}_bucket{each.where[:-1]}," if each.where else f"{name}_bucket{{"
        below = 0
        for limit, count in zip(limits, each.counts, strict=True):
            below += count
            held.append(f"{opened}{limit}{below}\n")
        held.append(f"{name}_sum{each.where} {number(each.total)}\n{name}_count{each.where} {below}\n")
        if len(held) > PIECE:
            yield head + "".join(held)
            head = ""
            held.clear()
    if held:
        yield head + "".join(held)


def _head(described: Family) -> str:
    text = described.help.replace("\\", "\\\\").replace("\n", "\\n")
    return f"# HELP {described.name} {text}\n# TYPE {described.name} {described.kind}\n"
