"""Words with their helps beside them, as `?` and the pages of `help` show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from oam.shell.width import columns, padded, wrapped

INDENT: Final = "  "
WORD_COLUMN: Final = 20
"""Where help texts begin, unless a word is longer."""


def listed(entries: Sequence[tuple[str, str]], width: int, indent: int = len(INDENT)) -> list[str]:
    """Return words with their helps beside them, wrapped to `width`."""
    column = max([WORD_COLUMN, *(indent + columns(word) + 2 for word, _ in entries)])
    lines: list[str] = []
    for word, text in entries:
        texts = wrapped(text, max(width - column - 1, 20))
        lines.append((" " * indent + padded(word, column - indent) + texts[0]).rstrip())
        lines += (" " * column + each for each in texts[1:])
    return lines
