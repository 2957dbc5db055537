"""Codes that are hard to reach, marked by the answer-seizure ratio of the calls to them (E.412, E.411 HTR)."""

from __future__ import annotations

from typing import Final

from core.dialog.call import Call, CallObserver
from core.northbound.traffic_settings import HardToReach

CODES_MAXIMUM: Final = 10_000
_SLICES: Final = 6
"""Parts of the window: it moves on by one of them."""
_RELIEF: Final = 5
"""A mark goes when the ratio is so much above the bound again."""


class Code:
    """The calls to one code within the window."""

    __slots__ = ("_answers", "_attempts", "_slice", "digits", "marked_at")

    def __init__(self, digits: str) -> None:
        self.digits: str = digits
        self.marked_at: float = 0.0
        """0: it is not marked."""
        self._attempts: list[int] = [0] * _SLICES
        self._answers: list[int] = [0] * _SLICES
        self._slice: int = 0

    def move(self, to: int) -> None:
        """Forget what is older than the window that ends with the slice numbered `to`."""
        for number in range(max(self._slice + 1, to - _SLICES + 1), to + 1):
            self._attempts[number % _SLICES] = 0
            self._answers[number % _SLICES] = 0
        self._slice = max(self._slice, to)

    def add(self, answered: bool) -> None:
        """Count a call."""
        self._attempts[self._slice % _SLICES] += 1
        if answered:
            self._answers[self._slice % _SLICES] += 1

    @property
    def attempts(self) -> int:
        """Calls within the window that were answered or failed."""
        return sum(self._attempts)

    @property
    def answers(self) -> int:
        """Of these, those that were answered."""
        return sum(self._answers)


class Reach:
    """All codes that were called lately."""

    __slots__ = ("_codes", "_marked", "_slice_s", "settings")

    def __init__(self) -> None:
        self.settings: HardToReach = HardToReach()
        self._codes: dict[str, Code] = {}
        self._marked: set[str] = set()
        self._slice_s: float = 1.0

    def configure(self, settings: HardToReach) -> None:
        """Take new bounds; with another window or length of codes the count begins anew."""
        old = self.settings
        if settings == old:
            return
        self.settings = settings
        self._slice_s = settings.window_s / _SLICES
        if not settings.answer_ratio or (old.window_s, old.digits) != (settings.window_s, settings.digits):
            self.clear()

    def clear(self) -> None:
        """Forget all codes and marks."""
        self._codes.clear()
        self._marked.clear()

    @property
    def active(self) -> bool:
        """Whether calls are to be noted."""
        return self.settings.answer_ratio > 0

    def is_marked(self, digits: str) -> bool:
        """Tell whether a called number is of a code that is marked."""
        return bool(self._marked) and digits[: self.settings.digits] in self._marked

    def note(self, digits: str, answered: bool, wall: float) -> None:
        """Take note of a call that was answered, or has failed."""
        name = digits[: self.settings.digits]
        code = self._codes.get(name)
        if code is None:
            if len(self._codes) >= CODES_MAXIMUM or not self.active:
                return
            code = self._codes[name] = Code(name)
        code.move(int(wall / self._slice_s))
        code.add(answered)
        self._judge(code, wall)

    def sweep(self, wall: float) -> None:
        """Let time pass: marks of quiet codes go, and codes that nobody calls any more. Once a second or so."""
        now = int(wall / self._slice_s)
        for code in list(self._codes.values()):
            code.move(now)
            self._judge(code, wall)
            if not code.attempts:
                del self._codes[code.digits]

    def codes(self) -> list[Code]:
        """Return all codes that were called within the window, marked ones first."""
        return sorted(self._codes.values(), key=_order)

    def _judge(self, code: Code, wall: float) -> None:
        settings = self.settings
        attempts = code.attempts
        enough = attempts >= settings.minimum_calls
        hundredfold = code.answers * 100
        if not code.marked_at:
            if enough and hundredfold < settings.answer_ratio * attempts:
                code.marked_at = wall
                self._marked.add(code.digits)
        elif not enough or hundredfold > (settings.answer_ratio + _RELIEF) * attempts:
            code.marked_at = 0.0
            self._marked.discard(code.digits)


class Attempt(CallObserver):
    """Tells `Reach` how one call went."""

    __slots__ = ("_digits", "_reach")

    def __init__(self, reach: Reach, digits: str) -> None:
        self._reach: Reach = reach
        self._digits: str = digits

    def answered(self, call: Call, wall: float) -> None:
        self._reach.note(self._digits, True, wall)

    def ended(self, call: Call, wall: float) -> None:
        if not call.answered_at:
            self._reach.note(self._digits, False, wall)


def _order(code: Code) -> tuple[bool, str]:
    return not code.marked_at, code.digits
