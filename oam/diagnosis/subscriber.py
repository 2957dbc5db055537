"""One subscriber looked at from all sides: what is stored, what lists say, where the phones are, if they answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound.call_rows import CallHistoryRow
from core.northbound.locations import LocationReader
from core.northbound.orders import AskLists, ListCallHistory
from core.northbound.rows import BindingRow, ListVerdictRow
from core.northbound.subscribers import Subscriber, must_set_secret
from oam.diagnosis.ping import Place, ping
from oam.signalling import rows

if TYPE_CHECKING:
    from oam.context import Context

OK: Final = "ok"
WARNING: Final = "warning"
FAILED: Final = "failed"
_IN_PROGRESS: Final = ("early", "answered")


class CheckRow(msgspec.Struct, frozen=True):
    """One thing that was looked at."""

    check: str
    outcome: str
    """`ok`, `warning`, `failed`."""
    result: str


async def checks(context: Context, found: Subscriber) -> AsyncIterator[CheckRow]:
    """Yield what is found of a subscriber. Raises CommandError when signalling is away."""
    for check in (_enabled, _group, _secret):
        yield check(context, found)
    yield await _listed(context, found)
    with LocationReader(context.manager.state) as location:
        bindings = list(location.rows(found.name))
    yield CheckRow("registered", OK if bindings else FAILED, f"contacts: {len(bindings)}" if bindings else "nowhere")
    # All at once: each that is silent takes some seconds.
    for row in await asyncio.gather(*(_answers(context, found, binding) for binding in bindings)):
        yield row
    yield await _calls(context, found)


def _enabled(context: Context, found: Subscriber) -> CheckRow:
    number = f", number {found.number}" if found.number else ""
    if found.enabled:
        return CheckRow("subscriber", OK, f"{found.name}{number}")
    return CheckRow("subscriber", FAILED, f"{found.name}{number} is shut down: new requests are refused")


def _group(context: Context, found: Subscriber) -> CheckRow:
    if not found.group:
        return CheckRow("group", OK, "none")
    known = found.group in {each.name for each in context.manager.configuration.running.subscriber_groups}
    return CheckRow("group", OK if known else FAILED, found.group if known else f"{found.group} is not configured")


def _secret(context: Context, found: Subscriber) -> CheckRow:
    settings = context.manager.configuration.running
    if not must_set_secret(found, settings.realm):
        return CheckRow("secret", OK, f'for realm "{settings.realm}"')
    asked = settings.authentication
    needed = asked.challenge_register or asked.challenge_invite or asked.challenge_other
    return CheckRow("secret", FAILED if needed else WARNING, f'none for realm "{settings.realm}"')


async def _listed(context: Context, found: Subscriber) -> CheckRow:
    async for row in rows(context, AskLists("subscriber", found.name)):
        if isinstance(row, ListVerdictRow):
            entry = f" by {row.colour}list {row.entry}" if row.entry else ""
            return CheckRow("lists", FAILED if row.outcome == "refused" else OK, f"{row.outcome}{entry}")
    return CheckRow("lists", OK, "passes")


async def _answers(context: Context, found: Subscriber, binding: BindingRow) -> CheckRow:
    row = await ping(context, Place(binding.contact, found.name))
    where = f"{binding.contact}{f' by {row.address}' if row.address else ''}"
    if row.status is None:
        return CheckRow("contact", FAILED, f"{where}: {row.reason}")
    again = f", sent {row.resent} times more" if row.resent else ""
    return CheckRow("contact", WARNING if again else OK, f"{where}: {row.status} after {row.delay_ms:g} ms{again}")


async def _calls(context: Context, found: Subscriber) -> CheckRow:
    wanted = ListCallHistory(subscriber=found.name, alias=found.number, last=10_000)
    known = [row async for row in rows(context, wanted) if isinstance(row, CallHistoryRow)]
    going = sum(row.state in _IN_PROGRESS for row in known)
    failed = sum(row.state in ("failed", "refused") for row in known)
    return CheckRow("calls", OK, f"{going} in progress; of {len(known)} remembered {failed} were not answered")
