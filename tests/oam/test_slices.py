"""Blocking work beside the loop: off it, in order, closed in any case."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import aclosing

import pytest
from support.management import played

from oam.slices import beside


class Work:
    """A generator that notes where it ran and whether it was closed."""

    def __init__(self, gate: threading.Event | None = None) -> None:
        self.threads: set[int] = set()
        self.closed = threading.Event()
        self.begun = threading.Event()
        self.gate = gate

    def steps(self, count: int) -> Iterator[int]:
        try:
            for number in range(count):
                self.threads.add(threading.get_ident())
                self.begun.set()
                if self.gate is not None:
                    self.gate.wait(5)
                yield number
        finally:
            self.closed.set()


@played
async def test_steps_come_in_order_and_are_taken_off_the_loop() -> None:
    work = Work()
    assert [each async for each in beside(work.steps(3))] == [0, 1, 2]
    assert threading.get_ident() not in work.threads


@played
async def test_who_leaves_early_closes_the_work() -> None:
    work = Work()
    async with aclosing(beside(work.steps(3))) as steps:
        assert await anext(steps) == 0
    assert work.closed.is_set()


@played
async def test_who_is_cancelled_closes_the_work_when_its_step_is_over() -> None:
    gate = threading.Event()
    work = Work(gate)
    waiting = asyncio.ensure_future(anext(beside(work.steps(3))))
    await asyncio.to_thread(work.begun.wait, 5)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not work.closed.is_set()
    gate.set()
    assert await asyncio.to_thread(work.closed.wait, 5)


@played
async def test_a_fault_in_the_work_is_raised() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        assert [each async for each in beside(broken())] == []
