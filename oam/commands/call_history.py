"""`call-history maximum`: how many calls that are over are remembered."""

from __future__ import annotations

from oam.commands.registry import config


@config(
    "call-history maximum (0-100000)$value",
    field="call_history.maximum",
    words={"call-history": "Calls that are over"},
    arguments={"value": "Calls; 0: none"},
)
def maximum() -> None:
    """Calls that are remembered with all that became of them, and as many refused attempts; some 2 KB each.

    `show calls history` lists them; of older ones only their records are left.
    """
