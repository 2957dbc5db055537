"""What the plain and the rich editor have in common: the entries they give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, Protocol

MAX_LINE: Final = 4096
"""Characters of one line; a longer one is refused whole, never cut."""

LINE: Final = "line"
HELP: Final = "help"
"""`?`: say what may follow the text before the cursor, then edit on."""
CHOICES: Final = "choices"
"""Tab where several words fit: list them, then edit on."""
INTERRUPTED: Final = "interrupted"
"""Ctrl-C: the line is dropped."""
END: Final = "end"
"""Ctrl-Z: run the line, then leave configuration mode."""
CLOSE: Final = "close"
"""Ctrl-D on an empty line."""
TOO_LONG: Final = "too-long"
HUNG_UP: Final = "hung-up"


class Entry(NamedTuple):
    """What an editor gives back."""

    kind: str
    text: str = ""
    cursor: int = 0
    """Where the operator stood in `text`, for HELP and CHOICES."""


Complete = Callable[[str], list[str]]
"""Text before the cursor -> the words that may replace its last, partial word."""


class Editor(Protocol):
    """Reads lines from a terminal."""

    async def read(self, prompt: str, text: str = "", cursor: int = 0) -> Entry:
        """Show `prompt` with `text` already typed and return the next entry."""

    def announce(self, lines: Sequence[str]) -> bool:
        """Show `lines` while a line is being typed, which is shown again; False when none is."""


def completed(text: str, words: list[str]) -> tuple[int, str]:
    """Return what Tab does to `text`: how many characters go and what comes instead; (0, "") when nothing is sure."""
    partial = "" if not text or text[-1].isspace() else text.split()[-1]
    if len(words) == 1:
        return len(partial), words[0] + " "
    common = _common(words)
    return (len(partial), common) if len(common) > len(partial) else (0, "")


def _common(words: list[str]) -> str:
    """Return the longest start that all `words` share."""
    if not words:
        return ""
    low, high = min(words), max(words)
    length = next((at for at, (one, other) in enumerate(zip(low, high, strict=False)) if one != other), len(low))
    return low[:length]
