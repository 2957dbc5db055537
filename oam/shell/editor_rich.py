"""Line editor for a capable terminal: prompt-toolkit, fed by us key by key.

It is given octets only while a line is edited and only until that line is done, so what
was typed or pasted ahead stays in the terminal's buffer. Whole pasted lines skip it: they
are echoed and run, at a hundredth of the cost. Between the marks of a bracketed paste `?`
and Tab are text.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import TYPE_CHECKING, Final, TextIO, cast

from prompt_toolkit import PromptSession
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.filters import buffer_has_focus, is_searching
from prompt_toolkit.history import History
from prompt_toolkit.input import Input
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.key_binding import (
    ConditionalKeyBindings,
    KeyBindings,
    KeyBindingsBase,
    KeyPress,
    merge_key_bindings,
)
from prompt_toolkit.key_binding.bindings.basic import load_basic_bindings
from prompt_toolkit.key_binding.bindings.emacs import (
    load_emacs_bindings,
    load_emacs_search_bindings,
    load_emacs_shift_selection_bindings,
)
from prompt_toolkit.keys import Keys
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.search import stop_search

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
from oam.shell.terminal import Terminal

if TYPE_CHECKING:
    from prompt_toolkit.buffer import Buffer
    from prompt_toolkit.key_binding.key_processor import KeyPressEvent

PASTE: Final = b"\x1b[200~"
PASTED: Final = b"\x1b[201~"
HOPELESS: Final = 65_536
"""Octets of a pasted line without an end, above which they are dropped and the line counts as too long."""
_SIMPLE: Final = re.compile(rb"[^\x00-\x1f?\x7f]*")
_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f]")


class FedInput(Input):
    """Input that we push octets into; no file, no thread."""

    def __init__(self) -> None:
        self._keys: list[KeyPress] = []
        self._parser = Vt100Parser(self._keys.append)
        self._ready: Callable[[], None] | None = None

    def feed(self, text: str) -> None:
        """Push `text` and have it processed at once."""
        self._parser.feed(text)
        if self._ready is not None:
            self._ready()

    def read_keys(self) -> list[KeyPress]:
        keys, self._keys[:] = self._keys[:], []
        return keys

    def flush_keys(self) -> list[KeyPress]:
        self._parser.flush()
        return self.read_keys()

    def attach(self, input_ready_callback: Callable[[], None]) -> AbstractContextManager[None]:
        self._ready = input_ready_callback
        return nullcontext()

    def detach(self) -> AbstractContextManager[None]:
        return nullcontext()

    def raw_mode(self) -> AbstractContextManager[None]:
        return nullcontext()

    def cooked_mode(self) -> AbstractContextManager[None]:
        return nullcontext()

    def fileno(self) -> int:
        raise NotImplementedError

    def typeahead_hash(self) -> str:
        return f"fed-{id(self)}"

    def close(self) -> None:
        pass

    @property
    def closed(self) -> bool:
        return False


class Writer:
    """What prompt-toolkit takes for a text file."""

    encoding = "utf-8"

    def __init__(self, terminal: Terminal) -> None:
        self.write = terminal.write

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError("no file")


class _SessionHistory(History):
    """The session's history, kept by the shell."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__()
        self._lines = lines

    async def load(self) -> AsyncGenerator[str, None]:
        for line in reversed(self._lines):
            yield line

    def load_history_strings(self) -> list[str]:
        return list(reversed(self._lines))

    def store_string(self, string: str) -> None:
        pass

    def append_string(self, string: str) -> None:
        pass


@cache
def _emacs_bindings() -> KeyBindingsBase:
    """Return the toolkit's own keys, the same for every session: they hold nothing of any."""
    own = (
        load_basic_bindings(),
        load_emacs_bindings(),
        load_emacs_search_bindings(),
        load_emacs_shift_selection_bindings(),
    )
    return ConditionalKeyBindings(merge_key_bindings(own), buffer_has_focus)


