"""Controls of routes: reroute, cancel-to, skip, cancel-from, directional, turn-down, reserve (E.412 §3).

Selection asks `reroute` when a call comes to a group (and again when the group could not take it), `may_enter` for the
group and for each trunk it would take, `may_overflow_from` before it goes on to the next choice; of each trunk it asks
whether it `closes` in a direction, its `capacity`, and whether it `reserves` what is left of that. Whoever refuses a
call for a control answers 503 and counts CALLS_BLOCKED.
"""

from __future__ import annotations

from typing import Final

from core.northbound.traffic_settings import ROUTE_KINDS
from core.policy.control import ControlState, first_fit, specific_first
from core.policy.facts import CallFacts, Explanation
from core.policy.reach import Reach

ENTER: Final = 0
SKIP: Final = 1
CANCEL: Final = 2
"""What becomes of a call at a trunk or route group: it may enter, goes on to the next choice, or is refused."""

_NONE: Final[list[ControlState]] = []


class RouteControls:
    """All controls of routes, by kind and name."""

    __slots__ = ("_cancel_from", "_cancel_to", "_directional", "_reach", "_reroute", "_reserve", "_skip", "_turn_down",
                 "active")  # fmt: skip

    def __init__(self, reach: Reach) -> None:
        self._reach: Reach = reach
        self._cancel_to: dict[str, list[ControlState]] = {}
        self._cancel_from: dict[str, list[ControlState]] = {}
        self._skip: dict[str, list[ControlState]] = {}
        self._reroute: dict[str, list[ControlState]] = {}
        self._directional: dict[str, list[ControlState]] = {}
        self._turn_down: dict[str, list[ControlState]] = {}
        self._reserve: dict[str, list[ControlState]] = {}
        self.active: bool = False
        """There is one; without any nothing here need be asked."""

    def set(self, controls: list[ControlState]) -> None:
        """Take the controls in force."""
        self._reroute = _of_kind(controls, "reroute")
        self._cancel_to = _of_kind(controls, "cancel-to")
        self._skip = _of_kind(controls, "skip")
        self._cancel_from = _of_kind(controls, "cancel-from")
        self._directional = _of_kind(controls, "directional")
        self._turn_down = _of_kind(controls, "turn-down")
        self._reserve = _of_kind(controls, "reserve")
        self.active = any(each.kind in ROUTE_KINDS for each in controls)

    def may_enter(
        self, name: str, facts: CallFacts, now: float, wall: float, explain: Explanation | None = None
    ) -> int:
        """Return ENTER, SKIP or CANCEL for a call about to enter the trunk or route group `name`."""
        if self._holds(self._cancel_to, name, facts, now, wall, explain):
            return CANCEL
        return SKIP if self._holds(self._skip, name, facts, now, wall, explain) else ENTER

    def may_overflow_from(
        self, name: str, facts: CallFacts, now: float, wall: float, explain: Explanation | None = None
    ) -> bool:
        """Tell whether a call that trunk or group `name` could not take may go on; once for each call and name."""
        return not self._holds(self._cancel_from, name, facts, now, wall, explain)

    def reroute(
        self, group: str, overflow: bool, facts: CallFacts, now: float, wall: float, explain: Explanation | None = None
    ) -> str:
        """Return the route group that takes a call of `group` instead; empty: none. A call is rerouted once.

        `overflow`: the group could not take it. Sets `facts.rerouted`.
        """
        if facts.rerouted:
            return ""
        wanted = "overflow" if overflow else "all"
        those = [each for each in self._reroute.get(group, _NONE) if each.settings.which == wanted]
        control = first_fit(those, facts, wall, self._reach, explain)
        if control is None or control.passes(now, explain):
            return ""
        facts.rerouted = True
        return control.settings.target

    def capacity(self, trunk: str, maximum: int, calls: int, facts: CallFacts, wall: float, real: bool) -> int:
        """Return how many calls of the `maximum` a trunk may have; of an unbounded one (0) nothing can be taken away.

        -1: no bound. The `calls` it has tell whether that holds this one back, which is counted if it is `real`.
        """
        if not maximum:
            return -1
        control = first_fit(self._turn_down.get(trunk, _NONE), facts, wall, self._reach, None)
        if control is None:
            return maximum
        left = maximum - maximum * control.settings.percent // 100
        if real:
            control.count(calls < left)
        return left

    def reserves(
        self, trunk: str, idle: int, facts: CallFacts, now: float, wall: float, is_new: bool,
        explain: Explanation | None = None,
    ) -> bool:  # fmt: skip
        """Tell whether a trunk that may have `idle` more calls keeps them from this one (selective reservation).

        Of the narrowest scope that acts on the call the lowest threshold that is reached decides. Only a call that
        `is_new` to the trunk is counted; the share that was let pass is not asked again.
        """
        first: ControlState | None = None
        for control in self._reserve.get(trunk, _NONE):
            if first is not None and specific_first(control) != specific_first(first):
                break
            if first_fit([control], facts, wall, self._reach, explain) is None:
                continue
            first = control
            settings = control.settings
            if idle <= settings.idle:
                return not control.passes(now, explain) if is_new else settings.percent in (0, 100)
            if explain is not None:
                explain.append(("control", control.name, f"{idle} circuits are idle"))
            elif is_new:
                control.count(True)
        return False

    def closes(self, trunk: str, way: str, facts: CallFacts, wall: float, real: bool) -> bool:
        """Tell whether a trunk takes no call in the direction `way`, `in` or `out`; counted if the call is `real`."""
        control = first_fit(self._directional.get(trunk, _NONE), facts, wall, self._reach, None)
        if control is None:
            return False
        if real:
            control.count(control.settings.which == way)
        return control.settings.which != way

    def _holds(
        self, table: dict[str, list[ControlState]], name: str, facts: CallFacts, now: float, wall: float,
        explain: Explanation | None,
    ) -> bool:  # fmt: skip
        if not table:
            return False
        control = first_fit(table.get(name, _NONE), facts, wall, self._reach, explain)
        return control is not None and not control.passes(now, explain)


def _of_kind(controls: list[ControlState], kind: str) -> dict[str, list[ControlState]]:
    found: dict[str, list[ControlState]] = {}
    for control in controls:
        if control.kind == kind:
            found.setdefault(control.settings.code, []).append(control)
    for those in found.values():
        those.sort(key=_in_turn)
    return found


def _in_turn(control: ControlState) -> tuple[bool, bool, int, int]:
    """Order controls of one name: the narrowest scope first, of one scope the lowest threshold of a reservation."""
    trunk, group, calling = specific_first(control)
    return trunk, group, calling, control.settings.idle
