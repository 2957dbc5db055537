"""Line editor for terminals of which nothing is known: it emits text, CR LF, `\\b`, space and BEL, never ESC.

Robots read this: what is typed is echoed as it stands, a long line is never scrolled,
wrapped or drawn anew. `Keys` is pure; `PlainEditor` feeds it from a terminal.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from typing import Final

from oam.shell.editor import (
    CHOICES,
    CLOSE,
    END,
    HELP,
    HUNG_UP,
    INTERRUPTED,
    LINE,
    MAX_LINE,
    TOO_LONG,
    Complete,
    Entry,
    completed,
)
from oam.shell.editor_search import Search, exchange
from oam.shell.terminal import Terminal
from oam.shell.width import columns

BELL: Final = "\a"
_ESCAPE: Final = "\x1b"
_FUNCTIONS: Final = {
    "A": "\x10",
    "B": "\x0e",
    "C": "\x06",
    "D": "\x02",
    "H": "\x01",
    "F": "\x05",
    "3~": "\x04",
    "1~": "\x01",
    "4~": "\x05",
}
"""Ends of escape sequences (arrows, Home, End, Delete) and the control key that does the same."""


class Keys:
    """One line being typed. `press` gives what to emit; `entry` is set when the line is done."""

    def __init__(self, prompt: str, history: Sequence[str], complete: Complete | None, echo: bool = True) -> None:
        self._prompt = prompt
        self._history = history
        self._complete = complete
        self._echo = echo
        self._text = ""
        self._at = 0
        self._recalled = len(history)
        self._draft = ""
        self._too_long = False
        self._sequence: str | None = None
        self._search: Search | None = None
        self.entry: Entry | None = None

    def begin(self, text: str, cursor: int) -> str:
        """Take over a line already begun; return what to emit, the prompt first."""
        self._text, self._at = text, cursor
        return self._prompt + self._shown(text) + self._back(text[cursor:])

    def again(self) -> str:
        """Return what shows the line once more, the prompt first, on a fresh line."""
        if self._search is not None:
            return self._prompt + self._search.shown
        return self.begin(self._text, self._at)

    def press(self, key: str) -> str:
        """Take one character; return what to emit."""
        if self._search is not None:
            return self._searched(self._search, key)
        if self._sequence is not None:
            return self._escape(key)
        if key == _ESCAPE:
            self._sequence = ""
            return ""
        action = _ACTIONS.get(key)
        if action is not None:
            return action(self)
        if key == "?" and self._complete is not None:
            return self._done(Entry(HELP, self._text, self._at), "?\r\n")
        if not key.isprintable():
            return ""
        return self._insert(key)

    def _escape(self, key: str) -> str:
        """Take a character of an escape sequence: `ESC [ … letter` or `ESC O letter`."""
        assert self._sequence is not None
        if not key.isprintable():
            self._sequence = None
            return self.press(key)
        if self._sequence == "":
            self._sequence = key if key in "[O" else None
            action = _ESCAPED.get(key.lower())
            return action(self) if action is not None else ""
        if not "@" <= key <= "~":
            self._sequence = (self._sequence + key)[:16]
            return ""
        ending = self._sequence[1:] + key
        self._sequence = None
        if ending == "3~" and self._at == len(self._text):
            return ""
        action = _ACTIONS.get(_FUNCTIONS.get(ending, ""))
        return action(self) if action is not None else ""

    def _done(self, entry: Entry, emitted: str) -> str:
        self.entry = entry
        return emitted

    def _shown(self, text: str) -> str:
        return text if self._echo else ""

    def _back(self, text: str) -> str:
        return "\b" * columns(text) if self._echo else ""

    def _insert(self, text: str) -> str:
        if len(self._text) + len(text) > MAX_LINE:
            self._too_long = True
            return BELL
        rest = self._text[self._at :]
        self._text = self._text[: self._at] + text + rest
        self._at += len(text)
        return self._shown(text + rest) + self._back(rest)

    def _remove(self, start: int, end: int) -> str:
        """Drop characters; the cursor stands at `end` before and at `start` behind."""
        gone, rest = self._text[start:end], self._text[end:]
        self._text = self._text[:start] + rest
        self._at = start
        self._too_long = False
        blanks = columns(gone) if self._echo else 0
        return self._back(gone) + self._shown(rest) + " " * blanks + "\b" * blanks + self._back(rest)

    def _replace(self, text: str) -> str:
        """Put another line in the place of this one."""
        emitted = self.end_of_line() + self._remove(0, len(self._text))
        return emitted + self._insert(text)

    def enter(self) -> str:
        kind = TOO_LONG if self._too_long else LINE
        return self._done(Entry(kind, self._text), "\r\n")

    def interrupt(self) -> str:
        return self._done(Entry(INTERRUPTED), "^C\r\n")

    def end(self) -> str:
        return self._done(Entry(END, self._text), "^Z\r\n")

    def delete(self) -> str:
        if not self._text:
            return self._done(Entry(CLOSE), "\r\n")
        return self.right() + self._remove(self._at - 1, self._at) if self._at < len(self._text) else BELL

    def backspace(self) -> str:
        return self._remove(self._at - 1, self._at) if self._at else ""

    def start_of_line(self) -> str:
        emitted, self._at = self._back(self._text[: self._at]), 0
        return emitted

    def end_of_line(self) -> str:
        emitted, self._at = self._shown(self._text[self._at :]), len(self._text)
        return emitted

    def left(self) -> str:
        if not self._at:
            return ""
        self._at -= 1
        return self._back(self._text[self._at])

    def right(self) -> str:
        if self._at == len(self._text):
            return ""
        self._at += 1
        return self._shown(self._text[self._at - 1])

    def back_a_word(self) -> str:
        return self._go(self._word_before())

    def forward_a_word(self) -> str:
        return self._go(self._word_behind())

    def erase_word_behind(self) -> str:
        start = self._at
        return self._go(self._word_behind()) + self._remove(start, self._at)

    def _go(self, to: int) -> str:
        start, self._at = self._at, to
        return self._back(self._text[to:start]) + self._shown(self._text[start:to])

    def _word_before(self) -> int:
        return self._text[: self._at].rstrip().rfind(" ") + 1

    def _word_behind(self) -> int:
        start = self._at
        while start < len(self._text) and self._text[start] == " ":
            start += 1
        end = self._text.find(" ", start)
        return end if end >= 0 else len(self._text)

    def transpose(self) -> str:
        """Exchange the two characters before the cursor."""
        if self._at < 2:
            return BELL
        turned = self._text[self._at - 1] + self._text[self._at - 2]
        return self._remove(self._at - 2, self._at) + self._insert(turned)

    def erase_line(self) -> str:
        return self._remove(0, self._at)

    def erase_to_end(self) -> str:
        start = self._at
        return self.end_of_line() + self._remove(start, len(self._text))

    def erase_word(self) -> str:
        return self._remove(self._word_before(), self._at)

    def redisplay(self) -> str:
        """Show the line again, below."""
        return "\r\n" + self.begin(self._text, self._at) if self._echo else ""

    def search(self) -> str:
        """Begin to look for a line of the history."""
        if self._complete is None:
            return BELL
        self._search = Search(self._history, self._text)
        return self.end_of_line() + self._exchanged(self._text, self._search.shown)

    def _searched(self, search: Search, key: str) -> str:
        """Take a key while the history is searched."""
        old = search.shown
        if key.isprintable():
            done = search.type(key)
        elif key == "\x12":
            done = search.older()
        elif key in "\b\x7f":
            done = search.erase()
        else:
            return self._chosen(search, key)
        return (self._exchanged(old, search.shown)) + ("" if done else BELL)

    def _chosen(self, search: Search, key: str) -> str:
        """End the search: Ctrl-C and Ctrl-G go back to what was typed, every other key acts on what was found."""
        self._search = None
        dropped = key in "\x03\x07"
        if not dropped:
            self._text, self._too_long = search.found, False
        self._at = len(self._text)
        emitted = self._exchanged(search.shown, self._text)
        return emitted if dropped else emitted + self.press(key)

    def _exchanged(self, old: str, new: str) -> str:
        """Put `new` in the place of `old`, at whose end the cursor stands."""
        gone, come = exchange(old, new)
        blanks = max(columns(gone) - columns(come), 0)
        return self._back(gone) + come + " " * blanks + "\b" * blanks

    def earlier(self) -> str:
        return self._recall(self._recalled - 1)

    def later(self) -> str:
        return self._recall(self._recalled + 1)

    def _recall(self, number: int) -> str:
        if not 0 <= number <= len(self._history):
            return BELL
        if self._recalled == len(self._history):
            self._draft = self._text
        self._recalled = number
        return self._replace(self._history[number] if number < len(self._history) else self._draft)

    def tab(self) -> str:
        if self._complete is None:
            return ""
        before = self._text[: self._at]
        words = self._complete(before)
        gone, new = completed(before, words)
        if new:
            return self._remove(self._at - gone, self._at) + self._insert(new)
        return self._done(Entry(CHOICES, self._text, self._at), "\r\n") if words else BELL


_ACTIONS: Final = {
    "\r": Keys.enter,
    "\x03": Keys.interrupt,
    "\x1a": Keys.end,
    "\x04": Keys.delete,
    "\b": Keys.backspace,
    "\x7f": Keys.backspace,
    "\x01": Keys.start_of_line,
    "\x05": Keys.end_of_line,
    "\x02": Keys.left,
    "\x06": Keys.right,
    "\x15": Keys.erase_line,
    "\x18": Keys.erase_line,
    "\x0b": Keys.erase_to_end,
    "\x17": Keys.erase_word,
    "\x0c": Keys.redisplay,
    "\x12": Keys.search,
    "\x14": Keys.transpose,
    "\x10": Keys.earlier,
    "\x0e": Keys.later,
    "\t": Keys.tab,
}
_ESCAPED: Final = {"b": Keys.back_a_word, "f": Keys.forward_a_word, "d": Keys.erase_word_behind}
"""What a key does behind ESC."""


class PlainEditor:
    """Reads lines from `terminal` with `Keys`."""

    def __init__(self, terminal: Terminal, history: Sequence[str], complete: Complete | None) -> None:
        self._terminal = terminal
        self._history = history
        self._complete = complete
        self._keys: Keys | None = None

    async def read(self, prompt: str, text: str = "", cursor: int = 0) -> Entry:
        """Show `prompt` with `text` already typed and return the next entry."""
        keys = self._keys = Keys(prompt, self._history, self._complete)
        self._terminal.write(keys.begin(text, cursor))
        try:
            return await press(self._terminal, keys)
        finally:
            self._keys = None

    def announce(self, lines: Sequence[str]) -> bool:
        """Show `lines` below the line being typed, and that line again below them."""
        if self._keys is None or self._keys.entry is not None:
            return False
        self._terminal.write("\r\n" + "".join(line + "\r\n" for line in lines) + self._keys.again())
        return True


async def press(terminal: Terminal, keys: Keys) -> Entry:
    """Feed `keys` from `terminal` until they give an entry; what is typed behind it stays held."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    while True:
        held = await terminal.read()
        if not held:
            return Entry(HUNG_UP)
        emitted = []
        used = 0
        for octet in held:
            used += 1
            emitted += [keys.press(sign) for sign in decoder.decode(bytes((octet,)))]
            if keys.entry is not None:
                break
        terminal.take(used)
        terminal.write("".join(emitted))
        await terminal.flush()
        if keys.entry is not None:
            return keys.entry


async def ask(terminal: Terminal, prompt: str, secret: bool) -> Entry:
    """Put a question; a secret answer is not echoed."""
    keys = Keys(prompt, (), None, echo=not secret)
    terminal.write(keys.begin("", 0))
    return await press(terminal, keys)