class RichEditor:
    """Reads lines from `terminal` with history, search and everything else prompt-toolkit has."""

    def __init__(self, terminal: Terminal, term: str, history: Sequence[str], complete: Complete) -> None:
        self._terminal = terminal
        self._complete = complete
        self._pasting = False
        self._input = FedInput()
        self._output = Vt100_Output(
            cast(TextIO, Writer(terminal)),
            lambda: Size(rows=terminal.rows, columns=terminal.columns),
            term=term,
            enable_cpr=False,
        )
        self._prompt: PromptSession[Entry] = PromptSession(
            input=self._input,
            output=self._output,
            history=_SessionHistory(history),
            key_bindings=self._bindings(),
            enable_suspend=False,
            reserve_space_for_menu=0,
            include_default_pygments_style=False,
        )
        # What the toolkit makes for each application (vi's keys among it) is half of a session's memory.
        self._prompt.app._default_bindings = _emacs_bindings()
        self._prompt.default_buffer.accept_handler = self._accept

    async def read(self, prompt: str, text: str = "", cursor: int = 0) -> Entry:
        """Show `prompt` with `text` already typed and return the next entry."""
        if not text:
            line = self._pasted_line()
            if line is not None:
                self._terminal.write(f"{prompt}{line}\r\n")
                await self._terminal.flush()
                return Entry(LINE if len(line) <= MAX_LINE else TOO_LONG, line)
        with create_app_session(input=self._input, output=self._output):
            return await self._edit(prompt, text, cursor)

    def announce(self, lines: Sequence[str]) -> bool:
        """Show `lines` above the line being typed."""
        application = self._prompt.app
        if not application.is_running or application.is_done:
            return False
        application.renderer.erase()
        self._terminal.write("".join(line + "\r\n" for line in lines))
        application.renderer.reset()
        application._redraw()
        return True

    async def _edit(self, prompt: str, text: str, cursor: int) -> Entry:
        application = self._prompt.app
        feeding: asyncio.Task[None] | None = None

        def begin() -> None:
            nonlocal feeding
            if text:
                self._prompt.default_buffer.cursor_position = cursor
            feeding = asyncio.create_task(self._feed())

        self._terminal.on_resize = application._on_resize
        try:
            return await self._prompt.prompt_async(prompt, default=text, pre_run=begin, handle_sigint=False)
        finally:
            self._terminal.on_resize = None
            if feeding is not None:
                feeding.cancel()
                await asyncio.wait([feeding])

    async def _feed(self) -> None:
        """Give the editor what is typed until its line is done."""
        application = self._prompt.app
        await self._history_loaded()
        while not application.is_done:
            held = await self._terminal.read()
            if not held:
                application.exit(result=Entry(HUNG_UP))
            elif self._pasting:
                await self._feed_paste(held)
            elif held.startswith(PASTE):
                self._terminal.take(len(PASTE))
                self._pasting = True
            elif (len(held) > 2 and PASTE.startswith(held)) or len(held) < (size := _octets(held[0])):
                await self._more(held)
            else:
                self._press(self._terminal.take(size).decode("utf-8", "replace"))
                await self._terminal.flush()

    async def _more(self, held: bytearray) -> None:
        """Wait for what `held` is the beginning of."""
        if self._terminal.hung_up:
            self._prompt.app.exit(result=Entry(HUNG_UP))
        else:
            await self._terminal.more(len(held))

    async def _history_loaded(self) -> None:
        """Wait until the first key can already be one that recalls a line."""
        buffer = self._prompt.default_buffer
        buffer.load_history_if_not_yet_loaded()
        if buffer._load_history_task is not None:
            await buffer._load_history_task

    def _press(self, sign: str) -> None:
        if sign.isprintable() and len(self._prompt.default_buffer.text) > MAX_LINE:
            self._output.bell()
        else:
            self._input.feed(sign)

    async def _feed_paste(self, held: bytearray) -> None:
        """Put pasted text into the line as it stands, up to the end of the line or of the paste."""
        buffer = self._prompt.default_buffer
        end = held.find(b"\r")
        mark = held.find(PASTED, 0, end if end >= 0 else len(held))
        if mark >= 0:
            buffer.insert_text(_printable(self._terminal.take(mark)))
            self._terminal.take(len(PASTED))
            self._pasting = False
        elif end >= 0:
            buffer.insert_text(_printable(self._terminal.take(end)))
            self._terminal.take(1)
            self._finish(buffer)
        elif len(held) > HOPELESS:
            self._terminal.take(len(held) - len(PASTED))
            buffer.insert_text("…" * (MAX_LINE + 1 - len(buffer.text)))
        else:
            await self._more(held)

    def _pasted_line(self) -> str | None:
        """Take a whole line that waits and needs no editing."""
        held = self._terminal.peek()
        if not self._pasting and held.startswith(PASTE):
            self._terminal.take(len(PASTE))
            self._pasting = True
        if self._pasting:
            end = held.find(b"\r")
            if end < 0 or held.find(PASTED, 0, end) >= 0:
                return None
        else:
            found = _SIMPLE.match(held)
            assert found
            end = found.end()
            if held[end : end + 1] != b"\r":
                return None
        line = _printable(self._terminal.take(end))
        self._terminal.take(1)
        return line

    def _finish(self, buffer: Buffer) -> None:
        """The line is entered."""
        self._end_search()
        text = _CONTROLS.sub("", buffer.text)
        kind = LINE if len(text) <= MAX_LINE else TOO_LONG
        buffer.cursor_position = len(buffer.text)
        self._prompt.app.exit(result=Entry(kind, text))

    def _accept(self, buffer: Buffer) -> bool:
        """Enter the line by a key of prompt-toolkit's own, such as Ctrl-O."""
        self._finish(buffer)
        return True

    def _end_search(self) -> None:
        """Go back from a search to the line: the next line would be typed into the search."""
        if self._prompt.app.layout.is_searching:
            stop_search()

    def _bindings(self) -> KeyBindings:
        bindings = KeyBindings()
        editing = ~is_searching

        def leave(event: KeyPressEvent, entry: Entry) -> None:
            event.app.exit(result=entry)

        @bindings.add("enter", filter=editing)
        def _enter(event: KeyPressEvent) -> None:
            self._finish(event.current_buffer)

        @bindings.add("c-c")
        def _interrupt(event: KeyPressEvent) -> None:
            self._end_search()
            _mark(event.current_buffer, "^C")
            leave(event, Entry(INTERRUPTED))

        @bindings.add("c-z", filter=editing)
        def _end(event: KeyPressEvent) -> None:
            text = event.current_buffer.text
            _mark(event.current_buffer, "^Z")
            leave(event, Entry(END, text))

        @bindings.add("c-d", filter=editing)
        def _close(event: KeyPressEvent) -> None:
            if event.current_buffer.text:
                event.current_buffer.delete()
            else:
                leave(event, Entry(CLOSE))

        @bindings.add("?", filter=editing)
        def _help(event: KeyPressEvent) -> None:
            buffer = event.current_buffer
            entry = Entry(HELP, buffer.text, buffer.cursor_position)
            buffer.insert_text("?")
            leave(event, entry)

        @bindings.add("tab", filter=editing)
        def _tab(event: KeyPressEvent) -> None:
            self._tab(event)

        @bindings.add(Keys.BracketedPaste)
        def _paste(event: KeyPressEvent) -> None:
            self._terminal.put_back(event.data.encode("utf-8", "replace") + PASTED)
            self._pasting = True

        return bindings

    def _tab(self, event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        words = self._complete(buffer.document.text_before_cursor)
        gone, new = completed(buffer.document.text_before_cursor, words)
        if new:
            buffer.delete_before_cursor(gone)
            buffer.insert_text(new)
        elif words:
            event.app.exit(result=Entry(CHOICES, buffer.text, buffer.cursor_position))
        else:
            event.app.output.bell()


def _mark(buffer: Buffer, sign: str) -> None:
    """Show `sign` behind the line that is left."""
    buffer.cursor_position = len(buffer.text)
    buffer.insert_text(sign)


def _octets(first: int) -> int:
    """Return how long the UTF-8 sequence is that begins with `first`."""
    return 1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4


def _printable(octets: bytes) -> str:
    return _CONTROLS.sub("", octets.decode("utf-8", "replace").replace("\t", " "))
