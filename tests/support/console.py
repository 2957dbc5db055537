"""A console served in memory: the real server on a real socket, in a thread, with a manager that has no processes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from support.management import FakeManager

from oam.shell.console import Console, serve

T = TypeVar("T")


class ServedConsole:
    """A context manager; `manager` and `console` belong to the thread, reach them through `call`."""

    def __init__(self, state: Path, prepare: Callable[[FakeManager], None] | None = None) -> None:
        self.state = state
        self._prepare = prepare
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self.manager: FakeManager
        self.console: Console

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        self.manager = FakeManager(self.state)
        if self._prepare is not None:
            self._prepare(self.manager)
        async with serve(self.manager) as self.console:
            self._ready.set()
            await self._ended.wait()
        self.left_behind = {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}

    def __enter__(self) -> ServedConsole:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(10)
        assert not self._thread.is_alive()
        if error is None:
            assert not self.left_behind

    def call(self, function: Callable[[], T]) -> T:
        """Run `function` in the server's thread and return what it gives."""

        async def called() -> T:
            return function()

        return asyncio.run_coroutine_threadsafe(called(), self._loop).result(10)
