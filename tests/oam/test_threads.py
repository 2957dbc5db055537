"""Blocking work in a thread of its own: its result, its failure, and one that hangs."""

from __future__ import annotations

import asyncio
import threading

import pytest
from support.management import played
from support.waiting import until

from oam import threads
from oam.threads import Aside, Writer, in_thread


@played
async def test_it_returns_and_raises_what_the_work_does() -> None:
    assert await in_thread(lambda a, b: a + b, 1, b=2) == 3

    def fail() -> None:
        raise OSError(28, "full")

    with pytest.raises(OSError, match="full"):
        await in_thread(fail)


@played
async def test_who_is_cancelled_does_not_wait_for_the_thread() -> None:
    release = threading.Event()
    task = asyncio.create_task(in_thread(release.wait, 30.0))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    release.set()


@played
async def test_aside_the_result_and_the_failure_come_back() -> None:
    aside = Aside("work")
    assert await aside.run(threading.get_ident, 5) != threading.get_ident()
    with pytest.raises(ZeroDivisionError):
        await aside.run(lambda: 1 // 0, 5)


@played
async def test_what_hangs_is_left_and_nothing_more_is_begun_beside_it() -> None:
    aside, release = Aside("work"), threading.Event()
    with pytest.raises(TimeoutError):
        await aside.run(release.wait, 0.05)
    with pytest.raises(TimeoutError, match="still waits"):
        await aside.run(lambda: None, 5)
    release.set()
    await until(lambda: not aside._busy)
    assert await aside.run(lambda: 7, 5) == 7


class Copyist(Writer):
    """Writes what is queued to a list, once it is let."""

    def __init__(self) -> None:
        super().__init__("copyist")
        self.queue: list[str] = []
        self.written: list[str] = []
        self.may = threading.Event()

    def put(self, text: str) -> None:
        with self._changed:
            self.queue.append(text)
            self._changed.notify()

    def begin(self) -> None:
        self._begin()

    def end(self) -> None:
        self._end()

    def _write(self) -> None:
        while not self._closing or self.queue:
            with self._changed:
                self._changed.wait_for(lambda: self.queue or self._closing)
            while not self.may.is_set() and not self._closing:
                self._pause(30.0)
            self.may.wait()
            self.written += self.queue
            self.queue.clear()


def test_what_waits_at_the_end_is_written_and_no_pause_is_waited_for() -> None:
    copyist = Copyist()
    copyist.begin()
    copyist.put("one")
    copyist.may.set()
    copyist.end()
    assert copyist.written == ["one"]


def test_the_end_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "CLOSE_S", 0.05)
    copyist = Copyist()
    copyist.begin()
    copyist.put("one")
    copyist.end()
    assert copyist.written == []
    copyist.may.set()


def test_one_that_never_began_ends() -> None:
    Copyist().end()
