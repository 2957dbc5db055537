"""One control that is in force: what it acts on, its arithmetic, and what has become of the calls."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from core.dialog.trail import CONTROL, Notes
from core.northbound.rows import ControlDetailRow, ControlRow
from core.northbound.traffic_settings import ALL, ORDINARY, Control
from core.policy.facts import CallFacts, Explanation
from core.policy.gap import Gap
from core.policy.gate import Gate
from core.policy.leaky_bucket import LeakyBucket
from core.policy.reach import Reach
from core.policy.share import Share
from core.policy.window import Window

EXEMPT: Final = "spares this class of calls"
_MASKS: Final = {ORDINARY: 1, "priority": 2, ALL: 3}
"""Bit n: it acts on the class n. No control acts on emergency calls."""


class ControlState:
    """A control and its counters; replaced by one that follows it when its line changes."""

    __slots__ = ("_calling", "_group", "_mask", "_shut", "_trunk", "_until", "gate", "kind", "notes", "offered",
                 "refused", "settings", "since", "status", "window")  # fmt: skip

    def __init__(self, settings: Control, notes: Notes) -> None:
        self.settings: Control = settings
        self.notes: Notes = notes
        """Where it leaves what it has decided."""
        self.kind: str = settings.kind
        self.status: int = settings.status
        self.gate: Gate = _gate(settings)
        self.window: Window | None = None
        """Its time table."""
        self.offered: int = 0
        """Calls it decided on."""
        self.refused: int = 0
        """Of these, those it did not let pass."""
        self.since: float = 0.0
        """When it was taken up, seconds since 1970; 0: just now."""
        self._trunk: str = settings.trunk
        self._group: str = settings.group
        self._calling: str = settings.calling
        self._mask: int = _MASKS[settings.classes]
        self._until: float = _moment(settings.until)
        self._shut: bool = settings.shutdown

    @property
    def name(self) -> str:
        """As its line begins: `code-block 0900`."""
        idle = f" idle {self.settings.idle}" if self.settings.idle else ""
        return f"{self.kind} {self.settings.code or 'any'}{idle}"

    def follow(self, older: ControlState) -> None:
        """Go on from where an older form of the same control has got."""
        self.gate.follow(older.gate)
        self.offered, self.refused, self.since = older.offered, older.refused, older.since

    def unfit(self, facts: CallFacts, wall: float, reach: Reach) -> str:
        """Say why it does not act on a call; empty: it does."""
        if self._shut:
            return "is shut down"
        if self._trunk and self._trunk != facts.trunk:
            return "is for another trunk"
        if self._group and self._group != facts.group:
            return "is for another subscriber group"
        if self._calling and not facts.calling.startswith(self._calling):
            return "is for other calling numbers"
        if self._until and wall >= self._until:
            return "has expired"
        if self.window is not None and not self.window.in_force(wall):
            return "waits for its time table"
        if self.settings.hard_to_reach and not reach.is_marked(facts.called):
            return "is for codes that are hard to reach"
        if not (self._mask >> facts.priority) & 1:
            return EXEMPT
        return ""

    def in_force(self, wall: float) -> bool:
        """Tell whether it acts on anything at `wall`."""
        if self._shut or (self._until and wall >= self._until):
            return False
        return self.window is None or self.window.in_force(wall)

    def passes(self, now: float, explain: Explanation | None) -> bool:
        """Offer a call; with `explain` nothing changes but that."""
        if explain is not None:
            passes = self.gate.peek(now)
            explain.append(("control", self.name, "lets it pass" if passes else "holds it back"))
            return passes
        passes = self.gate.offer(now)
        self.count(passes)
        return passes

    def count(self, passes: bool) -> None:
        """Count a call that was decided on."""
        self.offered += 1
        if not passes:
            self.refused += 1
        if self.notes.on:
            self.notes.add(CONTROL, self, passes, None)

    def state(self, wall: float) -> str:
        """Return `active`, `waiting` (for its time table), `expired` or `shutdown`."""
        if self._shut:
            return "shutdown"
        if self._until and wall >= self._until:
            return "expired"
        return "active" if self.in_force(wall) else "waiting"

    def row(self, wall: float) -> ControlRow:
        """Show it."""
        settings = self.settings
        return ControlRow(
            control=self.kind,
            code=settings.code or "any",
            scope=_scope(settings),
            bound=bound_of(settings),
            state=self.state(wall),
            offered=self.offered,
            refused=self.refused,
            owner=settings.owner,
            since_at=self.since or wall,
            reason=settings.reason,
        )

    def detail_row(self, wall: float) -> ControlDetailRow:
        """Show all of it."""
        settings = self.settings
        row = self.row(wall)
        return ControlDetailRow(
            control=row.control,
            code=row.code,
            scope=row.scope,
            bound=row.bound,
            state=row.state,
            offered=row.offered,
            refused=row.refused,
            status=settings.status,
            classes=settings.classes,
            hard_to_reach=settings.hard_to_reach,
            time=settings.time,
            until=settings.until,
            owner=row.owner,
            since_at=row.since_at,
            reason=row.reason,
            idle=settings.idle or None,
        )


def first_fit(
    controls: Iterable[ControlState], facts: CallFacts, wall: float, reach: Reach, explain: Explanation | None
) -> ControlState | None:
    """Return the first of `controls` that acts on a call."""
    for control in controls:
        reason = control.unfit(facts, wall, reach)
        if not reason:
            return control
        if reason == EXEMPT:
            facts.exempt = True
        if explain is not None:
            explain.append(("control", control.name, reason))
    return None


def key_of(control: Control) -> tuple[str, str, str, str, str, int]:
    """Return what tells a control apart from the others."""
    return control.kind, control.code, control.trunk, control.group, control.calling, control.idle


def specific_first(control: ControlState) -> tuple[bool, bool, int]:
    """Order controls of one code: those for a trunk, for a group, for a calling number; then the one for all."""
    settings = control.settings
    return not settings.trunk, not settings.group, -len(settings.calling)


def bound_of(control: Control) -> str:
    """Write what a control allows: `50 %`, `1 in 5000 ms`, `10 in 1 s, burst 20`, `100 % at 5 idle`."""
    if control.kind == "call-gap":
        return f"1 in {control.interval_ms} ms"
    if control.rate:
        return f"{control.rate} in {control.per_s} s, burst {_burst(control)}"
    if control.kind == "reserve":
        return f"{control.percent or 100} % at {control.idle} idle"
    parts = [control.which] if control.which else []
    if control.kind != "directional":
        parts.append(f"{control.percent or 100} %")
    if control.target:
        parts.append(f"to {control.target}")
    return " ".join(parts)


def _gate(control: Control) -> Gate:
    if control.kind == "call-gap":
        return Gap(control.interval_ms / 1000)
    if control.kind == "rate" or control.kind == "leaky-bucket":
        return LeakyBucket(control.rate, control.per_s, _burst(control))
    return Share(control.percent or 100)


def _burst(control: Control) -> int:
    return control.burst or (1 if control.kind == "leaky-bucket" else control.rate)


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() if text else 0.0


def _scope(control: Control) -> str:
    if control.trunk:
        return f"trunk {control.trunk}"
    if control.group:
        return f"group {control.group}"
    return f"calling {control.calling}" if control.calling else ""
