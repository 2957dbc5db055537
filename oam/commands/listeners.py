"""`show listeners`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from core.northbound.orders import ListListeners
from core.northbound.rows import ListenerRow
from oam.commands.registry import show
from oam.signalling import rows

if TYPE_CHECKING:
    from core.northbound.orders import Row
    from oam.context import Context


@show("show listeners", row=ListenerRow, words={"listeners": "SIP sockets of this server"})
def show_listeners(context: Context) -> AsyncIterator[Row]:
    """SIP sockets, their state and traffic."""
    return rows(context, ListListeners())
