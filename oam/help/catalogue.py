"""All English help texts there are: what every language's catalogue must have, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from oam.commands.registry import Registry
from oam.grammar.result import CR
from oam.grammar.syntax import Argument, Choice, Keyword, Optional
from oam.grammar.syntax import Sequence as Syntax
from oam.help import guide
from oam.help.describe import FACTS, paragraphs
from oam.help.language import CATALOGUES, RANGE
from oam.help.page import LABELS
from oam.shell import filters
from oam.shell.session import FILTER

_NUMBERS: Final = re.compile(RANGE.replace("{}", r"\d+"))


def texts(registry: Registry) -> list[str]:
    """Return every English help text, each once: what `?` lists and what `help` shows."""
    found: dict[str, None] = {}
    for text in (*_of_the_shell(), *_of_commands(registry)):
        found[RANGE if _NUMBERS.fullmatch(text) else text] = None
    return list(found)


def missing(registry: Registry, language: str) -> list[str]:
    """Return the texts that `language` lacks."""
    return [text for text in texts(registry) if text not in CATALOGUES[language]]


def _of_the_shell() -> Iterator[str]:
    yield from (CR.help, FILTER, *filters.HELPS, *LABELS, *FACTS, guide.BEHIND)
    for chapter in guide.CHAPTERS:
        yield from (chapter.title, *chapter.texts, *(text for _, text in chapter.entries))


def _of_commands(registry: Registry) -> Iterator[str]:
    for command in registry.commands:
        yield from paragraphs(command)
        for element in _elements(command.elements):
            yield registry.help_of(command, element)
    yield from (registry.words[word] for word in ("no", "default", "do"))


def _elements(syntax: Syntax) -> Iterator[Keyword | Argument]:
    for element in syntax:
        if isinstance(element, Optional):
            yield from _elements(element.part)
        elif isinstance(element, Choice):
            for part in element.parts:
                yield from _elements(part)
        else:
            yield element
