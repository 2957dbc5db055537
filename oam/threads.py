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
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

CLOSE_S: Final = 5.0
"""Longest wait for a writer's last write."""


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


class Writer:
    """Who writes in a thread of its own what others queue, under `_changed`, and go on."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._changed = threading.Condition()
        """Held whenever the queue is touched; told of what is new in it."""
        self._closing = False
        self._thread: threading.Thread | None = None

    def _write(self) -> None:
        """Write until `_closing` and nothing is left, or until `_closing` and nothing can be written."""
        raise NotImplementedError

    def _begin(self) -> None:
        self._thread = threading.Thread(target=self._write, name=self._name, daemon=True)
        self._thread.start()

    def _end(self) -> None:
        """Write what waits, for a few seconds at most, and end. Blocks."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(CLOSE_S)
            self._thread = None

    def _pause(self, seconds: float) -> None:
        """Wait before what failed is tried again; at the end not so long."""
        with self._changed:
            self._changed.wait_for(lambda: self._closing, seconds)


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
