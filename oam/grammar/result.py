"""What the walker says about a line, and what it offers for the next word. Pure data."""

from __future__ import annotations

from typing import NamedTuple


class Match(NamedTuple):
    """The line is one command; `command` is what was registered under it."""

    command: object
    arguments: dict[str, object]
    """Converted values by `$name`; names of optional parts left out are absent."""
    canonical: str
    """The line with every keyword spelled out, every value in its one spelling and every secret replaced by `*`."""
    exact: bool
    """The first word was typed in full."""
    secret: bool
    """The line holds a secret."""


class Incomplete(NamedTuple):
    """More words are needed."""

    offset: int


class Ambiguous(NamedTuple):
    """A word abbreviates several keywords."""

    offset: int
    candidates: tuple[str, ...]


class Invalid(NamedTuple):
    """The word at `offset` (in characters, from the start of the line) fits nowhere."""

    offset: int
    reason: str = ""
    """What the argument's type has against the word; empty when it is simply unknown."""


Outcome = Match | Incomplete | Ambiguous | Invalid


class Candidate(NamedTuple):
    """One thing that may come next; `<cr>` when the line may end here."""

    word: str
    """The keyword, or the argument's sign (`WORD`, `<60-86400>`)."""
    help: str
    argument: bool = False
    """`word` describes an argument and is nothing to insert."""
    completer: str = ""
    """Name of the completer that knows the argument's values, if any."""
    start: int = -1
    """Where the text begins that an argument up to the end of the line takes; -1: it takes one word."""


CR = Candidate("<cr>", "Execute the command", True)
