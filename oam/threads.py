"""Blocking work in a thread of its own: a disk or a server that hangs keeps nobody else waiting, nor the process.

The threads of `asyncio.to_thread` are few and are waited for at the end of the process. What may block for ever (a
file system or a server that is gone) must use neither.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what `work` returns, or raise what it raises. Cancelled, the thread goes on and nobody hears of it."""
    return await _begun("work", partial(work, *args, **kwargs))


class Aside:
    """One thread at most; work that comes while the one before still hangs is refused."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._busy = False

    async def run(self, work: Callable[[], T], seconds: float) -> T:
        """Return what `work` returns, or raise what it raises.

        Raises TimeoutError when that takes longer than `seconds`, and while work begun before has not ended.
        """
        if self._busy:
            raise TimeoutError(f"{self._name} still waits for what was begun before")
        self._busy = True
        done = _begun(self._name, partial(self._carry_out, work))
        async with asyncio.timeout(seconds):
            return await done

    def _carry_out(self, work: Callable[[], T]) -> T:
        """Do the work, in the thread."""
        try:
            return work()
        finally:
            self._busy = False


def _begun(name: str, work: Callable[[], T]) -> asyncio.Future[T]:
    """Begin `work` in a thread; return what will hold its outcome."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()
    threading.Thread(target=_carry_out, args=(work, loop, done), name=name, daemon=True).start()
    return done


def _carry_out(work: Callable[[], T], loop: asyncio.AbstractEventLoop, done: asyncio.Future[T]) -> None:
    outcome: Callable[[], None]
    try:
        outcome = partial(done.set_result, work())
    except BaseException as error:
        outcome = partial(done.set_exception, error)
    with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
        loop.call_soon_threadsafe(lambda: None if done.done() else outcome())
