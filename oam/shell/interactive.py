"""An operator at a terminal: prompt, edit, run, page, ask; until `exit` or the hang-up."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import itertools
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from oam import dispatch
from oam.commands.registry import CONFIG, lineage
from oam.config.multiline import Multiline, begun
from oam.context import Again, Session
from oam.help.layout import listed
from oam.shell import editor, screen
from oam.shell import session as shell
from oam.shell.again import Screenful, heading
from oam.shell.announcements import Announcements
from oam.shell.capability import RICH
from oam.shell.editor import Editor, Entry
from oam.shell.editor_plain import ask
from oam.shell.pager import Pager
from oam.shell.printable import clean
from oam.shell.screen import View
from oam.shell.session import StopOutput
from oam.shell.terminal import Terminal
from oam.shell.width import columns

log = logging.getLogger("management")

MONITORED: Final = 24
"""Lines of a view where it is no screen, at least."""
MakeEditor = Callable[[str, editor.Complete], Editor]
"""Makes the plain or the rich editor."""


class Interactive:
    """One session at one terminal."""

    def __init__(self, session: Session, terminal: Terminal, make_editor: MakeEditor) -> None:
        self._session = session
        self._terminal = terminal
        self._make_editor = make_editor
        self._editor: Editor | None = None
        self._kind = ""
        self._reading = False
        self._announcements = Announcements(terminal, self._announce)
        session.ask = self._ask
        session.tell = self._announcements.tell
        session.announcements = self._announcements
        session.width = terminal.columns
        session.length = terminal.rows
        self._sized = (terminal.columns, terminal.rows)
        if session.line is not None:
            terminal.on_typed = self._typed

    async def run(self) -> None:
        """Serve until the session is closed; cancel it to end it from outside."""
        text, cursor = "", 0
        try:
            while not (self._session.closing or self._terminal.hung_up):
                entry = await self._read(text, cursor)
                self._follow_size()
                text, cursor = "", 0
                if entry.kind in (editor.HELP, editor.CHOICES):
                    await self._offer(entry)
                    text, cursor = entry.text, entry.cursor
                else:
                    await self._entered(entry)
            if self._session.pending:
                await dispatch.finish(self._session)
        finally:
            self._session.tell = self._terminal.on_typed = None
            await self._announcements.close()

    async def _read(self, text: str, cursor: int) -> Entry:
        """Have the next line typed, what has come meanwhile shown above it."""
        session = self._session
        if self._editor is None or self._kind != session.editor:
            # Made when it is first needed: the rich one takes its time and half a megabyte.
            self._kind = session.editor
            self._editor = self._make_editor(self._kind, lambda text: shell.completions(session, text))
        await self._print(self._announcements.take())
        self._typed()
        self._reading = True
        try:
            return await self._editor.read(session.prompt, text, cursor)
        finally:
            self._reading = False

    def _announce(self, lines: list[str]) -> bool:
        """Show lines above the one being typed; False when none is."""
        return self._reading and self._editor is not None and self._editor.announce(lines)

    def _typed(self) -> None:
        """The operator is there; from now on nothing typed is idle time."""
        line = self._session.line
        if line is not None:
            self._session.manager.lines.touch(line)

    @contextlib.contextmanager
    def _working(self, busy: bool) -> Iterator[None]:
        """While a command runs the session is `busy`; while it waits for a key or a slow terminal it is not."""
        line = self._session.line
        if line is None:
            yield
            return
        before, line.busy = line.busy, busy
        self._typed()
        try:
            yield
        finally:
            line.busy = before

    def _follow_size(self) -> None:
        """Take over a resized window, unless `terminal length` or `width` has been set since."""
        size = (self._terminal.columns, self._terminal.rows)
        if size == self._sized:
            return
        if self._session.width == self._sized[0]:
            self._session.width = size[0]
        if self._session.length == self._sized[1]:
            self._session.length = size[1]
        self._sized = size

    async def _entered(self, entry: Entry) -> None:
        if entry.kind == editor.TOO_LONG:
            await self._print([f"% Line too long: at most {editor.MAX_LINE} characters; it was not run"])
        elif entry.kind in (editor.LINE, editor.END):
            held = begun(self._session.manager.registry, self._session.mode, entry.text)
            text = entry.text if held is None else await self._rest_of(held)
            await self._line(text)
            if entry.kind == editor.END and CONFIG in lineage(self._session.mode):
                await self._line("end", remember=False)
        elif entry.kind == editor.CLOSE:
            await self._line("exit", remember=False)

    async def _rest_of(self, held: Multiline) -> str:
        """Take the lines of a text up to its delimiter; nothing in them is a command, or a question for help."""
        await self._print([f"Enter TEXT message.  End with the character '{held.end}'."])
        while True:
            entry = await ask(self._terminal, "", False)
            if entry.kind in (editor.HUNG_UP, editor.INTERRUPTED):
                return ""
            whole = held.feed(entry.text)
            if whole is not None:
                return whole

    async def _line(self, line: str, *, remember: bool = True) -> None:
        """Run a line and show what it gives.

        Configuration lines with more behind them, a paste, are gathered and applied together, so
        that signalling takes up one new configuration and not thousands.
        """
        session = self._session
        if session.closing:
            return
        if remember:
            shell.remember(session, line)
        more = b"\r" in self._terminal.peek()
        gathering = more or bool(session.pending)
        session.batch = gathering and CONFIG in lineage(session.mode) and line.split()[:1] != ["do"]
        try:
            while await self._run(line):
                pass
        finally:
            session.batch = False
        if session.pending and not more:
            await self._finish()
        again, session.again = session.again, None
        if again is not None:
            await self._repeat(again)
        view, session.view = session.view, None
        if view is not None:
            await self._show(view)

    async def _repeat(self, again: Again) -> None:
        """Run a command again and again: `watch` until a key, `repeat` so often or until it fails."""
        drawn = not again.times and self._kind == RICH
        for number in itertools.count(1):
            self._terminal.write(heading(again, number, drawn))
            pager = self._pager() if again.times else Screenful(self._terminal.rows if drawn else 0, self._width)
            result = await self._once(again.command, pager)
            stopped = result is None or result.code or (again.times and pager.quit)
            self._session.again = None
            if stopped or number == again.times or self._session.closing or await self._pressed(again.interval_s):
                return

    async def _show(self, view: View) -> None:
        """Show what fills the screen and follows the server: drawn, or as a table again and again until a key."""
        if not self._session.unicode:
            view.plainly()
        with self._working(busy=True):
            if self._kind == RICH and not self._terminal.peek():
                await screen.show(self._terminal, self._session.term, view)
                return
        while not (self._session.closing or self._terminal.hung_up):
            await view.look()
            above = f"--- every {view.interval_s:g} s (a key ends it)"
            await self._print([above, *view.table(self._width, max(self._terminal.rows, MONITORED))])
            if await self._pressed(view.interval_s):
                return

    async def _pressed(self, within_s: float) -> bool:
        """Wait so long for a key, which is taken; what is pasted behind the command stays."""
        if not within_s:
            return False
        with self._working(busy=True):
            if not await self._terminal.pressed(within_s):
                return False
        if b"\r" not in self._terminal.peek()[1:]:
            self._terminal.take(len(self._terminal.peek()))
        return True

    async def _finish(self) -> None:
        """Apply what a paste has gathered."""
        while True:
            result = await dispatch.finish(self._session)
            await self._explain(result, "", named=True)
            if not result.retry:
                return

    async def _run(self, line: str) -> bool:
        """Run a line once; tell whether it was put off because an earlier one was refused."""
        indent = columns(self._session.prompt)
        result = await self._once(line, self._pager(), indent)
        return result is not None and result.retry

    async def _once(self, line: str, pager: Pager, indent: int = -1) -> dispatch.Result | None:
        """Run a line and show what it gives; None: it was stopped. It stands `indent` columns in, -1 if nowhere."""
        result = await self._interruptible(line, pager)
        if result is None:
            await self._print(["^C"])
            return None
        await self._print(pager.finish().splitlines())
        if indent < 0:
            result.offset = -1
        await self._explain(result, " " * indent)
        return result

    @property
    def _width(self) -> int:
        return self._session.width or self._terminal.columns

    def _pager(self) -> Pager:
        return Pager(self._session.length, self._width)

    async def _explain(self, result: dispatch.Result, indent: str, named: bool = False) -> None:
        """Say what is wrong; `named`: with a line that was entered before, not the one it stands under."""
        lines = shell.explain(result, len(indent), self._terminal.columns)
        if result.retry or (named and result.code and result.command):
            lines.insert(0, f'% Refused: "{clean(result.command)}"')
        await self._print(lines)

    async def _interruptible(self, line: str, pager: Pager) -> dispatch.Result | None:
        """Run a line as a task of its own, which Ctrl-C and the hang-up cancel; None: it was stopped."""

        async def write(lines: list[str]) -> None:
            await self._page(pager, lines)

        task = asyncio.create_task(shell.run(self._session, line, write))

        def stop() -> None:
            task.cancel()

        self._terminal.on_interrupt = self._terminal.on_hang_up = stop
        try:
            with self._working(busy=True):
                await asyncio.wait([task])
        finally:
            self._terminal.on_interrupt = self._terminal.on_hang_up = None
            if not task.done():
                task.cancel()
                await asyncio.wait([task])
        if task.cancelled():
            return None
        if task.exception() is None:
            return task.result()
        log.error("shell: %r", dispatch.masked(self._session, line), exc_info=task.exception())
        result = dispatch.Result(code=1)
        result.errors = ["% Internal fault; the log has the details"]
        return result

    async def _page(self, pager: Pager, lines: list[str]) -> None:
        """Show lines, waiting for keys and for a slow terminal; raises StopOutput."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        with self._working(busy=False):
            self._terminal.write(pager.feed(lines))
            await self._terminal.flush()
            while pager.waiting:
                for key in decoder.decode(await self._key()):
                    self._terminal.write(pager.press(key))
                await self._terminal.flush()
        if pager.quit or self._terminal.hung_up:
            raise StopOutput
        await asyncio.sleep(0)

    async def _key(self) -> bytes:
        """Return the next octet typed, Ctrl-C included; raises StopOutput at the hang-up."""
        stop, self._terminal.on_interrupt = self._terminal.on_interrupt, None
        try:
            if not await self._terminal.read():
                raise StopOutput
            return self._terminal.take(1)
        finally:
            self._terminal.on_interrupt = stop

    async def _print(self, lines: Sequence[str]) -> None:
        self._terminal.write("".join(line + "\r\n" for line in lines))
        await self._terminal.flush()

    async def _ask(self, prompt: str, secret: bool) -> str:
        """Put a question in the middle of a command; Ctrl-C there stops the command."""
        stop, self._terminal.on_interrupt = self._terminal.on_interrupt, None
        try:
            with self._working(busy=False):
                entry = await ask(self._terminal, prompt, secret)
        finally:
            self._terminal.on_interrupt = stop
        if entry.kind != editor.LINE:
            raise asyncio.CancelledError
        return entry.text

    async def _offer(self, entry: Entry) -> None:
        """List what may come next, as `?` does; Tab where several words fit lists those alone."""
        before = entry.text[: entry.cursor]
        found = shell.help_for(self._session, before)
        if entry.kind == editor.CHOICES:
            found = [each for each in found if not each.argument] or found
        words = [(each.word, each.help) for each in found]
        lines = listed(words, self._terminal.columns) if found else ["% Unrecognized command"]
        pager = Pager(self._session.length, self._terminal.columns)
        try:
            await self._page(pager, lines)
        except StopOutput:
            return
