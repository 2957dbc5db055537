"""Handlers called: rows, text, progress, questions, time limits, faults."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.management import FakeManager, played

from core.northbound.client import NorthboundError
from core.northbound.rows import CounterRow
from oam.commands.registry import CONFIG, LOCKED, ORDER, SHOW, Command, CommandError, Handler, Mode
from oam.context import Context
from oam.result import LINES, NONE, ROWS, TEXT, Result
from oam.run import run

ROW = CounterRow("calls", 1, "Calls")


def command(handler: Handler, *, row: Any = None, mode: Mode | None = None, **attributes: object) -> Command:  # noqa: ANN401
    """Return a command with `handler`."""
    made = Command(SHOW if row else ORDER, "x", handler, mode or CONFIG, 15)
    if mode is None:
        made.mode = Mode("exec", "")
    made.row = row
    made.timeout_s = 0.02
    for name, value in attributes.items():
        setattr(made, name, value)
    return made


async def called(tmp_path: Path, made: Command, answer: str | None = None, **arguments: object) -> Result:
    """Run a command; `answer` is what the operator answers to questions."""
    session = FakeManager(tmp_path).session(batch=False)
    asked: list[str] = []

    async def ask(prompt: str, secret: bool) -> str:
        asked.append(prompt)
        assert answer is not None
        return answer

    session.ask = ask if answer is not None else None
    result = await run(Context(session), made, dict(arguments))
    result.reason = "".join(asked)
    return result


async def items(result: Result) -> list[object]:
    """Return the rows or lines of a result."""
    assert result.rows is not None
    return [item async for item in result.rows]


@played
async def test_nothing_text_rows_and_progress(tmp_path: Path) -> None:
    async def rows(context: Context) -> AsyncIterator[CounterRow]:
        yield ROW

    async def lines(context: Context) -> AsyncIterator[str]:
        yield "one"
        yield "two"

    async def awaited(context: Context) -> list[CounterRow]:
        return [ROW, ROW]

    assert (await called(tmp_path, command(lambda context: None))).kind == NONE
    result = await called(tmp_path, command(lambda context: "text\n"))
    assert (result.kind, result.text) == (TEXT, "text")
    result = await called(tmp_path, command(rows, row=CounterRow))
    assert (result.kind, result.row, await items(result)) == (ROWS, CounterRow, [ROW])
    assert await items(await called(tmp_path, command(awaited, row=CounterRow))) == [ROW, ROW]
    assert await items(await called(tmp_path, command(lambda context: [ROW] * 1000, row=CounterRow))) == [ROW] * 1000
    result = await called(tmp_path, command(lines))
    assert (result.kind, await items(result)) == (LINES, ["one", "two"])
    assert await items(await called(tmp_path, command(lambda context: [], row=CounterRow))) == []


@played
async def test_json_of_a_text(tmp_path: Path) -> None:
    result = await called(tmp_path, command(lambda context: "text", json=lambda context: {"a": 1}))
    assert result.json == {"a": 1}


@played
async def test_left_out_arguments_are_none(tmp_path: Path) -> None:
    seen: list[object] = []
    made = command(lambda context, a, b: seen.append((a, b)), names=("a", "b"))
    await called(tmp_path, made, b=2)
    assert seen == [(None, 2)]


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (CommandError("There is none"), "% There is none"),
        (NorthboundError("the worker is away"), "% the worker is away"),
        (ZeroDivisionError("x"), "% Internal fault (ZeroDivisionError); the log has the details"),
    ],
)
@played
async def test_errors_at_once_are_the_result(tmp_path: Path, error: Exception, line: str) -> None:
    def fails(context: Context) -> None:
        raise error

    async def fails_in_rows(context: Context) -> AsyncIterator[CounterRow]:
        for each in (error,):
            raise each
        yield ROW

    assert (await called(tmp_path, command(fails))).errors == [line]
    result = await called(tmp_path, command(fails_in_rows, row=CounterRow))
    assert (result.code, result.errors, result.rows) == (1, [line], None)


@played
async def test_errors_midway_are_command_errors_and_the_source_is_closed(tmp_path: Path) -> None:
    closed: list[bool] = []

    async def breaks(context: Context) -> AsyncIterator[CounterRow]:
        try:
            yield ROW
            raise ValueError("secret text")
        finally:
            closed.append(True)

    result = await called(tmp_path, command(breaks, row=CounterRow))
    with pytest.raises(CommandError, match="Internal fault") as caught:
        await items(result)
    assert "secret" not in caught.value.reason
    assert closed == [True]


@played
async def test_leaving_early_closes_the_source(tmp_path: Path) -> None:
    closed: list[bool] = []

    async def endless(context: Context) -> AsyncIterator[CounterRow]:
        try:
            while True:
                yield ROW
        finally:
            closed.append(True)

    result = await called(tmp_path, command(endless, row=CounterRow))
    assert result.rows is not None
    assert await anext(result.rows) == ROW
    await result.rows.aclose()
    assert closed == [True]


@played
async def test_what_takes_too_long_is_stopped(tmp_path: Path) -> None:
    async def hangs(context: Context) -> None:
        await asyncio.Event().wait()

    async def hangs_midway(context: Context) -> AsyncIterator[CounterRow]:
        yield ROW
        await asyncio.Event().wait()

    result = await called(tmp_path, command(hangs))
    assert result.errors == ["% No answer within 0.02 seconds; the command was stopped"]
    result = await called(tmp_path, command(hangs_midway, row=CounterRow))
    with pytest.raises(CommandError, match="No answer"):
        await items(result)


@pytest.mark.parametrize(("answer", "runs"), [("", True), ("y", True), ("YES", True), ("n", False), ("x", False)])
@played
async def test_confirmation(tmp_path: Path, answer: str, runs: bool) -> None:
    ran: list[bool] = []
    result = await called(tmp_path, command(lambda context: ran.append(True), confirm="Sure?"), answer)
    assert result.reason == "Sure? [confirm]"
    assert bool(ran) is runs


@played
async def test_a_batch_is_not_asked(tmp_path: Path) -> None:
    result = await called(tmp_path, command(lambda context: "done", confirm="Sure?"))
    assert result.text == "done"


@played
async def test_orders_of_configuration_modes_end_their_errors_as_configuration_does(tmp_path: Path) -> None:
    def fails(context: Context) -> Iterator[str]:
        raise CommandError("Held by somebody", LOCKED)

    result = await called(tmp_path, command(fails, mode=CONFIG))
    assert result.code == LOCKED
    assert result.errors == ["% Held by somebody", "% Invalid input detected: nothing was changed."]
