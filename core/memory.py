"""When the worker's garbage is collected: not while calls wait for it.

The engine makes no reference cycles, so the counting of references frees all that
calls use, and the collector would only look in vain, for up to a second with many calls
in the table. Cycles come from faults and from management's connections: a few, collected
when that is cheap, and once in a long while in any case.
"""

from __future__ import annotations

import gc
from typing import Final

CHEAP_OBJECTS: Final = 20_000
"""Objects made and kept since the last collection that take less than 10 ms to look at."""
PAUSE_S: Final = 60.0
"""Time between collections when they are cheap."""
LONGEST_S: Final = 3600.0
"""Time after which one is due whatever it costs."""


class Memory:
    """Takes over from the automatic collector."""

    def __init__(self, now: float) -> None:
        gc.disable()
        gc.collect()
        gc.freeze()
        self._last = self._last_whole = now

    def tend(self, now: float) -> bool:
        """Collect if it is time to; call it once a second or so. Tell whether it did."""
        whole = now - self._last_whole > LONGEST_S
        if not whole and (now - self._last < PAUSE_S or gc.get_count()[0] > CHEAP_OBJECTS):
            return False
        if whole:
            gc.unfreeze()
            self._last_whole = now
        gc.collect()
        # What lives now is not looked at again before the next whole collection.
        gc.freeze()
        self._last = now
        return True
