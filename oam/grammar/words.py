"""A line cut into words. There is no quoting: nothing a user types can be unbalanced."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_WORD: Final = re.compile(r"\S+")
_SECRET: Final = re.compile(r"(?i)(?<!\S)(sec(?:r(?:et?)?)?|pass\w*|key|community)(\s+\d{1,2})?\s+\S.*")
_MISSPELT: Final = re.compile(r"^(\s*(?:(?:do|no|default)\s+)?\S+\s+0)\s+\S.*")
"""`secrte 0 TEXT`: a 0 in second place announces a plain secret, whatever the word before it."""


class Word(NamedTuple):
    """One word and where it starts in the line."""

    text: str
    start: int


def split(line: str) -> list[Word]:
    """Cut `line` at white space."""
    return [Word(found.group(), found.start()) for found in _WORD.finditer(line)]


def is_comment(line: str) -> bool:
    """Whether `line` says nothing: empty, or a `!` or `#` comment."""
    return not line or line.isspace() or line.lstrip()[0] in "!#"


def without_secrets(line: str) -> str:
    """Return a line that is no command without what may be a secret in it."""
    return _SECRET.sub(r"\1\2 *", _MISSPELT.sub(r"\1 *", line))
