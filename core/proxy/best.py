"""Which of the failures goes back (RFC 3261 §16.7 steps 6 and 7)."""

from __future__ import annotations

from typing import Final

from core.wire.header import PROXY_AUTHENTICATE, WWW_AUTHENTICATE
from core.wire.message import Message

_TELLING: Final = frozenset((401, 407, 415, 420, 484))
"""4xx codes that "provide information affecting resubmission of this request"."""


def rank(status: int) -> int:
    """Order final failures: the lowest rank goes back. 6xx first, then the lowest class."""
    if status >= 600:
        return 0
    base = status // 100 * 10
    if status in _TELLING:
        return base
    if status == 408 or status == 503:
        return base + 2  # says least: any other answer of its class is better news
    return base + 1


def merge_challenges(best: Message, others: list[Message]) -> None:
    """Add the challenges of all other 401 and 407 responses to a best one of these (§16.7 step 7)."""
    for other in others:
        if other is best or other.status not in (401, 407):
            continue
        for i in range(len(other.ids)):
            if other.ids[i] == WWW_AUTHENTICATE or other.ids[i] == PROXY_AUTHENTICATE:
                best.append(other.ids[i], other.lines[i])
