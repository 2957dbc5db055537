"""Blocking work in a thread of its own: its result, its failure, and one that hangs."""

from __future__ import annotations

import asyncio
import threading

import pytest
from support.management import played
from support.waiting import until

from oam.threads import Aside, in_thread


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
