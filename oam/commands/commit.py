"""`commit`, `abort` and `show candidate`: what `configure candidate` has gathered, put in force whole."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import msgspec

from oam.commands.registry import CONFIG, EXEC, PRIVILEGED, CommandError, order, show
from oam.config.diff import differences
from oam.config.tree import problems
from oam.editing import commit_candidate, refusal, refused_if

if TYPE_CHECKING:
    from oam.config.candidate import Candidate
    from oam.context import Context, Session

_COMMIT: Final = {
    "commit": "Put the candidate in force, all of it or nothing",
    "comment": "Why, up to the end of the line",
}
_COMMENT: Final = {"comment": "Any text; its last words may be 'confirmed MINUTES'"}
_CANDIDATE: Final = {"candidate": "What configure candidate has gathered", "diff": "What it changes"}


def _candidate(session: Session) -> Candidate:
    """Return the candidate that has something in it. Raises CommandError."""
    if not session.candidate:
        raise CommandError("There is no candidate with changes: 'configure candidate' begins one")
    return session.candidate


@order(
    "commit [confirmed (1-1440)$minutes] [comment LINE$comment]",
    mode=CONFIG,
    inherited=True,
    staged=True,
    timeout_s=None,
    words=_COMMIT | {"confirmed": "It comes back unless it is confirmed in time"},
    arguments=_COMMENT | {"minutes": "Minutes"},
)
async def commit(context: Context, minutes: int | None, comment: str | None) -> str:
    """Put the candidate in force on top of what is running now: all of it, or nothing.

    The result is a version of the archive. With `confirmed` what is running now comes back after so many minutes
    unless a second `commit`, or `configure confirm`, comes before; the time may also stand at the end of the
    comment. Without changes in the candidate `commit` confirms.

    Example: commit comment new site confirmed 5
    Example: commit confirmed 5 comment new site
    """
    session, configuration = context.session, context.manager.configuration
    comment, minutes = _comment(comment, minutes)
    pending = configuration.unconfirmed.pending
    if not session.candidate:
        if pending is None or minutes:
            raise refusal(["There is nothing to commit: 'configure candidate' begins a candidate"])
        await _confirm(context)
        return f"Confirmed: the change by {pending.by} stays"
    before = configuration.running
    refused, number = await commit_candidate(session, "commit", comment, minutes or 0)
    refused_if(refused)
    if configuration.running is before:
        return "The candidate changes nothing that is running"
    text = f"Commit complete: version {number}" if number else "Commit complete"
    if minutes:
        return f"{text}\nIt comes back in {minutes} min unless 'commit' or 'configure confirm' is given before"
    if pending is not None:
        await _confirm(context)
        text += f"\nConfirmed: the change by {pending.by} stays as well"
    return text


def _comment(comment: str | None, minutes: int | None) -> tuple[str, int | None]:
    """Take `confirmed MINUTES` off the end of a comment."""
    words = (comment or "").split(" ")
    if minutes is None and len(words) > 2 and words[-2] == "confirmed" and words[-1].isascii() and words[-1].isdigit():
        if not 1 <= int(words[-1][:6]) <= 1440:
            raise refusal(["A commit is confirmed within 1 to 1440 minutes"])
        return " ".join(words[:-2]), int(words[-1])
    return comment or "", minutes


async def _confirm(context: Context) -> None:
    try:
        await context.manager.configuration.confirm()
    except OSError as error:
        raise CommandError(f"The commit is not confirmed: {error.strerror or error}") from error


@order("commit check", mode=CONFIG, inherited=True, staged=True, words=_COMMIT | {"check": "Only say what is wrong"})
async def commit_check(context: Context) -> str:
    """Say what `commit` would object to, and change nothing; whether sockets can be had only `commit` finds out."""
    configuration = context.manager.configuration
    found = problems(_candidate(context.session).made(configuration.running))
    if found:
        raise refusal(found)
    return "The candidate is consistent"


@order("abort", mode=CONFIG, inherited=True, staged=True, words={"abort": "Forget the candidate"})
def abort(context: Context) -> str | None:
    """Forget the candidate and leave configuration mode."""
    session = context.session
    forgotten = bool(session.candidate)
    session.candidate = None
    del session.modes[1:]
    return "The candidate is forgotten" if forgotten else None


def _candidate_json(context: Context, diff: str | None) -> object:
    configuration = context.manager.configuration
    return msgspec.to_builtins(_candidate(context.session).made(configuration.running))


async def show_candidate(context: Context, diff: str | None) -> str:
    """Show what the configuration would be after `commit`; with `diff` only what that changes."""
    configuration = context.manager.configuration
    running = configuration.running
    new = _candidate(context.session).made(running)

    def shown() -> list[str]:
        after = configuration.render(settings=new)
        return differences(configuration.render(settings=running), after) if diff else after

    return "\n".join(await asyncio.to_thread(shown))


for _mode in (EXEC, CONFIG):
    show(
        "show candidate [diff$diff]",
        privilege=PRIVILEGED,
        json=_candidate_json,
        mode=_mode,
        inherited=_mode is CONFIG,
        words=_CANDIDATE,
    )(show_candidate)
