"""The configuration in force: applied, refused, kept, saved."""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path

import pytest
from support.management import FakeManager, played

from core.northbound.settings import RegistrarSettings, SipSettings
from oam.config import files
from oam.config.load import load_file
from oam.config.tree import Configuration
from oam.dispatch import execute

NAMED = Configuration(hostname="sip1")


@played
async def test_applied_settings_become_the_running_ones(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    store = manager.configuration
    seen: list[tuple[Configuration, Configuration]] = []
    store.observers.append(lambda old, new: seen.append((old, new)))
    assert await store.apply(NAMED, "admin") == []
    assert store.running == NAMED
    assert store.changed_by == "admin"
    assert store.changed_from == ""
    assert seen == [(Configuration(), NAMED)]
    assert manager.fake_supervisor.applied == [NAMED]


@played
async def test_a_fault_of_one_observer_keeps_no_other_from_the_change(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = FakeManager(tmp_path).configuration
    seen: list[Configuration] = []

    def faulty(_old: Configuration, _new: Configuration) -> None:
        raise ValueError("fault")

    store.observers += [faulty, lambda _, new: seen.append(new)]
    assert await store.apply(NAMED) == []
    assert seen == [NAMED]
    assert "was not followed everywhere" in caplog.text


@played
async def test_a_refusal_changes_nothing(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_supervisor.problems = ["port 5060 is in use"]
    assert await manager.configuration.apply(NAMED) == ["port 5060 is in use"]
    assert manager.configuration.running == Configuration()


@played
async def test_what_contradicts_itself_is_refused_before_anybody_is_asked(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    bad = Configuration(registrar=RegistrarSettings(expires_minimum_s=9000))
    assert "rising order" in (await manager.configuration.apply(bad))[0]
    assert manager.fake_supervisor.applied == []


@played
async def test_what_is_in_force_already_is_not_applied_again(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    assert await manager.configuration.apply(Configuration()) == []
    assert manager.fake_supervisor.applied == []


@played
async def test_a_cancelled_command_leaves_no_change_half_made(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    release = asyncio.Event()

    async def slow(new: Configuration) -> list[str]:
        await release.wait()
        return []

    manager.configuration.applier = slow
    command = asyncio.create_task(manager.configuration.apply(NAMED))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    command.cancel()
    with pytest.raises(asyncio.CancelledError):
        await command
    release.set()
    assert await manager.configuration.apply(NAMED) == []
    assert manager.configuration.running == NAMED


@played
async def test_changes_of_two_sessions_queue_and_both_stay(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    one, two = manager.session(batch=False), manager.session(batch=False)
    for session in (one, two):
        await execute(session, "configure terminal")
        await execute(session, "sip")
    await asyncio.gather(execute(one, "domain a.b"), execute(two, "domain c.d"))
    assert set(manager.configuration.running.sip.domains) == {"a.b", "c.d"}


@played
async def test_startup_config_is_written_whole_and_read_back(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    settings = Configuration(sip=SipSettings(domains=("a.b",)))
    await manager.configuration.apply(settings)
    octets = await manager.configuration.save_startup()
    path = manager.configuration.startup_path
    assert path.stat().st_size == octets
    assert stat.S_IMODE(path.stat().st_mode) & 0o027 == 0
    assert load_file(path) == (settings, [])
    assert manager.configuration.startup()[-1] == "end"
    assert [each.name for each in tmp_path.glob("*.new")] == []


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "startup-config"
    files.write(path, ["old"], sync=True)
    (tmp_path / "startup-config.new").mkdir()
    with pytest.raises(OSError):
        files.write(path, ["new"], sync=True)
    assert path.read_text() == "old\n"


def test_a_missing_file_is_an_empty_configuration(tmp_path: Path) -> None:
    assert load_file(tmp_path / "none") == (Configuration(), [])


def test_problems_name_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "startup-config"
    path.write_bytes(b"hostname x\nbogus \xff\n")
    _, problems = load_file(path)
    assert len(problems) == 1
    assert problems[0].startswith(f"{path}:2: invalid input at 'bogus'")


def test_an_unreadable_file_is_a_problem(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")  # to open it would wait for ever
    for path in (tmp_path, tmp_path / "pipe"):
        assert load_file(path)[1] == [f"{path}: not a regular file"]


def test_a_monstrous_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "startup-config"
    with path.open("wb") as file:
        file.truncate(files.MAX_OCTETS + 1)
    assert "larger than" in load_file(path)[1][0]
