"""`show graph`: figures over the last hour or day, drawn with the characters of the terminal."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from typing import TYPE_CHECKING, Any, Final

from oam.commands.registry import CommandError, show
from oam.commands.statistics import NAMED, OBJECTS, SYSTEM, WORDS, in_snapshot, objects_of
from oam.statistics.graph import (
    DAY,
    GRAPHS,
    HISTOGRAMS,
    HOUR,
    SPANS,
    Point,
    Span,
    as_values,
    drawn,
    histogram_drawn,
    histogram_values,
    of_minutes,
    of_quarters,
)
from oam.statistics.load import GAUGES
from oam.statistics.load_graph import load_drawn, load_values
from oam.statistics.period import Figures, ObjectKey
from oam.statistics.stretch import QUARTER_S
from oam.statistics.view import spoken

if TYPE_CHECKING:
    from oam.context import Context, Session

HEIGHT: Final = 10
"""Lines of the columns where the terminal has room for them."""
AROUND: Final = 9
"""Lines around them: title, axis, summary, prompt."""
_OBJECT: Final = f"[<system|{OBJECTS}>] [last <hour|day>$last]"
_WORDS: Final = {
    **WORDS,
    "graph": "Figures over time, or by size, drawn",
    "rate": "Calls offered a second",
    "calls": "Most calls at one time",
    "answers": "Calls answered a second",
    "asr": "Answer-seizure ratio",
    "ner": "Network effectiveness ratio",
    "setup-delay": "From INVITE to the first of 18x and 2xx",
    "processing-delay": "From the arrival of a message to all that followed being sent",
    "load": "Traffic carried, in erlang",
    "cpu": "Processor time of the signalling process",
    "loop-lag": "How late the signalling loop was woken",
    "queue": "How full the fullest UDP socket was",
    "histogram": "How often which delay was",
    "last": "How far back",
    "hour": "Sixty minutes: the default",
    "day": "Ninety-six quarter-hours",
}


async def graph_values(context: Context, graph: str, last: str | None, **named: str | None) -> dict[str, Any]:
    """What `show graph` draws, as values."""
    key, span = _key(named), _span(last)
    return as_values(await _points(context, key, span), graph, key, span)


@show(f"show graph <{'|'.join(GRAPHS)}>$graph {_OBJECT}", json=graph_values, words=_WORDS, arguments=NAMED)
async def show_graph(context: Context, graph: str, last: str | None, **named: str | None) -> str:
    """An indicator over the last hour, minute by minute, or over the last day, by quarter-hours.

    What was not measured, and a ratio or delay of nothing, is a gap: the axis is open below it. Without `in` or `out`
    of a trunk the calls to it. Times are UTC. A terminal that shows no more than ASCII gets no more.

    Example: show graph rate
    Example: show graph asr trunk PSTN out last day
    """
    key, span = _key(named), _span(last)
    points = await _points(context, key, span)
    return "\n".join(
        drawn(
            points,
            graph,
            spoken(key),
            span,
            width=_width(context.session),
            height=_height(context.session),
            plain=not context.session.unicode,
        )
    )


def load_json(context: Context, load: str, last: str | None) -> dict[str, Any]:
    """What `show graph cpu` draws, as values."""
    span = _span(last)
    return load_values(context.manager.load.stretches(span), load, span)


@show(f"show graph <{'|'.join(GAUGES)}>$load [system] [last <hour|day>$last]", json=load_json, words=_WORDS)
def show_graph_load(context: Context, load: str, last: str | None) -> str:
    """The load of the signalling process over the last hour, minute by minute, or the last day, by quarter-hours.

    Of each minute or quarter-hour the greatest value is drawn, looked at once a second. It is a gap where the process
    did not run. A new start of management begins anew. `show environment` has the bounds of the alarms.

    Example: show graph cpu
    Example: show graph loop-lag last day
    """
    span = _span(last)
    session = context.session
    lines = load_drawn(
        context.manager.load.stretches(span),
        load,
        span,
        width=_width(session),
        height=_height(session),
        plain=not session.unicode,
    )
    return "\n".join(lines)


async def histogram_json(context: Context, histogram: str, last: str | None, **named: str | None) -> dict[str, Any]:
    """What `show graph histogram` draws, as values."""
    key, span = _key(named), _span(last)
    return histogram_values(await _points(context, key, span), histogram, key, span)


@show(
    f"show graph histogram <{'|'.join(HISTOGRAMS)}>$histogram {_OBJECT}",
    json=histogram_json,
    words=_WORDS,
    arguments=NAMED,
)
async def show_graph_histogram(context: Context, histogram: str, last: str | None, **named: str | None) -> str:
    """How many calls or messages of the last hour or day had which delay.

    Each line counts those above the bound before it and up to its own.

    Example: show graph histogram setup-delay trunk PSTN
    """
    key, span = _key(named), _span(last)
    points = await _points(context, key, span)
    lines = histogram_drawn(
        points, histogram, spoken(key), span, width=_width(context.session), plain=not context.session.unicode
    )
    return "\n".join(lines)


def _key(named: dict[str, str | None]) -> ObjectKey:
    """Return the object that a line names; of a trunk the calls to it unless the line says otherwise."""
    return next(iter(objects_of(**{**named, "direction": named["direction"] or "out"})), SYSTEM)


def _span(last: str | None) -> Span:
    return SPANS[last] if last else HOUR


async def _points(context: Context, key: ObjectKey, span: Span) -> list[Point]:
    """Return what an object did, stretch by stretch. Raises CommandError, also when nothing is known of it."""
    now = time.time()
    if span is HOUR:
        points = of_minutes(context.manager.statistics.minutes, key, now)
    else:
        points = of_quarters(await _quarters(context, key, now), now)
    if key != SYSTEM and all(point.figures is None for point in points):
        raise CommandError(f"Nothing was counted for {spoken(key)} in the last {span.name}")
    return points


async def _quarters(context: Context, key: ObjectKey, now: float) -> list[Figures]:
    """Return the quarter-hours of a day; of two for the same time the later one is right. Raises CommandError."""
    statistics = context.manager.statistics
    since = now - DAY.step_s * DAY.steps
    try:
        kept = [figures for _, figures in await statistics.history.series(QUARTER_S, key, since)]
    except (OSError, sqlite3.Error) as error:
        raise CommandError(f"The history of statistics cannot be read: {error}") from error
    current, last = await asyncio.to_thread(statistics.quarters)
    return kept + [found for each in (last, current) if (found := in_snapshot(each, key)) is not None]


def _width(session: Session) -> int:
    return max(session.width or 80, 20)


def _height(session: Session) -> int:
    return min(HEIGHT, max(3, session.length - AROUND)) if session.length else HEIGHT
