"""How many columns a text takes on a terminal."""

from __future__ import annotations

import unicodedata


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
