"""Header text for people: octets that are UTF-8 are shown as what they spell."""

from __future__ import annotations


def readable(text: str) -> str:
    """Turn header text (latin-1, one character an octet) into readable text; broken UTF-8 is replaced."""
    if text.isascii():
        return text
    return text.encode("latin-1", "replace").decode("utf-8", "replace")
