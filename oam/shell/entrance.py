"""From an operator let in to a session that runs: the same for every transport.

A transport makes a `Terminal` (or feeds a script), says who has come from where, and awaits
the end. The session has a line for as long as it lasts; when it ends, however it does, nothing
that it held is left.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from oam.config.candidate import Candidate
from oam.context import Manager, Session
from oam.recorder import account, note
from oam.security.login import SNMP, Identity, Source
from oam.settings.lines import LineSettings
from oam.shell.capability import RICH, first_editor, more_than_ascii
from oam.shell.editor import Complete, Editor
from oam.shell.editor_plain import PlainEditor
from oam.shell.editor_rich import RichEditor
from oam.shell.interactive import Interactive
from oam.shell.lines import CONSOLE, JOB, VTY, Line, LineError
from oam.shell.script import Options, Script
from oam.shell.terminal import Terminal
from oam.shell.timekeeper import Timekeeper

log = logging.getLogger("management")

__all__ = ["LineError", "batch", "converse", "present", "without_shell"]

FAILED: Final = 1
_KINDS: Final = {"console": CONSOLE, "schedule": JOB, "event": JOB, SNMP: JOB}
"""Kind of line by transport, where it is not VTY."""
FAREWELL_S: Final = 1.0
"""How long the peer may take to read why its session is over."""
Feed = Callable[[Script], Awaitable[None]]
"""Gives a script its lines; returning early, without its `end`, stops it."""


async def converse(
    manager: Manager,
    identity: Identity,
    source: Source,
    terminal: Terminal,
    *,
    term: str = "",
    client_version: str = "",
    locale: str = "",
) -> None:
    """Serve an operator at `terminal` until `exit`, the hang-up, or the end of its time.

    `term` is the kind of terminal, `client_version` what an SSH client says it is, `locale` the one of its
    side if it says so. Raises LineError when no line is free.
    """
    session = _session(manager, identity, source)

    def editor(kind: str, complete: Complete) -> Editor:
        if kind == RICH:
            return RichEditor(terminal, term, session.history, complete)
        return PlainEditor(terminal, session.history, complete)

    async with present(session) as line:
        line.terminal = terminal
        settings = _settings(manager, line)
        session.term = term
        session.unicode = more_than_ascii(term, locale)
        session.editor = first_editor(settings.editor, term, terminal.sized, client_version)
        session.history_size = settings.history
        shell = Interactive(session, terminal, editor)
        if settings.length is not None:
            session.length = settings.length
        if settings.width is not None:
            session.width = settings.width
        terminal.write_ahead(_greeting(manager, source))
        try:
            await _attended(manager, line, asyncio.create_task(shell.run()))
            if line.ended_by:
                await _farewell(terminal, line.ended_by)
        finally:
            terminal.deliver()


def _settings(manager: Manager, line: Line) -> LineSettings:
    running = manager.configuration.running
    return running.console if line.kind == CONSOLE else running.vty


def _greeting(manager: Manager, source: Source) -> str:
    """Return what is shown before the first prompt; telnet has shown the message of the day before the login."""
    banners = manager.configuration.running.banners
    texts = [banners.exec] if source.transport == "telnet" else [banners.motd, banners.exec]
    return "".join(line + "\r\n" for text in texts if text for line in text.split("\n"))


async def _attended(manager: Manager, line: Line, task: asyncio.Task[None]) -> None:
    """Wait for the session's `task`, which is stopped when its time has come or `Line.end` is called."""
    line.task = task
    keeping = asyncio.create_task(Timekeeper(manager.lines, line, lambda: _settings(manager, line)).run())
    try:
        await asyncio.wait([task])
    finally:
        task.cancel()
        keeping.cancel()
        await asyncio.wait([task, keeping])
    if not task.cancelled():
        task.result()


async def _farewell(terminal: Terminal, reason: str) -> None:
    """Say why the session is over, to a peer that reads."""
    terminal.write(f"\r\n% Session ended: {reason}\r\n")
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(FAREWELL_S):
            await terminal.flush()


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
    session.batch, session.check_only, session.atomic = True, options.check, options.atomic
    session.candidate = Candidate() if options.atomic else None
    async with present(session) as line:
        script = Script(session, output, error, flush, options)

        async def fed() -> None:
            try:
                await feed(script)
            finally:
                running.cancel()

        running = asyncio.create_task(script.run())
        line.task = running
        feeding = asyncio.create_task(fed())
        try:
            await asyncio.wait([running])
            if line.ended_by:
                error(f"% Session ended: {line.ended_by}\n".encode())
            return FAILED if running.cancelled() else running.result()
        finally:
            for task in (running, feeding):
                task.cancel()
            await asyncio.wait([running, feeding])
            if not feeding.cancelled():
                feeding.result()


def without_shell(manager: Manager, identity: Identity, source: Source) -> Session:
    """Return a session for moving files or setting objects, which has no shell; `present` gives it a line."""
    session = _session(manager, identity, source)
    session.batch = True
    return session


def _session(manager: Manager, identity: Identity, source: Source) -> Session:
    session = Session(manager, user=identity.name, origin=source.transport, privilege=identity.privilege)
    session.identity = identity
    session.address = source.address
    return session


@asynccontextmanager
async def present(session: Session) -> AsyncIterator[Line]:
    """Hold a line for `session`: it is on, and the audit log knows. Raises LineError when no line is free."""
    manager = session.manager
    limit = next((each.session_limit for each in manager.configuration.running.users if each.name == session.user), 0)
    line = manager.lines.open(_KINDS.get(session.origin, VTY), session, limit)
    note(session, "login", command=f"by {session.identity.method}")
    account(session, "login")
    try:
        yield line
    finally:
        note(session, "logout", command=line.ended_by)
        account(session, "logout")
        manager.lines.close(line)
        _release(session)


def _release(session: Session) -> None:
    """Let go of everything the session holds; one that fails does not keep the others."""
    while session.at_end:
        try:
            session.at_end.pop()()
        except Exception:
            log.exception("what a session of %s held could not be released", session.user)
