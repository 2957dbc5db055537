"""`debug sip …`, `undebug …`, `no debug …`, `show debug`: traces of signalling that run."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound.client import NorthboundError
from core.northbound.trace import TraceFilter
from oam.commands.registry import PRIVILEGED, CommandError, order, show
from oam.trace.search import TraceError

if TYPE_CHECKING:
    from oam.context import Context

MINUTES: Final = 10
"""How long a trace runs unless it says otherwise."""
LONGEST_MINUTES: Final = 1440
_COUNTED_MINUTES: Final = 60
"""How long one runs at most that is to stop after so many messages."""
_WORDS: Final = {
    "debug": "Trace what goes on",
    "undebug": "End traces",
    "sip": "SIP messages, received and sent",
    "call": "Of one call",
    "subscriber": "One subscriber",
    "number": "From or to one number",
    "trunk": "To and from a trunk",
    "address": "To and from an address or network",
    "method": "Of one method",
    "for": "When it stops by itself",
    "minutes": "Minutes; 10 unless given",
    "messages": "Messages",
    "all": "Every trace",
}
_ARGUMENTS: Final = {
    "call": "Call-ID",
    "number": "The whole number, without '+'",
    "amount": "How many",
    "trace": "Number of the trace",
}


@order(
    "debug sip [call WORD$call] [subscriber SUBSCRIBER$subscriber] [number DIGITS$number] [trunk TRUNK$trunk] "
    "[address NETWORK$network] [method METHOD$method] [for (1-1000000)$amount <minutes|messages>$unit]",
    words=_WORDS,
    arguments=_ARGUMENTS,
)
async def debug_sip(
    context: Context,
    call: str | None,
    subscriber: str | None,
    number: str | None,
    trunk: str | None,
    network: str | None,
    method: str | None,
    amount: int | None,
    unit: str | None,
) -> str:
    """Trace SIP messages; all that is given must fit, and without anything every message does.

    A call of which one message fits is followed to its end, on both sides of the server. `show trace` shows what was
    traced, `terminal monitor` shows it as it comes. The trace stops after 10 minutes unless the line says otherwise,
    and at the latest after a day; at most 8 run at a time.

    Example: debug sip number 4930123 for 5 minutes
    Example: debug sip trunk carrier method INVITE for 500 messages
    """
    running = context.manager.configuration.running
    if trunk is not None and all(each.name != trunk for each in running.trunks):
        raise CommandError(f"There is no trunk {trunk}")
    wanted = TraceFilter(
        call_id=call or "",
        subscriber=subscriber or "",
        users=await _users(context, subscriber),
        number=number or "",
        trunk=trunk or "",
        network=_bare(network or ""),
        method=method or "",
    )
    messages = amount if unit == "messages" and amount is not None else 0
    minutes = _COUNTED_MINUTES if messages else amount or MINUTES
    if minutes > LONGEST_MINUTES:
        raise CommandError(f"At most {LONGEST_MINUTES} minutes")
    try:
        trace = await context.manager.traces.start(wanted, minutes * 60.0, messages, context.session.user)
    except (TraceError, NorthboundError) as error:
        raise CommandError(_sentence(error)) from error
    after = f"{messages} messages, at the latest after {minutes} minutes" if messages else f"{minutes} minutes"
    return f"Trace {trace.number} runs: {wanted.text}; it stops after {after}"


async def _users(context: Context, name: str | None) -> tuple[str, ...]:
    """Return the user parts that stand for a subscriber: name and number, or what was typed when there is none."""
    if not name:
        return ()
    found = await asyncio.to_thread(context.manager.subscribers.find, name)
    if found is None:
        return (name,)
    return (found.name, found.number) if found.number else (found.name,)


def _bare(network: str) -> str:
    """Return one address without the length of its prefix."""
    return network.removesuffix("/128" if ":" in network else "/32")


@order("undebug sip [(1-8)$trace]", words=_WORDS, arguments=_ARGUMENTS)
async def undebug_sip(context: Context, trace: int | None) -> str:
    """End one trace, or all of SIP. What was traced stays to be shown.

    Example: undebug sip 1
    """
    return await _end(context, trace or 0)


@order("undebug all", words=_WORDS)
async def undebug_all(context: Context) -> str:
    """End every trace."""
    return await _end(context, 0)


@order("no debug sip [(1-8)$trace]", words=_WORDS, arguments=_ARGUMENTS)
async def no_debug_sip(context: Context, trace: int | None) -> str:
    """End one trace, or all of SIP; the same as `undebug sip`."""
    return await _end(context, trace or 0)


@order("no debug all", words=_WORDS)
async def no_debug_all(context: Context) -> str:
    """End every trace; the same as `undebug all`."""
    return await _end(context, 0)


async def _end(context: Context, number: int) -> str:
    try:
        ended = await context.manager.traces.stop(number)
    except NorthboundError as error:
        raise CommandError(_sentence(error)) from error
    if number and not ended:
        raise CommandError(f"Trace {number} does not run")
    if not ended:
        return "No trace was running"
    return "Ended: trace " + ", ".join(map(str, ended))


class DebugRow(msgspec.Struct, frozen=True):
    """One running trace."""

    trace: int
    messages: int
    """Taken so far, over restarts of signalling."""
    maximum: int | None
    """Messages after which it stops."""
    ends_s: int
    """Seconds until it stops at the latest."""
    started_at: float
    operator: str
    filter: str


@show("show debug", row=DebugRow, privilege=PRIVILEGED, words={"debug": "Traces that run"})
async def show_debug(context: Context) -> list[DebugRow]:
    """Traces that run: what they take, how much they have, when they stop."""
    try:
        found = await context.manager.traces.listed()
    except NorthboundError as error:
        raise CommandError(_sentence(error)) from error
    now = context.manager.traces.now()
    return [
        DebugRow(
            trace.number, trace.before + row.taken, trace.maximum or None, max(0, round(row.ends_at - now)),
            trace.started_at, trace.by, trace.filter.text,
        )
        for trace, row in found
    ]  # fmt: skip


def _sentence(error: Exception) -> str:
    text = str(error)
    return text[:1].upper() + text[1:]
