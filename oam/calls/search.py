"""Calls looked for: first among those that signalling remembers, then in the records on the disk."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import msgspec

from core.northbound.call_rows import CallHistoryRow, CallLegRow, CallStageRow, CallTrailRow
from core.northbound.orders import ExplainCall, ListCallHistory
from oam.calls.records import find, history_row, one, trail_row
from oam.commands.registry import CommandError
from oam.signalling import rows
from oam.slices import beside

if TYPE_CHECKING:
    from oam.context import Context


class Told(msgspec.Struct):
    """One call: what it was, its legs, what the stages said."""

    call: CallTrailRow
    legs: list[CallLegRow] = []
    stages: list[CallStageRow] = []


async def history(context: Context, wanted: ListCallHistory) -> tuple[list[CallHistoryRow], str]:
    """Return the calls that are wanted, the newest first, and why signalling told of none; empty: it told of all.

    Of older ones there are as many as signalling leaves room for.
    """
    found, why = await _remembered(context, wanted)
    known = {row.id for row in found}
    if len(found) < wanted.last:
        async with aclosing(beside(find(context.manager.state, wanted))) as pieces:
            async for records in pieces:
                found += [history_row(each) for each in records if each.id not in known]
                if len(found) >= wanted.last:
                    break
    found.sort(key=lambda row: -row.started_at)
    return found[: wanted.last], why


async def _remembered(context: Context, wanted: ListCallHistory) -> tuple[list[CallHistoryRow], str]:
    """Return what signalling remembers; nothing, and why, while it is away: the records are there all the same."""
    try:
        return [row async for row in rows(context, wanted) if isinstance(row, CallHistoryRow)], ""
    except CommandError as error:
        return [], error.reason


async def told(context: Context, name: str, explain: bool) -> list[Told]:
    """Return the calls of one id or Call-ID, the newest first. Raises CommandError when there is none."""
    found, why = await _trails(context, name, explain)
    if not found:
        async with aclosing(beside(one(context.manager.state, name))) as pieces:
            async for records in pieces:
                found += [Told(trail_row(each)) for each in records]
                if found:
                    break
    if not found:
        if why:
            raise CommandError(f"{why}; there is no record of a call {name}")
        raise CommandError(f"No call {name} is remembered, nor is there a record of one")
    return found


async def _trails(context: Context, name: str, explain: bool) -> tuple[list[Told], str]:
    found: list[Told] = []
    try:
        async for row in rows(context, ExplainCall(name, explain)):
            if isinstance(row, CallTrailRow):
                found.append(Told(row))
            elif isinstance(row, CallLegRow):
                found[-1].legs.append(row)
            elif isinstance(row, CallStageRow):
                found[-1].stages.append(row)
    except CommandError as error:
        return [], error.reason
    return found, ""


def facts(each: Told, explain: bool) -> dict[str, Any]:
    """Return a call for programs."""
    made = _plain(each.call)
    made["legs"] = [_plain(leg) for leg in each.legs]
    if explain:
        made["stages"] = [_plain(stage) for stage in each.stages]
    return made


def _plain(row: msgspec.Struct) -> dict[str, Any]:
    return msgspec.structs.asdict(row)
