"""`?`, Tab and the place where filters begin: what the shell asks about a line not yet entered."""

from __future__ import annotations

import logging
from typing import Final

from oam.commands.registry import EXEC, SHOW, Target, lineage
from oam.config.resolve import resolve
from oam.context import Context, Session
from oam.grammar.graph import COMMAND, TOPIC
from oam.grammar.result import CR, Candidate, Match

log = logging.getLogger("management")

NESTED: Final = 4
"""Commands within one another that are looked into."""


def help(session: Session, text: str, nested: int = NESTED) -> list[Candidate]:  # noqa: A001
    """List what `?` shows behind `text`, also within a command that another one takes; empty: nothing fits."""
    found = _help(session, text)
    taken = next((each for each in found if each.completer in (COMMAND, TOPIC)), None)
    if taken is None or not nested:
        return found
    inner = help(session, text[taken.start :], nested - 1)
    ends = found if taken.completer == TOPIC else inner
    begun = bool(text[taken.start :].strip())
    return [
        *(each for each in found if each != CR and not (begun and each is taken)),
        *(each for each in inner if each != CR),
        *(each for each in ends if each == CR),
    ]


def _help(session: Session, text: str) -> list[Candidate]:
    for mode in lineage(session.mode):
        if mode is EXEC and session.mode is not EXEC:
            break
        found = session.manager.registry.graphs[mode].help(text, session.rights)
        if found:
            return found
    return []


def complete(session: Session, text: str) -> list[Candidate]:
    """List the words that Tab may put in place of the last, partial word of `text`, values of arguments included."""
    partial = "" if not text or text[-1].isspace() else text.split()[-1]
    found: list[Candidate] = []
    for each in help(session, text):
        if not each.argument:
            found.append(each)
        elif each.completer:
            found += [Candidate(value, each.help) for value in _values(session, each.completer, partial)]
    return found


def _values(session: Session, name: str, partial: str) -> list[str]:
    """Ask a completer; a failing one must not disturb the operator's typing."""
    function = session.manager.registry.completers.get(name)
    if function is None:
        return []
    try:
        return [value for value in function(Context(session), partial) if value.startswith(partial)]
    except Exception:
        log.exception("completer %s failed", name)
        return []


def pipe_offset(session: Session, line: str) -> int:
    """Return where the first filter's `|` stands when what is before it takes filters, else -1."""
    offset = line.find("|")
    if offset <= 0 or not line[offset - 1].isspace():
        return -1
    outcome, _ = resolve(session.manager.registry, session.mode, line[:offset], session.rights)
    if isinstance(outcome, Match) and isinstance(outcome.command, Target) and outcome.command.command.kind == SHOW:
        return offset
    return -1
