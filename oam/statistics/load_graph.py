"""`show graph cpu|loop-lag|queue`: the load of the signalling process, drawn. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from oam.statistics.chart import fitting, over_time, plot_width, written
from oam.statistics.graph import Span, clock, mark
from oam.statistics.load import GAUGES, Level, Stretch, joined

NUMBERS: Final = {name: number for number, name in enumerate(GAUGES)}


def load_drawn(
    stretches: Sequence[Stretch], name: str, span: Span, *, width: int, height: int, plain: bool
) -> list[str]:
    """Draw the greatest value of each stretch: a peak of a second is what calls have felt."""
    gauge = GAUGES[name]
    step = fitting(len(stretches), plot_width(width))
    groups = [stretches[at : at + step] for at in range(len(stretches) % step, len(stretches), step)]
    levels = [_level(group, name) for group in groups]
    values = [None if level is None else level.most for level in levels]
    times = [mark([each.at for each in group], span) for group in groups]
    return [
        f"{gauge.title}, most, {gauge.unit}: last {span.name}, UTC",
        "",
        *over_time(values, times, width=width, height=height, limit=gauge.limit, plain=plain),
        "",
        _summary(stretches, name),
    ]


def _level(stretches: Sequence[Stretch], name: str) -> Level | None:
    levels = joined(each.levels for each in stretches)
    return None if levels is None else levels[NUMBERS[name]]


def _summary(stretches: Sequence[Stretch], name: str) -> str:
    whole = _level(stretches, name)
    if whole is None:
        return "No sample."
    known = [(each.levels[NUMBERS[name]], each.at) for each in stretches if each.levels is not None]
    most = max(known, key=lambda pair: (pair[0].most, pair[1]))
    return (
        f"Last {written(known[-1][0].most)} (mean {written(known[-1][0].mean)}), mean of all {written(whole.mean)}, "
        f"most {written(most[0].most)} at {clock(most[1])}."
    )


def load_values(stretches: Sequence[Stretch], name: str, span: Span) -> dict[str, Any]:
    """Return the same as numbers, each stretch of time by itself."""
    points = []
    for each in stretches:
        level = _level([each], name)
        points.append(
            {
                "at": each.at,
                "most": None if level is None else level.most,
                "mean": None if level is None else round(level.mean, 3),
                "samples": 0 if level is None else level.samples,
            }
        )
    return {"graph": name, "unit": GAUGES[name].unit, "period_s": span.step_s, "points": points}
