"""Text that may be shown: what a peer sent must not steer the terminal."""

from __future__ import annotations


def clean(text: str) -> str:
    """Return `text` with everything unprintable escaped: what a peer sent must not steer the terminal."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else _escaped(sign) for sign in text.expandtabs())


def _escaped(sign: str) -> str:
    units = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
