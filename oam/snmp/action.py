"""Objects that do something when they are set: what an operator would say in a line of the shell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from oam.snmp.convention import ACTION
from oam.snmp.object import WRITE, Column

READY: Final = "ready"
PERFORM: Final = "perform"


def action(number: int, name: str, help_: str, *lines: str) -> Column:
    """Make the object that gives `lines` to the shell; it is always READY, which rows hold in the field `action`."""

    def write(_row: Any, value: Any) -> Sequence[str]:
        if value != PERFORM:
            raise ValueError("only perform(2) can be set")
        return lines

    return Column(number, name, ACTION.syntax, "action", help_, access=WRITE, write=write)
