"""`exit`, `logout` and `quit` in EXEC: the end of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.commands.registry import order

if TYPE_CHECKING:
    from oam.context import Context


@order("<exit|logout|quit>", privilege=0, moves=True, words={"logout": "End the session", "quit": "End the session"})
def leave_session(context: Context) -> None:
    """End the session."""
    context.session.closing = True
