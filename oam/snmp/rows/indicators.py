"""KPIs as managed objects: which there are, by what numbers, in which unit. The formulas are those of the shell.

Each KPI has an even number, and the count of samples it is made of the odd one behind it; a rate is made of time and
has none. Without a sample there is no value, and then there is no instance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from oam.snmp import syntax
from oam.snmp.object import Column
from oam.snmp.syntax import Syntax, joined
from oam.statistics.indicator import GAUGE, seconds_of
from oam.statistics.kpi import INDICATORS
from oam.statistics.period import Figures

NUMBERS: Final = {
    "asr": 20, "abr": 22, "ner": 24, "busy": 26, "no-answer": 28, "abandoned": 30, "refused": 32, "overflow-share": 34,
    "short-share": 36, "mhts": 38, "mht": 40, "erlang": 42, "bids-per-second": 44, "seizures-per-second": 46,
    "answers-per-second": 48, "bids-per-hour": 50, "ser": 52, "seer": 54, "isa": 56, "scr": 58, "ira": 60, "rrd": 62,
    "srd": 64, "srd-failed": 66, "sdd": 68, "answer-delay": 70, "setup-p50": 72, "setup-p95": 74, "setup-p99": 76,
    "processing-delay": 78, "processing-p50": 80, "processing-p99": 82, "retransmission-share": 84,
}  # fmt: skip
"""KPI -> its number; what the shell knows under two names is here once."""
COUNTS: Final = {"bids": 10, "seizures": 12, "answers": 14, "calls-peak": 16}
"""Columns of statistics that KPIs stand beside."""
MAIN: Final = (
    "asr", "abr", "ner", "refused", "mhts", "mht", "erlang", "seer", "isa", "scr", "srd", "sdd", "setup-p95",
    "retransmission-share",
)  # fmt: skip
"""Those of which the quarter-hours that are over are served."""


class Scale(NamedTuple):
    """How a unit is served."""

    syntax: Syntax
    units: str
    factor: int
    """What the value is multiplied by."""
    shell: str
    """The unit, written out."""
    said: str
    """Of the unit it is served in, with its divisor."""


SCALES: Final = {
    "%": Scale(syntax.HUNDREDTHS, "0.01 percent", 1, "per cent", "hundredths of a per cent: the divisor is 100"),
    "s": Scale(syntax.GAUGE, "milliseconds", 1000, "seconds", "milliseconds: the divisor is 1000"),
    "ms": Scale(syntax.GAUGE, "microseconds", 1000, "milliseconds", "microseconds: the divisor is 1000"),
    "erlang": Scale(syntax.GAUGE, "0.001 erlangs", 1000, "erlangs", "thousandths of an erlang: the divisor is 1000"),
    "1/s": Scale(syntax.GAUGE, "0.001 per second", 1000, "events a second", "thousandths: the divisor is 1000"),
    "1/h": Scale(syntax.GAUGE, "per hour", 1, "events an hour", "whole numbers"),
}
"""Unit of the shell -> how it is served."""


def field_of(name: str) -> str:
    """Return the attribute of a row that holds an indicator."""
    return name.replace("-", "_")


def _value(name: str) -> Callable[[Figures], float | None]:
    indicator = INDICATORS[name]
    scale = SCALES.get(indicator.unit)
    factor = scale.factor if scale is not None else 1

    def value(figures: Figures) -> float | None:
        found = indicator.of(figures)
        return None if found is None else found if factor == 1 else round(found * factor)

    return value


def _samples(name: str) -> Callable[[Figures], int]:
    return INDICATORS[name].samples


def has_samples(name: str) -> bool:
    """Tell whether an indicator is made of events, and not of time."""
    return INDICATORS[name].samples is not seconds_of


FIELDS: Final[dict[str, Callable[[Figures], float | None]]] = {
    **{field_of(name): _value(name) for name in (*NUMBERS, *COUNTS)},
    **{f"{field_of(name)}_samples": _samples(name) for name in NUMBERS if has_samples(name)},
}
"""Attribute of a row -> what makes it of figures."""


def columns(prefix: str, names: Sequence[str] = tuple(NUMBERS)) -> tuple[Column, ...]:
    """Make the columns of COUNTS and of KPIs, for a table whose descriptors begin with `prefix`."""
    found = [_count(prefix, name) for name in COUNTS]
    for name in names:
        found += _kpi(prefix, name)
    return tuple(sorted(found, key=lambda column: column.number))


def _count(prefix: str, name: str) -> Column:
    indicator = INDICATORS[name]
    help_ = f"{_ascii(indicator.help)}; counted within the period."
    if indicator.kind == GAUGE:
        help_ = "Most calls at one time within the period."
    return Column(COUNTS[name], f"{prefix}{_word(name)}", syntax.GAUGE, field_of(name), help_, "calls")


def _kpi(prefix: str, name: str) -> list[Column]:
    indicator = INDICATORS[name]
    scale = SCALES[indicator.unit]
    number, field, word = NUMBERS[name], field_of(name), _word(name)
    help_ = f"{_ascii(indicator.help)}. The formula is {indicator.formula}, in {scale.shell}; served in {scale.said}."
    if not has_samples(name):
        return [Column(number, f"{prefix}{word}", scale.syntax, field, help_, scale.units)]
    help_ += " No instance where nothing happened that it could be made of."
    samples = f"How many events {prefix}{word} is made of: {_bottom(indicator.formula)}."
    return [
        Column(number, f"{prefix}{word}", scale.syntax, field, help_, scale.units),
        Column(number + 1, f"{prefix}{word}Samples", syntax.GAUGE, f"{field}_samples", samples, "events"),
    ]


def _ascii(text: str) -> str:
    return text.replace(" \u00a7", " section ")


def _bottom(formula: str) -> str:
    """Return what is divided by: `bids`; of a percentile all that its histogram holds."""
    return formula.rpartition(" / ")[2] if " / " in formula else formula.partition(" of ")[2]


def _word(name: str) -> str:
    return joined(name.split("-"))
