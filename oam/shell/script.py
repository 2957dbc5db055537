"""A script: lines in, one after the other, output and errors out, an exit code in the end.

No prompt, no echo, no paging, no questions. The first error ends it, unless it is told to
go on; then the first error's code is the script's.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, NamedTuple

from oam import dispatch
from oam.commands.registry import FAILED, ROLLED_BACK, SYNTAX
from oam.config.multiline import Multiline, begun
from oam.context import Again, Session
from oam.dispatch import Result
from oam.grammar.words import is_comment
from oam.shell import session as shell
from oam.shell.editor import MAX_LINE
from oam.shell.printable import clean
from oam.shell.terminal import patiently

log = logging.getLogger("management")

WAITING: Final = 1000
"""Lines taken in ahead; then the client waits."""
MAX_TIMEOUT_S: Final = 86_400


class Options(NamedTuple):
    """How a script runs."""

    as_json: bool = False
    """`| json` behind every command that takes it."""
    check: bool = False
    """Lines are checked, every error is reported, nothing is changed."""
    go_on: bool = False
    """An error does not end it."""
    atomic: bool = False
    """All of it is in force in the end, or none of it."""
    timeout_s: float = 0.0
    """How long all of it may take; 0: as long as it takes."""

    @staticmethod
    def of(hello: Mapping[str, str]) -> Options:
        """Read what a client asks for; ValueError says what is wrong with it."""
        check = hello.get("check") == "1"
        return Options(
            hello.get("json") == "1",
            check,
            check or hello.get("continue") == "1",
            hello.get("atomic") == "1",
            _seconds(hello["timeout"]) if hello.get("timeout") else 0.0,
        )

    @staticmethod
    def parse(words: Sequence[str]) -> tuple[Options, list[str]]:
        """Read the flags that `words` begin with, as `sipctl` takes them; return the words behind them too.

        Raises ValueError, which says what is wrong. A word `--` ends the flags.
        """
        asked: dict[str, str] = {}
        rest = list(words)
        while rest and rest[0].startswith("--"):
            name, given, value = rest.pop(0)[2:].partition("=")
            if not name and not given:
                break
            if name == "timeout":
                if not given and not rest:
                    raise ValueError("--timeout needs seconds")
                asked[name] = value if given else rest.pop(0)
                _seconds(asked[name])
            elif name in FLAGS and not given:
                asked[name] = "1"
            else:
                raise ValueError(f"unknown flag --{name}")
        return Options.of(asked), rest


FLAGS: Final = frozenset({"json", "check", "continue", "atomic"})
"""Flags without a value, by which a client asks for Options."""


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= MAX_TIMEOUT_S:
        raise ValueError(f"not a number of seconds up to {MAX_TIMEOUT_S}: {text[:40]}")
    return seconds


class Script:
    """One script of one session."""

    def __init__(
        self,
        session: Session,
        output: Callable[[bytes], None],
        error: Callable[[bytes], None],
        flush: Callable[[], Awaitable[None]],
        options: Options,
    ) -> None:
        """`output` and `error` queue octets for the client, `flush` waits until they are few (OSError: it is gone)."""
        self._session = session
        self._output = output
        self._error = error
        self._flush = flush
        self._as_json = options.as_json
        self._go_on = options.go_on
        self._timeout_s = options.timeout_s
        self._lines: asyncio.Queue[tuple[str, bytes] | None] = asyncio.Queue(WAITING)
        self._code = 0
        self._held: Multiline | None = None
        """A text that goes on until its delimiter."""

    async def add(self, source: str, line: bytes) -> None:
        """Take in the next line, which stands at `source` (`file:line`)."""
        await self._lines.put((source, line))

    async def end(self) -> None:
        """There are no more lines."""
        await self._lines.put(None)

    async def run(self) -> int:
        """Run the lines as they come; return the exit code. Raises OSError when the client is gone."""
        try:
            async with asyncio.timeout(self._timeout_s or None) as limit:
                await self._run_all()
        except TimeoutError:
            if not limit.expired():
                raise
            self._stopped(_refused(self._out_of_time(), FAILED), self._session.source, "")
            self._code = FAILED
        if not (self._session.atomic and self._code):
            return self._code
        self._error(b"% The script is atomic: nothing was changed.\n")
        return ROLLED_BACK

    def _out_of_time(self) -> str:
        pending = len(self._session.pending)
        self._session.pending.clear()
        rest = f"; {pending} configuration lines before that are not in force" if pending else ""
        return f"% Not done within {self._timeout_s:g} seconds; the script was stopped{rest}"

    async def _run_all(self) -> None:
        if not await self._take_all() or (self._session.atomic and self._code):
            return
        while True:
            result = await dispatch.finish(self._session)
            if self._stopped(result, result.source, result.command) or not result.retry:
                return

    async def _take_all(self) -> bool:
        """Run the lines; False when one of them ended the script."""
        while (item := await self._lines.get()) is not None:
            if not await self._step(*item):
                return False
            if self._session.closing:
                break
        if self._held is None:
            return True
        reason = f"% The text does not end: its delimiter {self._held.end} is missing"
        return not self._stopped(_refused(reason), self._session.source, "")

    async def _step(self, source: str, octets: bytes) -> bool:
        """Run one line; tell whether to go on."""
        try:
            line = octets.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            return not self._stopped(_refused("% Not UTF-8"), source, octets.decode("utf-8", "replace"))
        if len(line) > MAX_LINE:
            reason = f"% Line too long: at most {MAX_LINE} characters"
            return not self._stopped(_refused(reason), source, line[:60] + "…")
        if is_comment(line) and self._held is None:
            return True
        if self._held is None:
            self._session.source = source
            self._held = begun(self._session.manager.registry, self._session.mode, line)
            if self._held is not None:
                return True
        else:
            whole = self._held.feed(line)
            if whole is None:
                return True
            self._held, line, source = None, whole, self._session.source
        return await self._carried_out(line, source)

    async def _carried_out(self, line: str, source: str) -> bool:
        """Run a line, again when it was put off, and what a `repeat` in it says; tell whether to go on."""
        while True:
            result = await self._run(line)
            await patiently(self._flush)
            if self._stopped(result, source, line):
                return False
            again, self._session.again = self._session.again, None
            if again is not None:
                return await self._rounds(again, source)
            if not result.retry:
                return True

    async def _rounds(self, again: Again, source: str) -> bool:
        """Run a command several times, until it fails; tell whether to go on."""
        for number in range(again.times):
            if number:
                await asyncio.sleep(again.interval_s)
            result = await self._run(again.command)
            await patiently(self._flush)
            self._session.again = None
            if result.code:
                return not self._stopped(result, source, again.command)
        return True

    async def _run(self, line: str) -> Result:
        depth = len(self._session.modes)

        async def write(lines: list[str]) -> None:
            if len(self._session.modes) == depth:  # greetings of a mode are for people
                self._output("".join(line + "\n" for line in lines).encode("utf-8", "replace"))
            await patiently(self._flush)
            await asyncio.sleep(0)

        try:
            return await shell.run(self._session, line, write, as_json=self._as_json)
        except OSError:
            raise
        except Exception:
            log.exception("shell: %r", dispatch.masked(self._session, line))
            return _refused("% Internal fault; the log has the details", FAILED)

    def _stopped(self, result: Result, source: str, line: str) -> bool:
        """Report what is wrong, if anything; tell whether the script ends here."""
        if not result.code:
            return False
        self._code = self._code or result.code
        if result.source and result.source != source:
            source, line = result.source, result.command
        elif line:
            line = dispatch.masked(self._session, line)
        self._error("".join(text + "\n" for text in report(result, source, line)).encode("utf-8", "replace"))
        return not self._go_on


def report(result: Result, source: str, line: str) -> list[str]:
    """Return an error as a script's user reads it: where, the line, the caret, the reason."""
    lines = [f"{source}: {_shown(line)}"] if line else []
    result.offset = min(result.offset, len(line))
    if result.offset > 0:
        result.offset = len(_shown(line[: result.offset]))
    explained = shell.explain(result, len(source) + 2)
    return lines + [text if text.strip() == "^" else f"{source}: {text}" for text in explained]


def _shown(line: str) -> str:
    """Return a line, perhaps a text of several, as it steers no terminal."""
    return "\n".join(clean(part) for part in line.split("\n"))


def _refused(reason: str, code: int = SYNTAX) -> Result:
    result = Result(code=code)
    result.errors = [reason]
    return result
