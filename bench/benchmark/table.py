"""The table `make bench` ends with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tabulate import tabulate


class Line(NamedTuple):
    """One measured thing: Kamailio's figure, ours in both forms, and the bounds of ours."""

    what: str
    unit: str
    kamailio: float | None
    compiled: float | None
    plain: float | None
    compiled_bound: float | None = None
    """Largest ratio to Kamailio allowed; without a Kamailio figure, the largest value."""
    plain_bound: float | None = None


def _cell(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _ratio(value: float | None, base: float | None) -> str:
    return f"{value / base:.2f}" if value and base else "-"


def _verdict(line: Line) -> str:
    verdicts = []
    for value, bound in ((line.compiled, line.compiled_bound), (line.plain, line.plain_bound)):
        if value is not None and bound is not None:
            measured = value / line.kamailio if line.kamailio else value
            verdicts.append("ok" if measured <= bound else f"OVER {bound:g}")
    return ", ".join(verdicts)


def render(lines: Sequence[Line]) -> str:
    """Return the table as text; ratios are to Kamailio in the same run."""
    rows = [
        [
            line.what,
            line.unit,
            _cell(line.kamailio),
            _cell(line.compiled),
            _ratio(line.compiled, line.kamailio),
            _cell(line.plain),
            _ratio(line.plain, line.kamailio),
            _verdict(line),
        ]
        for line in lines
    ]
    headers = ["measured", "unit", "kamailio", "compiled", "ratio", "plain", "ratio", "bounds"]
    return tabulate(rows, headers=headers, disable_numparse=True, colalign=("left", "left", *["right"] * 5, "left"))
