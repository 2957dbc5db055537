"""How the signalling process fares: what overload control goes by."""

from __future__ import annotations

import resource
import time
from pathlib import Path
from typing import Final

from core.policy.overload import Readings

_STATM: Final = Path("/proc/self/statm")
_PAGE_MIB: Final = resource.getpagesize() / 1_048_576
_MEMORY_S: Final = 1.0


class Load:
    """Makes readings; each is of the time since the one before."""

    def __init__(self, now: float) -> None:
        self._at = now
        self._cpu = time.process_time()
        self._memory_at = -_MEMORY_S
        self._memory_mib = 0.0

    def read(self, now: float, asked_s: float, queue: float, calls: float) -> Readings:
        """Read processor and memory, and how much later than `asked_s` after the last time we were woken.

        `queue`, `calls`: per cent. The processor is counted as per cent of one.
        """
        past = max(now - self._at, 0.001)
        cpu = time.process_time()
        used = 100.0 * (cpu - self._cpu) / past
        self._at, self._cpu = now, cpu
        if now - self._memory_at >= _MEMORY_S:
            self._memory_at = now
            self._memory_mib = _resident_mib()
        return Readings(min(100.0, used), 1000.0 * max(0.0, past - asked_s), queue, self._memory_mib, calls)


def _resident_mib() -> float:
    try:
        return int(_STATM.read_text().split()[1]) * _PAGE_MIB
    except (OSError, ValueError, IndexError):
        return 0.0
