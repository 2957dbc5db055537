"""Command lists run by themselves, as a script of the operator whose rights they have.

They take the way of every script: authorized line by line, audited, ended by the first error. What a
list shows goes to a file; its result is kept. No list runs twice at once.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from oam.commands.registry import DENIED, FAILED, CommandError
from oam.notices import AUTOMATIC
from oam.security.login import Identity, Source
from oam.settings.automation import EVENT, EventHook, Schedule, Step
from oam.shell import entrance
from oam.shell.entrance import LineError
from oam.shell.files import OutputFile
from oam.shell.script import Options, Script

if TYPE_CHECKING:
    from oam.context import Manager

log = logging.getLogger("management")

MAX_RUNNING: Final = 8
"""Lists at a time."""
RUN_S: Final = 3600.0
"""Longest run of a list."""
MAX_OUTPUT: Final = 1024 * 1024
"""Octets of output kept of one run."""
MAX_TOLD: Final = 500
"""Characters of the errors that `show` repeats."""


class Outcome(NamedTuple):
    """How a run went."""

    started_at: float
    ended_at: float
    code: int
    errors: str
    """What was wrong, cut."""


class Jobs:
    """The command lists that are running."""

    def __init__(self, manager: Manager, clock: Callable[[], float] = time.time) -> None:
        self._manager = manager
        self._clock = clock
        self._running: dict[tuple[str, str], asyncio.Task[None]] = {}
        self.outcomes: dict[tuple[str, str], Outcome] = {}
        """Result of the last run, by kind and name."""
        self.refused = 0
        """Runs that did not begin: too many at a time."""

    def running(self, kind: str, name: str) -> bool:
        """Whether that list is running now."""
        return (kind, name) in self._running

    def start(self, kind: str, settings: Schedule | EventHook) -> str:
        """Start a list; return why not, empty when it has begun."""
        key = (kind, settings.name)
        if key in self._running:
            return "it is still running"
        if len(self._running) >= MAX_RUNNING:
            self.refused += 1
            return f"{MAX_RUNNING} lists are running already"
        task = asyncio.get_running_loop().create_task(self._run(kind, settings), name=f"{kind} {settings.name}")
        self._running[key] = task
        task.add_done_callback(lambda _: self._running.pop(key, None))
        return ""

    def forget(self, kind: str, names: set[str]) -> None:
        """Forget the results of lists that are not among `names`."""
        for key in [key for key in self.outcomes if key[0] == kind and key[1] not in names]:
            del self.outcomes[key]

    async def close(self) -> None:
        """Stop what is running."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _run(self, kind: str, settings: Schedule | EventHook) -> None:
        """Run a list and keep its result."""
        if kind == EVENT:
            AUTOMATIC.set(True)
        started = self._clock()
        errors = bytearray()
        try:
            code = await self._carried_out(kind, settings, errors)
        except (CommandError, LineError) as error:
            code = error.code if isinstance(error, CommandError) else FAILED
            errors += str(error).encode()
        except Exception:
            log.exception("%s %s ended by a fault", kind, settings.name)
            code = FAILED
            errors += b"internal fault; the log has the details"
        told = errors.decode("utf-8", "replace").strip()[:MAX_TOLD]
        self.outcomes[kind, settings.name] = Outcome(started, self._clock(), code, told)
        what = f"{kind} {settings.name}"
        self._manager.audit.record("job", user=settings.operator, origin=kind, address="", command=what, code=code)
        if code:
            self._manager.notices.publish("job-failed", f"{what} ended with code {code}: {told}", "warnings")

    async def _carried_out(self, kind: str, settings: Schedule | EventHook, errors: bytearray) -> int:
        identity = self.identity(settings.operator)
        kept = bytearray()
        file = OutputFile(self._manager.state, settings.output, append=False) if settings.output else None

        def output(octets: bytes) -> None:
            if file is not None and len(kept) < MAX_OUTPUT:
                kept.extend(octets)

        def error(octets: bytes) -> None:
            output(octets)
            if len(errors) < MAX_OUTPUT:
                errors.extend(octets)

        try:
            code = await entrance.batch(
                self._manager,
                identity,
                Source(kind, ""),
                Options(timeout_s=RUN_S),
                _feed(settings.name, settings.commands),
                output=output,
                error=error,
                flush=_nothing,
            )
            if file is not None:
                file.write(_lines(kept))
                file.commit()
        finally:
            if file is not None:
                file.discard()
        return code

    def identity(self, operator: str) -> Identity:
        """Return as whom a list of `operator` runs; raises CommandError when it may not."""
        if not operator:
            raise CommandError("no operator is configured with whose rights it runs", DENIED)
        accounts = self._manager.security.accounts
        found = accounts.find(operator)
        if found is None or not accounts.open(found):
            raise CommandError(f"there is no account {operator}, or it is closed", DENIED)
        return Identity(found.name, found.level, found.role)


def _feed(name: str, commands: Sequence[Step]) -> Callable[[Script], Awaitable[None]]:
    async def feed(script: Script) -> None:
        for step in sorted(commands, key=lambda each: each.number):
            await script.add(f"{name}:{step.number}", step.line.encode())
        await script.end()
        await asyncio.Event().wait()  # returning would stop the script

    return feed


async def _nothing() -> None:
    """Output is kept in memory: nobody is waited for."""


def _lines(kept: bytearray) -> list[str]:
    lines = kept[:MAX_OUTPUT].decode("utf-8", "replace").splitlines()
    return [*lines, f"... cut: more than {MAX_OUTPUT} octets"] if len(kept) > MAX_OUTPUT else lines
