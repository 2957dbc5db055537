"""`show traffic-control`, `clear traffic-control counters`: what controls have done."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

from core.northbound.orders import ClearControls, ListCodes, ListControls
from core.northbound.rows import CodeRow, ControlDetailRow, ControlRow
from oam.commands.registry import order, show
from oam.signalling import count, rows
from oam.snmp.rows.cleared import CONTROLS

if TYPE_CHECKING:
    from core.northbound.orders import Row
    from oam.context import Context

_SHOWN: Final = {
    "traffic-control": "Controls of traffic",
    "active": "Only those in force now",
    "hard-to-reach": "Codes that were called lately, those hard to reach first",
    "counters": "Calls offered and refused",
}


@show("show traffic-control", row=ControlRow, words=_SHOWN)
def show_controls(context: Context) -> AsyncIterator[Row]:
    """Controls in the order in which they are asked, with the calls that each was offered and refused.

    Of each kind the first that acts on a call decides; what it lets pass comes to the next kind.
    """
    return rows(context, ListControls())


@show("show traffic-control detail", row=ControlDetailRow, words=_SHOWN)
def show_controls_in_detail(context: Context) -> AsyncIterator[Row]:
    """Controls with all that is known of each."""
    return rows(context, ListControls(detail=True))


@show("show traffic-control active", row=ControlRow, words=_SHOWN)
def show_active_controls(context: Context) -> AsyncIterator[Row]:
    """Controls that are in force now."""
    return rows(context, ListControls(active=True))


@show("show traffic-control CODE$code", row=ControlRow, words=_SHOWN)
def show_controls_of_code(context: Context, code: str) -> AsyncIterator[Row]:
    """Controls of one code."""
    return rows(context, ListControls(code=code))


@show("show traffic-control route ROUTE$name", row=ControlRow, words=_SHOWN | {"route": "Of one trunk or route group"})
def show_controls_of_route(context: Context, name: str) -> AsyncIterator[Row]:
    """Controls of one trunk or route group."""
    return rows(context, ListControls(code=name))


@show("show traffic-control hard-to-reach", row=CodeRow, words=_SHOWN)
def show_hard_to_reach(context: Context) -> AsyncIterator[Row]:
    """Codes that were called within the window, those marked hard to reach first, with their answer ratio."""
    return rows(context, ListCodes())


@order("clear traffic-control counters", words=_SHOWN)
async def clear_counters(context: Context) -> str:
    """Count the calls of all controls from 0 again; what they let pass does not change."""
    controls = await count(context, ClearControls())
    context.manager.snmp.cleared[CONTROLS] = time.time()
    return f"Counters of {controls} control{'' if controls == 1 else 's'} cleared"
