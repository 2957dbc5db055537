"""What must not be kept of a message: each octet of a secret becomes `x`, before anything is stored.

Hidden are answers to digest challenges, credentials of other schemes, passwords wherever they stand, also in URIs, and
the keys of media streams (RFC 4568, RFC 3830, RFC 8839). Lengths stay, so that a message keeps its form. A look at
what hardly any message has costs one search each; nothing is parsed.
"""

from __future__ import annotations

import re
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
_URI_END: Final = re.compile(rb'[@> \r\n"<\t]').search
"""The `@` behind the user part, or what ends a URI before there is one."""


Spans = list[tuple[int, int]]
"""Where secrets are: from, to."""


def masked(data: bytes) -> bytes:
    """Return the message with its secrets hidden; the very same octets when there are none.

    The effort grows with the length of the message and no faster, whatever it holds: each search goes on where the
    value it has found ends.
    """
    low = data.lower()
    spans: Spans = []
    for name in _DIGESTS:
        _find_values(spans, low, name, b"=")
    for name in _PASSWORDS:
        _find_values(spans, low, name, b"=:>")
    for name in _LINES:
        at = low.find(name)
        while at >= 0:
            end = _line_end(low, at + len(name))
            spans.append((at + len(name), end))
            at = low.find(name, end)
    _find_keys(spans, low)
    _find_credentials(spans, low)
    for name in _SCHEMES:
        _find_in_uris(spans, low, name)
    return _hidden(data, spans)


def _hidden(data: bytes, spans: Spans) -> bytes:
    """Hide what is in the spans, which may overlap or be empty."""
    made: bytearray | None = None
    for start, end in spans:
        if end > start:
            if made is None:
                made = bytearray(data)
            made[start:end] = _HIDDEN * (end - start)
    return data if made is None else bytes(made)


def _find_values(spans: Spans, low: bytes, name: bytes, signs: bytes) -> None:
    """Find what is given to `name` by one of `signs`, wherever it stands."""
    at = low.find(name)
    while at >= 0:
        at = low.find(name, _find_value(spans, low, at + len(name), signs))


def _find_value(spans: Spans, low: bytes, at: int, signs: bytes) -> int:
    """Find the value behind a name that ends at `at`, when one is given to it there; return where to go on."""
    size = len(low)
    if at < size and low[at] in b"\"'":
        at += 1
    at = _skip(low, at, _FOLDS)
    if at >= size or low[at] not in signs:
        return at
    start = _skip(low, at + 1, _FOLDS if low[at] != 0x3E else _SPACE)
    if start < size and low[start] in b"\"'":
        end = _quote_end(low, start + 1, low[start])
        start += 1
    else:
        end = _end(low, start, _ENDS)
    spans.append((start, end))
    return end


def _find_keys(spans: Spans, low: bytes) -> None:
    """Find the keys of `a=crypto` lines (RFC 4568 §9.1); lifetime and the rest stay."""
    at = low.find(_INLINE)
    while at >= 0:
        start = at + len(_INLINE)
        end = _end(low, start, _KEY_ENDS)
        spans.append((start, end))
        at = low.find(_INLINE, end)


def _find_credentials(spans: Spans, low: bytes) -> None:
    """Find all behind the scheme of `Authorization` and `Proxy-Authorization`, but of Digest."""
    at = low.find(_CREDENTIALS)
    while at >= 0:
        at = _skip(low, at + len(_CREDENTIALS), _SPACE)
        if at < len(low) and low[at] == 0x3A:
            scheme = _skip(low, at + 1, _FOLDS)
            at = _end(low, scheme, _FOLDS)
            if low[scheme:at] != b"digest":
                start, at = at, _field_end(low, scheme)
                spans.append((start, at))
        at = low.find(_CREDENTIALS, at)


def _find_in_uris(spans: Spans, low: bytes, scheme: bytes) -> None:
    """Find the password of `sip:user:password@host` (RFC 3261 §19.1.1)."""
    at = low.find(scheme)
    while at >= 0:
        at += len(scheme)
        found = _URI_END(low, at)
        if found is None:
            return
        end = found.start()
        if low[end] == 0x40:
            colon = low.find(b":", at, end)
            if colon >= 0:
                spans.append((colon + 1, end))
        at = low.find(scheme, end)


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
