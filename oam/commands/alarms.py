"""`show alarms …`: what is wrong, and what was."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import msgspec

from oam.commands.alarm_profile import definition_facts, described
from oam.commands.registry import CommandError, show
from oam.fault.alarm import BY_NUMBER, Alarm
from oam.fault.alarms import AlarmError
from oam.fault.catalogue import ALARMS
from oam.fault.history import Wanted, find
from oam.times import iso, moment_of

if TYPE_CHECKING:
    from oam.context import Context

LAST: Final = 100
"""Events shown when nothing says how many."""

_SEVERITIES: Final = {
    "critical": "Service is gone: act at once",
    "major": "Service suffers: act soon",
    "minor": "Something is wrong that does not hurt yet",
    "warning": "Something may go wrong",
    "indeterminate": "Not known how grave",
}
_WORDS: Final = {
    **_SEVERITIES,
    "alarms": "What is wrong, and what was",
    "active": "What is wrong now",
    "history": "What has happened, oldest first",
    "shelved": "What was put aside, until when and why",
    "suppressed": "What another alarm explains",
    "statistics": "How many there are and were",
    "severity": "Of one severity",
    "object": "About one object",
    "since": "From then on",
    "last": "The newest, or the gravest",
}
_ARGUMENTS: Final = {
    "identifier": "ID of the alarm, as `show alarms` has it",
    "name": "Part of the object, in either case",
    "last": "How many",
}
_CHOICE: Final = (
    "[severity <critical|major|minor|warning|indeterminate>$severity] [object WORD$name] [since SINCE$since]"
)


class AlarmRow(msgspec.Struct, frozen=True):
    """One active alarm."""

    id: int
    severity: str
    raised_at: float
    object: str
    state: str
    """`unknown`, `flapping`, else `raised`; behind it by whom it is acknowledged."""
    name: str
    text: str


class AlarmEventRow(msgspec.Struct, frozen=True):
    """One thing that happened to an alarm."""

    happened_at: float
    happening: str
    object: str
    severity: str
    id: int
    name: str
    user: str
    sequence: int
    text: str


class ShelfRow(msgspec.Struct, frozen=True):
    """What was put aside."""

    kind: str
    value: str
    alarms: tuple[int, ...]
    """IDs of those that are raised."""
    until_at: float
    user: str
    shelved_at: float
    reason: str


class SuppressedRow(msgspec.Struct, frozen=True):
    """One alarm that another one explains."""

    id: int
    severity: str
    raised_at: float
    object: str
    explained_by: int
    """ID of that one."""
    name: str
    text: str


@show(
    f"show alarms [active] {_CHOICE} [last (1-2000)$last]",
    row=AlarmRow,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
def show_alarms(
    context: Context, severity: str | None, name: str | None, since: str | None, last: int | None
) -> Iterable[AlarmRow]:
    """What is wrong now: the gravest first, then the oldest; neither what is shelved nor what another one explains.

    `unknown`: nothing measures it now, it is as it was when last seen. `flapping`: it comes and goes, and stays
    raised until it is quiet for a minute.

    Example: show alarms severity critical
    Example: show alarms object PSTN since 1h
    """
    start = moment_of(since, time.time())
    shown = [
        alarm
        for alarm in context.manager.alarms.shown()
        if severity in (None, alarm.severity) and (name or "").lower() in alarm.object.lower()
    ]
    rows = [_row(alarm) for alarm in shown if alarm.raised_at >= start]
    return rows[:last] if last else rows


def _row(alarm: Alarm) -> AlarmRow:
    state = "unknown" if alarm.unknown else f"flapping {alarm.flapping}" if alarm.flapping else "raised"
    if alarm.acknowledged_by:
        state += f", ack {alarm.acknowledged_by}"
    name = ALARMS[alarm.number].name
    return AlarmRow(alarm.id, alarm.severity, alarm.raised_at, alarm.object, state, name, alarm.text)


@show(
    f"show alarms history {_CHOICE} [last (1-1000000)$last]",
    row=AlarmEventRow,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
async def show_history(
    context: Context, severity: str | None, name: str | None, since: str | None, last: int | None
) -> list[AlarmEventRow]:
    """What happened to alarms, oldest first: the newest 100 events unless the line says how many.

    Example: show alarms history since 12h
    Example: show alarms history severity critical last 20
    """
    start = moment_of(since, time.time())
    return await _events(context, Wanted(severity or "", name or "", start, last=last or LAST))


async def _events(context: Context, wanted: Wanted) -> list[AlarmEventRow]:
    recent = tuple(context.manager.alarms.recent)
    try:
        found = await asyncio.to_thread(find, context.manager.state, wanted, recent)
    except sqlite3.Error as error:
        raise CommandError(f"The history of alarms cannot be read: {error}") from error
    return [
        AlarmEventRow(
            each.at, each.happening, each.object, each.severity, each.id, each.name, each.user, each.sequence, each.text
        )
        for each in found
    ]


@show("show alarms shelved", row=ShelfRow, words=_WORDS)
def show_shelved(context: Context) -> list[ShelfRow]:
    """What was put aside: by whom, why, until when, and which alarms are raised and not shown for it."""
    alarms = context.manager.alarms
    return [
        ShelfRow(
            each.kind, _spoken(each.kind, each.value), tuple(a.id for a in alarms.active.values() if each.fits(a)),
            each.until, each.user, each.at, each.reason,
        )
        for each in alarms.shelves
    ]  # fmt: skip


def _spoken(kind: str, value: str) -> str:
    return f"{value} {ALARMS[int(value)].name}" if kind == BY_NUMBER and int(value) in ALARMS else value


@show("show alarms suppressed", row=SuppressedRow, words=_WORDS)
def show_suppressed(context: Context) -> Iterable[SuppressedRow]:
    """Alarms that are raised and not shown because another one explains them."""
    for key in sorted(context.manager.alarms.suppressed):
        alarm = context.manager.alarms.active[key]
        parent = context.manager.alarms.explained_by(alarm)
        yield SuppressedRow(
            alarm.id, alarm.severity, alarm.raised_at, alarm.object, parent.id if parent else 0,
            ALARMS[alarm.number].name, alarm.text,
        )  # fmt: skip


def statistics(context: Context) -> dict[str, object]:
    """Return how many alarms there are and were, by name."""
    alarms = context.manager.alarms
    shown = alarms.shown()
    active = alarms.active.values()
    facts: dict[str, object] = {each: sum(1 for alarm in shown if alarm.severity == each) for each in (*_SEVERITIES,)}
    facts |= {
        "acknowledged": sum(1 for each in shown if each.acknowledged_by),
        "unknown": sum(1 for each in active if each.unknown),
        "flapping": sum(1 for each in active if each.flapping),
        "shelved": sum(1 for each in active if alarms.shelf_of(each)),
        "suppressed": len(alarms.suppressed),
        "soaking": alarms.soaking,
        "refused": alarms.refused,
        "sequence": alarms.sequence.last,
    }
    for happening in ("raised", "changed", "cleared"):
        facts[f"{happening}-total"] = sum(count for (what, _), count in alarms.totals.items() if what == happening)
    if alarms.store is not None:
        facts |= {
            "history-written": alarms.store.written,
            "history-waiting": alarms.store.waiting(),
            "history-lost": alarms.store.lost,
            "history-state": f"failing: {alarms.store.failure}" if alarms.store.failure else "working",
        }
    return facts


@show("show alarms statistics", json=statistics, words=_WORDS)
def show_statistics(context: Context) -> str:
    """How many alarms there are by severity and state, how many were refused a place, and whether history is kept.

    The totals count from the start of management.
    """
    return "\n".join(f"{name:15} {value}" for name, value in statistics(context).items())


async def detail_facts(context: Context, identifier: int) -> dict[str, object]:
    """Return all that is known of one active alarm, with its definition and its events."""
    alarms = context.manager.alarms
    alarm = found(context, identifier)
    shelf, parent = alarms.shelf_of(alarm), alarms.explained_by(alarm)
    definition = definition_facts(context, alarm.number)
    facts: dict[str, object] = {
        "id": alarm.id,
        "object": alarm.object,
        "severity": alarm.severity,
        "state": _row(alarm).state,
        "text": alarm.text,
        "raised": iso(alarm.raised_at, 6),
        "changed": iso(alarm.changed_at, 6),
        "trend": alarm.trend,
        "occurrences": alarm.occurrences,
        "sequence": alarm.sequence,
        "acknowledged": _by(alarm.acknowledged_by, alarm.acknowledged_at, alarm.acknowledged_text),
        "shelved": _by(shelf.user, shelf.at, f"until {iso(shelf.until, 6)}, {shelf.reason}") if shelf else "",
        "explained-by": parent.id if parent else "",
        "explains": alarms.explained(alarm),
    }
    wanted = ("number", "name", "title", "event-type", "cause", "meaning", "effect", "action", "clear", "manual-clear")
    facts |= {name: definition[name] for name in wanted}
    facts["events"] = [msgspec.to_builtins(each) for each in await _events(context, Wanted(id=alarm.id))]
    return facts


def _by(user: str, at: float, text: str) -> str:
    return f"{user} {iso(at, 6)}" + (f": {text}" if text else "") if user else ""


@show("show alarms detail (1-9999999999)$identifier", json=detail_facts, words=_WORDS, arguments=_ARGUMENTS)
async def show_detail(context: Context, identifier: int) -> str:
    """All that is known of one active alarm: what it means, whom it hurts, what to do, what has happened to it.

    Example: show alarms detail 12
    """
    facts = await detail_facts(context, identifier)
    facts.pop("events")
    events = await _events(context, Wanted(id=identifier))
    lines = [f"  {iso(e.happened_at, 6)} {e.sequence} {e.happening} {e.severity} {e.text}" for e in events]
    return "\n".join([described(context, facts), "events", *lines])


def found(context: Context, identifier: int) -> Alarm:
    """Return the active alarm of this id; raises CommandError."""
    try:
        return context.manager.alarms.find(identifier)
    except AlarmError as error:
        raise CommandError(str(error)) from error
