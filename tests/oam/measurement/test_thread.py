"""Work in threads of its own."""

from __future__ import annotations

import asyncio
import threading

import pytest
from support.management import played

from oam.measurement.thread import in_thread


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
