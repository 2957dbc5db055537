"""What translation rules say of digits: the patterns that they match, and which digits a position means.

A pattern is digits (`0-9 * # A-D`), `.` for any one, `[2-57]` for one of several, `+` behind one of these for one or
more of it, and `(…)` for what `\\1`, `\\2` … repeat. It is about the whole number. Two `+` at most: whatever the
number, the match takes some hundred steps and no more.
"""

from __future__ import annotations

import re
from typing import Final

DIGITS: Final = frozenset("0123456789*#ABCD")
_REPEATS: Final = 2
_CLASS = re.compile(r"\[(?:[0-9*#A-D](?:-[0-9A-D])?)+\]")
_LONGEST: Final = 128


def compile_pattern(text: str) -> re.Pattern[str]:
    """Return the pattern as what is matched; ValueError says what is wrong with it."""
    if len(text) > _LONGEST:
        raise ValueError(f"longer than {_LONGEST} characters")
    parts: list[str] = []
    repeats = 0
    is_open = may_repeat = False
    at = 0
    while at < len(text):
        sign = text[at]
        found = _CLASS.match(text, at)
        part = found.group() if found else sign
        if found or sign == "." or sign in DIGITS:
            may_repeat = True
            parts.append(part.replace("#", r"\#") if found else "." if sign == "." else re.escape(sign))
        elif sign == "+" and may_repeat:
            may_repeat = False
            repeats += 1
            parts.append("+")
        elif sign == "(" and not is_open:
            is_open, may_repeat = True, False
            parts.append("(")
        elif sign == ")" and is_open and parts[-1] != "(":
            is_open = may_repeat = False
            parts.append(")")
        else:
            raise ValueError(f"{sign!r} cannot stand at position {at + 1}")
        at += len(part)
    if is_open or not parts:
        raise ValueError("a bracket is open" if is_open else "empty")
    if repeats > _REPEATS:
        raise ValueError(f"more than {_REPEATS} '+'")
    try:
        return re.compile("".join(parts))
    except re.error as error:
        raise ValueError(error.msg) from None


def check_replacement(pattern: re.Pattern[str], text: str) -> None:
    r"""Raise ValueError unless `text` is digits and `\1` … of groups that the pattern has."""
    rest = text
    for number in range(1, pattern.groups + 1):
        rest = rest.replace(f"\\{number}", "")
    if not text or not DIGITS.issuperset(rest):
        raise ValueError("digits, and \\1 for what the first bracket matched")


def span(length: int, index: int, count: int, from_end: bool) -> tuple[int, int]:
    """Return begin and end of `count` digits at `index` of a number of `length`; what is not there is left out."""
    if from_end:
        end = max(0, length - index)
        return max(0, end - count), end
    begin = min(index, length)
    return begin, min(length, begin + count)
