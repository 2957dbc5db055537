"""A view on the whole screen: keys, size, hang-up, a slow line; and the screen given back whatever ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from support.management import played

from oam.shell.screen import show
from oam.shell.terminal import Terminal

ENTERED = b"\x1b[?1049h"
LEFT = b"\x1b[?1049l"


class Counting:
    """A view that counts its looks."""

    def __init__(self) -> None:
        self.interval_s = 0.005
        self.looks = 0
        self.keys: list[str] = []
        self.fails = False

    async def look(self) -> None:
        self.looks += 1
        if self.fails and self.looks > 2:
            raise ValueError("no figures")

    def lines(self, width: int, height: int) -> list[list[tuple[str, str]]]:
        return [[("head", f"size {width}x{height}")], [], [("", "constant")], [("", f"look {self.looks}")]]

    def table(self, width: int, height: int) -> list[str]:
        return []

    def plainly(self) -> None:
        pass

    def pressed(self, key: str) -> bool:
        self.keys.append(key)
        return key != "quit"


class Shown:
    def __init__(self) -> None:
        self.sent = bytearray()
        self.reads = asyncio.Event()
        self.reads.set()
        self.terminal = Terminal(self.sent.extend, self._flush)
        self.terminal.resized(80, 24)
        self.view = Counting()
        self.task = asyncio.create_task(show(self.terminal, "xterm", self.view))

    async def _flush(self) -> None:
        await self.reads.wait()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                assert not self.task.done() or condition(), self.task
                await asyncio.sleep(0.001)

    async def ended(self) -> None:
        async with asyncio.timeout(10):
            await self.task
        assert self.sent.count(ENTERED) == self.sent.count(LEFT) == 1
        assert self.terminal.on_resize is None


@pytest.mark.parametrize("key", [b"q", b"Q", b"\x03", b"\x04", b"\x1a"])
@played
async def test_it_follows_until_it_is_quit_and_gives_the_screen_back(key: bytes) -> None:
    before = asyncio.all_tasks()
    shown = Shown()
    await shown.until(lambda: shown.view.looks > 5)
    assert ENTERED in shown.sent
    assert LEFT not in shown.sent
    shown.terminal.received(key)
    await shown.ended()
    assert asyncio.all_tasks() <= before | {shown.task}


@played
async def test_only_what_has_changed_is_sent() -> None:
    shown = Shown()
    await shown.until(lambda: shown.view.looks > 20)
    assert shown.sent.count(b"constant") == 1
    shown.terminal.received(b"q")
    await shown.ended()


@played
async def test_keys_reach_the_view() -> None:
    shown = Shown()
    await shown.until(lambda: ENTERED in shown.sent)
    for octets in (b"\t", b"\x1b[C", b"\x1b[D", b"\x1b[Z", b"p", b"s", b"\x1b", b"[A", b"\x1b[B", b"x", "é".encode()):
        shown.terminal.received(octets)
        await asyncio.sleep(0)
    await shown.until(lambda: len(shown.view.keys) == 8)
    assert shown.view.keys == ["next", "next", "previous", "previous", "pause", "down", "up", "down"]
    shown.terminal.received(b"qq")
    await shown.ended()


@played
async def test_a_resized_window_is_drawn_anew() -> None:
    shown = Shown()
    await shown.until(lambda: b"size 80x24" in shown.sent)
    shown.terminal.resized(132, 43)
    await shown.until(lambda: b"132x43" in shown.sent)
    shown.terminal.received(b"q")
    await shown.ended()


@played
async def test_the_hang_up_ends_it() -> None:
    shown = Shown()
    await shown.until(lambda: ENTERED in shown.sent)
    shown.terminal.hang_up()
    async with asyncio.timeout(10):
        await shown.task


@played
async def test_a_session_ended_from_outside_gives_the_screen_back() -> None:
    shown = Shown()
    await shown.until(lambda: ENTERED in shown.sent)
    shown.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await shown.task
    assert LEFT in shown.sent
    assert shown.terminal.on_resize is None


@played
async def test_a_line_that_stands_still_has_fewer_pictures_not_a_longer_queue() -> None:
    shown = Shown()
    await shown.until(lambda: shown.view.looks > 2)
    shown.reads.clear()
    await asyncio.sleep(0.05)
    held, looks = len(shown.sent), shown.view.looks
    await asyncio.sleep(0.05)
    assert (len(shown.sent), shown.view.looks) == (held, looks)
    shown.reads.set()
    await shown.until(lambda: shown.view.looks > looks + 2)
    shown.terminal.received(b"q")
    await shown.ended()


@played
async def test_a_fault_of_the_view_ends_it_and_is_told() -> None:
    shown = Shown()
    shown.view.fails = True
    with pytest.raises(ValueError, match="no figures"):
        async with asyncio.timeout(10):
            await shown.task
    assert LEFT in shown.sent
