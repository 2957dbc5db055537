"""Event hooks: command lists that run when a notice is published.

A hook runs at most once in its interval and MAX_HOURLY times an hour, never twice at once, and what
a hook's own commands publish starts no hook: no chain of events runs away.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from oam.automation.jobs import Jobs
from oam.notices import AUTOMATIC, TRIGGER
from oam.settings.automation import EVENT
from oam.shell.pattern import Pattern

if TYPE_CHECKING:
    from oam.config.store import ConfigurationStore
    from oam.config.tree import Configuration
    from oam.notices import ManagementNotice, Notices
    from oam.settings.automation import EventHook

MAX_HOURLY: Final = 60
"""Runs of one hook in an hour."""
HOUR_S: Final = 3600.0


class State:
    """What is known of one hook."""

    def __init__(self, settings: EventHook) -> None:
        self.settings = settings
        self.pattern = Pattern(settings.match) if settings.match else None
        self.runs = 0
        self.suppressed = 0
        """Notices that would have started it, but for its bounds."""
        self.quiet = False
        """It was told that runs are suppressed since the last one."""
        self.started: deque[float] = deque(maxlen=MAX_HOURLY)

    def wants(self, notice: ManagementNotice) -> bool:
        """Whether `notice` is what it waits for."""
        if self.settings.shutdown or notice.kind != self.settings.on or not self.settings.commands:
            return False
        return self.pattern is None or bool(self.pattern.search(notice.text))

    def too_soon(self, now: float) -> bool:
        """Whether it has run too lately, or too often."""
        if self.started and now - self.started[-1] < self.settings.interval_s:
            return True
        return len(self.started) == MAX_HOURLY and now - self.started[0] < HOUR_S


class Hooks:
    """The configured hooks."""

    def __init__(
        self,
        configuration: ConfigurationStore,
        notices: Notices,
        jobs: Jobs,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._notices = notices
        self._jobs = jobs
        self._clock = clock
        self.states: dict[str, State] = {}
        self.follow(None, configuration.running)
        configuration.observers.append(self.follow)
        notices.subscribers.append(self.take)

    def follow(self, _old: Configuration | None, new: Configuration) -> None:
        """Take up the hooks as they are configured now."""
        states = {}
        for each in new.events:
            held = self.states.get(each.name)
            if held is None or held.settings != each:
                state = State(each)
                if held is not None:  # its bounds hold on
                    state.started = held.started
                    state.runs, state.suppressed = held.runs, held.suppressed
                held = state
            states[each.name] = held
        self.states = states
        self._jobs.forget(EVENT, set(states))

    def take(self, notice: ManagementNotice) -> None:
        """Start the hooks that wait for `notice`."""
        if notice.automatic:
            return
        for state in self.states.values():
            if state.wants(notice):
                self._start(state, notice)

    def _start(self, state: State, notice: ManagementNotice) -> None:
        now = self._clock()
        trigger = TRIGGER.set(notice)  # the task that runs the list keeps it
        try:
            refused = "too soon, or too often" if state.too_soon(now) else self._jobs.start(EVENT, state.settings)
        finally:
            TRIGGER.reset(trigger)
        if not refused:
            state.started.append(now)
            state.runs += 1
            state.quiet = False
            return
        state.suppressed += 1
        if not state.quiet:
            state.quiet = True
            token = AUTOMATIC.set(True)
            try:
                self._notices.publish("event-suppressed", f"event {state.settings.name} did not run: {refused}")
            finally:
                AUTOMATIC.reset(token)
