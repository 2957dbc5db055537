"""All traffic controls of a worker; their counters and what they have let pass survive a change of settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.dialog.trail import Notes
from core.northbound.rows import CodeRow, ControlDetailRow, ControlRow
from core.northbound.traffic_settings import CODE_KINDS, ROUTE_KINDS, Control, TrafficSettings
from core.policy.code_control import CodeControls
from core.policy.control import ControlState, key_of
from core.policy.reach import Reach
from core.policy.route_control import RouteControls
from core.policy.window import Window


class Controls:
    """The controls in force, those of codes and those of routes."""

    __slots__ = ("_is_fresh", "_settings", "_states", "codes", "notes", "reach", "routes")

    def __init__(self, notes: Notes | None = None) -> None:
        self.notes: Notes = notes or Notes()
        self.reach: Reach = Reach()
        self.codes: CodeControls = CodeControls(self.reach)
        self.routes: RouteControls = RouteControls(self.reach)
        self._is_fresh: bool = False
        """There are controls that do not know since when they have been there."""
        self._settings: tuple[Control, ...] = ()
        self._states: dict[tuple[str, str, str, str, str, int], ControlState] = {}

    def configure(self, settings: TrafficSettings, windows: Mapping[str, Window]) -> None:
        """Take new settings; `windows` are the time tables by name."""
        self.reach.configure(settings.hard_to_reach)
        if settings.controls != self._settings:
            self._replace(settings.controls)
        for state in self._states.values():
            state.window = windows.get(state.settings.time) if state.settings.time else None

    def sweep(self, wall: float) -> None:
        """Let time pass. Once a second or so."""
        if self._is_fresh:
            self._is_fresh = False
            for state in self._states.values():
                state.since = state.since or wall
        if self.reach.active:
            self.reach.sweep(wall)

    def rows(
        self, detail: bool, code: str | None, active: bool, wall: float
    ) -> Iterator[ControlRow | ControlDetailRow]:
        """Show the controls in the order in which they are asked; of `code` alone, or in force alone."""
        for state in sorted(self._states.values(), key=_order):
            if (code is None or state.settings.code == code) and (not active or state.in_force(wall)):
                yield state.detail_row(wall) if detail else state.row(wall)

    def code_rows(self) -> Iterator[CodeRow]:
        """Show the codes that were called lately, those hard to reach first."""
        for code in self.reach.codes():
            attempts = code.attempts
            yield CodeRow(
                code=code.digits,
                hard_to_reach=bool(code.marked_at),
                attempts=attempts,
                answers=code.answers,
                answer_ratio=round(100 * code.answers / attempts, 1) if attempts else 0.0,
                since_at=code.marked_at or None,
            )

    def clear(self) -> int:
        """Count from 0 again; return how many controls there are."""
        for state in self._states.values():
            state.offered = state.refused = 0
        return len(self._states)

    def _replace(self, controls: tuple[Control, ...]) -> None:
        old = self._states
        self._settings, self._states, self._is_fresh = controls, {}, True
        for control in controls:
            key = key_of(control)
            state = old.get(key)
            if state is None or state.settings != control:
                older, state = state, ControlState(control, self.notes)
                if older is not None:
                    state.follow(older)
            self._states[key] = state
        states = list(self._states.values())
        self.codes.set(states)
        self.routes.set(states)


def _order(state: ControlState) -> tuple[int, int, str, str, int]:
    kind = (*CODE_KINDS, *ROUTE_KINDS).index(state.kind)
    settings = state.settings
    return kind, -len(settings.code) if state.kind in CODE_KINDS else 0, settings.code, settings.trunk, settings.idle
