"""What keys do to `monitor`."""

from __future__ import annotations

from pathlib import Path

from support.management import FakeManager, played

from core.northbound.counters import CALLS
from oam.monitor.live import DOWN, NEXT, PAUSE, PREVIOUS, QUIT, UP, Live


@played
async def test_keys(tmp_path: Path) -> None:
    live = Live(FakeManager(tmp_path), 1.0)
    assert live.pressed(NEXT)
    assert live.state.page == "trunks"
    live.pressed(DOWN)
    live.pressed(DOWN)
    live.pressed(UP)
    assert live.state.sort == 1
    live.pressed(NEXT)
    assert (live.state.page, live.state.sort) == ("causes", 0)
    live.pressed(PREVIOUS)
    live.pressed(PREVIOUS)
    live.pressed(DOWN)
    assert (live.state.page, live.state.sort) == ("overview", 0)
    live.pressed(PREVIOUS)
    assert live.state.page == "processes"
    assert not live.pressed(QUIT)


@played
async def test_paused_it_shows_what_was(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    live = Live(manager, 1.0)
    assert live.lines(80, 24) == []
    await live.look()
    live.pressed(PAUSE)
    manager.counters[0][CALLS] = 4711
    await live.look()
    assert "4711" not in "\n".join(live.table(80, 24))
    live.pressed(PAUSE)
    await live.look()
    assert "4711" in "\n".join(live.table(80, 24))


@played
async def test_the_table_ends_with_its_last_figure(tmp_path: Path) -> None:
    live = Live(FakeManager(tmp_path), 1.0)
    live.plainly()
    await live.look()
    lines = live.table(80, 60)
    assert len(lines) < 20
    assert "quit" not in lines[-1]
    assert lines[-1]
    assert all(line.isascii() for line in lines)
