"""Header text for people: octets that are UTF-8 are shown as what they spell."""

from __future__ import annotations


def readable(text: str) -> str:
    """Turn header text (latin-1, one character an octet) into readable text; broken UTF-8 is replaced."""
    if text.isascii():
        return text
    return text.encode("latin-1", "replace").decode("utf-8", "replace")


def discreet(uri: str) -> str:
    """Return a URI with `x` for each letter of a password in it (RFC 3261 §19.1.1), as it may be shown and kept."""
    at = uri.find("@")
    colon = uri.find(":", 5, at) if at >= 0 else -1  # behind the scheme and one letter of the user
    return uri if colon < 0 else uri[: colon + 1] + "x" * (at - colon - 1) + uri[at:]
