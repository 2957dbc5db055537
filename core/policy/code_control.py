"""Controls of called numbers: code block, call gap, rate, leaky bucket.

Of each kind the most specific control that acts on a call decides: the longest code, then the narrowest scope. The
kinds are asked in the order of CODE_KINDS; what one lets pass comes to the next, what one refuses reaches no other.
"""

from __future__ import annotations

from core.northbound.traffic_settings import CODE_KINDS
from core.policy.control import ControlState, first_fit, specific_first
from core.policy.facts import CallFacts, Explanation
from core.policy.reach import Reach


class CodeControls:
    """All controls of called numbers, by code."""

    __slots__ = ("_by_code", "_lengths", "_reach", "active", "probes")

    def __init__(self, reach: Reach) -> None:
        self._reach: Reach = reach
        self._by_code: list[dict[str, list[ControlState]]] = []
        """For each kind that there is."""
        self._lengths: list[list[int]] = []
        """For each of these, lengths of its codes, longest first."""
        self.active: bool = False
        self.probes: int = 0
        """Codes looked up since the controls were set: what a call costs does not grow with them."""

    def set(self, controls: list[ControlState]) -> None:
        """Take the controls in force."""
        self._by_code, self._lengths, self.probes = [], [], 0
        for kind in CODE_KINDS:
            table: dict[str, list[ControlState]] = {}
            for control in controls:
                if control.kind == kind:
                    table.setdefault(control.settings.code, []).append(control)
            if table:
                for those in table.values():
                    those.sort(key=specific_first)
                self._by_code.append(table)
                self._lengths.append(sorted({len(code) for code in table}, reverse=True))
        self.active = bool(self._by_code)

    def refusing(
        self, facts: CallFacts, now: float, wall: float, explain: Explanation | None = None
    ) -> ControlState | None:
        """Return the control that refuses a call; None lets it pass. With `explain` nothing changes but that."""
        for kind in range(len(self._by_code)):
            control = self._deciding(self._by_code[kind], self._lengths[kind], facts, wall, explain)
            if control is not None and not control.passes(now, explain):
                return control
        return None

    def _deciding(
        self, table: dict[str, list[ControlState]], lengths: list[int], facts: CallFacts, wall: float,
        explain: Explanation | None,
    ) -> ControlState | None:  # fmt: skip
        digits = facts.called
        size = len(digits)
        for length in lengths:
            if length > size:
                continue
            self.probes += 1
            found = table.get(digits[:length])
            if found is not None:
                control = first_fit(found, facts, wall, self._reach, explain)
                if control is not None:
                    return control
        return None
