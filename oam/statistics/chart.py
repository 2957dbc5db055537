"""Charts made of characters: sparklines, columns over time, histograms.

Pure: figures in, lines out. None (or NaN) is a gap, and looks otherwise than 0: a gap leaves its place empty and opens
the axis below it, a 0 stands on the axis. With `plain` everything is ASCII, for terminals that have nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

LEAST: Final = 1e-9
"""What is less is drawn as nothing."""
Values = Sequence[float | None]

EIGHTHS: Final = "▁▂▃▄▅▆▇█"
PLAIN_EIGHTHS: Final = "_.,:-=+#"
"""What stands for them in ASCII, in one row."""


class _Signs(NamedTuple):
    """What a chart is drawn with."""

    levels: str
    """Parts of a full cell, rising; the last is the full one."""
    tick: str
    side: str
    corner: str
    floor: str
    mark: str
    """On the axis, where a time is written below."""
    bar: str


_RICH: Final = _Signs(EIGHTHS, "┤", "│", "└", "─", "┴", "█")
_PLAIN: Final = _Signs(".:#", "+", "|", "+", "-", "+", "#")


def known(value: float | None) -> bool:
    """Whether there is a value: neither None nor NaN."""
    return value is not None and not math.isnan(value)


def sparkline(values: Values, *, plain: bool = False, top: float | None = None) -> str:
    """Return one character for each value, from 0 to `top` (by default the greatest value); a gap is a space."""
    levels = PLAIN_EIGHTHS if plain else EIGHTHS
    highest = max((value for value in values if value is not None and known(value)), default=0.0)
    highest = highest if top is None else top
    return "".join(" " if value is None or not known(value) else levels[_level(value, highest)] for value in values)


def _level(value: float, highest: float) -> int:
    """Return which of eight heights `value` has; more than nothing is above the lowest."""
    if value <= 0 or highest <= 0:
        return 0
    return max(1, min(7, math.ceil(8 * value / highest) - 1))


class Axis(NamedTuple):
    """The scale of a chart."""

    top: float
    step: float


def axis(highest: float, rows: int, limit: float | None = None) -> Axis:
    """Return a scale from 0 to at least `highest` of at most `rows` / 2 steps, each 1, 2 or 5 times a power of ten.

    `limit` is what no value is above (100 for per cent): the scale does not go further than that.
    """
    if not LEAST <= highest < math.inf:
        highest = 1.0 if limit is None else limit
    most = max(1, rows // 2)
    step = 10.0 ** math.floor(math.log10(highest / most))
    while math.ceil(round(highest / step, 9)) > most:
        step *= 2.5 if f"{step:e}".startswith("2") else 2
    top = step * math.ceil(round(highest / step, 9))
    return Axis(top if limit is None else min(top, max(limit, highest)), step)


def over_time(
    values: Values,
    times: Sequence[str],
    *,
    width: int,
    height: int,
    limit: float | None = None,
    plain: bool = False,
) -> list[str]:
    """Draw a column for each value and the axes; at most `width` columns wide, `height` lines and two more high.

    `times` has a text for each value; those that are not empty are written below it where there is room. What does not
    fit into the width is left out from the oldest on: make fewer values of more (`fitting`) before.
    """
    signs = _PLAIN if plain else _RICH
    highest = max((value for value in values if value is not None and known(value)), default=0.0)
    scale = axis(highest, height, limit)
    ticks = {round(row): tick for row, tick in _ticks(scale, height)}
    margin = max(len(text) for text in (*ticks.values(), "0"))
    room = max(1, width - margin - 2)
    values, times = values[-room:], times[-room:]
    thick = max(1, min(4, room // max(1, len(values))))
    lines = []
    for row in range(height, 0, -1):
        cells = "".join(_cell(value, row, height, scale.top, signs) * thick for value in values)
        label = ticks.get(row, "")
        lines.append(f"{label:>{margin}} {signs.tick if label else signs.side}{cells}".rstrip())
    lines.append(f"{'0':>{margin}} {signs.corner}{_floor(values, times, thick, signs)}".rstrip())
    lines.append((" " * (margin + 2) + _times(times, thick, room)).rstrip())
    return lines


def _ticks(scale: Axis, height: int) -> list[tuple[float, str]]:
    """Return which rows, counted from 1 at the bottom, have a number beside them."""
    count = round(scale.top / scale.step + 0.499)
    found = []
    for number in range(1, count + 1):
        value = min(number * scale.step, scale.top)
        found.append((max(1.0, value / scale.top * height), written(value)))
    return found


def written(value: float) -> str:
    """Return a number as short as it can stand at an axis or in a title: 12k, 1.5, 0.02."""
    for least, unit, sign in ((1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e4, 1e3, "k")):
        if abs(value) >= least:
            return written(value / unit) + sign
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{float(f'{value:.3g}'):.10f}".rstrip("0").rstrip(".") or "0"


def _cell(value: float | None, row: int, height: int, top: float, signs: _Signs) -> str:
    """Return what the column of `value` has in `row`, 1 at the bottom."""
    if value is None or not known(value) or value <= 0:
        return " "
    parts = len(signs.levels)
    filled = max(1, round(min(value, top) / top * height * parts))
    here = filled - (row - 1) * parts
    return signs.levels[-1] if here >= parts else signs.levels[here - 1] if here > 0 else " "


def _floor(values: Values, times: Sequence[str], thick: int, signs: _Signs) -> str:
    """Return the axis of time: broken where there is no value, marked where a time is written."""
    found = []
    for value, time in zip(values, times, strict=True):
        line = signs.floor if known(value) else " "
        found.append((signs.mark if time and known(value) else line) + line * (thick - 1))
    return "".join(found)


def _times(times: Sequence[str], thick: int, room: int) -> str:
    """Return the times below the axis, each beginning under its column, those without room left out."""
    line = ""
    for place, time in enumerate(times):
        at = place * thick
        if time and at >= len(line) + bool(line) and at + len(time) <= max(room, len(time)):
            line = line.ljust(at) + time
    return line


def fitting(count: int, width: int) -> int:
    """Return how many neighbours of `count` values are to be made one, so that at most `width` are left."""
    return max(1, math.ceil(count / max(1, width)))


def plot_width(width: int) -> int:
    """Return how many values fit into a chart of that width, whatever stands at its axis."""
    return max(1, width - 8)


def bars(rows: Sequence[tuple[str, int]], *, width: int, plain: bool = False) -> list[str]:
    """Draw a histogram: for each (label, count) a bar, the count and its share; more than nothing is seen."""
    signs = _PLAIN if plain else _RICH
    whole = sum(count for _, count in rows)
    most = max((count for _, count in rows), default=0)
    labels = max((len(label) for label, _ in rows), default=0)
    numbers = max(len(str(most)), 1)
    room = max(1, width - labels - numbers - 11)
    lines = []
    for label, count in rows:
        length = max(1, round(count / most * room)) if count else 0
        share = f"{100 * count / whole:5.1f} %" if whole else ""
        lines.append(f"{label:>{labels}} {signs.side}{signs.bar * length:{room}} {count:{numbers}} {share}".rstrip())
    return lines
