"""From a line to its result: the one place where commands are authorized, run and recorded.

`execute` is what a shell calls for every line, `finish` at the end of a script, `help`
and `complete` for `?` and Tab. Nothing here prints or knows a terminal, and nothing is raised
but CancelledError: Ctrl-C is the cancellation of the task that awaits the result.

A batch gathers configuration lines, each validated when it is given, and applies them
together before the next command of another kind. When that is refused the culprit is
found by halving, everything before it is in force, and its place is named.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

import msgspec

from oam.assist import complete, help, pipe_offset  # noqa: A004
from oam.batch import apply_edits, apply_pending
from oam.commands.alias import expanded
from oam.commands.registry import (
    CONFIG,
    DENIED,
    EXEC,
    PRIVILEGED,
    SECTION,
    SET,
    SHOW,
    SYNTAX,
    Command,
    CommandError,
    Mode,
    Target,
    lineage,
)
from oam.config.candidate import CandidateFull
from oam.config.edit import Draft, Edit
from oam.config.resolve import resolve
from oam.config.text import edit_of, key_of, prepared, unprepared
from oam.context import Context, Frame, Session
from oam.editing import candidate_of, expected, finish_atomic, settle
from oam.grammar.result import Ambiguous, Incomplete, Match, Outcome
from oam.grammar.words import is_comment
from oam.recorder import ACTING, account, note
from oam.result import LINES, NONE, ROWS, TEXT, Result
from oam.run import rejected, run

log = logging.getLogger("management")

__all__ = [
    "LINES",
    "NONE",
    "ROWS",
    "TEXT",
    "Result",
    "complete",
    "denied",
    "execute",
    "finish",
    "help",
    "masked",
    "pipe_offset",
]


async def execute(session: Session, line: str) -> Result:
    """Run one line (without filters) in `session`."""
    token = ACTING.set(session)
    try:
        result = await _execute(session, line)
        await settle(session)
    finally:
        ACTING.reset(token)
    return result


async def _execute(session: Session, line: str) -> Result:
    if is_comment(line):
        return Result()
    outcome, mode = resolve(session.manager.registry, session.mode, line, session.rights)
    if not isinstance(outcome, Match):
        result = await apply_pending(session)
        if not result.code:
            result = _failure(session, outcome, line)
        return _recorded(session, result, line)
    target = outcome.command
    assert isinstance(target, Target)
    if not await session.manager.security.authorize(session, target, outcome.canonical):
        result = await apply_pending(session)
        if not result.code:
            result = _denied()
            result.command = outcome.canonical
        return _recorded(session, result, line, target)
    try:
        outcome = await _prepared(session, target, outcome)
    except CommandError as error:
        return _recorded(session, rejected([error.reason], error.code), line, target)
    frame = next((each for each in session.modes if each.mode is mode), session.frame)
    edit = edit_of(target, outcome, session.source, frame.entry)
    if session.pending and edit is None and target.command.kind != SECTION:
        result = await apply_pending(session)
        if result.code:
            return _recorded(session, result, line, target)
    _leave(session, mode)
    result = await _carry_out(session, target, outcome, edit)
    result.command = result.command or outcome.canonical
    return _recorded(session, result, line, target)


async def finish(session: Session) -> Result:
    """Apply what a batch has gathered; call at the end of a script (and of `check_only`), again while `retry`."""
    token = ACTING.set(session)
    try:
        if session.atomic:
            return _recorded(session, await finish_atomic(session), "")
        result = await apply_pending(session)
        result.retry = bool(session.pending)
        await settle(session)
    finally:
        ACTING.reset(token)
    return _recorded(session, result, "")


def _leave(session: Session, mode: Mode) -> None:
    """Leave the modes inside the one that the command belongs to."""
    while session.mode is not mode and len(session.modes) > 1:
        session.modes.pop()


async def _carry_out(session: Session, target: Target, match: Match, edit: Edit | None) -> Result:
    command = target.command
    result = Result() if edit is None else await _edit(session, edit, target)
    if command.section_mode is not None and target.form == SET:
        if not result.code:
            session.modes.append(Frame(command.section_mode, entry=key_of(target, match.arguments)))
        return result
    if edit is not None:
        return result
    if session.staging and not _may_stage(session, command):
        return rejected([_NOT_STAGED if session.atomic else _NOT_CANDIDATE])
    if session.check_only and not command.moves:
        if command.enters is not None:
            _enter(session, command, match)
        return Result()
    if command.binding is not None:
        return _edit_record(session, target, match)
    result = await run(Context(session), command, match.arguments)
    if command.enters is not None and not result.code:
        _enter(session, command, match)
    return result


_NOT_STAGED: Final = "An atomic script has only configuration lines and show: this would be in force at once"
_NOT_CANDIDATE: Final = "This is no part of a candidate: it would be in force at once; use 'configure terminal'"
_HARMLESS: Final = ("terminal ",)
"""What begins so concerns the session alone."""


def _may_stage(session: Session, command: Command) -> bool:
    """Whether a command may run while configuration lines go into a candidate: it changes nothing outside of it."""
    if command.kind == SHOW or command.moves or command.syntax.startswith(_HARMLESS):
        return True
    if session.atomic:
        return False
    return command.staged or CONFIG not in lineage(command.mode)


async def _prepared(session: Session, target: Target, match: Match) -> Match:
    """Check what an operator's line must pass besides its syntax, and hash the secrets in it. Raises CommandError."""
    command = target.command
    if target.form == SET and command.check is not None:
        checked = command.check(Context(session), match.arguments)
        if checked is not None:
            await checked
    if not unprepared(target, match.arguments):
        return match
    try:
        # Hashing takes its time by design: not on the loop that serves the other operators.
        arguments = await asyncio.to_thread(
            prepared, session.manager.registry, target, match.arguments, expected(session)
        )
    except ValueError as error:
        raise CommandError(str(error)) from error
    return match._replace(arguments=arguments)


