"""`show tech-support`: everything that support asks for, in one listing without secrets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from oam.commands.registry import EXEC, CommandError, Target, show
from oam.config.changes import masked_lines
from oam.config.resolve import resolve
from oam.context import Context
from oam.grammar.result import Match
from oam.result import Result
from oam.run import run
from oam.shell.format import for_people
from oam.shell.printable import clean

if TYPE_CHECKING:
    from oam.context import Session

MAX_LINES: Final = 2000
"""Lines of one part."""
PART_S: Final = 10.0
"""Longest time for one part."""
SLICE: Final = 200

COMMANDS: Final = (
    "show version",
    "show clock",
    "show alarms",
    "show processes",
    "show environment",
    "show environment processes",
    "show environment disks",
    "show self-test",
    "show listeners",
    "show ip interface brief",
    "show users all",
    "show telnet",
    "show ssh",
    "show aaa servers",
    "show login failures",
    "show archive",
    "show configuration lock",
    "show sip statistics",
    "show statistics",
    "show statistics trunk",
    "show statistics history",
    "show statistics responses",
    "show statistics storage",
    "show transactions",
    "show calls",
    "show trunk detail",
    "show route-group",
    "show traffic-control detail",
    "show overload",
    "show overload peers",
    "show blacklist automatic",
    "show hosts",
    "show notices",
    "show debug",
    "show audit statistics",
    "show audit failed last 50",
    "show audit hosts",
    "show schedule",
    "show events",
)
"""What is run, in this order; what the operator may not use is left out, and said so."""


@show(
    "show tech-support",
    privilege=15,
    timeout_s=None,
    words={"tech-support": "Everything that support asks for, without secrets"},
)
def show_tech_support(context: Context) -> AsyncIterator[str]:
    """State and configuration of this server for whoever helps with it: secrets and their hashes are masked.

    Numbers and addresses of calls are not. Every part is bounded in lines and time, and one that fails does
    not keep the others; `| redirect FILE` writes it all to a file.
    """
    return _parts(context)


async def _parts(context: Context) -> AsyncGenerator[str, None]:
    for command in COMMANDS:
        async for line in _part(command, _shown(context, command)):
            yield line
        if command == "show processes":
            async for line in _part("show running-config, secrets masked", _running(context)):
                yield line


async def _part(name: str, lines: AsyncGenerator[str, None]) -> AsyncGenerator[str, None]:
    """Yield a heading and the part's lines, within its bounds."""
    yield ""
    yield f"------------------ {name} ------------------"
    yield ""
    count = 0
    end = asyncio.get_running_loop().time() + PART_S
    async with aclosing(lines):
        try:
            while True:
                async with asyncio.timeout_at(end):
                    line = await anext(lines, None)
                if line is None:
                    return
                count += 1
                if count > MAX_LINES:
                    yield f"... cut after {MAX_LINES} lines"
                    return
                yield line
        except TimeoutError:
            yield f"... stopped after {PART_S:g} seconds"
        except CommandError as error:
            yield f"... not available: {error.reason}"
        except Exception as error:
            yield f"... not available: {type(error).__name__}"


async def _shown(context: Context, command: str) -> AsyncGenerator[str, None]:
    """Yield what a command shows, as far as the operator may use it; raises CommandError."""
    session: Session = context.session
    outcome, _ = resolve(context.manager.registry, EXEC, command, session.rights)
    if not isinstance(outcome, Match) or not isinstance(outcome.command, Target):
        raise CommandError("it is not among this operator's commands")
    if not session.rights.permits(outcome.command, outcome.canonical):
        raise CommandError("this operator is not authorized")
    result = await run(context, outcome.command.command, outcome.arguments)
    if result.code:
        raise CommandError(" ".join(result.errors).removeprefix("% "))
    async with aclosing(_lines(result)) as lines:
        async for line in lines:
            yield clean(line)


async def _lines(result: Result) -> AsyncGenerator[str, None]:
    """Yield a result as lines, as people want them."""
    if result.rows is None:
        for line in result.text.splitlines():
            yield line
        return
    async with aclosing(result.rows) as rows:
        if result.row is None:
            async for row in rows:
                yield str(row)
            return
        shape = for_people(result.row)
        held = []
        async for row in rows:
            held.append(row)
            if len(held) == SLICE:
                for line in shape.rows(held):
                    yield line
                held.clear()
        for line in [*(shape.rows(held) if held else ()), *shape.finish()]:
            yield line


async def _running(context: Context) -> AsyncGenerator[str, None]:
    """Yield the running configuration without secrets and hashes."""
    for number, line in enumerate(masked_lines(context.manager.registry, context.manager.configuration.render())):
        yield line
        if number % SLICE == 0:
            await asyncio.sleep(0)
