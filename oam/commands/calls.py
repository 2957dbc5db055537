"""`show calls`, `show calls history`, `show call`: calls in progress and past."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Final

import msgspec

from core.northbound.call_rows import CallDetailRow, CallHistoryRow, CallRow
from core.northbound.orders import ListCallHistory, ListCalls
from oam.calls.search import facts, history, told
from oam.calls.text import written
from oam.commands.registry import CommandError, show
from oam.signalling import rows
from oam.times import moment_of

if TYPE_CHECKING:
    from core.northbound.orders import Row
    from oam.context import Context


class HistoryRow(msgspec.Struct, frozen=True):
    """One call of the last ones, or one that goes on; or an attempt that was refused."""

    id: str
    started_at: float
    status: int | None
    caller: str
    """Number or name; `show call` has the whole URI."""
    callee: str
    trunk_out: str
    trunk_in: str
    state: str
    """`early`, `answered`, `ended`, `failed`, `refused`."""
    call_id: str
    duration_s: float
    """From the answer on."""


_PARTY: Final = 40
"""Longest number or name that is shown in a list."""
LAST: Final = 100
"""Calls shown when nothing says how many."""
_WORDS: Final = {
    "calls": "Calls, early and answered",
    "match": "Only those with this text in caller, callee or Call-ID",
}
_ARGUMENTS: Final = {"match": "Part of caller, callee or Call-ID"}
_HISTORY: Final = _WORDS | {
    "history": "Calls that are over, too, and attempts that were refused",
    "number": "Whose caller or called number has these digits in it",
    "subscriber": "One subscriber",
    "trunk": "By one trunk, or tried by it",
    "call-id": "Whose Call-ID has this text in it",
    "failed": "That were not answered",
    "since": "That began then or later",
    "last": "The newest ones",
}


@show("show calls [match WORD$match]", row=CallRow, words=_WORDS, arguments=_ARGUMENTS)
def show_calls(context: Context, match: str | None) -> AsyncIterator[Row]:
    """Calls in progress, early and answered.

    Example: show calls match 1001
    Example: show calls | count
    """
    return rows(context, ListCalls(False, match or ""))


@show("show calls detail [match WORD$match]", row=CallDetailRow, words=_WORDS, arguments=_ARGUMENTS)
def show_calls_detail(context: Context, match: str | None) -> AsyncIterator[Row]:
    """Calls in progress with all that is known of each."""
    return rows(context, ListCalls(True, match or ""))


@show(
    "show calls history [number DIGITS$number] [subscriber SUBSCRIBER$subscriber] [trunk TRUNK$trunk]"
    " [call-id WORD$call_id] [failed$failed] [since SINCE$since] [last (1-10000)$last]",
    row=HistoryRow,
    words=_HISTORY,
    arguments={"call_id": "Part of the Call-ID"},
)
async def show_calls_history(
    context: Context,
    number: str | None,
    subscriber: str | None,
    trunk: str | None,
    call_id: str | None,
    failed: str | None,
    since: str | None,
    last: int | None,
) -> AsyncIterator[HistoryRow]:
    """Calls in progress and past and refused attempts, the newest first: 100 unless the line says how many.

    Signalling remembers as many as `call-history maximum` says; of older ones, and of those before the signalling
    process was started, the call records are read. Attempts that were refused at once have no record. Who was only
    asked for credentials is not among them.

    Example: show calls history failed since 1h
    Example: show calls history number 4930123 last 20
    """
    found = None if subscriber is None else context.manager.subscribers.find(subscriber)
    wanted = ListCallHistory(
        number=number or "",
        subscriber=subscriber or "" if found is None else found.name,
        alias="" if found is None else found.number,
        trunk=trunk or "",
        call_id=call_id or "",
        failed=failed is not None,
        since=moment_of(since, time.time()),
        last=last or LAST,
    )
    calls, why = await history(context, wanted)
    for row in calls:
        yield _shown(row)
    if why:
        raise CommandError(f"{why}: these are the records alone, without refused attempts and calls in progress")


def _shown(row: CallHistoryRow) -> HistoryRow:
    return HistoryRow(
        row.id, row.started_at, row.status or None, _party(row.caller), _party(row.callee), row.trunk_out, row.trunk_in,
        row.state, row.call_id, row.duration_s,
    )  # fmt: skip


def _party(uri: str) -> str:
    """Return whom a URI means: its user part, else all of it."""
    user, at, _ = uri.partition(":")[2].partition("@")
    found = user.partition(":")[0] if at and user else uri
    return found if len(found) <= _PARTY else f"{found[: _PARTY - 2]}.."


async def call_facts(context: Context, name: str, explain: str | None) -> dict[str, Any]:
    """Return the calls for programs."""
    found = await told(context, name, explain is not None)
    return {"calls": [facts(each, explain is not None) for each in found]}


@show(
    "show call WORD$name [explain$explain]",
    json=call_facts,
    words={"call": "One call, in progress or past", "explain": "Stage by stage what was decided, and by what"},
    arguments={"name": "Id as in 'show calls history', or Call-ID"},
)
async def show_call(context: Context, name: str, explain: str | None) -> str:
    """One call: what it was, each attempt to reach somebody, when it rang, how it ended and why.

    With `explain` each stage that it passed says what it found: the trunk it came by, its class, who proved to be
    the caller, the entry of a list, the prefix that decided, numbers before and after translation, controls that acted
    or let it pass, trunks passed over and chosen, timers. Times are since the INVITE came. All calls of a Call-ID are
    shown.

    Example: show call 1-5f3a9c01-42 explain
    """
    found = await told(context, name, explain is not None)
    session = context.session
    return written(found, explain is not None, 0 if session.batch else session.width)
