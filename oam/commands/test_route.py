"""`test route`: what would become of a call, and why, without making one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from core.northbound.orders import ExplainRoute
from core.northbound.rows import RouteStepRow
from oam.commands.registry import CommandError, show
from oam.signalling import rows
from oam.times import seconds_of

if TYPE_CHECKING:
    from oam.context import Context


@show(
    "test route NUMBER$calling CALLEE$called"
    " [from <trunk TRUNK$trunk|subscriber SUBSCRIBER$subscriber|WORD$source>] [at MOMENT$at]",
    row=RouteStepRow,
    words={
        "route": "Way of a call, without making one",
        "from": "Where the call comes from",
        "trunk": "It comes by a trunk",
        "subscriber": "One subscriber",
        "at": "At another time than now",
    },
    arguments={
        "calling": "Number or name that calls",
        "called": "Number or name that is called, or urn:service:sos",
        "source": "Trunk, else subscriber, of that name",
        "at": "Time in UTC, as 2026-12-31T18:00",
    },
)
async def test_route(
    context: Context,
    calling: str,
    called: str,
    trunk: str | None,
    subscriber: str | None,
    source: str | None,
    at: str | None,
) -> AsyncIterator[RouteStepRow]:
    """Show step by step what would become of a call: lists, number analysis, translations, controls, trunks.

    The server decides as it would about the call itself, with the loads, shares and states of this moment, and
    changes none of them. Trunks are listed in the order in which they would be tried. Without `from` nobody's lists,
    group and trunk count; digest authentication is not part of it.

    Example: test route 1001 0049301234567
    Example: test route 1001 urn:service:sos
    Example: test route 1001 110 from subscriber 1001
    Example: test route +49301234 08001 from trunk PSTN-1 at 2026-12-24T20:00
    """
    if source is not None:
        known = {each.name for each in context.manager.configuration.running.trunks}
        trunk, subscriber = (source, None) if source in known else (None, source)
    order = ExplainRoute(calling, called, _trunk(context, trunk), _subscriber(context, subscriber), seconds_of(at))
    async for row in rows(context, order):
        assert isinstance(row, RouteStepRow)
        yield row


def _trunk(context: Context, name: str | None) -> str:
    if name is not None and name not in {each.name for each in context.manager.configuration.running.trunks}:
        raise CommandError(f"There is no trunk {name}")
    return name or ""


def _subscriber(context: Context, name: str | None) -> str:
    if name is not None and context.manager.subscribers.find(name) is None:
        raise CommandError(f"There is no subscriber {name}")
    return name or ""
