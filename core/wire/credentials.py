"""Authorization and challenge values: `scheme name=value, …` (RFC 3261 §20.7, §20.27, §25.1)."""

from __future__ import annotations

import re
from typing import Final

from core.wire.address import unquote
from core.wire.error import WireError
from core.wire.scalar import is_token

_PLAIN = re.compile(r'[^"=,\x00-\x20\x7f]+').fullmatch
_TAKEN_APART: Final = "digest"


def parse_credentials(text: str) -> tuple[str, dict[str, str]]:
    """Return the scheme and the parameters, both names in lower case, quoted strings unquoted.

    `text` is one header value, without blanks around it. Of a scheme other than Digest whose rest
    is no list of parameters (`Bearer …`) the parameters are empty. Raises WireError.
    """
    length = len(text)
    blank = text.find(" ")
    scheme = text if blank < 0 else text[:blank]
    if scheme != "Digest" and not is_token(scheme):
        raise WireError(400, "Malformed credentials")
    scheme = scheme.lower()
    params: dict[str, str] = {}
    escapes = "\\" in text
    at = length if blank < 0 else _next(text, blank, True)
    while at < length:
        equals = text.find("=", at)
        name = text[at:equals] if equals >= 0 else ""
        good = name.isascii() and name.isalnum()
        if not good:
            name = name.rstrip(" \t")
            good = is_token(name)
        name = name.lower()
        begin = equals + 1
        while begin < length and (text[begin] == " " or text[begin] == "\t"):
            begin += 1
        if begin < length and text[begin] == '"':
            begin += 1
            end = _closing_quote(text, begin) if escapes else text.find('"', begin)
            value = unquote(text[begin:end]) if escapes else text[begin:end]
            at = _next(text, end + 1, False)
            good = good and end >= 0 and at >= 0
        else:
            end = text.find(",", begin)
            if end < 0:
                end = length
            value = text[begin:end]
            at = _next(text, end, False)
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


def _next(text: str, at: int, separate: bool) -> int:
    """Return where the next parameter begins, behind blanks and commas at `at`; -1 if something else is there.

    Without a comma between it and the last one it does not begin, unless `separate` already.
    """
    length = len(text)
    while at < length and (text[at] == "," or text[at] == " " or text[at] == "\t"):
        separate = separate or text[at] == ","
        at += 1
    return at if separate or at == length else -1


def _closing_quote(text: str, at: int) -> int:
    """Return where the quoted string whose inside begins at `at` ends; -1 if it does not."""
    end = text.find('"', at)
    escape = text.find("\\", at, end)
    while 0 <= escape < end:
        end = text.find('"', max(end, escape + 2))
        escape = text.find("\\", escape + 2, end)
    return end
