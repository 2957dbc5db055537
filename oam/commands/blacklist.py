"""`blacklist …`, `whitelist …`: who is refused and who is not, line by line committed to the store."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound.lists import BLACK, WHITE, ListEntry, StoreError, normal
from core.northbound.orders import AskLists, ClearHits, LiftBan, ListBans, ListHits, ReadLists
from core.northbound.rows import BanRow, ListHitsRow, ListVerdictRow
from core.northbound.wirefmt import NorthboundError
from oam.commands.registry import CONFIG, PRIVILEGED, CommandError, order, show
from oam.files import FileError, locate
from oam.lists.table import MAX_REASON, at
from oam.lists.transfer import counted, export_file, import_file
from oam.signalling import count, rows
from oam.snmp.rows.cleared import hits_of
from oam.transfer import TransferError

if TYPE_CHECKING:
    from oam.context import Context

COLOURS: Final = {"blacklist": BLACK, "whitelist": WHITE}
UNITS: Final = {"minutes": 60, "hours": 3600, "days": 86_400}

_KINDS: Final = "<calling|called|address|user-agent|subscriber>$kind"
_WORDS: Final = {
    "blacklist": "Who is refused",
    "whitelist": "Who is not refused, and never banned",
    "calling": "Number or user that calls",
    "called": "Number or user that is called",
    "address": "Network that messages come from",
    "user-agent": "What phones and programs call themselves",
    "subscriber": "One subscriber",
    "for": "For so long",
    "until": "Until a time",
    "minutes": "Minutes",
    "hours": "Hours",
    "days": "Days",
    "reason": "Why",
    "automatic": "Addresses banned by themselves",
    "hits": "How often entries were hit",
    "expired": "Entries that have run out",
    "replace": "Nothing else stays in the list",
}
_ARGUMENTS: Final = {
    "value": "Number, * at its end: all that begin so; network; part of a User-Agent; subscriber",
    "span": "How many",
    "until": "Time in UTC, as 2026-12-31T18:00",
    "reason": "Why, up to the end of the line",
    "file": "File in the folder 'files' of the state directory",
}


class ListRow(msgspec.Struct, frozen=True):
    """One entry of a list."""

    kind: str
    value: str
    owner: str
    """Operator who put it there."""
    reason: str
    added_at: float
    expires_at: float | None
    hits: int
    """Requests, or messages of an address, that it decided on since the worker started or hits were cleared."""


@order(
    f"<blacklist|whitelist>$colour {_KINDS} WORD$value"
    " [<for (1-10000)$span <minutes|hours|days>$unit|until MOMENT$until>] [reason LINE$reason]",
    mode=CONFIG,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
async def put(
    context: Context, colour: str, kind: str, value: str, span: int | None, unit: str | None,
    until: str | None, reason: str | None,
) -> None:  # fmt: skip
    """List a number, user, network, User-Agent or subscriber, for ever or for a time; in force at once.

    What a black list names is refused with 403, messages of a network are dropped unread, calls in progress
    included. What a white list names passes the black list of its kind; a network is never banned by itself.
    The most specific entry decides: the longest prefix or network, a whole number before a prefix; of two alike
    the white one. Numbers with + are international ones only; without it, all that begin so. A User-Agent is
    named by any part of it, or with * at the end by its beginning; case does not count. Emergency calls pass.

    Example: blacklist calling +4990* for 2 days reason fraud
    """
    if reason is not None and len(reason) > MAX_REASON:
        raise CommandError(f"A reason has at most {MAX_REASON} characters")
    now = time.time()
    expires_at = now + span * UNITS[unit] if span and unit else at(until) if until else 0.0
    if expires_at and expires_at <= now:
        raise CommandError(f"{until} is over")
    entry = ListEntry(kind, _normal(kind, value), now, expires_at, context.session.user, reason or "")
    try:
        # An import may hold the store for a second.
        await asyncio.to_thread(context.manager.lists.put_many, COLOURS[colour], [entry])
    except StoreError as error:
        raise _refused(error) from error
    await _in_force(context)


@order(f"no <blacklist|whitelist>$colour {_KINDS} WORD$value", mode=CONFIG, words=_WORDS, arguments=_ARGUMENTS)
async def remove(context: Context, colour: str, kind: str, value: str) -> None:
    """Remove an entry from a list; in force at once.

    Example: no blacklist calling +4990*
    """
    try:
        there = await asyncio.to_thread(context.manager.lists.delete, COLOURS[colour], kind, _normal(kind, value))
    except StoreError as error:
        raise _refused(error) from error
    if not there:
        raise CommandError(f"{kind} {value} is not on the {colour}")
    await _in_force(context)


@show(
    f"show <blacklist|whitelist>$colour [{_KINDS} [WORD$value]]",
    row=ListRow,
    privilege=PRIVILEGED,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
async def show_list(context: Context, colour: str, kind: str | None, value: str | None) -> AsyncIterator[ListRow]:
    """Show the entries of a list, those of a kind, or one of them: who put it there, why, until when, its hits.

    Example: show blacklist calling
    """
    store, name = context.manager.lists, COLOURS[colour]
    entries: Iterable[ListEntry] = store.iterate(name, kind or "")
    if kind is not None and value is not None:
        entry = store.get(name, kind, _normal(kind, value))
        if entry is None:
            raise CommandError(f"{kind} {value} is not on the {colour}")
        entries = [entry]
    hits = await _hits(context, name)
    for row in _rows(entries, hits):
        yield row


@show("show blacklist automatic", row=BanRow, privilege=PRIVILEGED, words=_WORDS)
def show_automatic(context: Context) -> AsyncIterator[object]:
    """Show the addresses that are banned by themselves now, and what for.

    Example: show blacklist automatic
    """
    return rows(context, ListBans())


@show(
    "test blacklist <calling|called|address|user-agent|subscriber>$kind WORD$value",
    row=ListVerdictRow,
    privilege=PRIVILEGED,
    words=_WORDS,
    arguments={"value": "Number, address, User-Agent or subscriber"},
)
def test_list(context: Context, kind: str, value: str) -> AsyncIterator[object]:
    """Say whether lists and bans refuse a value, and which entry decides; nothing is counted.

    Example: test blacklist address 192.0.2.7
    """
    asked = _normal(kind, value)
    if kind == "address":
        address, _, length = asked.partition("/")
        if length not in ("32", "128"):
            raise CommandError("One address is asked for, not a network")
        asked = address
    return rows(context, AskLists(kind, asked))


@order(
    "import <blacklist|whitelist>$colour FILE$file [replace]$replace",
    timeout_s=None,
    words=_WORDS,
    arguments=_ARGUMENTS,
)
async def import_list(context: Context, colour: str, file: str, replace: str | None) -> AsyncIterator[str]:
    """Add entries from a CSV file to a list, all or none.

    The first line names the columns: kind and value, and any of until, reason, owner and added. A fault
    anywhere in the file leaves everything unchanged; faults are shown with their line numbers.

    Example: import blacklist fraud.csv replace
    """
    store = context.manager.lists
    try:
        work = import_file(
            locate(context.session, file), store, COLOURS[colour], context.session.user, replace is not None
        )
        async with aclosing(work) as lines:
            async for line in lines:
                yield line
    except (FileError, TransferError) as error:
        raise CommandError(str(error)) from error
    await _in_force(context)


@order("export <blacklist|whitelist>$colour FILE$file", timeout_s=None, words=_WORDS, arguments=_ARGUMENTS)
async def export_list(context: Context, colour: str, file: str) -> AsyncIterator[str]:
    """Write a list to a CSV file that `import` reads.

    Example: export blacklist fraud.csv
    """
    try:
        async with aclosing(
            export_file(locate(context.session, file), context.manager.lists, COLOURS[colour])
        ) as lines:
            async for line in lines:
                yield line
    except (FileError, TransferError) as error:
        raise CommandError(str(error)) from error


@order("clear <blacklist|whitelist>$colour hits", words=_WORDS)
async def clear_hits(context: Context, colour: str) -> None:
    """Count the hits of a list from 0 again."""
    await count(context, ClearHits(COLOURS[colour]))
    context.manager.snmp.cleared[hits_of(COLOURS[colour])] = time.time()


@order("clear <blacklist|whitelist>$colour expired", words=_WORDS)
async def clear_expired(context: Context, colour: str) -> str:
    """Remove the entries that have run out, which count for nothing and go by themselves within an hour or so."""
    gone = await asyncio.to_thread(context.manager.lists.purge, COLOURS[colour], time.time())
    return f"{counted(gone)} removed"


@order(
    "clear <blacklist|whitelist>$colour all",
    confirm="Remove every entry of the list?",
    words=_WORDS | {"all": "Every entry"},
)
async def clear_all(context: Context, colour: str) -> str:
    """Remove every entry that operators have put into a list; addresses banned by themselves stay so."""
    store, name = context.manager.lists, COLOURS[colour]
    there = store.count(name)
    await asyncio.to_thread(store.put_many, name, [], True)
    await _in_force(context)
    return f"{counted(there)} removed"


@order(
    "clear blacklist automatic [ADDRESS$address]",
    words=_WORDS,
    arguments={"address": "The one address; else all of them"},
)
async def clear_automatic(context: Context, address: str | None) -> str:
    """Lift the ban of one address, or of all that are banned by themselves; they are heard again at once.

    Example: clear blacklist automatic 192.0.2.7
    """
    lifted = await count(context, LiftBan(address or ""))
    if address is not None and not lifted:
        raise CommandError(f"{address} is not banned by itself")
    return f"{lifted} address{'' if lifted == 1 else 'es'} released"


def _rows(entries: Iterable[ListEntry], hits: dict[tuple[str, str], int]) -> Iterator[ListRow]:
    for each in entries:
        yield ListRow(
            each.kind, each.value, each.owner, each.reason, each.added_at, each.expires_at or None,
            hits.get((each.kind, each.value), 0),
        )  # fmt: skip


async def _hits(context: Context, colour: str) -> dict[tuple[str, str], int]:
    """Ask the worker for the hits; nothing is known of them while it is away."""
    found: dict[tuple[str, str], int] = {}
    try:
        async for row in context.manager.worker.order(ListHits()):
            if isinstance(row, ListHitsRow) and row.colour == colour:
                found[row.kind, row.value] = row.hits
    except NorthboundError:
        pass
    return found


async def _in_force(context: Context) -> None:
    """Have the worker take the change up now; one that is away reads everything when it starts."""
    with suppress(NorthboundError):
        await context.manager.worker.count(ReadLists())


def _normal(kind: str, value: str) -> str:
    try:
        return normal(kind, value)
    except ValueError as error:
        raise CommandError(f"{kind} {value}: {error}") from error


def _refused(error: StoreError) -> CommandError:
    text = str(error)
    return CommandError(text[:1].upper() + text[1:])
