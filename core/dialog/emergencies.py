"""Emergency calls that came to nothing: each is counted, and management told at once."""

from __future__ import annotations

from typing import Final

from core.effect import NOTICE, Effect
from core.northbound import counters
from core.northbound.notices import EmergencyFailed
from core.wire.text import readable

_TELL_S: Final = 1.0
"""Management is told at most this often; the counter has them all."""
_MOST: Final = 256
"""Letters of the caller's that are passed on."""


class Emergencies:
    """Counts and tells for one engine."""

    __slots__ = ("_out", "_slots", "_told_at")

    def __init__(self, slots: memoryview, out: list[Effect]) -> None:
        self._slots: memoryview = slots
        self._out: list[Effect] = out
        self._told_at: float = -_TELL_S

    def failed(self, request_uri: str, status: int, call_id: str, now: float) -> None:
        """Take note of an emergency call that was refused or failed; not of one that its caller gave up."""
        self._slots[counters.EMERGENCY_FAILED] += 1
        if now - self._told_at < _TELL_S:
            return
        self._told_at = now
        number = readable(_number(request_uri)[:_MOST])
        self._out.append((NOTICE, EmergencyFailed(number=number, status=status, call_id=readable(call_id[:_MOST]))))


def _number(uri: str) -> str:
    """Return whom a URI calls: its user part or number, the whole of a urn."""
    scheme, _, rest = uri.partition(":")
    if scheme.lower() == "urn":
        return uri
    return rest.partition("@")[0].partition(";")[0].partition(":")[0]
