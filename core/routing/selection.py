"""The way of one call through a route group: trunk after trunk, as group, trunks, controls and feedback allow."""

from __future__ import annotations

from core.dialog.trail import CHOSEN, PASSED_OVER
from core.northbound import counters
from core.northbound.statistics import REFUSED_CONTROL, REFUSED_LIMIT, REFUSED_OVERLOAD, REFUSED_ROUTE
from core.policy.facts import CallFacts, Explanation
from core.policy.priority import EMERGENCY, ORDINARY
from core.policy.route_control import CANCEL, ENTER, SKIP
from core.routing.group import GroupState, Judge
from core.routing.route_count import RouteCount
from core.routing.trunk import BOUNDS, TrunkState
from core.routing.trunks import Trunks


class Selection(Judge):
    """Chooses for one call; every trunk once.

    With `explain`, the last argument everywhere, nothing is counted, drawn or taken: only what was looked at is told.
    """

    __slots__ = ("_asked", "_attempts", "_entered", "_explain", "_is_call", "_last", "_tried", "_trunks",
                 "_wall_offset", "_why", "count", "facts", "group", "is_blocked")  # fmt: skip

    def __init__(
        self, trunks: Trunks, group: GroupState, facts: CallFacts, is_call: bool = True,
        wall_offset: float | None = None,
    ) -> None:  # fmt: skip
        """Begin; with `wall_offset` as if it were another time."""
        self._trunks: Trunks = trunks
        self._wall_offset: float = trunks.wall_offset if wall_offset is None else wall_offset
        self._asked: set[str] = set()
        """Trunks whose controls of direction and capacity have counted this call."""
        self._explain: Explanation | None = None
        """Of the choice in progress; None: it is for good."""
        self.group: GroupState = group
        self.facts: CallFacts = facts
        self.count: RouteCount | None = None
        """Statistics of the call that is being routed."""
        self._why: dict[str, int] | None = None
        """Column that says why a trunk was passed over."""
        self.is_blocked: bool = False
        """A control has put an end to it."""
        self._is_call: bool = is_call
        """Other requests are not kept back from a trunk that feeds back overload."""
        self._entered: bool = False
        self._last: str = ""
        """Trunk chosen before."""
        self._tried: set[str] = set()
        self._attempts: int = 0

    def copy(self) -> Selection:
        """Return the same selection, to be tried out."""
        mine = self.facts
        facts = CallFacts(mine.called, mine.calling, mine.trunk, mine.group, mine.priority)
        facts.rerouted = mine.rerouted
        other = Selection(self._trunks, self.group, facts, self._is_call, self._wall_offset)
        other._entered = self._entered
        other._last = self._last
        other._tried = self._tried.copy()
        other._asked = self._asked.copy()
        other._attempts = self._attempts
        other.is_blocked = self.is_blocked
        return other

    def next(self, now: float, explain: Explanation | None = None) -> TrunkState | None:
        """Return the trunk to try now; None when there is none, or none any more."""
        self._explain = explain
        if self.is_blocked or not self._enter(now, explain):
            return None
        while self._attempts < self.group.settings.attempts_maximum:
            trunk = self._choose(now, explain)
            if trunk is not None:
                self._tried.add(trunk.name)
                self._attempts += 1
                self._last = trunk.name
                if explain is None:
                    self._trunks.notes.add(CHOSEN, trunk.name, self.group.settings.name, None)
                return trunk
            if self.is_blocked or not self._overflow(now, explain):
                return None
        if explain is not None:
            explain.append(("route-group", self.group.settings.name, f"{self._attempts} attempts are the most"))
        return None

    def refusal(self, trunk: TrunkState, now: float) -> str:
        reason = self._refusal(trunk, now)
        if reason and self._explain is None:
            self._trunks.notes.add(PASSED_OVER, trunk.name, reason, None)
        return reason

    def _refusal(self, trunk: TrunkState, now: float) -> str:
        settings = trunk.settings
        priority = self.facts.priority
        controls = self._trunks.controls
        if not controls.active or priority == EMERGENCY:
            return self._noted(trunk, trunk.refusal(priority, now, settings.calls_maximum or -1))
        wall = now + self._wall_offset
        is_new = trunk.name not in self._asked
        real = is_new and self._explain is None
        if real:
            self._asked.add(trunk.name)
        if controls.closes(trunk.name, "out", self.facts, wall, real):
            self._note(trunk, REFUSED_CONTROL)
            return "closed in this direction"
        maximum = controls.capacity(trunk.name, settings.calls_maximum, trunk.calls, self.facts, wall, real)
        reason = trunk.refusal(priority, now, maximum)
        if not reason and maximum > 0:
            idle = maximum - trunk.calls
            if controls.reserves(trunk.name, idle, self.facts, now, wall, is_new, self._explain):
                self._note(trunk, REFUSED_CONTROL)
                return "reserved"
        return self._noted(trunk, reason)

    def _noted(self, trunk: TrunkState, reason: str) -> str:
        """Note why a trunk cannot take the call, for its statistics."""
        if reason:
            self._note(trunk, REFUSED_LIMIT if reason in BOUNDS else REFUSED_ROUTE)
        return reason

    def _note(self, trunk: TrunkState, column: int) -> None:
        if self.count is not None:
            if self._why is None:
                self._why = {}
            self._why[trunk.name] = column

    def _enter(self, now: float, explain: Explanation | None) -> bool:
        """Ask the controls of the group before the first choice, those of the trunk that failed before others."""
        controls = self._trunks.controls
        if not controls.active:
            return True
        wall = now + self._wall_offset
        if self._entered:
            return not self._last or self._may_leave(self._last, now, explain)
        self._entered = True
        self._reroute(False, now, explain)
        outcome = controls.may_enter(self.group.settings.name, self.facts, now, wall, explain)
        if outcome == CANCEL:
            self.is_blocked = True
            return False
        return outcome != SKIP or self._overflow(now, explain)

    def _may_leave(self, name: str, now: float, explain: Explanation | None) -> bool:
        controls = self._trunks.controls
        wall = now + self._wall_offset
        if controls.active and not controls.may_overflow_from(name, self.facts, now, wall, explain):
            self.is_blocked = True
        return not self.is_blocked

    def _overflow(self, now: float, explain: Explanation | None) -> bool:
        """Go on to another group where a control says so, when this one cannot take the call."""
        if not self._trunks.controls.active or not self._may_leave(self.group.settings.name, now, explain):
            return False
        return self._reroute(True, now, explain)

    def _reroute(self, overflow: bool, now: float, explain: Explanation | None) -> bool:
        trunks = self._trunks
        wall = now + self._wall_offset
        name = trunks.controls.reroute(self.group.settings.name, overflow, self.facts, now, wall, explain)
        group = trunks.groups.get(name) if name else None
        if group is None:
            return False
        self.group = group
        return True

    def _choose(self, now: float, explain: Explanation | None) -> TrunkState | None:
        """Choose among the trunks of the group; those that cannot take the call, or must not, are passed over."""
        trunks = self._trunks
        while True:
            passed: list[str] = []
            trunk = self.group.choose(self, trunks.states, self._tried, passed, now, explain)
            self._tried.update(passed)
            for name in passed:
                if explain is None:
                    self._count_skipped(name, now)
                if not self._may_leave(name, now, explain):
                    return None
            if trunk is None or self._may_enter(trunk, now, explain):
                return trunk
            if self.is_blocked:
                return None
            self._tried.add(trunk.name)
            if explain is None:
                self._count_skipped(trunk.name, now)

    def _count_skipped(self, name: str, now: float) -> None:
        trunk = self._trunks.states.get(name)
        self._trunks.slots[counters.TRUNKS_SKIPPED] += 1
        if trunk is not None and self._is_call:
            trunk.outgoing.attempts += 1
            if self.count is not None:
                column = REFUSED_CONTROL if self._why is None else self._why.get(name, REFUSED_CONTROL)
                self.count.skips(trunk, column, now)

    def _may_enter(self, trunk: TrunkState, now: float, explain: Explanation | None) -> bool:
        trunks = self._trunks
        if trunks.controls.active:
            wall = now + self._wall_offset
            outcome = trunks.controls.may_enter(trunk.name, self.facts, now, wall, explain)
            if outcome == CANCEL:
                self.is_blocked = True
            if outcome != ENTER:
                return False
        if not self._is_call:
            return True
        if trunks.throttles.admit(trunk.addresses[0].text, self.facts.priority, now, explain):
            return True
        if explain is None:
            trunks.notes.add(PASSED_OVER, trunk.name, "kept back, it feeds back overload", None)
        self._note(trunk, REFUSED_OVERLOAD)
        return False


def orders(trunks: Trunks, now: float) -> dict[str, list[str]]:
    """Return the trunks that an ordinary call to any number would try now, in this order, by route group."""
    found: dict[str, list[str]] = {}
    for name, group in trunks.groups.items():
        selection = Selection(trunks, group, CallFacts("", "", "", "", ORDINARY))
        found[name] = []
        trunk = selection.next(now, [])
        while trunk is not None:
            found[name].append(trunk.name)
            trunk = selection.next(now, [])
    return found
