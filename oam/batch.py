"""A batch's gathered configuration lines, applied together and taken apart when refused."""

from __future__ import annotations

from collections.abc import Sequence

from core.northbound.wirefmt import NorthboundError
from oam.commands.registry import LOCKED
from oam.config.edit import Draft, Edit
from oam.config.store import Refusal
from oam.config.tree import problems
from oam.context import Session
from oam.editing import noted
from oam.result import Result
from oam.run import rejected


async def apply_pending(session: Session) -> Result:
    """Apply the pending edits of `session`.

    On refusal everything before the culprit is in force, the culprit is dropped, what
    follows it stays pending, and the result names it.
    """
    while session.pending:
        refused = await _attempt(session, session.pending)
        if not refused:
            _accept(session, len(session.pending))
            return Result()
        if refused.code == LOCKED:
            return _locked(session, refused)
        refused = await _culprit(session, refused)
        if not refused:
            continue
        culprit = session.pending.pop(0)
        return _named(rejected(refused, refused.code), culprit)
    return Result()


def _locked(session: Session, refused: Refusal) -> Result:
    """Drop all that is pending: none of it is to blame, and none of it would get any further."""
    first, session.pending = session.pending[0], []
    return _named(rejected(refused, refused.code), first)


def _named(result: Result, culprit: Edit) -> Result:
    result.source, result.command, result.retry = culprit.source, culprit.line, True
    return result


async def _culprit(session: Session, refused: Refusal) -> Refusal:
    """Apply what can be applied before the first pending edit that is refused; return the reasons, empty if none is."""
    high = len(session.pending)
    while high > 1:
        middle = high // 2
        found = await _attempt(session, session.pending[:middle])
        if found:
            high, refused = middle, found
        else:
            _accept(session, middle)
            high -= middle
            if high == 1:
                refused = await _attempt(session, session.pending[:1])
    return refused


async def _attempt(session: Session, edits: Sequence[Edit]) -> Refusal:
    """Bring `edits` into force, or only judge them when the session is checking."""
    configuration = session.manager.configuration
    if session.check_only:
        base = session.checked or configuration.running
        return Refusal(problems(Draft(base).apply_all(edits).freeze()))
    return await apply_edits(session, edits)


async def apply_edits(session: Session, edits: Sequence[Edit]) -> Refusal:
    """Bring `edits` into force at once, all or none; return why not."""
    configuration = session.manager.configuration
    before = configuration.running
    try:
        refused = await configuration.edit(edits, session.author)
    except (NorthboundError, OSError) as error:
        return Refusal([str(error)])
    if not refused and configuration.running is not before:
        noted(session)
    return refused


def _accept(session: Session, count: int) -> None:
    """The first `count` pending edits are in force."""
    if session.check_only:
        base = session.checked or session.manager.configuration.running
        session.checked = Draft(base).apply_all(session.pending[:count]).freeze()
    del session.pending[:count]
