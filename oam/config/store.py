"""The configuration in force, and its way to the signalling plane and to the disk.

`running` is replaced only after the applier has taken the new one; edits of several
sessions queue on one lock and are made on top of what is running when their turn
comes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from oam.commands.registry import Registry
from oam.config import files, text
from oam.config.edit import Draft, Edit
from oam.config.text import Problem
from oam.config.tree import Configuration, problems

T = TypeVar("T")

Applier = Callable[[Configuration], Awaitable[list[str]]]
"""Brings a configuration into force; returns why not, having changed nothing, or nothing."""
Guard = Callable[[Configuration, Configuration], Awaitable[list[str]]]
"""Tries (old, new) before the change is in force, changing nothing itself; returns why it cannot be."""
Observer = Callable[[Configuration, Configuration], None]
"""Told (old, new) after every change."""


class ConfigurationStore:
    """Running and startup configuration of one server."""

    def __init__(
        self,
        registry: Registry,
        state: Path,
        applier: Applier,
        running: Configuration | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.registry = registry
        self.startup_path = state / "startup-config"
        self.applier = applier
        self.running = Configuration() if running is None else running
        self.clock = clock
        self.changed_at = clock()
        self.changed_by = "startup-config"
        self.guards: list[Guard] = []
        self.observers: list[Observer] = []
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def apply(self, new: Configuration, by: str = "") -> list[str]:
        """Bring `new` into force; returns why it could not be, and then nothing has changed."""
        return await self._finished(self._apply(lambda: new, by))

    async def edit(self, edits: Sequence[Edit], by: str = "") -> list[str]:
        """Bring `edits` of the running configuration into force, all or none."""
        return await self._finished(self._apply(lambda: Draft(self.running).apply_all(edits).freeze(), by))

    async def _finished(self, work: Coroutine[None, None, T]) -> T:
        """Let `work` come to its end even when the waiting command is cancelled: no change stays half made."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def _apply(self, made: Callable[[], Configuration], by: str) -> list[str]:
        async with self._lock:
            new = made()
            if new == self.running:
                return []
            refused = problems(new) or await self._guarded(new) or await self.applier(new)
            if refused:
                return refused
            old, self.running = self.running, new
            self.changed_at, self.changed_by = self.clock(), by or "unknown"
        for observer in self.observers:
            observer(old, new)
        return []

    async def _guarded(self, new: Configuration) -> list[str]:
        return [problem for guard in self.guards for problem in await guard(self.running, new)]

    def render(self, everything: bool = False, section: str = "") -> list[str]:
        """Return the running configuration as lines, without the header that `show` gives it."""
        return text.render(self.registry, self.running, everything, section)

    def parse(self, lines: Sequence[str], base: Configuration | None = None) -> tuple[Configuration, list[Problem]]:
        """Read configuration lines on top of `base` (the defaults when None)."""
        return text.parse(self.registry, lines, base)

    def startup(self) -> list[str]:
        """Return the lines of the startup configuration; FileNotFoundError when there is none."""
        return files.read(self.startup_path)

    async def save_startup(self) -> int:
        """Write the running configuration to the startup configuration, on the disk when done; returns its octets."""
        return await self._finished(self._save())

    async def _save(self) -> int:
        async with self._lock:
            lines = self.render()
            return await asyncio.to_thread(files.write, self.startup_path, lines, sync=True)
