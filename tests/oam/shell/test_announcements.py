"""What comes unasked waits for its moment, bounded."""

from __future__ import annotations

import asyncio

from support.management import played

from oam.shell.announcements import HELD, Announcements
from oam.shell.terminal import Terminal


class Screen:
    """A terminal that is read when we say so, and somebody typing or not."""

    def __init__(self) -> None:
        self.read = asyncio.Event()
        self.read.set()
        self.typing = True
        self.shown: list[str] = []

        async def flush() -> None:
            await self.read.wait()

        self.announcements = Announcements(Terminal(lambda _octets: None, flush), self._show)

    def _show(self, lines: list[str]) -> bool:
        if self.typing:
            self.shown += lines
        return self.typing


async def _turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@played
async def test_shown_while_somebody_types() -> None:
    screen = Screen()
    screen.announcements.tell(["one", "esc\x1b[2J"])
    await _turns()
    assert screen.shown == ["one", "esc\\u001b[2J"]
    assert screen.announcements.take() == []


@played
async def test_kept_while_a_command_runs() -> None:
    screen = Screen()
    screen.typing = False
    screen.announcements.tell(["one"])
    await _turns()
    assert screen.announcements.take() == ["one"]


@played
async def test_a_terminal_that_is_not_read_keeps_the_newest_and_counts_the_rest() -> None:
    screen = Screen()
    screen.read.clear()
    for number in range(HELD + 5):
        screen.announcements.tell([str(number)])
    await _turns()
    assert screen.shown == []
    assert screen.announcements.dropped == 5
    screen.read.set()
    await _turns()
    assert screen.shown[:2] == ["*** 5 lines before these were dropped", "5"]
    assert len(screen.shown) == HELD + 1


@played
async def test_closing_leaves_no_task() -> None:
    screen = Screen()
    screen.read.clear()
    screen.announcements.tell(["one"])
    before = asyncio.all_tasks()
    await screen.announcements.close()
    assert len(asyncio.all_tasks()) == len(before) - 1
