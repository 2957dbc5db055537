"""How many columns a text takes on a terminal."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_WIDE: Final = "\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6"
_CLOSING: Final = "\u3001\u3002\u300d\u300f\u3011\uff01\uff09\uff0c\uff1a\uff1b\uff1f"
_PIECES: Final = re.compile(
    # What stays together: a wide sign or a word, the opening signs before it, the closing ones and spaces behind.
    f"[\u300c\u300e\u3010\uff08]*(?:[{_WIDE}]|[^{_WIDE}\\s]+)[{_CLOSING}]*\\s*|\\s+"
)


def columns(text: str) -> int:
    """Return the columns of printable `text`: two for wide East Asian signs, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def padded(text: str, width: int, right: bool = False) -> str:
    """Return `text` filled with spaces to `width` columns, at its left when `right`."""
    filling = " " * (width - columns(text))
    return filling + text if right else text + filling


def wrapped(text: str, width: int) -> list[str]:
    """Cut `text` into lines of at most `width` columns: at spaces, and between signs that are written without them.

    No line begins with a sign that closes; a word longer than `width` is cut.
    """
    lines = [""]
    free = width
    for piece in _PIECES.findall(text):
        took = columns(piece.rstrip())
        if took > free and lines[-1]:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
            free = width
        while took > free:
            at = _fitting(piece, free)
            lines[-1] = piece[:at]
            lines.append("")
            piece = piece[at:]
            took = columns(piece.rstrip())
        lines[-1] += piece
        free -= columns(piece)
    lines[-1] = lines[-1].rstrip()
    return lines


def _fitting(text: str, width: int) -> int:
    """Return how many characters fit, at least one."""
    at = 1
    while at < len(text) and columns(text[: at + 1]) <= width:
        at += 1
    return at
