"""Authorization and challenge values: `scheme name=value, …` (RFC 3261 §20.7, §20.27, §25.1)."""

from __future__ import annotations

import re
from typing import Final

from core.wire.address import unquote
from core.wire.error import WireError
from core.wire.scalar import is_token

_USUAL: Final = frozenset(
    ("username", "realm", "nonce", "uri", "response", "algorithm", "cnonce", "opaque", "qop", "nc")
)  # fmt: skip
"""Names that need not be checked to be tokens."""
_PLAIN = re.compile(r'[^"=,\x00-\x20\x7f]+').fullmatch
_TAKEN_APART: Final = "digest"


def parse_credentials(text: str) -> tuple[str, dict[str, str]]:
    """Return the scheme and the parameters, both names in lower case, quoted strings unquoted.

    Of a scheme other than Digest whose rest is no list of parameters (`Bearer …`) the
    parameters are empty. Raises WireError.
    """
    scheme, _, rest = text.strip(" \t").partition(" ")
    if scheme != "Digest" and not is_token(scheme):
        raise WireError(400, "Malformed credentials")
    scheme = scheme.lower()
    params: dict[str, str] = {}
    rest = rest.lstrip(" \t,")
    escapes = "\\" in rest
    length = len(rest)
    at = 0
    while at < length:
        equals = rest.find("=", at)
        name = rest[at:equals] if equals >= 0 else ""
        good = name in _USUAL
        if not good:
            name = name.rstrip(" \t").lower()
            good = is_token(name)
        begin = equals + 1
        while begin < length and (rest[begin] == " " or rest[begin] == "\t"):
            begin += 1
        if begin < length and rest[begin] == '"':
            begin += 1
            end = _closing_quote(rest, begin) if escapes else rest.find('"', begin)
            value = unquote(rest[begin:end]) if escapes else rest[begin:end]
            at = _next(rest, end + 1)
            good = good and end >= 0 and at >= 0
        else:
            end = rest.find(",", begin)
            if end < 0:
                end = length
            value = rest[begin:end]
            at = _next(rest, end)
            if not value.isalnum():
                value = value.rstrip(" \t")
                good = good and _PLAIN(value) is not None
        if not good:
            if scheme != _TAKEN_APART:
                return scheme, {}
            raise WireError(400, "Malformed credentials")
        # A doubled parameter could be read one way by us and another way by the next element.
        if name in params:
            raise WireError(400, "Parameter given twice in credentials")
        params[name] = value
    return scheme, params


def _next(text: str, at: int) -> int:
    """Return where the next parameter begins, behind blanks and a comma at `at`; -1 if something else is there."""
    length = len(text)
    comma = False
    while at < length and (text[at] == "," or text[at] == " " or text[at] == "\t"):
        comma = comma or text[at] == ","
        at += 1
    return at if comma or at == length else -1


def _closing_quote(text: str, at: int) -> int:
    """Return where the quoted string whose inside begins at `at` ends; -1 if it does not."""
    end = text.find('"', at)
    escape = text.find("\\", at, end)
    while 0 <= escape < end:
        end = text.find('"', max(end, escape + 2))
        escape = text.find("\\", escape + 2, end)
    return end
