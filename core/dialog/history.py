"""The last calls: those that reached somebody, and, apart from these, attempts that were refused before.

Two rings, so that no flood of refusals pushes out a call that was one.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from core.dialog.call import ENDED, Call
from core.dialog.trail import TEXT, Notes, Trail

MAXIMUM: Final = 2_000
REFUSED_BY: Final = "server"


def shorten(call: Call) -> None:
    """Let go of what of a call that is over may be large: whatever peers wrote, it takes no more than a few KB."""
    call.other_legs = None
    if len(call.call_id) > TEXT:
        call.call_id = call.call_id[:TEXT]
    if len(call.from_tag) > TEXT:
        call.from_tag = call.from_tag[:TEXT]
    if len(call.to_tag) > TEXT:
        call.to_tag = call.to_tag[:TEXT]
    if len(call.caller) > TEXT:
        call.caller = call.caller[:TEXT]
    if len(call.callee) > TEXT:
        call.callee = call.callee[:TEXT]
    if len(call.request_uri) > TEXT:
        call.request_uri = call.request_uri[:TEXT]


class History:
    """The ended calls of one worker, as many as the settings say, and as many refused attempts."""

    __slots__ = ("calls", "maximum", "notes", "refusals", "refused")

    def __init__(self, maximum: int) -> None:
        self.notes: Notes = Notes()
        self.maximum: int = maximum
        """0: nothing is kept at all."""
        self.calls: deque[Call] = deque(maxlen=maximum)
        self.refused: deque[Call] = deque(maxlen=maximum)
        self.refusals: int = 0
        """Attempts that were refused without a record."""

    def configure(self, maximum: int) -> None:
        """Take another bound; what fits into it stays."""
        if maximum != self.maximum:
            self.maximum = maximum
            self.calls = deque(self.calls, maxlen=maximum)
            self.refused = deque(self.refused, maxlen=maximum)

    def ended(self, call: Call) -> None:
        """Keep a call that is over."""
        trail = call.trail
        if trail is not None:
            trail.close()
        shorten(call)
        if call.answered_at == 0.0 and trail is not None and not trail.attempts:
            self.refused.append(call)
        else:
            self.calls.append(call)

    def refuse(self, call: Call, trail: Trail, status: int, reason: str) -> None:
        """Keep an attempt that was refused before it became a call; `call` is known to nobody else."""
        self.refusals += 1
        trail.number = self.refusals
        trail.stage = self.notes.stage
        trail.reason = reason
        call.trail = trail
        call.status = status
        call.state = ENDED
        call.ended_at = call.started_at
        call.ended_by = REFUSED_BY
        shorten(call)
        self.refused.append(call)
