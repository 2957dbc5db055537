"""When counters began anew that have no moment of birth of their own: noticed by who serves them.

A counter that falls, or whose holder is another than before, tells a manager nonsense about the time between two polls
unless the discontinuity object of its row says so (RFC 2578 §7.1.6).
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

MOST: Final = 20_000
"""Rows remembered; of more, those looked at longest ago are forgotten, and begin with no discontinuity."""


class _Seen(NamedTuple):
    counts: tuple[int, ...]
    mark: object
    at: float


class Discontinuities:
    """What the counters of rows were when they were last served."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._seen: OrderedDict[tuple[str, str], _Seen] = OrderedDict()

    def of(self, kind: str, name: str, counts: Iterable[int], mark: object = None) -> float:
        """Return when the counters of a row last began anew, seconds since 1970; 0: not since the agent started.

        `mark` stands for who counts: a pid, a moment of start. When it is another the counters began anew.
        """
        now = tuple(counts)
        before = self._seen.get((kind, name))
        at = 0.0 if before is None else before.at
        if before is not None and (before.mark != mark or any(map(int.__lt__, now, before.counts))):
            at = self._clock()
        self._seen[kind, name] = _Seen(now, mark, at)
        self._seen.move_to_end((kind, name))
        if len(self._seen) > MOST:
            self._seen.popitem(last=False)
        return at
