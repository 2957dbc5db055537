"""Handlers called: arguments filled in, rows and progress made uniform, errors turned into results."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from typing import TYPE_CHECKING, Any, Final

from core.northbound.wirefmt import NorthboundError
from oam.commands.registry import CONFIG, FAILED, Command, CommandError, Handler, lineage
from oam.result import LINES, ROWS, TEXT, Result

if TYPE_CHECKING:
    from oam.context import Context

log = logging.getLogger("management")

SLICE: Final = 256
"""Rows of a plain iterable handed out before other sessions get their turn."""


async def run(context: Context, command: Command, arguments: dict[str, object]) -> Result:
    """Call the command's handler and wrap what it gives."""
    try:
        if command.confirm and not await _confirmed(context, command.confirm):
            return Result()
        return await _result(context, command, arguments)
    except CommandError as error:
        if CONFIG in lineage(command.mode):
            return rejected([error.reason], error.code)
        return failed(error.reason, error.code)


async def _confirmed(context: Context, question: str) -> bool:
    session = context.session
    if session.ask is None or session.batch:
        return True
    answer = await session.ask(f"{question} [confirm]", False)
    return answer.strip().lower() in ("", "y", "ye", "yes")


async def _result(context: Context, command: Command, arguments: dict[str, object]) -> Result:
    value = await call(context, command, command.handler, arguments)
    if hasattr(value, "__aiter__") or (command.row is not None and not isinstance(value, str)):
        result = Result(ROWS if command.row is not None else LINES)
        result.row = command.row
        result.live = command.live
        result.rows = await _started(_guarded(value, command), command)
        return result
    if value is None:
        return Result()
    result = Result(TEXT, text=str(value).removesuffix("\n"))
    if command.json is not None:
        result.json = await call(context, command, command.json, arguments)
    return result


async def call(context: Context, command: Command, handler: Handler, arguments: dict[str, object]) -> Any:  # noqa: ANN401
    """Call `handler` with every `$name` of the command; raises CommandError and nothing else."""
    given = {name: arguments.get(name) for name in command.names}
    try:
        value = handler(context, **given)
        if inspect.isawaitable(value):
            async with asyncio.timeout(command.timeout_s):
                value = await value
        return value
    except Exception as error:
        raise _command_error(error, command) from error


def _command_error(error: Exception, command: Command) -> CommandError:
    """Say in the operator's words what went wrong; what we did not foresee goes to the log."""
    if isinstance(error, CommandError):
        return error
    if isinstance(error, NorthboundError):
        return CommandError(str(error))
    if isinstance(error, TimeoutError):
        return CommandError(f"No answer within {command.timeout_s:g} seconds; the command was stopped")
    log.error("%r failed", command, exc_info=error)
    return CommandError(f"Internal fault ({type(error).__name__}); the log has the details")


async def _guarded(items: Iterable[object] | AsyncIterator[object], command: Command) -> AsyncGenerator[object, None]:
    """Hand out `items`, each within the command's time; raises CommandError and nothing else."""
    try:
        if isinstance(items, AsyncIterator):
            while True:
                async with asyncio.timeout(command.timeout_s):
                    item = await anext(items, _END)
                if item is _END:
                    return
                yield item
        else:
            assert isinstance(items, Iterable)
            for number, item in enumerate(items, 1):
                yield item
                if number % SLICE == 0:
                    await asyncio.sleep(0)
    except Exception as error:
        raise _command_error(error, command) from error
    finally:
        close = getattr(items, "aclose", None)
        if close is not None:
            await close()


_END: Final = object()


async def _started(items: AsyncGenerator[object, None], command: Command) -> AsyncGenerator[object, None]:
    """Wait for the first item, so that what fails at once fails before anything is printed."""
    first = await anext(items, _END)

    async def chained() -> AsyncGenerator[object, None]:
        try:
            if first is not _END:
                yield first
                async for item in items:
                    yield item
        finally:
            await items.aclose()

    return chained()


def failed(reason: str, code: int = FAILED) -> Result:
    """Make the result of a command that could not be carried out."""
    result = Result(code=code)
    first, *rest = reason.splitlines() or [""]
    result.errors = [f"% {first}", *rest]
    return result


INVALID: Final = "% Invalid input detected: nothing was changed."
"""What robots take for a failure, whatever was wrong."""


def rejected(reasons: list[str], code: int = FAILED) -> Result:
    """Make the result of a refused configuration line; the last line is the one every robot knows."""
    result = Result(code=code)
    result.errors = [line for reason in reasons for line in f"% {reason}".split("\n") if line != INVALID]
    result.errors.append(INVALID)
    return result
