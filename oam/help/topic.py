"""Which commands somebody asks about: those that begin with the words given, however abbreviated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from oam.commands.registry import DEFAULT, EXEC, NO, Command, Mode, lineage
from oam.context import Session
from oam.grammar.syntax import Argument, Choice, Element, Keyword, Optional
from oam.grammar.syntax import Sequence as Syntax

EXACT: Final = 0
ABBREVIATED: Final = 1
VALUE: Final = 2
FORMS: Final = (NO, DEFAULT, "do")
Grades = tuple[int, ...]
"""How well each word fits; the lesser the better."""


def commands_of(session: Session, topic: str) -> list[Command]:
    """Return the commands that `topic` may mean in `session`; none that the operator may not use.

    Those of the modes around come first. Other modes add theirs when these have none, or when every word is
    typed in full.
    """
    words = topic.lower().split()
    for alternative in (_expanded(session, words), words, _without_form(words)):
        near = set(lineage(session.mode)) | {EXEC}
        grades, found = _best(session, near, alternative)
        others, further = _best(session, set(session.manager.registry.modes.values()) - near, alternative)
        if not found or others == grades == (EXACT,) * len(alternative):
            found += further
        if found and not _is_form(alternative, grades or others):
            return found
    return []


def _is_form(words: list[str], grades: Grades) -> bool:
    """Whether the first word is `no`, `default` or `do` in front of a line, rather than a command's own."""
    return words[0] in FORMS and grades[0] != EXACT


def _without_form(words: list[str]) -> list[str]:
    """Return the line that `no LINE` and `default LINE` are about, or a command behind `do`."""
    return words[1:] if words[:1] and words[0] in FORMS else []


def _expanded(session: Session, words: list[str]) -> list[str]:
    """Return what an alias of the operators stands for."""
    aliases = session.manager.configuration.running.aliases
    command = next((each.command for each in aliases if words and each.name.lower() == words[0]), "")
    return [*command.lower().split(), *words[1:]] if command else []


def _best(session: Session, modes: set[Mode], words: list[str]) -> tuple[Grades, list[Command]]:
    """Return the commands of `modes` whose beginning fits `words` best, and how well that is."""
    if not words:
        return (), []
    openings = _openings(session)
    depths = {mode: depth for depth, mode in enumerate(lineage(session.mode))}
    graded: list[tuple[Grades, Command]] = []
    for command in session.manager.registry.commands:
        if command.mode in modes and allowed(session, command):
            grades = _grades(command, words, openings.get(command.mode, ()))
            if grades is not None:
                graded.append((grades, command))
    best = min((grades for grades, _ in graded), default=())
    found = [command for grades, command in graded if grades == best]
    return best, sorted(found, key=lambda each: (depths.get(each.mode, len(depths)), each.mode.name, each.syntax))


def allowed(session: Session, command: Command) -> bool:
    """Tell whether the operator may use `command`, after `enable` where need be."""
    rights = session.manager.security.rights(max(session.privilege, session.highest), session.identity.role)
    return rights.allows(session.manager.registry.targets[command])


def _openings(session: Session) -> dict[Mode, Syntax]:
    """Return the line that enters each mode."""
    found = {}
    for command in session.manager.registry.commands:
        mode = command.section_mode or command.enters
        if mode is not None:
            found[mode] = command.elements
    return found


def _grades(command: Command, words: list[str], opening: Syntax) -> Grades | None:
    """Return how well `words` fit the beginning of `command`, or of the line that enters its mode and it; None: not."""
    found = [grades for left, grades in _walk(command.elements, words) if left == 0]
    if opening:
        # `sip listener` is `listener` in mode sip; `sip` alone is the mode.
        behind = [grades for left, grades in _walk(opening, words) if left == 0]
        found += [
            grades for left, grades in _walk((*opening, *command.elements), words) if left == 0 and grades not in behind
        ]
    return min(found, default=None)


def _walk(syntax: Syntax, words: list[str]) -> Iterator[tuple[int, Grades]]:
    """Yield how many words are left behind `syntax`, or 0 when they end within it, with their grades."""
    if not words:
        yield 0, ()
        return
    if not syntax:
        yield len(words), ()
        return
    first, rest = syntax[0], syntax[1:]
    for left, grades in _step(first, words):
        if left == 0:
            yield 0, grades
            continue
        for further, more in _walk(rest, words[len(words) - left :]):
            yield further, grades + more


def _step(element: Element, words: list[str]) -> Iterator[tuple[int, Grades]]:
    if isinstance(element, Optional):
        yield len(words), ()
        yield from _walk(element.part, words)
    elif isinstance(element, Choice):
        for part in element.parts:
            yield from _walk(part, words)
    elif isinstance(element, Keyword):
        if element.word == words[0]:
            yield len(words) - 1, (EXACT,)
        elif element.word.startswith(words[0]):
            yield len(words) - 1, (ABBREVIATED,)
    elif isinstance(element, Argument):
        exact = element.type.name.lower() == words[0]
        if element.type.rest:
            yield 0, (EXACT if exact else VALUE,) * len(words)
        else:
            yield len(words) - 1, (EXACT if exact else VALUE,)
