"""Text over several lines between two delimiters, as banners are typed: `banner motd ^C`, the lines, `^C`.

The delimiter is whatever sign the text begins with; it is written as `^C`, two signs, where the text
holds none. What stands behind the closing delimiter is ignored, as IOS does.
"""

from __future__ import annotations

from typing import Final
from unicodedata import category

DELIMITER: Final = "^C"


class Unfinished(str):
    """A text whose closing delimiter has not come yet."""

    __slots__ = ()


def delimiter(text: str) -> str:
    """Return what ends a text that begins so."""
    return DELIMITER if text.startswith(DELIMITER) else text[:1]


def convert(text: str) -> str:
    """Return the text between the delimiters, empty lines at its ends dropped; Unfinished when it goes on.

    Raises ValueError, which says what is wrong.
    """
    end = delimiter(text)
    inner, closed, _ = text[len(end) :].partition(end)
    if not closed:
        return Unfinished(inner)
    found = normal(inner)
    if not found:
        raise ValueError("no text between the delimiters")
    return found


def normal(text: str) -> str:
    """Return `text` as kept: no spaces at the ends of lines, no empty lines at its own. Raises ValueError."""
    lines = [line.rstrip() for line in text.split("\n")]
    if not all(sign.isprintable() or category(sign) == "Zs" for line in lines for sign in line):
        raise ValueError("control characters are not allowed")
    found = "\n".join(lines).strip("\n")
    if DELIMITER in found:
        raise ValueError(f"{DELIMITER} is not allowed in the text")
    return found


def render(value: object) -> str:
    """Write a text with its delimiters, each on a line of its own."""
    return f"{DELIMITER}\n{value}\n{DELIMITER}"
