"""Authorization and challenge values: `scheme name=value, …` (RFC 3261 §20.7, §20.27, §25.1)."""

from __future__ import annotations

import re
from typing import Final

from core.wire.address import unquote
from core.wire.error import WireError
from core.wire.scalar import TOKEN_CHARS

_PAIRS = re.compile(
    rf"([{TOKEN_CHARS}]++)[ \t]*+=[ \t]*+"
    rf'(?:"((?:[^"\\]++|\\.)*+)"|([^"=,\x00-\x20\x7f]++))[ \t]*+(?:,[ \t,]*+|$)|(.)',
    re.DOTALL,
).findall
_SCHEME = re.compile(rf"[{TOKEN_CHARS}]+")
_TAKEN_APART: Final = "digest"


def parse_credentials(text: str) -> tuple[str, dict[str, str]]:
    """Return the scheme and the parameters, both names in lower case, quoted strings unquoted.

    Of a scheme other than Digest whose rest is no list of parameters (`Bearer …`) the
    parameters are empty. Raises WireError.
    """
    scheme, _, rest = text.strip(" \t").partition(" ")
    if _SCHEME.fullmatch(scheme) is None:
        raise WireError(400, "Malformed credentials")
    scheme = scheme.lower()
    params: dict[str, str] = {}
    for name, quoted, plain, junk in _PAIRS(rest.lstrip(" \t,")):
        if junk:
            if scheme != _TAKEN_APART:
                return scheme, {}
            raise WireError(400, "Malformed credentials")
        name = name.lower()
        # A doubled parameter could be read one way by us and another way by the next element.
        if name in params:
            raise WireError(400, "Parameter given twice in credentials")
        params[name] = plain or (unquote(quoted) if "\\" in quoted else quoted)
    return scheme, params
