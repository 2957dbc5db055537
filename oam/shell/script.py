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
from oam.commands.registry import FAILED, SYNTAX
from oam.context import Session
from oam.dispatch import Result
from oam.grammar.words import is_comment
from oam.shell import session as shell
from oam.shell.editor import MAX_LINE
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
        self._lines: asyncio.Queue[tuple[str, bytes] | None] = asyncio.Queue(WAITING)
        self._code = 0

    async def add(self, source: str, line: bytes) -> None:
        """Take in the next line, which stands at `source` (`file:line`)."""
        await self._lines.put((source, line))

    async def end(self) -> None:
        """There are no more lines."""
        await self._lines.put(None)

    async def run(self) -> int:
        """Run the lines as they come; return the exit code. Raises OSError when the client is gone."""
        while (item := await self._lines.get()) is not None:
            source, octets = item
            if not await self._step(source, octets) or self._session.closing:
                return self._code
        while True:
            result = await dispatch.finish(self._session)
            if self._stopped(result, result.source, result.command) or not result.retry:
                return self._code

    async def _step(self, source: str, octets: bytes) -> bool:
        """Run one line; tell whether to go on."""
        try:
            line = octets.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            return not self._stopped(_refused("% Not UTF-8"), source, octets.decode("utf-8", "replace"))
        if len(line) > MAX_LINE:
            reason = f"% Line too long: at most {MAX_LINE} characters"
            return not self._stopped(_refused(reason), source, line[:60] + "…")
        if is_comment(line):
            return True
        self._session.source = source
        while True:
            result = await self._run(line)
            await patiently(self._flush)
            if self._stopped(result, source, line):
                return False
            if not result.retry:
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
    lines = [f"{source}: {line}"] if line else []
    result.offset = min(result.offset, len(line))
    explained = shell.explain(result, len(source) + 2)
    return lines + [text if text.strip() == "^" else f"{source}: {text}" for text in explained]


def _refused(reason: str, code: int = SYNTAX) -> Result:
    result = Result(code=code)
    result.errors = [reason]
    return result
