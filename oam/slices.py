"""Blocking work done step by step beside the loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator, Iterator
from typing import Any, Final, TypeVar, cast

T = TypeVar("T")
_END: Final = object()


async def beside(work: Iterator[T]) -> AsyncGenerator[T, None]:
    """Hand out what the generator `work` gives, each step taken in a thread; it is closed in any case."""
    generator = cast("Generator[T, None, None]", work)
    loop = asyncio.get_running_loop()
    while True:
        step: asyncio.Future[Any] = loop.run_in_executor(None, next, generator, _END)
        try:
            item = await asyncio.shield(step)
        except asyncio.CancelledError:
            # The thread is still in the generator, which can only be closed when it is out of it.
            step.add_done_callback(lambda done: _closed(generator, done))
            raise
        if item is _END:
            return
        try:
            yield cast("T", item)
        except BaseException:
            generator.close()
            raise


def _closed(generator: Generator[T, None, None], done: asyncio.Future[Any]) -> None:
    done.exception()  # nobody waits for it any more
    generator.close()
