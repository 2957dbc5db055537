"""Numbers and tokens in header values: CSeq, counts, q-values (RFC 3261 §20, §25.1)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from core.wire.error import WireError

TOKEN_CHARS: Final = r"A-Za-z0-9\-.!%*_+`'~"
"""RFC 3261 §25.1 `token`, as the inside of a regular expression's character class."""
CSEQ_MAXIMUM: Final = 2**31 - 1
"""RFC 3261 §8.1.1.5: the sequence number MUST be less than 2**31."""

_METHODS: Final = frozenset(("INVITE", "ACK", "BYE", "CANCEL", "REGISTER", "OPTIONS"))
_TOKEN = re.compile(rf"[{TOKEN_CHARS}]+")
_Q = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
_LONGEST_KNOWN: Final = 24
"""Most CSeq values are `1 INVITE` and the like: short ones are looked up."""
_DIGITS: Final = 20
"""More digits than any number we take; also keeps clear of Python's own bound on `int(str)`."""


def is_token(text: str) -> bool:
    """Tell whether `text` is a `token` of RFC 3261 §25.1, hence also a method name."""
    return _TOKEN.fullmatch(text) is not None


def is_value(text: str) -> bool:
    """Tell whether `text` can stand unquoted as a parameter's value: visible ASCII but `" , ; < >`, at least one.

    Wider than RFC 3261's token and host, as phones are. Asked for every message: no regular expression.
    """
    return (
        text != ""
        and text.isascii()
        and text.isprintable()
        and ";" not in text
        and "," not in text
        and " " not in text
        and '"' not in text
        and "<" not in text
        and ">" not in text
    )


def parse_integer(text: str, low: int, high: int) -> int:
    """Return the unsigned decimal number in `text`; WireError unless it lies in `low`..`high`."""
    if not (text.isascii() and text.isdigit()):
        text = text.strip(" \t")
        if not (text.isascii() and text.isdigit()):
            raise WireError(400, "Not a number")
    if len(text) > _DIGITS:
        text = text.lstrip("0") or "0"
        if len(text) > _DIGITS:
            raise WireError(400, "Number out of range")
    value = int(text)
    if not low <= value <= high:
        raise WireError(400, "Number out of range")
    return value


def parse_cseq(text: str) -> tuple[int, str]:
    """Return the sequence number (0..2**31-1) and the method of a CSeq value. Raises WireError."""
    return _known_cseq(text) if len(text) < _LONGEST_KNOWN else _parse_cseq(text)


@lru_cache(maxsize=1024)
def _known_cseq(text: str) -> tuple[int, str]:
    return _parse_cseq(text)


def _parse_cseq(text: str) -> tuple[int, str]:
    number, _, method = text.partition(" ")
    if method in _METHODS and len(number) < 10 and number.isascii() and number.isdigit():
        return int(number), method
    if _TOKEN.fullmatch(method) is None:
        words = text.split()
        if len(words) != 2 or _TOKEN.fullmatch(words[1]) is None:
            raise WireError(400, "Malformed CSeq")
        number, method = words
    try:
        return parse_integer(number, 0, CSEQ_MAXIMUM), method
    except WireError:
        raise WireError(400, "CSeq number out of range") from None


def parse_q(text: str) -> float:
    """Return a q-value, 0.0 to 1.0 with at most three decimals (RFC 3261 §25.1 `qvalue`)."""
    if _Q.fullmatch(text) is None:
        raise WireError(400, "Malformed q-value")
    return float(text)
