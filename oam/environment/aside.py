"""Blocking work in a thread of its own, one piece at a time: a disk that hangs holds up nothing else.

The threads of `asyncio.to_thread` are few and are waited for at the end of the process. What may block for ever (a
file system whose server is gone) must use neither.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

T = TypeVar("T")


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
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._busy = True
        threading.Thread(target=self._carry_out, args=(work, loop, done), name=self._name, daemon=True).start()
        async with asyncio.timeout(seconds):
            return await done

    def _carry_out(self, work: Callable[[], T], loop: asyncio.AbstractEventLoop, done: asyncio.Future[T]) -> None:
        """Do the work, in the thread."""
        outcome: Callable[[], None]
        try:
            outcome = partial(done.set_result, work())
        except BaseException as error:
            outcome = partial(done.set_exception, error)
        self._busy = False
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(lambda: None if done.done() else outcome())
