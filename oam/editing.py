"""How a session changes the configuration: its candidate, the exclusive lock, and what its leaving brings.

Lines given one by one are in force at once; their version goes into the archive when the session leaves
configuration mode. Everything a session holds is given back when it ends, however it ends.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from oam.commands.registry import CONFIG, DENIED, FAILED, LOCKED, CommandError, lineage
from oam.config.candidate import Candidate
from oam.config.commit import commit
from oam.config.edit import Draft
from oam.config.lock import Holder
from oam.config.store import Refusal
from oam.config.text import sections
from oam.config.tree import Configuration, problems
from oam.result import Result
from oam.run import INVALID, rejected

if TYPE_CHECKING:
    from oam.context import Session

log = logging.getLogger("management")


def refusal(reasons: Sequence[str], code: int = FAILED) -> CommandError:
    """Make the error of an order that would have changed the configuration; it ends with what every robot knows."""
    return CommandError("\n".join([reasons[0], *(f"% {each}" for each in reasons[1:]), INVALID]), code)


def refused_if(refused: Refusal) -> None:
    """Raise CommandError when a change was refused."""
    if refused:
        raise refusal(refused, refused.code)


def bounded(session: Session, settings: Configuration) -> None:
    """Refuse to a role what the server is to start with and would be refused now. Raises CommandError."""
    beyond = session.beyond(session.manager.configuration.running, settings, True) if session.identity.role else ""
    refused_if(Refusal([beyond] if beyond else [], DENIED))


def candidate_of(session: Session) -> Candidate:
    """Return the session's candidate, made if there is none."""
    if session.candidate is None:
        session.candidate = Candidate()
    return session.candidate


def expected(session: Session) -> Callable[[], Configuration]:
    """Return what makes, in any thread, the configuration that the session's next line will be put on."""
    running = session.checked or session.manager.configuration.running
    pending, candidate = tuple(session.pending), session.candidate
    if session.staging and candidate is not None:
        whole, edits = candidate.whole, tuple(candidate.edits)
        return lambda: Draft(whole or running).apply_all(edits).freeze()
    return lambda: Draft(running).apply_all(pending).freeze() if pending else running


def noted(session: Session) -> None:
    """Note that the session has changed what is running."""
    session.changed = True
    _watched(session)


async def lock(session: Session, wait_s: float) -> None:
    """Lock the configuration for `session`. Raises CommandError, which names who has it."""
    configuration = session.manager.configuration

    def holder() -> Holder:
        return Holder(
            session.user, session.line.name if session.line else session.origin, session.address, configuration.clock()
        )

    other = await configuration.exclusive.take(session, holder, wait_s)
    if other is not None:
        refused_if(Refusal([f"The configuration is locked by {other}"], LOCKED))
    _watched(session)


def _watched(session: Session) -> None:
    """Have the session's end release what it holds."""
    if not session.releases:
        session.releases = True
        session.at_end.append(lambda: _ended(session))


def _ended(session: Session) -> None:
    """Release what the session holds; its version, if one is due, is written behind it."""
    configuration = session.manager.configuration
    configuration.exclusive.release(session)
    session.releases, session.candidate = False, None
    if session.changed:
        session.changed = False
        configuration.begin(_keep(session))


async def settle(session: Session) -> None:
    """Do what is due once the session has left configuration mode; nothing before that."""
    if CONFIG in lineage(session.mode):
        return
    session.lock_wait_s = -1
    session.manager.configuration.exclusive.release(session)
    if session.changed:
        session.changed = False
        configuration = session.manager.configuration
        await configuration.finished(_keep(session))


async def _keep(session: Session) -> None:
    await keep(session, "configure")


async def keep(session: Session, kind: str, comment: str = "", *, again: bool = False) -> int:
    """Put what is running into the archive; return its number, 0 when it is there already or could not be written."""
    configuration = session.manager.configuration
    running = configuration.running
    try:
        return await configuration.archive.keep(
            lambda: configuration.render(settings=running), session.user, kind, comment, again=again
        )
    except OSError as error:
        log.error("the configuration is not in the archive: %s", error)
        configuration.announce("archive-failed", f"the configuration is not in the archive: {error.strerror}", "errors")
        return 0


async def commit_candidate(session: Session, kind: str, comment: str = "", minutes: int = 0) -> tuple[Refusal, int]:
    """Put the candidate in force on top of what is running now, all of it or nothing, and empty it.

    Returns why it was refused, then it stays as it is; and the number of its version.
    """
    candidate = candidate_of(session)
    denied = candidate.denied(session.rights)
    if denied:
        return Refusal([f"You are not authorized any more: {denied}"], DENIED), 0
    author = session.author._replace(by_line=candidate.whole is None)
    refused, number = await commit(session.manager.configuration, candidate.made, author, kind, comment, minutes)
    if not refused:
        candidate.clear()
    return refused, number


async def finish_atomic(session: Session) -> Result:
    """End an atomic script: put its lines in force together; the result names the line that is to blame."""
    candidate = candidate_of(session)
    if not candidate:
        return Result()
    if session.check_only:
        refused = Refusal(problems(candidate.made(session.manager.configuration.running)))
    else:
        refused, _ = await commit_candidate(session, "script")
    if not refused:
        return Result()
    result = rejected(refused, refused.code)
    blamed = candidate.blamed(sections(session.manager.registry), refused[0])
    if blamed is not None:
        result.source, result.command = blamed.source, blamed.line
    return result
