"""Asking signalling on behalf of a command: bounded in time, its failures in the operator's words."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable
from typing import TYPE_CHECKING, Final, TypeVar

from core.northbound.client import NorthboundError
from oam.commands.registry import CommandError

if TYPE_CHECKING:
    from core.northbound.orders import Order, Row
    from oam.context import Context

T = TypeVar("T")

DEADLINE_S: Final = 5.0
"""A process that has not answered by then is taken for hung."""


async def rows(context: Context, order: Order) -> AsyncGenerator[Row, None]:
    """Yield the rows that the worker answers `order` with. Raises CommandError."""
    async with contextlib.aclosing(context.manager.worker.order(order)) as answer:
        while True:
            try:
                async with asyncio.timeout(DEADLINE_S):
                    row = await anext(answer)
            except StopAsyncIteration:
                return
            except (TimeoutError, NorthboundError) as error:
                raise _refused(error, "signalling") from error
            yield row


async def count(context: Context, order: Order) -> int:
    """Have the worker carry out `order`; return the count of its answer. Raises CommandError."""
    return await _bounded(context.manager.worker.count(order), "signalling")


async def supervised(answer: Awaitable[T]) -> T:
    """Wait for the supervisor's answer. Raises CommandError."""
    return await _bounded(answer, "supervisor")


async def _bounded(answer: Awaitable[T], process: str) -> T:
    try:
        async with asyncio.timeout(DEADLINE_S):
            return await answer
    except (TimeoutError, NorthboundError) as error:
        raise _refused(error, process) from error


def _refused(error: Exception, process: str) -> CommandError:
    text = f"the {process} process does not answer" if isinstance(error, TimeoutError) else str(error)
    return CommandError(text[:1].upper() + text[1:])
