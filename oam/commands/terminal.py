"""`terminal length`, `terminal width`: this session's terminal, until it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.commands.registry import order

if TYPE_CHECKING:
    from oam.context import Context


@order(
    "terminal length (0-512)$lines",
    privilege=1,
    words={"terminal": "This terminal", "length": "Lines of a screenful"},
    arguments={"lines": "Lines; 0 shows everything without a pause"},
)
def terminal_length(context: Context, lines: int) -> None:
    """Set how many lines are shown before `--More--`."""
    context.session.length = lines


@order(
    "terminal width (0-512)$columns",
    privilege=1,
    words={"width": "Columns of a line"},
    arguments={"columns": "Columns; 0 is without bound"},
)
def terminal_width(context: Context, columns: int) -> None:
    """Set how many columns tables may take."""
    context.session.width = columns
