"""Lines put together that are one command: a banner goes on until its delimiter comes again."""

from __future__ import annotations

import re
from typing import Final

from oam.commands.registry import Mode, Registry, Target
from oam.config.resolve import resolve
from oam.grammar.banner import Unfinished, delimiter
from oam.grammar.result import Match
from oam.settings.lines import BANNER_CHARACTERS

HELD: Final = 2 * BANNER_CHARACTERS
"""Characters held; of a longer text only the end is looked for, and it is refused."""
_LIKELY: Final = re.compile(r"(?i)\s*b[a-z]*\s+[a-z]+\s+\S")
"""Cheap: what is no banner for certain costs one look."""


class Multiline:
    """A text begun on one line, to be fed the next ones."""

    def __init__(self, line: str, end: str) -> None:
        self.end = end
        """The delimiter that closes it."""
        self._lines = [line]
        self._held = len(line)

    def feed(self, line: str) -> str | None:
        """Take the next line; return the whole command, its lines joined by `\\n`, when that was the last."""
        self._held += len(line) + 1
        closing = self.end in line
        if self._held <= HELD or closing:
            # Too long a text is cut, not dropped: it is refused for its length, and ends where it ends.
            self._lines.append(line[-HELD:])
        return "\n".join(self._lines) if closing else None


def begun(registry: Registry, mode: Mode, line: str, privilege: int = 15) -> Multiline | None:
    """Return what `line` begins, if it is the first of several."""
    if not _LIKELY.match(line):
        return None
    outcome, _ = resolve(registry, mode, line, privilege)
    if not isinstance(outcome, Match) or not isinstance(outcome.command, Target):
        return None
    text = next((each for each in outcome.arguments.values() if isinstance(each, Unfinished)), None)
    if text is None:
        return None
    return Multiline(line, delimiter(_argument(line)))


def _argument(line: str) -> str:
    """Return what follows `banner KIND`."""
    return line.split(maxsplit=2)[2]
