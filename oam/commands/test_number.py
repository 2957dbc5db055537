"""`test number`: what number analysis makes of a number, without a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.northbound.orders import ExplainNumber
from core.northbound.rows import RouteStepRow
from oam.commands.registry import CommandError, show
from oam.signalling import rows

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from oam.context import Context


@show(
    "test number DIALLED$number [calling DIALLED$calling] [rule TRANSLATION$rule]"
    " [from <trunk TRUNK$trunk|subscriber SUBSCRIBER$subscriber>]",
    row=RouteStepRow,
    words={
        "number": "What becomes of a number",
        "calling": "Number of the caller",
        "rule": "Apply one translation rule, and nothing else",
        "from": "As if the call came from somewhere",
        "trunk": "By this trunk",
    },
    arguments={"number": "Number as it is dialled", "calling": "Number of the caller"},
)
async def test_number(
    context: Context, number: str, calling: str | None, rule: str | None, trunk: str | None, subscriber: str | None
) -> AsyncIterator[RouteStepRow]:
    """Show step by step what signalling makes of a number: digits, translations, tables, entries, and the end of it.

    Nothing is counted and no share of calls is used up.

    Example: test number 94930123
    Example: test number +4930123 from trunk PSTN-1
    """
    running = context.manager.configuration.running
    if trunk is not None and trunk not in {each.name for each in running.trunks}:
        raise CommandError(f"There is no trunk {trunk}")
    if rule is not None and rule not in {each.name for each in running.translation_rules}:
        raise CommandError(f"There is no translation rule {rule}")
    group = ""
    if subscriber is not None:
        found = context.manager.subscribers.find(subscriber)
        if found is None:
            raise CommandError(f"There is no subscriber {subscriber}")
        group, calling = found.group, calling or found.number or found.name
    order = ExplainNumber(number, calling or "", rule or "", trunk or "", group)
    return (row async for row in rows(context, order) if isinstance(row, RouteStepRow))