def _enter(session: Session, command: Command, match: Match) -> None:
    assert command.enters
    session.modes.append(Frame(command.enters, str(match.arguments[command.names[0]])))


async def _edit(session: Session, edit: Edit, target: Target) -> Result:
    """Apply one edit of the settings, or put it to the batch or the candidate."""
    if session.staging:
        try:
            candidate_of(session).take(edit, target)
        except CandidateFull as error:
            return rejected([str(error)])
        return Result()
    if session.batch or session.check_only:
        session.pending.append(edit)
        return Result()
    refused = await apply_edits(session, (edit,))
    return rejected(refused, refused.code) if refused else Result()


def _edit_record(session: Session, target: Target, match: Match) -> Result:
    """Apply one edit to the record that the mode edits outside of the settings."""
    command = target.command
    assert command.mode.load
    assert command.mode.save
    context = Context(session)
    try:
        record: Draft[msgspec.Struct] = Draft(command.mode.load(context, session.frame.key))
        record.apply(Edit(target.form, command.binding, match.arguments))
        command.mode.save(context, record.freeze())
    except CommandError as error:
        return rejected([error.reason], error.code)
    return Result()


def _failure(session: Session, outcome: Outcome, line: str) -> Result:
    """Say what is wrong with a line, in the words that robots know."""
    result = Result(code=SYNTAX)
    if not isinstance(outcome, Ambiguous) and _is_for_others(session, line):
        return _denied()
    if isinstance(outcome, Incomplete):
        result.errors = ["% Incomplete command."]
    elif isinstance(outcome, Ambiguous):
        result.errors = [f'% Ambiguous command:  "{masked(session, line).strip()}"']
    else:
        assert not isinstance(outcome, Match)
        result.offset = outcome.offset
        result.errors = ["% Invalid input detected at '^' marker."]
        result.reason = outcome.reason
    return result


def denied(session: Session, line: str, reason: str) -> Result:
    """Refuse a line, filters included, before it is run, and put that on record."""
    return _recorded(session, _denied(f"% {reason}"), line)


def _denied(error: str = "Command authorization failed.") -> Result:
    result = Result(code=DENIED)
    result.errors = [error]
    return result


def _is_for_others(session: Session, line: str) -> bool:
    """Whether the line would be a command for somebody with more rights."""
    if not session.identity.role and session.privilege >= PRIVILEGED:
        return False
    outcome, _ = resolve(session.manager.registry, session.mode, line, PRIVILEGED)
    return isinstance(outcome, Match)


def _recorded(session: Session, result: Result, line: str, target: Target | None = None) -> Result:
    """Put a command, carried out or refused, on the audit log, and tell the accounting servers if it was one."""
    if result.code and not result.source:
        result.source = session.source
    if session.check_only or not (result.command or result.code):
        return result
    command = result.command or masked(session, line)
    note(session, "command", command=command, code=result.code)
    if target is not None:
        account(session, "command", privilege=target.privilege, command=command, code=result.code)
    log.debug("user=%s origin=%s code=%d command=%r", session.user or "-", session.origin, result.code, command)
    return result


def masked(session: Session, line: str) -> str:
    """Return `line` as it may be kept: with secrets replaced by `*`, also when it is no command."""
    if session.mode is EXEC:
        meant, _, grown = expanded(session.manager.configuration.running.aliases, line)
        if grown:
            # What the alias stands for tells what is a secret; where there is one, that is kept.
            shown = _masked(session, meant)
            return line if shown == meant else shown
    return _masked(session, line)


def _masked(session: Session, line: str) -> str:
    outcome, _ = resolve(session.manager.registry, session.mode, line, PRIVILEGED)
    if isinstance(outcome, Match):
        return outcome.canonical if outcome.secret else line
    return session.manager.registry.masked(line)
