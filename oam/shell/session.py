"""A line in, text out: what every shell does with a line, whoever typed it and however it came.

Cuts the filters off, has the dispatcher run the command, formats what it gives and
passes it through the filters to `write`. Knows no transport, editor or pager.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any, Final

from oam import dispatch
from oam.commands.alias import expanded
from oam.commands.registry import EXEC, SYNTAX, CommandError
from oam.context import Session
from oam.dispatch import LINES, NONE, ROWS, Result
from oam.grammar.result import CR, Ambiguous, Candidate, Incomplete, Invalid
from oam.help.language import translated
from oam.recorder import note
from oam.shell import filters
from oam.shell.files import OutputFile
from oam.shell.filters import Chain, Filter, Stage
from oam.shell.format import Csv, Format, Json, for_people, json_text
from oam.shell.printable import clean

SLICE: Final = 200
"""Rows formatted at a time: what a listing holds in memory, and how long it holds the process."""
TEXT_SLICE: Final = 1000
"""Lines of a text filtered at a time."""
FILTER: Final = "Filter the output"

Write = Callable[[list[str]], Awaitable[None]]
"""Takes printable lines without their ends, perhaps none; waits while the reader is slow, and gives others a turn."""


class StopOutput(Exception):  # noqa: N818  it is no error
    """Raised by a Write when nobody wants the rest."""


def remember(session: Session, line: str) -> None:
    """Put `line`, secrets masked, into the history; call it before the line is run."""
    text = dispatch.masked(session, line).strip().partition("\n")[0]
    if text and session.history[-1:] != [text]:
        session.history.append(text)
        del session.history[: -session.history_size]


async def run(session: Session, line: str, write: Write, *, as_json: bool = False) -> Result:
    """Run one line and write what it gives; errors are left in the result, not written.

    `as_json` puts `| json` behind every command that takes filters. Raises only CancelledError.
    """
    line, end, grown = _unaliased(session, line)
    result = await _run(session, line, write, as_json)
    if grown and result.offset >= 0:
        # The caret goes under what was typed: under the alias for all that it stands for.
        result.offset = result.offset - grown if result.offset >= end + grown else line.find(line.strip()[:1])
    return result


def _unaliased(session: Session, line: str) -> tuple[str, int, int]:
    """Return what `expanded` does in EXEC mode."""
    if session.mode is not EXEC:
        return line, 0, 0
    return expanded(session.manager.configuration.running.aliases, line)


async def _run(session: Session, line: str, write: Write, as_json: bool) -> Result:
    start = dispatch.pipe_offset(session, line)
    wanted = filters.parse(line, start + 1) if start >= 0 else []
    if not isinstance(wanted, list):
        return _refused(wanted, line)
    if as_json and _takes_filters(session, line) and (not wanted or wanted[0].name not in ("json", "csv")):
        wanted = [Filter("json"), *wanted]
    if not all(session.rights.writes(each.name) for each in wanted if each.file):
        return dispatch.denied(session, line, "Access denied")
    files = [each for each in wanted if each.file]
    if session.check_only:
        wanted, files = [each for each in wanted if not each.file], []
    result = Result()
    async with AsyncExitStack() as stack:
        try:
            output = _Output(session, wanted, write, stack)
            result = await dispatch.execute(session, line[:start] if start >= 0 else line)
            if result.code:
                files = []
            with contextlib.suppress(StopOutput):
                await output.show(result)
            if not result.code:
                output.commit()
        except CommandError as error:
            _failed(result, error)
    for each in files:
        # To the audit log as to a role: a command of its own, with a result of its own.
        note(session, "command", command=f"{each.name} {each.file}", code=result.code)
    return result


def explain(result: Result, indent: int, width: int = 0) -> list[str]:
    """Return the lines that tell the operator what is wrong.

    `indent` is the column where the line began on the screen, `width` that of the terminal, 0
    where long lines are not wrapped.
    """
    lines: list[str] = []
    if result.offset >= 0:
        column = indent + result.offset
        lines.append(" " * (column % width if width else column) + "^")
    if result.reason:
        lines.append(f"% {result.reason[:1].upper()}{result.reason[1:]}")
    for error in result.errors:
        lines += error.split("\n")
    return [clean(line) for line in lines]


def help_for(session: Session, text: str) -> list[Candidate]:
    """List what `?` shows behind `text`, filters and aliases included."""
    aliases = _aliases(session, text)
    text = _behind_alias(session, text)
    start = dispatch.pipe_offset(session, text)
    if start >= 0:
        found = filters.suggest(text, start + 1)
    else:
        found = dispatch.help(session, text)
        if CR in found and _takes_filters(session, text):
            found.insert(found.index(CR), Candidate("|", FILTER, True))
    shown = [each._replace(help=translated(each.help, session.language)) for each in found]
    return sorted([*shown, *aliases], key=lambda each: (each.argument, each.word)) if aliases else shown


def _aliases(session: Session, text: str) -> list[Candidate]:
    """List the aliases that `text`, when it is no more than a first word, may become."""
    if session.mode is not EXEC or (text.strip() and text[-1:].isspace()) or len(text.split()) > 1:
        return []
    running = session.manager.configuration.running
    typed = text.strip().lower()
    return [
        Candidate(each.name, f"Alias of '{session.manager.registry.masked_command(each.command)}'")
        for each in running.aliases
        if each.name.lower().startswith(typed)
    ]


def _behind_alias(session: Session, text: str) -> str:
    """Return `text`, its first word replaced if that is an alias and is done."""
    line, end, grown = _unaliased(session, text)
    return line if grown and len(text) > end else text


def completions(session: Session, text: str) -> list[str]:
    """List the words that Tab may put in place of the last, partial word of `text`."""
    aliases = [each.word for each in _aliases(session, text)]
    text = _behind_alias(session, text)
    start = dispatch.pipe_offset(session, text)
    found = filters.suggest(text, start + 1) if start >= 0 else dispatch.complete(session, text)
    return [each.word for each in found if not each.argument] + aliases


def _takes_filters(session: Session, line: str) -> bool:
    return dispatch.pipe_offset(session, line + " |") >= 0


class _Output:
    """Where a command's result goes: format, filters, files, then `write`."""

    def __init__(self, session: Session, wanted: Sequence[Filter], write: Write, stack: AsyncExitStack) -> None:
        """Open the files; raises CommandError. `stack` drops them unless `commit` was reached."""
        self._session = session
        self._write = write
        self._encoding = wanted[0].name if wanted and wanted[0].name in ("json", "csv") else ""
        self._filters = [each for each in wanted if each.name not in ("json", "csv")]
        self._files: list[OutputFile] = []
        self._chain = Chain([self._stage(each, stack) for each in self._filters])
        self._stack = stack

    def _stage(self, wanted: Filter, stack: AsyncExitStack) -> Stage:
        if not wanted.file:
            return filters.stage(wanted)
        file = OutputFile(self._session.manager.state, wanted.file, wanted.name == "append")
        stack.callback(file.discard)
        self._files.append(file)
        return _Written(file, shown=wanted.name == "tee")

    def commit(self) -> None:
        """Keep the files; raises CommandError."""
        for file in self._files:
            file.commit()

    async def show(self, result: Result) -> None:
        """Pass on all of `result`; raises CommandError, and StopOutput when nobody wants the rest."""
        if result.kind == NONE and not result.text:
            return
        if result.kind in (ROWS, LINES):
            assert result.rows is not None
            self._stack.push_async_callback(result.rows.aclose)
            await self._rows(result, result.rows)
        elif self._encoding == "json":
            await self._whole(json_text({"text": result.text} if result.json is None else result.json))
        elif self._encoding == "csv":
            raise CommandError("this command gives no rows")
        else:
            await self._whole(result.text.split("\n"))
        await self._flush(self._chain.finish())

    async def _whole(self, lines: list[str]) -> None:
        """Pass on a text in slices, between which other sessions get their turn even where filters drop everything."""
        for at in range(0, len(lines), TEXT_SLICE):
            await self._emit(lines[at : at + TEXT_SLICE])
            if len(lines) > TEXT_SLICE:
                await self._write([])

    async def _rows(self, result: Result, rows: AsyncIterator[Any]) -> None:
        encoder = self._format(result)
        if encoder is None:
            async for line in rows:
                await self._emit([line])
            return
        held: list[Any] = []
        failure: CommandError | None = None
        try:
            async for row in rows:
                held.append(row)
                if len(held) == SLICE or result.live:
                    await self._emit(encoder.rows(held))
                    held.clear()
        except CommandError as error:
            # What came before the failure is what explains it.
            failure = error
        await self._emit([*(encoder.rows(held) if held else ()), *encoder.finish()])
        if failure is not None:
            raise failure

    def _format(self, result: Result) -> Format | None:
        """Return how rows are shown; None: they are lines already."""
        if self._encoding == "json":
            return Json()
        if result.row is None:
            if self._encoding == "csv":
                raise CommandError("this command gives no rows")
            return None
        if self._encoding == "csv":
            return Csv(result.row)
        return for_people(result.row, 0 if self._filters or self._session.batch else self._session.width)

    async def _emit(self, lines: list[str]) -> None:
        await self._flush(self._chain.feed([clean(line) for line in lines]))

    async def _flush(self, lines: list[str]) -> None:
        if lines:
            await self._write(lines)


class _Written(Stage):
    """`redirect`, `append`, `tee`."""

    def __init__(self, file: OutputFile, shown: bool) -> None:
        self._file = file
        self._shown = shown

    def feed(self, lines: list[str]) -> list[str]:
        self._file.write(lines)
        return lines if self._shown else []


def _failed(result: Result, error: CommandError) -> Result:
    result.errors.append(f"% {error.reason}")
    result.code = error.code
    return result


def _refused(outcome: Incomplete | Ambiguous | Invalid, line: str) -> Result:
    result = Result(code=SYNTAX)
    if isinstance(outcome, Incomplete):
        result.errors = ["% Incomplete command."]
    elif isinstance(outcome, Ambiguous):
        result.errors = [f'% Ambiguous command:  "{line.strip()}"']
    else:
        result.offset = outcome.offset
        result.reason = outcome.reason
        result.errors = ["% Invalid input detected at '^' marker."]
    return result


__all__ = ["StopOutput", "completions", "explain", "help_for", "remember", "run"]
