"""`show processes`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.northbound.rows import ProcessRow
from oam.commands.registry import show
from oam.signalling import supervised

if TYPE_CHECKING:
    from oam.context import Context


@show("show processes", row=ProcessRow, words={"processes": "Processes of this server"})
async def show_processes(context: Context) -> list[ProcessRow]:
    """Processes of this server: state, restarts, what they use."""
    return await supervised(context.manager.supervisor.processes())
