"""Whether a process that should be doing something still does: its heartbeat, a number that its loop raises.

The number stands in shared memory, so that looking at it costs the process nothing and needs no answer of it: a worker
that is busy raises it late, one that hangs not at all. Time counts only while the observer itself was awake: after a
pause of the whole machine nobody is taken for hung.
"""

from __future__ import annotations

from typing import Final

ASLEEP_S: Final = 2.0
"""Looks further apart than this tell of the observer, not of the observed."""


class Watchdog:
    """Watches one process at a time."""

    def __init__(self) -> None:
        self._pid = 0
        self._beat = 0
        self._looked = 0.0
        self._still_s = 0.0

    def hangs(self, pid: int, beat: int, now: float, bound: float) -> bool:
        """Look at the heartbeat of process `pid`; tell whether it has stood still for `bound` seconds (0: no bound).

        Said once; then counting begins anew. `now` is monotonic, seconds.
        """
        passed = now - self._looked
        self._looked = now
        if pid != self._pid or beat != self._beat:
            self._pid, self._beat, self._still_s = pid, beat, 0.0
            return False
        if passed <= ASLEEP_S:
            self._still_s += passed
        if not bound or self._still_s < bound:
            return False
        self._still_s = 0.0
        return True
