"""The configuration in force, and its way to the signalling plane and to the disk.

`running` is replaced only after the applier has taken the new one; edits of several
sessions queue on one lock and are made on top of what is running when their turn
comes. What goes with a change (its version in the archive, what it comes back to when it is not
confirmed) is written by its journal before it is in force.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from oam.commands.registry import DENIED, FAILED, LOCKED, Registry
from oam.config import files, text
from oam.config.archive import Archive
from oam.config.edit import Draft, Edit
from oam.config.lock import ExclusiveLock
from oam.config.text import Problem
from oam.config.tree import Configuration, problems
from oam.config.unconfirmed import Unconfirmed

log = logging.getLogger("management")

T = TypeVar("T")

UNCONFIRMED: Final = "a commit awaits its confirmation: 'configure confirm' or 'configure revert now' first"

Applier = Callable[[Configuration], Awaitable[list[str]]]
"""Brings a configuration into force; returns why not, having changed nothing, or nothing."""
Guard = Callable[[Configuration, Configuration], Awaitable[list[str]]]
"""Tries (old, new) before the change is in force, changing nothing itself; returns why it cannot be."""
Observer = Callable[[Configuration, Configuration], None]
"""Told (old, new) after every change."""
Announce = Callable[[str, str, str], None]
"""Tells operators: kind of the notice, text, severity."""
Make = Callable[[Configuration], Configuration]
"""The new configuration, made of what is running when its turn has come."""


class Author(NamedTuple):
    """Who makes a change."""

    name: str = ""
    owner: object = None
    """The session, which may hold the exclusive lock; `lock.SYSTEM` passes every lock."""
    wait_s: float = 0.0
    """How long the change waits for the lock of another."""
    beyond: Callable[[Configuration, Configuration, bool], str] | None = None
    """Tells what is beyond the author's rights in a change (old, new, as a whole); empty: nothing is."""
    by_line: bool = False
    """Every line of a commit has been authorized by itself."""
    origin: str = ""
    """Where the author is, `ssh 192.0.2.1`, `console`; empty: nowhere, the server itself."""


class Refusal(list[str]):
    """Why a change was refused, one sentence each; empty when it was not."""

    def __init__(self, reasons: Sequence[str] = (), code: int = FAILED) -> None:
        super().__init__(reasons)
        self.code = code


