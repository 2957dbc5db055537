"""`show statistics …`, `clear statistics`: what objects of signalling did, and what the figures mean."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from core.northbound.statistics import METHODS
from oam.commands.registry import PRIVILEGED, CommandError, completer, order, show
from oam.statistics import cleared
from oam.statistics.busy_hour import BusyHour, busy_hour
from oam.statistics.cleared import Cleared, MethodRow, ResponseRow
from oam.statistics.history_store import KEPT
from oam.statistics.period import Figures, ObjectKey
from oam.statistics.stretch import DAY_S, QUARTER_S, Snapshot
from oam.statistics.view import (
    DefinitionRow,
    HistoryRow,
    ObjectRow,
    StatisticRow,
    definition_rows,
    definitions,
    history_rows,
    object_rows,
    spoken,
    statistic_rows,
)

if TYPE_CHECKING:
    from oam.context import Context

SYSTEM: Final = ObjectKey("system", "")
_DAY: Final = "days"
OBJECTS: Final = (
    "<listener LISTENER$listener|trunk TRUNK$trunk [<in|out>$direction]|route-group ROUTEGROUP$group"
    "|destination CALLED$called|subscriber-group GROUP$subscribers>"
)
WORDS: Final = {
    "statistics": "What objects of signalling did",
    "system": "All calls together",
    "listener": "Calls and messages by where they came in",
    "trunk": "Calls by trunk, in each direction",
    "in": "Calls from it",
    "out": "Calls to it",
    "route-group": "Calls by route group",
    "destination": "Calls by the beginning of the called number",
    "subscriber-group": "Calls by the group of the caller",
    "detail": "Every indicator, also those that are nought",
    "previous": "In the quarter-hour before",
    "history": "What is kept, oldest first",
    "quarters": "Quarter-hours of the last day",
    "days": "Days of the last month",
    "responses": "Responses by method and status",
    "methods": "Requests by method",
    "definitions": "What each indicator is",
    "storage": "How the history is written",
}
NAMED: Final = {
    "listener": "Name of the listener",
    "trunk": "Name of the trunk",
    "group": "Name of the route group",
    "called": "Digits, 'any', or 'other'",
    "subscribers": "Name of the group",
}


@show("show statistics [system] [detail$detail]", row=StatisticRow, words=WORDS)
async def show_statistics(context: Context, detail: str | None) -> list[StatisticRow]:
    """Indicators of all calls together, in the quarter-hour that is being filled and in the one before.

    Quarter-hours begin with the clock. What was not counted has no value: a ratio of nothing is `-`. `suspect` says
    in which of both something may be missing. `show statistics definitions` has the formula of each.

    Example: show statistics
    Example: show statistics detail | json
    """
    return await _object(context, [SYSTEM], detail)


@show(f"show statistics {OBJECTS} [detail$detail]", row=StatisticRow, words=WORDS, arguments=NAMED)
async def show_statistics_object(
    context: Context,
    listener: str | None,
    trunk: str | None,
    direction: str | None,
    group: str | None,
    called: str | None,
    subscribers: str | None,
    detail: str | None,
) -> list[StatisticRow]:
    """Indicators of one object, in the quarter-hour that is being filled and in the one before.

    Without `in` or `out` of a trunk both directions.

    Example: show statistics trunk PSTN out
    Example: show statistics destination 0086
    """
    return await _object(context, objects_of(listener, trunk, direction, group, called, subscribers), detail)


@show(
    "show statistics <listener|trunk|route-group|destination|subscriber-group>$kind [previous$previous]",
    row=ObjectRow,
    words=WORDS,
)
async def show_statistics_kind(context: Context, kind: str, previous: str | None) -> list[ObjectRow]:
    """All objects of a kind, a row each, in the quarter-hour that is being filled or in the one before.

    ASR and NER are per cent, `erlang` is traffic, `calls` how many there are now and `calls-peak` the most there were;
    ninety-five of a hundred calls had a set-up delay of at most `setup-p95`.

    Example: show statistics trunk
    Example: show statistics destination previous | csv
    """
    current, last = await _quarters(context)
    chosen = last if previous else current
    kinds = ("trunk-in", "trunk-out") if kind == "trunk" else (kind,)
    return object_rows([each for each in chosen.figures().items() if each[0].kind in kinds]) if chosen else []


@show("show statistics [system] history [<quarters|days>$length]", row=HistoryRow, words=WORDS)
async def show_history(context: Context, length: str | None) -> list[HistoryRow]:
    """What is kept of all calls together: 96 quarter-hours, or 30 days, and the one that is being filled.

    Times and days are UTC. `busy-hour` marks the four quarter-hours in a row with most bids. Of a day `bhca` is their
    sum, and `busy` when they began.

    Example: show statistics history days
    """
    return await _history(context, SYSTEM, length)


@show(f"show statistics {OBJECTS} history [<quarters|days>$length]", row=HistoryRow, words=WORDS, arguments=NAMED)
async def show_history_object(
    context: Context,
    listener: str | None,
    trunk: str | None,
    direction: str | None,
    group: str | None,
    called: str | None,
    subscribers: str | None,
    length: str | None,
) -> list[HistoryRow]:
    """What is kept of one object: 96 quarter-hours, or 30 days, and the one that is being filled.

    Without `in` or `out` of a trunk the calls to it. `busy-hour` marks the four quarter-hours in a row with most bids.

    Example: show statistics trunk PSTN in history
    """
    keys = objects_of(listener, trunk, direction or "out", group, called, subscribers)
    return await _history(context, keys[0], length)


@show("show statistics responses [METHOD$method]", row=ResponseRow, words=WORDS)
def show_responses(context: Context, method: str | None) -> list[ResponseRow]:
    """Responses received and sent since `clear statistics`, by method of the request and status."""
    return [
        each
        for each in _since(context).responses
        if (each.received or each.sent) and method in (None, each.method.upper())
    ]


@show("show statistics methods", row=MethodRow, words=WORDS)
def show_methods(context: Context) -> list[MethodRow]:
    """Requests received and sent since `clear statistics`, by method; `again` are retransmissions."""
    return list(_since(context).methods)


def storage(context: Context) -> dict[str, object]:
    """Return how the history is written, by name."""
    history = context.manager.statistics.history
    return {
        "written": history.written,
        "waiting": history.waiting,
        "lost": history.lost,
        "damaged": history.damages,
        "state": f"failing: {history.failure}" if history.failure else "working",
    }


@show("show statistics storage", json=storage, words=WORDS)
def show_storage(context: Context) -> str:
    """Minutes written since management started, and whether the history can be written now.

    What waits and what was lost are quarter-hours and days; `damaged` files were set aside.
    """
    return "\n".join(f"{name:9} {value}" for name, value in storage(context).items())


@show("show statistics definitions [INDICATOR$name]", row=DefinitionRow, words=WORDS)
def show_definitions(context: Context, name: str | None) -> list[DefinitionRow]:
    """What each indicator is: unit, formula, what is counted, and the clause of the standard.

    Example: show statistics definitions ner
    """
    rows = definition_rows(name or "")
    if not rows:
        raise CommandError(f"There is no indicator {name}")
    return rows


@order("clear statistics", privilege=PRIVILEGED, confirm="Clear the counts of methods and responses?", words=WORDS)
def clear_statistics(context: Context) -> None:
    """Count methods and responses from zero again; quarter-hours and days stay as they are."""
    statistics = context.manager.statistics
    cleared.save(context.manager.state, cleared.counted(statistics.totals(), statistics.codes()))


@completer("listener")
def listeners(context: Context, prefix: str) -> list[str]:
    """Name the listeners that are counted."""
    return context.manager.statistics.names("listener")


@completer("called")
def destinations(context: Context, prefix: str) -> list[str]:
    """Name the destinations that are counted."""
    return context.manager.statistics.names("destination")


@completer("method")
def methods(context: Context, prefix: str) -> list[str]:
    """Name the methods."""
    return list(METHODS)


@completer("indicator")
def indicators(context: Context, prefix: str) -> list[str]:
    """Name the indicators."""
    return sorted(each.name for each in definitions())


def objects_of(
    listener: str | None,
    trunk: str | None,
    direction: str | None,
    group: str | None,
    called: str | None,
    subscribers: str | None,
) -> list[ObjectKey]:
    """Return the objects that a line names."""
    if trunk is not None:
        return [ObjectKey(f"trunk-{each}", trunk) for each in ((direction,) if direction else ("in", "out"))]
    named = {"listener": listener, "route-group": group, "destination": called, "subscriber-group": subscribers}
    return [ObjectKey(kind, name) for kind, name in named.items() if name is not None]


async def _quarters(context: Context) -> tuple[Snapshot | None, Snapshot | None]:
    current, last = await asyncio.to_thread(context.manager.statistics.quarters)
    if current is None:
        raise CommandError("Statistics have not been read yet")
    return current, last


async def _object(context: Context, keys: Sequence[ObjectKey], detail: str | None) -> list[StatisticRow]:
    """Return the indicators of objects. Raises CommandError when nothing is known of any of them."""
    current, last = await _quarters(context)
    rows = []
    for key in keys:
        now, before = in_snapshot(current, key), in_snapshot(last, key)
        if now is None and before is None:
            continue
        maximum = _maximum(context, key)
        busiest = await _busiest(context, key)
        rows += statistic_rows(key, now, before, detail=detail is not None, maximum=maximum, busiest=busiest)
    if not rows:
        name = spoken(keys[0]) if len(keys) == 1 else f"trunk {keys[0].name}"
        raise CommandError(f"Nothing was counted for {name}, neither in this quarter-hour nor in the one before")
    return rows


def in_snapshot(snapshot: Snapshot | None, key: ObjectKey) -> Figures | None:
    """Return what an object did in a stretch of time; None when either is not there."""
    values = snapshot.values.get(key) if snapshot is not None else None
    return snapshot.of(key, values) if snapshot is not None and values is not None else None


def _maximum(context: Context, key: ObjectKey) -> int:
    """Return how many calls an object may have; 0 when that is not bounded."""
    trunks = context.manager.configuration.running.trunks if key.kind in ("trunk-in", "trunk-out") else ()
    return next((each.calls_maximum for each in trunks if each.name == key.name), 0)


async def _busiest(context: Context, key: ObjectKey) -> BusyHour | None:
    """Return the busiest hour of the last day; None also where the history cannot be read."""
    try:
        return busy_hour([each for _, each in await context.manager.statistics.history.series(QUARTER_S, key)])
    except (OSError, sqlite3.Error):
        return None


async def _history(context: Context, key: ObjectKey, length: str | None) -> list[HistoryRow]:
    """Return what is kept of an object. Raises CommandError."""
    seconds = DAY_S if length == _DAY else QUARTER_S
    history = context.manager.statistics.history
    try:
        found = await history.series(seconds, key)
        days = await history.busy_hours(key) if seconds == DAY_S else None
    except (OSError, sqlite3.Error) as error:
        raise CommandError(f"The history of statistics cannot be read: {error}") from error
    by_begin = {figures.begin: figures for _, figures in found}
    if seconds == QUARTER_S:
        by_begin |= {figures.begin: figures for figures in await _unwritten(context, key)}
    kept = [by_begin[begin] for begin in sorted(by_begin)][-KEPT[seconds] - 1 :]
    busiest = busy_hour(kept) if seconds == QUARTER_S else None
    return history_rows(kept, busiest if busiest is not None and busiest.bids else None, days)


async def _unwritten(context: Context, key: ObjectKey) -> list[Figures]:
    """Return the quarter-hour before and the one that is being filled as they are now: the disk is a minute behind."""
    current, last = await asyncio.to_thread(context.manager.statistics.quarters)
    return [found for each in (last, current) if (found := in_snapshot(each, key)) is not None and found.seconds]


def _since(context: Context) -> Cleared:
    statistics = context.manager.statistics
    return cleared.load(context.manager.state).since(cleared.counted(statistics.totals(), statistics.codes()))
