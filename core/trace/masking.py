"""What must not be kept of a message: each octet of a secret becomes `x`, before anything is stored.

Hidden are answers to digest challenges, credentials of other schemes, passwords wherever they stand, also in URIs, and
the keys of media streams (RFC 4568, RFC 3830, RFC 8839). Lengths stay, so that a message keeps its form. A look at
what hardly any message has costs one search each; nothing is parsed.
"""

from __future__ import annotations

from typing import Final

_DIGESTS: Final = (b"response", b"rspauth")
"""Parameters whose value proves a secret: `name=value`, quoted or not."""
_PASSWORDS: Final = (b"password", b"passwd", b"secret", b"access_token")
"""The same of secrets themselves, which may also stand in JSON and XML."""
_LINES: Final = (b"\nk=", b"key-mgmt:", b"\na=ice-pwd:")
"""What is followed by a secret up to the end of the line."""
_INLINE: Final = b"inline:"
_SCHEMES: Final = (b"sip:", b"sips:")
_CREDENTIALS: Final = b"authorization"
_HIDDEN: Final = b"x"

_SPACE: Final = b" \t"
_FOLDS: Final = b" \t\r\n"
_ENDS: Final = b" \t\r\n,;&<>\"'}"
"""What ends a value that is not quoted."""
_KEY_ENDS: Final = b"|; \t\r\n"
_URI_ENDS: Final = (b">", b" ", b"\r", b"\n", b'"', b"<", b"\t")


def masked(data: bytes) -> bytes:
    """Return the message with its secrets hidden; the very same octets when there are none."""
    low = data.lower()
    found = data
    for name in _DIGESTS:
        found = _hide_values(found, low, name, b"=")
    for name in _PASSWORDS:
        found = _hide_values(found, low, name, b"=:>")
    for name in _LINES:
        at = low.find(name)
        while at >= 0:
            at += len(name)
            found = _hide(found, at, _line_end(low, at))
            at = low.find(name, at)
    found = _hide_keys(found, low)
    found = _hide_credentials(found, low)
    return _hide_in_uris(found, low)


def _hide(data: bytes, start: int, end: int) -> bytes:
    """Hide what is from `start` to `end`."""
    if end <= start:
        return data
    return data[:start] + _HIDDEN * (end - start) + data[end:]


def _hide_values(data: bytes, low: bytes, name: bytes, signs: bytes) -> bytes:
    """Hide what is given to `name` by one of `signs`, wherever it stands."""
    at = low.find(name)
    while at >= 0:
        at += len(name)
        data = _hide_value(data, low, at, signs)
        at = low.find(name, at)
    return data


def _hide_value(data: bytes, low: bytes, at: int, signs: bytes) -> bytes:
    """Hide the value behind a name that ends at `at`, when one is given to it there."""
    size = len(low)
    if at < size and low[at] in b"\"'":
        at += 1
    at = _skip(low, at, _FOLDS)
    if at >= size or low[at] not in signs:
        return data
    at = _skip(low, at + 1, _FOLDS if low[at] != 0x3E else _SPACE)
    if at < size and low[at] in b"\"'":
        return _hide(data, at + 1, _quote_end(low, at + 1, low[at]))
    return _hide(data, at, _end(low, at, _ENDS))


def _hide_keys(data: bytes, low: bytes) -> bytes:
    """Hide the keys of `a=crypto` lines (RFC 4568 §9.1); lifetime and the rest stay."""
    at = low.find(_INLINE)
    while at >= 0:
        at += len(_INLINE)
        data = _hide(data, at, _end(low, at, _KEY_ENDS))
        at = low.find(_INLINE, at)
    return data


def _hide_credentials(data: bytes, low: bytes) -> bytes:
    """Hide all behind the scheme of `Authorization` and `Proxy-Authorization`, but of Digest."""
    at = low.find(_CREDENTIALS)
    while at >= 0:
        at = _skip(low, at + len(_CREDENTIALS), _SPACE)
        if at < len(low) and low[at] == 0x3A:
            at = _skip(low, at + 1, _FOLDS)
            if not low.startswith(b"digest", at):
                data = _hide(data, _end(low, at, _FOLDS), _field_end(low, at))
        at = low.find(_CREDENTIALS, at)
    return data


def _hide_in_uris(data: bytes, low: bytes) -> bytes:
    """Hide the password of `sip:user:password@host` (RFC 3261 §19.1.1)."""
    for scheme in _SCHEMES:
        at = low.find(scheme)
        while at >= 0:
            at += len(scheme)
            # Cheapest first: few URIs have a colon before the next `@`, and fewer before their end.
            end = low.find(b"@", at)
            colon = low.find(b":", at, end) if end >= 0 else -1
            if colon >= 0 and _is_user(low, at, end):
                data = _hide(data, colon + 1, end)
            at = low.find(scheme, at)
    return data


def _is_user(low: bytes, at: int, end: int) -> bool:
    """Tell whether from `at` to the `@` at `end` nothing ends a URI."""
    return all(low.find(sign, at, end) < 0 for sign in _URI_ENDS)


def _skip(low: bytes, at: int, signs: bytes) -> int:
    while at < len(low) and low[at] in signs:
        at += 1
    return at


def _end(low: bytes, at: int, signs: bytes) -> int:
    while at < len(low) and low[at] not in signs:
        at += 1
    return at


def _line_end(low: bytes, at: int) -> int:
    end = low.find(b"\n", at)
    if end < 0:
        return len(low)
    return end - 1 if end > at and low[end - 1] == 0x0D else end


def _field_end(low: bytes, at: int) -> int:
    """Return where a header field ends, lines that continue it included (RFC 3261 §7.3.1)."""
    while True:
        at = low.find(b"\n", at)
        if at < 0:
            return len(low)
        at += 1
        if at >= len(low) or low[at] not in _SPACE:
            return at - 2 if at > 1 and low[at - 2] == 0x0D else at - 1


def _quote_end(low: bytes, at: int, quote: int) -> int:
    """Return where a quoted string ends; what is never closed ends with the message."""
    while at < len(low) and low[at] != quote:
        at += 2 if low[at] == 0x5C else 1
    return min(at, len(low))
