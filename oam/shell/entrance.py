"""From an operator let in to a session that runs: the same for every transport.

A transport makes a `Terminal` (or feeds a script), says who has come from where, and awaits
the end. The session has a line for as long as it lasts; when it ends, however it does, nothing
that it held is left.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from oam.context import Manager, Session
from oam.security.login import Identity, Source
from oam.shell.editor import Complete, Editor
from oam.shell.editor_plain import PlainEditor
from oam.shell.editor_rich import RichEditor
from oam.shell.interactive import Interactive
from oam.shell.lines import CONSOLE, VTY, Line, LineError
from oam.shell.script import Options, Script
from oam.shell.terminal import Terminal

log = logging.getLogger("management")

__all__ = ["LineError", "batch", "converse"]

FAILED: Final = 1
Feed = Callable[[Script], Awaitable[None]]
"""Gives a script its lines; returning early, without its `end`, stops it."""


async def converse(
    manager: Manager, identity: Identity, source: Source, terminal: Terminal, *, term: str = "", rich: bool = False
) -> None:
    """Serve an operator at `terminal` until `exit` or the hang-up. Raises LineError when no line is free."""
    session = _session(manager, identity, source)

    def editor(complete: Complete) -> Editor:
        if rich:
            return RichEditor(terminal, term, session.history, complete)
        return PlainEditor(terminal, session.history, complete)

    async with _line(manager, session) as line:
        line.terminal = terminal
        await Interactive(session, terminal, editor).run()


async def batch(
    manager: Manager,
    identity: Identity,
    source: Source,
    options: Options,
    feed: Feed,
    *,
    output: Callable[[bytes], None],
    error: Callable[[bytes], None],
    flush: Callable[[], Awaitable[None]],
) -> int:
    """Run the script that `feed` gives; return its exit code. Raises LineError when no line is free.

    `output` and `error` queue octets for the client, `flush` waits until they are few (OSError: it is gone).
    """
    session = _session(manager, identity, source)
    session.batch, session.check_only = True, options.check
    async with _line(manager, session):
        script = Script(session, output, error, flush, options)

        async def fed() -> None:
            await feed(script)
            running.cancel()

        running = asyncio.create_task(script.run())
        feeding = asyncio.create_task(fed())
        try:
            await asyncio.wait([running])
            return FAILED if running.cancelled() else running.result()
        finally:
            for task in (running, feeding):
                task.cancel()
            await asyncio.wait([running, feeding])


def _session(manager: Manager, identity: Identity, source: Source) -> Session:
    session = Session(manager, user=identity.name, origin=source.transport, privilege=identity.privilege)
    session.identity = identity
    session.address = source.address
    return session


@asynccontextmanager
async def _line(manager: Manager, session: Session) -> AsyncIterator[Line]:
    """Hold a line for `session`."""
    line = manager.lines.open(CONSOLE if session.origin == "console" else VTY, session)
    try:
        yield line
    finally:
        manager.lines.close(line)
        _release(session)


def _release(session: Session) -> None:
    """Let go of everything the session holds; one that fails does not keep the others."""
    while session.at_end:
        try:
            session.at_end.pop()()
        except Exception:
            log.exception("what a session of %s held could not be released", session.user)
