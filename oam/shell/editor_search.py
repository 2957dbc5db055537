"""Ctrl-R: the history searched backwards while the pattern is typed. Pure."""

from __future__ import annotations

from collections.abc import Sequence


class Search:
    """One search; `shown` is what stands behind the prompt meanwhile."""

    def __init__(self, history: Sequence[str], text: str) -> None:
        self._history = history
        self._at = len(history)
        self.pattern = ""
        self.found = text
        """The line that Enter would run."""

    @property
    def shown(self) -> str:
        """The pattern, then the line that holds it."""
        return f"(search '{self.pattern}') {self.found}"

    def type(self, sign: str) -> bool:
        """Take one more sign of the pattern; False: no line holds it, and it is not taken."""
        return self._seek(self.pattern + sign, min(self._at, len(self._history) - 1))

    def older(self) -> bool:
        """Go on to the next older line; False: there is none."""
        return bool(self.pattern) and self._seek(self.pattern, self._at - 1)

    def erase(self) -> bool:
        """Take back the pattern's last sign; False: there is none."""
        if not self.pattern:
            return False
        self.pattern = self.pattern[:-1]
        return not self.pattern or self._seek(self.pattern, len(self._history) - 1)

    def _seek(self, pattern: str, start: int) -> bool:
        wanted = pattern.lower()
        for at in range(start, -1, -1):
            if wanted in self._history[at].lower():
                self._at, self.pattern, self.found = at, pattern, self._history[at]
                return True
        return False


def exchange(old: str, new: str) -> tuple[str, str]:
    """Return what differs at the end of two lines: what is to go and what is to come."""
    same = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), None)
    kept = min(len(old), len(new)) if same is None else same
    return old[kept:], new[kept:]
