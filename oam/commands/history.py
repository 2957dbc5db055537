"""`show history`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.commands.registry import show

if TYPE_CHECKING:
    from oam.context import Context


def history_lines(context: Context) -> list[str]:
    """Return the lines for programs."""
    return list(context.session.history)


@show("show history", json=history_lines, words={"history": "Lines entered in this session"})
def show_history(context: Context) -> str:
    """Lines entered in this session, oldest first."""
    return "\n".join(f"  {line}" for line in context.session.history)
