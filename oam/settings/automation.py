"""Commands that run by themselves: at a time, or on an event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

SCHEDULE: Final = "schedule"
EVENT: Final = "event"
"""The two kinds of command lists."""
MAX_LISTS: Final = 100
"""Schedules, and event hooks."""
MAX_COMMANDS: Final = 100
"""Commands of one of them."""


class Step(msgspec.Struct, frozen=True):
    """`command NUMBER LINE`: the commands run in the order of their numbers."""

    number: int
    line: str


class Schedule(msgspec.Struct, frozen=True):
    """`schedule NAME`: a command list that runs at a time."""

    name: str
    at: str = ""
    """`2026-11-23 04:00`, `04:00 daily`, `04:00 weekdays mon fri`, in UTC; empty: at no time."""
    every: str = ""
    """`30 minutes`, `6 hours`, `2 days`, counted from midnight of 1970-01-01 UTC; empty: not again and again."""
    commands: tuple[Step, ...] = ()
    operator: str = ""
    """With whose rights it runs; empty: it does not."""
    output: str = ""
    """File of the file area that takes what it shows; empty: none."""
    shutdown: bool = False


class EventHook(msgspec.Struct, frozen=True):
    """`event NAME`: a command list that runs when something happens."""

    name: str
    on: str = ""
    """Kind of the notice; empty: nothing yet."""
    match: str = ""
    """Regular expression that the notice's text must match; empty: any text."""
    commands: tuple[Step, ...] = ()
    operator: str = ""
    output: str = ""
    interval_s: int = 60
    """It runs at most once in so long."""
    shutdown: bool = False


def problems(schedules: Sequence[Schedule], events: Sequence[EventHook]) -> Iterator[str]:
    """Yield what makes them unusable."""
    lists: tuple[tuple[str, Sequence[Schedule | EventHook]], ...] = (("schedules", schedules), ("events", events))
    for what, those in lists:
        if len(those) > MAX_LISTS:
            yield f"{what}: at most {MAX_LISTS}"
        for each in those:
            if len(each.commands) > MAX_COMMANDS:
                yield f"{what}: {each.name}: at most {MAX_COMMANDS} commands"
