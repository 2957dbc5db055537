"""`show tech-support`: every part, none with a secret, none that keeps the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played
from support.statistics import Counts

from core.northbound.statistics import open_statistics
from oam.commands import tech_support as module
from oam.commands.tech_support import COMMANDS
from oam.config.tree import Configuration
from oam.context import Context, Session
from oam.settings.operators import Role, Rule


async def shown(manager: FakeManager, session: Session | None = None) -> list[str]:
    lines, result = await gathered(session or manager.session(), "show tech-support")
    assert result.code == 0
    return lines


def part(lines: list[str], name: str) -> list[str]:
    """Return the lines below a heading."""
    start = lines.index(f"------------------ {name} ------------------") + 2
    end = next((at for at in range(start, len(lines)) if lines[at].startswith("-" * 18 + " ")), len(lines))
    return [line for line in lines[start:end] if line]


@played
async def test_every_part_is_there_with_its_heading(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    Counts(open_statistics(tmp_path / "run" / "statistics-1")).row("system", "system")
    await manager.statistics.look()
    lines = await shown(manager)
    for command in COMMANDS:
        assert f"------------------ {command} ------------------" in lines
    assert not [line for line in lines if "not available" in line]
    assert any("Version" in line for line in part(lines, "show version"))
    assert any("memory-available" in line for line in part(lines, "show environment"))


@played
async def test_no_secret_and_no_hash_is_in_it(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await done(session, ["configure terminal", "username ann privilege 15 secret 0 swordfish-and-chips", "end"])
    assert "$9$" in "\n".join(manager.configuration.render())
    text = "\n".join(await shown(manager))
    assert "username ann privilege 15 secret 9 *" in text
    assert "swordfish" not in text
    assert "$9$" not in text


@played
async def test_a_part_that_fails_says_so_and_the_others_go_on(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_worker.answers = None
    manager.fake_supervisor.away = True
    lines = await shown(manager)
    assert part(lines, "show calls")[0].startswith("... not available: ")
    assert part(lines, "show processes")[0].startswith("... not available: ")
    assert part(lines, "show notices")


@played
async def test_a_part_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PART_S", 0.05)
    manager = FakeManager(tmp_path)
    manager.fake_worker.hangs = True
    assert part(await shown(manager), "show calls") == ["... stopped after 0.05 seconds"]


@played
async def test_a_part_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_LINES", 5)
    manager = FakeManager(tmp_path)
    for number in range(20):
        manager.notices.publish("rollback", str(number))
    assert part(await shown(manager), "show notices")[5:] == ["... cut after 5 lines"]


@played
async def test_a_fault_in_one_part_is_that_parts_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(context: Context) -> AsyncGenerator[str, None]:
        await asyncio.sleep(0)
        if context.session.privilege:
            raise ValueError("ours")
        yield ""

    monkeypatch.setattr(module, "_running", broken)
    lines = await shown(FakeManager(tmp_path))
    assert part(lines, "show running-config, secrets masked") == ["... not available: ValueError"]
    assert part(lines, "show events")


@played
async def test_what_a_role_may_not_see_is_left_out(tmp_path: Path) -> None:
    rules = (Rule("permit", "exec", "show tech-support"), Rule("permit", "exec", "show version"))
    manager = FakeManager(tmp_path, Configuration(roles=(Role("support", rules=rules),)))
    session = manager.session()
    session.identity = session.identity._replace(role="support")
    lines = await shown(manager, session)
    assert part(lines, "show calls")[0].startswith("... not available: ")
    assert any("Version" in line for line in part(lines, "show version"))