class Journal(Protocol):
    """What is written with one change."""

    async def prepare(self, old: Configuration, new: Configuration) -> None:
        """Write what must be on the disk before the change is in force. Raises OSError."""

    async def done(self) -> None:
        """The change is in force."""

    async def undone(self) -> None:
        """The change was refused."""


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
        self.changed_from = ""
        """Where the author of the last change was, as in `Author`."""
        self.guards: list[Guard] = []
        self.observers: list[Observer] = []
        self.announce: Announce = _log
        self.exclusive = ExclusiveLock()
        self.archive = Archive(state / "archive", lambda: self.running.archive.maximum, lambda: self.clock())
        self.unconfirmed = Unconfirmed(state / "unconfirmed-commit", lambda: self.clock())
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def apply(self, new: Configuration, by: str | Author = "") -> Refusal:
        """Bring `new` into force; returns why it could not be, and then nothing has changed."""
        return await self.change(lambda _: new, by)

    async def edit(self, edits: Sequence[Edit], by: str | Author = "") -> Refusal:
        """Bring `edits` of the running configuration into force, all or none."""
        return await self.change(lambda running: Draft(running).apply_all(edits).freeze(), by)

    async def change(self, made: Make, by: str | Author = "", journal: Journal | None = None) -> Refusal:
        """Bring what `made` makes of the running configuration into force, whole or not at all.

        Who is locked out waits as long as he said; cancelled while waiting, nothing has happened.
        """
        author = by if isinstance(by, Author) else Author(by)
        holder = await self.exclusive.free_for(author.owner, author.wait_s)
        if holder is not None:
            return Refusal([f"The configuration is locked by {holder}"], LOCKED)
        return await self.finished(self._change(made, author, journal))

    async def finished(self, work: Coroutine[None, None, T]) -> T:
        """Let `work` come to its end even when the waiting command is cancelled: no change stays half made."""
        return await asyncio.shield(self.begin(work))

    def begin(self, work: Coroutine[None, None, T]) -> asyncio.Task[T]:
        """Start `work`, which outlives who asked for it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _change(self, made: Make, author: Author, journal: Journal | None) -> Refusal:
        async with self._lock:
            holder = self.exclusive.against(author.owner)
            if holder is not None:
                return Refusal([f"The configuration is locked by {holder}"], LOCKED)
            # A commit may have ten thousand edits: made in a thread, the others type on. A line is made at once.
            old = self.running
            new = made(old) if journal is None else await asyncio.to_thread(made, old)
            if new == old:
                return Refusal()
            beyond = author.beyond and author.beyond(old, new, journal is not None and not author.by_line)
            if beyond:
                return Refusal([beyond], DENIED)
            refused = problems(new) or await self._guarded(new) or await self._journaled(new, journal)
            if refused:
                return Refusal(refused)
            self.running = new
            self.changed_at, self.changed_by = self.clock(), author.name or "unknown"
            self.changed_from = author.origin
            if journal is not None:
                await journal.done()
        for observer in self.observers:
            try:
                observer(old, new)
            except Exception:
                # The change is in force all the same, and the others must hear of it.
                log.exception("a change of the configuration was not followed everywhere")
        return Refusal()

    async def _guarded(self, new: Configuration) -> list[str]:
        return [problem for guard in self.guards for problem in await guard(self.running, new)]

    async def _journaled(self, new: Configuration, journal: Journal | None) -> list[str]:
        """Have the applier put `new` in force, with its journal around."""
        if journal is None:
            return await self.applier(new)
        try:
            await journal.prepare(self.running, new)
        except OSError as error:
            await journal.undone()
            return [f"The change cannot be kept on the disk: {error.strerror or error}"]
        try:
            refused = await self.applier(new)
        except BaseException:
            await journal.undone()
            raise
        if refused:
            await journal.undone()
        return refused

    def render(
        self, everything: bool = False, fields: Collection[str] = (), settings: Configuration | None = None
    ) -> list[str]:
        """Return a configuration, the running one by default, as lines without the header that `show` gives it."""
        return text.render(self.registry, settings or self.running, everything, fields)

    def parse(self, lines: Sequence[str], base: Configuration | None = None) -> tuple[Configuration, list[Problem]]:
        """Read configuration lines on top of `base` (the defaults when None)."""
        return text.parse(self.registry, lines, base)

    def startup(self) -> list[str]:
        """Return the lines of the startup configuration; FileNotFoundError when there is none."""
        return files.read(self.startup_path)

    async def save_startup(self) -> int:
        """Write the running configuration to the startup configuration, on the disk when done; returns its octets.

        Raises OSError, also while a commit awaits its confirmation: the server must not start with what may go.
        """
        return await self.finished(self._save(None))

    async def write_startup(self, lines: list[str]) -> int:
        """Write a checked configuration text to the startup configuration; returns its octets. Raises OSError."""
        return await self.finished(self._save(lines))

    async def _save(self, lines: list[str] | None) -> int:
        async with self._lock:
            running = self.running

            def write() -> int:
                text = self.render(settings=running) if lines is None else lines
                return files.write(self.startup_path, text, sync=True)

            if lines is None and self.unconfirmed.pending is not None:
                raise OSError(errno.EBUSY, UNCONFIRMED)
            return await asyncio.to_thread(write)

    async def amend_startup(self, made: Make) -> list[str]:
        """Make one change in the startup configuration alone, on the disk when done; returns why not.

        Where there is none, none is made.
        """
        return await self.finished(self._amend(made))

    async def _amend(self, made: Make) -> list[str]:
        def amend() -> list[str]:
            try:
                saved, wrong = self.parse(self.startup())
                new = saved if wrong else made(saved)
                if new != saved:
                    files.write(self.startup_path, self.render(settings=new), sync=True)
            except FileNotFoundError:
                return []
            except (OSError, ValueError) as error:
                return [f"startup-config could not be changed: {error}"]
            return ["startup-config has errors and was not changed"] if wrong else []

        async with self._lock:
            return await asyncio.to_thread(amend)

    async def confirm(self) -> None:
        """Keep what would come back. Raises OSError, also when it is coming back at this moment."""
        async with self._lock:
            if self.unconfirmed.reverting:
                raise OSError(errno.EBUSY, "the older configuration is coming back already")
            await self.unconfirmed.clear()

    async def erase_startup(self) -> None:
        """Remove the startup configuration. Raises OSError."""
        async with self._lock:
            await asyncio.to_thread(self.startup_path.unlink)
            await asyncio.to_thread(files.sync_folder, self.startup_path.parent)


def _log(kind: str, text: str, severity: str) -> None:
    log.warning("%s: %s", kind, text)
