"""The reference page of a command, as `help COMMAND` shows it."""

from __future__ import annotations

from itertools import takewhile
from typing import Final

from oam.commands.registry import EXEC, Command, Registry
from oam.grammar.syntax import Keyword
from oam.help.describe import Fact, examples, explained, facts, paragraphs, written
from oam.help.language import translated
from oam.help.layout import INDENT, listed
from oam.shell.width import wrapped

LABELS: Final = ("Configuration mode ({}).", "Words:", "Lines:", "Examples:")


def page(registry: Registry, command: Command, language: str, width: int) -> list[str]:
    """Return the page of `command` in lines of at most `width` columns, as far as words allow."""
    room = max(width - len(INDENT) - 1, 20)
    lines = [written(command.elements)]
    for paragraph in paragraphs(command):
        lines += [INDENT + text for text in wrapped(translated(paragraph, language), room)] + [""]
    words = [(each.word, translated(each.help, language)) for each in explained(registry, command)]
    if words:
        lines += [INDENT + translated("Words:", language), *listed(words, width, 4), ""]
    known = [*([] if command.mode is EXEC else [mode_of(command)]), *facts(command)]
    if known:
        gap = "" if language == "zh" else " "
        text = gap.join(sentence(each, language) for each in known)
        lines += [INDENT + each for each in wrapped(text, room)] + [""]
    inside = lines_of(registry, command, language)
    if inside:
        lines += [INDENT + translated("Lines:", language), *listed(inside, width, 4), ""]
    shown = examples(command)
    if shown:
        lines += [INDENT + translated("Examples:", language), *(INDENT * 2 + each for each in shown), ""]
    return lines[:-1]


def lines_of(registry: Registry, command: Command, language: str) -> list[tuple[str, str]]:
    """Return the lines of the mode that `command` enters, with their first sentence."""
    mode = command.section_mode or command.enters
    inside = registry.of(mode) if mode is not None else []
    return sorted((beginning(each), translated(paragraphs(each)[0], language)) for each in inside)


def beginning(command: Command) -> str:
    """Return the keywords that a command begins with; else those behind what it begins with, or that itself."""
    words = tuple(takewhile(lambda each: isinstance(each, Keyword), command.elements))
    later = tuple(each for each in command.elements if isinstance(each, Keyword))
    if later and not words:
        return "... " + written(later)
    return written(words or command.elements[:1])


def mode_of(command: Command) -> Fact:
    """Say in which mode of configuration a command is given."""
    return Fact("Configuration mode ({}).", (command.mode.prompt,))


def sentence(fact: Fact, language: str) -> str:
    """Return a fact in `language`."""
    return translated(fact.text, language).format(*fact.values)
