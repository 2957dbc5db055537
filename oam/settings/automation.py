"""Commands that run by themselves: at a time, or on an event."""

from __future__ import annotations

import msgspec


class Schedule(msgspec.Struct, frozen=True):
    """`schedule NAME`: a command list that runs at a time."""

    name: str
    when: str = ""
    """`at 2026-11-23 04:00`, `every 30 minutes`, `daily 04:00`, …; empty: not yet."""
    commands: tuple[str, ...] = ()
    operator: str = ""
    """With whose rights it runs."""
    output: str = ""
    """File of the file area that takes what it shows; empty: none."""
    shutdown: bool = False


class EventHook(msgspec.Struct, frozen=True):
    """`event NAME`: a command list that runs when something happens."""

    name: str
    on: str = ""
    """Name of the notice or alarm; empty: nothing yet."""
    commands: tuple[str, ...] = ()
    operator: str = ""
    output: str = ""
    interval_s: int = 60
    """It runs at most once in so long."""
    shutdown: bool = False
