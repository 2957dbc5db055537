"""`--More--`: output a screenful at a time. Pure: lines and keys in, text out.

The octets are those of IOS: ` --More-- `, then on a key nine backspaces, eight spaces,
nine backspaces. Space shows a screenful, Enter a line, `q` and Ctrl-C end the output,
`/` asks for a pattern and goes on with the first line that matches.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from oam.shell.pattern import Pattern, PatternError
from oam.shell.width import columns

MORE: Final = " --More-- "
ERASE: Final = "\b" * 9 + " " * 8 + "\b" * 9
BELL: Final = "\a"

_QUIT: Final = "qQ\x03"


class Pager:
    """Holds the lines that wait for a key."""

    def __init__(self, rows: int, width: int) -> None:
        """`rows` of the terminal, 0 for no paging; `width` decides how many rows a long line takes."""
        self._rows = rows
        self._width = width
        self._left = max(rows - 1, 1)
        """Rows that may still be shown before the next `--More--`."""
        self._held: deque[str] = deque()
        self._typed: str | None = None
        """The search pattern being typed."""
        self._pattern: Pattern | None = None
        self.waiting = False
        """A key is wanted before more is shown."""
        self.quit = False
        """Nobody wants the rest."""

    def feed(self, lines: list[str]) -> str:
        """Take lines; return what to show now. Call again only when not `waiting`."""
        if not self._rows:
            return "".join(line + "\r\n" for line in lines)
        self._held.extend(lines)
        return self._show()

    def finish(self) -> str:
        """The output has ended; return what to show."""
        if self._pattern is None:
            return ""
        self._pattern = None
        return "% Pattern not found\r\n"

    def press(self, key: str) -> str:
        """Take a key while `waiting`; return what to show."""
        if self._typed is not None:
            return self._search(key)
        if key == " ":
            self._left = max(self._rows - 1, 1)
        elif key == "\r":
            self._left = 1
        elif key == "/":
            self._typed = ""
            return ERASE + "/"
        elif key in _QUIT:
            self.quit = True
            self._held.clear()
        else:
            return BELL
        self.waiting = False
        return ERASE + self._show()

    def _search(self, key: str) -> str:
        """Take a key of the pattern."""
        assert self._typed is not None
        if key in "\b\x7f":
            if self._typed:
                last, self._typed = self._typed[-1], self._typed[:-1]
                return "\b \b" * columns(last)
            key = "\x03"
        if key == "\r" and self._typed:
            return self._found()
        if key in "\r\x03\x1b":
            blank = columns("/" + self._typed)
            self._typed = None
            return "\b" * blank + " " * blank + "\b" * blank + MORE
        if not key.isprintable():
            return ""
        self._typed += key
        return key

    def _found(self) -> str:
        text, self._typed = self._typed or "", None
        try:
            self._pattern = Pattern(text)
        except PatternError as error:
            return f"\r\n% Not a regular expression: {error.reason}\r\n{MORE}"
        self._left = max(self._rows - 1, 1)
        self.waiting = False
        return "\r\nskipping...\r\n" + self._show()

    def _show(self) -> str:
        shown = []
        while self._held:
            line = self._held[0]
            if self._pattern is not None:
                if not self._pattern.search(line):
                    self._held.popleft()
                    continue
                self._pattern = None
            if self._left <= 0:
                self.waiting = True
                shown.append(MORE)
                break
            shown.append(self._held.popleft() + "\r\n")
            self._left -= max(1, -(-columns(line) // self._width))
        return "".join(shown)
