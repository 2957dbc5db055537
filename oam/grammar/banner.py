"""Text over several lines between two delimiters, as banners are typed: `banner motd ^C`, the lines, `^C`.

The delimiter is whatever sign the text begins with; it is written as `^C`, two signs, where the text
holds none. What stands behind the closing delimiter is ignored, as IOS does.
"""

from __future__ import annotations

from typing import Final
from unicodedata import category

DELIMITER: Final = "^C"
_CONTROL_C: Final = "\x03"


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
    lines = [line.rstrip() for line in inner.split("\n")]
    if not all(sign.isprintable() or category(sign) == "Zs" for line in lines for sign in line):
        raise ValueError("control characters are not allowed")
    if DELIMITER in inner or _CONTROL_C in inner:
        raise ValueError(f"{DELIMITER} is not allowed in the text")
    found = "\n".join(lines).strip("\n")
    if not found:
        raise ValueError("no text between the delimiters")
    return found


def render(value: object) -> str:
    """Write a text with its delimiters, each on a line of its own."""
    return f"{DELIMITER}\n{value}\n{DELIMITER}"
