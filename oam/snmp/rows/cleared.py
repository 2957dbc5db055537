"""What operators may have signalling count from zero again: keys of `oam.snmp.agent.Snmp.cleared`.

The counters concerned tell it to managers by their discontinuity time (RFC 2578 §7.1.10).
"""

from __future__ import annotations

from typing import Final

CONTROLS: Final = "traffic-control"


def hits_of(colour: str) -> str:
    """Return the key of the hits of a black or white list."""
    return f"{colour} list"
