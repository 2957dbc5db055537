"""Event hooks: command lists that run when a notice is published.

A hook runs at most once in its interval and MAX_HOURLY times an hour, never twice at once. What comes too soon waits,
and the next run is about all that waits: of ten alarms in one second none is lost. What a hook's own commands publish
starts no hook: no chain of events runs away.
"""

from __future__ import annotations

import asyncio
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
WAITING: Final = 100
"""Notices that wait for the next run of one hook."""
TICK_S: Final = 1.0


class State:
    """What is known of one hook."""

    def __init__(self, settings: EventHook) -> None:
        self.settings = settings
        self.pattern = Pattern(settings.match) if settings.match else None
        self.waiting: deque[ManagementNotice] = deque()
        """What the next run is about, oldest first."""
        self.runs = 0
        self.dropped = 0
        """Notices that found no room."""
        self.quiet = False
        """It was told that notices are dropped since the last run."""
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

    def changed(self, settings: EventHook) -> State:
        """Return it with other settings: its bounds and counts hold on, and what waits if it is still wanted."""
        state = State(settings)
        state.started, state.runs, state.dropped = self.started, self.runs, self.dropped
        state.waiting.extend(notice for notice in self.waiting if state.wants(notice))
        return state


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
            if held is None:
                held = State(each)
            elif held.settings != each:
                held = held.changed(each)
            states[each.name] = held
        self.states = states
        self._jobs.forget(EVENT, set(states))

    def take(self, notice: ManagementNotice) -> None:
        """Start the hooks that wait for `notice`, or have it wait for their next run."""
        if notice.automatic:
            return
        for state in self.states.values():
            if not state.wants(notice):
                continue
            if len(state.waiting) < WAITING:
                state.waiting.append(notice)
            else:
                self._dropped(state)
            self._start(state)

    async def run(self) -> None:
        """Start what has waited, for ever."""
        while True:
            await asyncio.sleep(TICK_S)
            self.tick()

    def tick(self) -> None:
        """Start the hooks whose time has come."""
        for state in self.states.values():
            if state.waiting:
                self._start(state)

    def _start(self, state: State) -> None:
        now = self._clock()
        if state.too_soon(now):
            return
        trigger = TRIGGER.set(tuple(state.waiting))  # the task that runs the list keeps it
        try:
            refused = self._jobs.start(EVENT, state.settings)
        finally:
            TRIGGER.reset(trigger)
        if refused:
            return
        state.waiting.clear()
        state.started.append(now)
        state.runs += 1
        state.quiet = False

    def _dropped(self, state: State) -> None:
        state.dropped += 1
        if state.quiet:
            return
        state.quiet = True
        token = AUTOMATIC.set(True)
        try:
            text = f"event {state.settings.name} drops notices: {WAITING} wait for its next run"
            self._notices.publish("event-suppressed", text)
        finally:
            AUTOMATIC.reset(token)
