"""`monitor`: for people alone; drawn on a rich terminal, a table elsewhere, until a key."""

from __future__ import annotations

import asyncio
from pathlib import Path

from support.management import FakeManager, gathered, played
from support.seat import Seat

from oam.commands.monitor import DRAWN_S, PLAIN_S
from oam.monitor.live import Live
from oam.shell.screen import KEYS


@played
async def test_a_script_cannot_monitor(tmp_path: Path) -> None:
    _, result = await gathered(FakeManager(tmp_path).session(), "monitor")
    assert result.code == 1
    assert "Only a person" in "\n".join(result.errors)


@played
async def test_page_and_interval(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session()
    session.tell = lambda lines: None
    for line, interval, page in (
        ("monitor", PLAIN_S, "overview"),
        ("monitor trunks interval 7", 7, "trunks"),
        ("monitor interval 3", 3, "overview"),
    ):
        await gathered(session, line)
        assert isinstance(session.view, Live)
        assert (session.view.interval_s, session.view.state.page) == (interval, page)
    session.editor = "rich"
    await gathered(session, "monitor")
    assert isinstance(session.view, Live)
    assert session.view.interval_s == DRAWN_S


@played
async def test_every_key_of_the_screen_means_something(tmp_path: Path) -> None:
    live = Live(FakeManager(tmp_path), 1.0)
    assert [meaning for meaning in KEYS if not live.pressed(meaning)] == ["quit"]


@played
async def test_on_a_plain_terminal_a_table_until_a_key(tmp_path: Path) -> None:
    seat = Seat(FakeManager(tmp_path))
    await seat.until("#")
    seat.type("monitor interval 1\r")
    await seat.until("no alarm is active")
    await seat.until("no alarm is active")
    assert b"\x1b[?1049h" not in seat.sent
    seat.type("x")
    await seat.until("#")
    seat.type("exit\r")
    async with asyncio.timeout(5):
        await seat.running


@played
async def test_on_a_rich_terminal_the_screen_until_q(tmp_path: Path) -> None:
    seat = Seat(FakeManager(tmp_path))
    await seat.until("#")
    seat.type("terminal editor rich\r")
    await seat.until("#")
    seat.type("monitor\r")
    await seat.until("\x1b[?1049h")
    await seat.until("overview")
    seat.type("\t")
    await seat.until("trunks")
    seat.type("q")
    await seat.until("\x1b[?1049l")
    seat.type("exit\r")
    async with asyncio.timeout(5):
        await seat.running
