"""`show calls`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

from core.northbound.orders import ListCalls
from core.northbound.rows import CallDetailRow, CallRow
from oam.commands.registry import show
from oam.signalling import rows

if TYPE_CHECKING:
    from core.northbound.orders import Row
    from oam.context import Context

_WORDS: Final = {
    "calls": "Calls, early and answered",
    "match": "Only those with this text in caller, callee or Call-ID",
}
_ARGUMENTS: Final = {"match": "Part of caller, callee or Call-ID"}


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
