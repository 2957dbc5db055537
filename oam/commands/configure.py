"""`configure terminal`, and the ways out of configuration mode."""

from __future__ import annotations

from oam.commands.registry import CONFIG, order
from oam.context import Context, Frame


@order("configure terminal", moves=True, words={"terminal": "This terminal"})
def configure_terminal(context: Context) -> str:
    """Enter configuration mode; every line takes effect at once."""
    context.session.modes[1:] = [Frame(CONFIG)]
    return "Enter configuration commands, one per line.  End with CNTL/Z."


@order("exit", mode=CONFIG, inherited=True, moves=True)
def leave(context: Context) -> None:
    """Leave this configuration mode for the one around it."""
    context.session.modes.pop()


@order("end", mode=CONFIG, inherited=True, moves=True)
def end(context: Context) -> None:
    """Leave configuration mode."""
    del context.session.modes[1:]


@order("version LINE$value", mode=CONFIG, words={"version": "Release, build and uptime"})
def version(context: Context, value: str) -> None:
    """Take the version line of a pasted configuration; it changes nothing."""
