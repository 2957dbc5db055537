"""How bad a measured value is: bounds by severity with hysteresis, and how much a counter has risen lately."""

from __future__ import annotations

from collections import deque
from typing import Final

from oam.settings.environment import Bounds

_ORDER: Final = ("critical", "major", "minor")


class Grade:
    """The severity of values, by object; each remembers the last one."""

    def __init__(self) -> None:
        self._held: dict[str, str] = {}

    def of(self, key: str, value: float, bounds: Bounds, hysteresis: float) -> str:
        """Return the severity of `value`, empty for none.

        A severity is left only when the value is `hysteresis` below its bound.
        """
        held = self._held.get(key, "")
        found = ""
        for severity in _ORDER:
            bound: int = getattr(bounds, severity)
            worse_or_same = held in _ORDER and _ORDER.index(held) <= _ORDER.index(severity)
            if bound and value >= (bound - hysteresis if worse_or_same else bound):
                found = severity
                break
        if found:
            self._held[key] = found
        else:
            self._held.pop(key, None)
        return found

    def keep(self, keys: set[str]) -> None:
        """Forget all but `keys`."""
        self._held = {key: held for key, held in self._held.items() if key in keys}


class Rise:
    """How much a counter that only rises has risen in the last `window_s` seconds."""

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._last: int | None = None
        self._steps: deque[tuple[float, int]] = deque()
        self._total = 0

    @property
    def measured(self) -> bool:
        """Whether it has been looked at before, so that a difference says something."""
        return self._last is not None

    def of(self, value: int, now: float) -> int:
        """Take the counter's value; return its rise. A counter that has fallen began anew: all of it is a rise."""
        if self._last is not None:
            step = value - self._last if value >= self._last else value
            if step:
                self._steps.append((now, step))
                self._total += step
        self._last = value
        while self._steps and self._steps[0][0] <= now - self._window_s:
            self._total -= self._steps.popleft()[1]
        return self._total
