"""Blocking work in a thread of its own: its result, its failure, and one that hangs."""

from __future__ import annotations

import asyncio
import threading

import pytest
from support.management import played

from oam.environment.aside import Aside


@played
async def test_the_result_and_the_failure_come_back() -> None:
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
    async with asyncio.timeout(5):
        while aside._busy:
            await asyncio.sleep(0.001)
    assert await aside.run(lambda: 7, 5) == 7
