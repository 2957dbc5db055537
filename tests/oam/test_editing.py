"""Sessions side by side: candidate, exclusive lock, versions when configuration mode is left, nothing left behind."""

from __future__ import annotations

import asyncio
import errno
from pathlib import Path
from typing import Any

import pytest
from support.management import FakeManager, done, gathered, played

from oam.commands.registry import FAILED, LOCKED
from oam.config import files
from oam.config.candidate import Candidate
from oam.config.tree import Configuration
from oam.context import Session
from oam.dispatch import execute, finish
from oam.shell.lines import VTY

INVALID = "% Invalid input detected: nothing was changed."


def two(path: Path) -> tuple[FakeManager, Session, Session]:
    manager = FakeManager(path)
    one, other = manager.session(batch=False), manager.session(batch=False)
    one.user, other.user = "alice", "bob"
    one.address = "192.0.2.1"
    return manager, one, other


def ended(session: Session) -> None:
    """End a session as the shell does, however it came to it."""
    while session.at_end:
        session.at_end.pop()()


@played
async def test_an_exclusive_lock_refuses_others_and_names_the_holder(tmp_path: Path) -> None:
    manager, alice, bob = two(tmp_path)
    manager.lines.open(VTY, alice)
    await done(alice, ["configure exclusive", "hostname a"])
    await done(bob, ["configure terminal"])
    for line in ("hostname b", "no hostname"):
        result = await execute(bob, line)
        assert result.code == LOCKED
        assert result.errors[0].startswith("% The configuration is locked by alice on vty 0 from 192.0.2.1 since ")
        assert result.errors[-1] == INVALID
    await done(bob, ["end"])
    assert (await execute(bob, "configure exclusive")).code == LOCKED
    rows, _ = await gathered(bob, "show configuration lock")
    assert [(row.user, row.line, row.address) for row in rows] == [("alice", "vty 0", "192.0.2.1")]
    assert manager.configuration.running.hostname == "a"
    await done(alice, ["end"])
    await done(bob, ["configure terminal", "hostname b"])
    assert manager.configuration.running.hostname == "b"


@pytest.mark.parametrize("line", ["rollback 1", "configure replace 1", "import configuration x", "copy x.cfg run"])
@played
async def test_whole_changes_are_refused_as_well(tmp_path: Path, line: str) -> None:
    manager, alice, bob = two(tmp_path)
    await done(bob, ["configure terminal", "hostname old", "end", "configure terminal", "hostname new", "end"])
    await done(bob, ["export configuration x"])
    await done(bob, ["rollback 1", "copy running-config x.cfg", "rollback 2"])
    await done(alice, ["configure exclusive"])
    before = manager.configuration.running
    if line.startswith("import"):
        await done(bob, ["show clock"])
        (tmp_path / "files" / "x").write_text('{"hostname": "imported"}')
    result = await execute(bob, line)
    assert result.code == LOCKED
    assert result.errors[-1].endswith(INVALID)
    assert manager.configuration.running == before


@played
async def test_a_session_that_is_gone_holds_nothing(tmp_path: Path) -> None:
    manager, alice, bob = two(tmp_path)
    await done(alice, ["configure exclusive", "hostname a"])
    ended(alice)
    await done(bob, ["configure terminal", "hostname b", "end"])
    await done(bob, ["configure candidate", "hostname lost", "sip", "domain lost.example.com"])
    ended(bob)
    assert manager.configuration.exclusive.holder is None
    assert manager.configuration.running.hostname == "b"
    assert manager.configuration.running.sip.domains == ()


@played
async def test_who_waits_gets_his_turn(tmp_path: Path) -> None:
    manager, alice, bob = two(tmp_path)
    await done(alice, ["configure exclusive"])
    await done(bob, ["configure terminal lock wait 600"])
    change = asyncio.create_task(execute(bob, "hostname b"))
    while not manager.configuration.exclusive.waiting:
        await asyncio.sleep(0)
    await done(alice, ["hostname a", "end"])
    assert (await change).code == 0
    assert manager.configuration.running.hostname == "b"
    await done(bob, ["end"])
    assert bob.author.wait_s == 0


@played
async def test_who_stops_waiting_has_changed_nothing(tmp_path: Path) -> None:
    manager, alice, bob = two(tmp_path)
    await done(alice, ["configure terminal", "configuration lock wait 600", "end", "configure exclusive"])
    await done(bob, ["configure terminal"])
    change = asyncio.create_task(execute(bob, "hostname b"))
    while not manager.configuration.exclusive.waiting:
        await asyncio.sleep(0)
    change.cancel()
    await asyncio.wait([change])
    await done(alice, ["end"])
    assert manager.configuration.running.hostname == "sipctl"
    assert manager.configuration.exclusive.waiting == 0


@played
async def test_a_paste_against_the_lock_is_refused_once_and_dropped(tmp_path: Path) -> None:
    manager, alice, bob = two(tmp_path)
    await done(alice, ["configure exclusive"])
    bob.batch = True
    await done(bob, ["configure terminal", "sip", *(f"domain d{number}.x" for number in range(100))])
    result = await finish(bob)
    assert (result.code, result.retry, bob.pending) == (LOCKED, False, [])
    assert manager.configuration.running.sip.domains == ()


@played
async def test_the_lock_can_be_taken_away(tmp_path: Path) -> None:
    manager, alice, bob = two(tmp_path)
    await done(alice, ["configure exclusive"])
    assert "Taken from alice" in (await done(bob, ["clear configuration lock"]))[0]
    assert [each.kind for each in manager.notices.recent] == ["config-unlocked"]
    await done(bob, ["configure exclusive"])
    assert (await execute(alice, "hostname a")).code == LOCKED
    assert (await execute(bob, "do clear configuration lock")).code == 0
    assert (await execute(bob, "do clear configuration lock")).code == FAILED


@played
async def test_a_candidate_is_private_until_it_is_committed_whole(tmp_path: Path) -> None:
    manager, alice, bob = two(tmp_path)
    await done(alice, ["configure candidate", "hostname a", "sip", "domain a.example.com"])
    assert manager.configuration.running == Configuration()
    await done(bob, ["configure terminal", "sip", "domain b.example.com", "end"])
    printed = await done(alice, ["show candidate diff"])
    assert printed == [
        "!Contextual Config Diffs:",
        "-hostname sipctl",
        "+hostname a",
        "sip",
        " +domain a.example.com",
    ]
    await done(alice, ["commit comment both", "end"])
    running = manager.configuration.running
    assert running.hostname == "a"
    assert set(running.sip.domains) == {"a.example.com", "b.example.com"}
    rows, _ = await gathered(alice, "show archive")
    assert [(row.by, row.made_by, row.comment) for row in rows] == [
        ("bob", "configure", ""),
        ("alice", "commit", "both"),
    ]


@played
async def test_a_candidate_that_contradicts_itself_changes_nothing_and_stays(tmp_path: Path) -> None:
    manager, alice, _ = two(tmp_path)
    await done(alice, ["configure candidate", "hostname a", "registrar", "expires minimum 7000"])
    for line in ("commit check", "commit"):
        result = await execute(alice, line)
        assert result.code == FAILED
        assert "rising order" in result.errors[0]
        assert result.errors[1:] == [INVALID]
    assert manager.configuration.running == Configuration()
    await done(alice, ["expires maximum 9000", "expires default 8000", "commit"])
    assert manager.configuration.running.registrar.expires_minimum_s == 7000


@played
async def test_a_candidate_is_kept_over_the_end_and_forgotten_by_abort(tmp_path: Path) -> None:
    manager, alice, _ = two(tmp_path)
    await done(alice, ["configure candidate", "hostname a", "end", "configure terminal", "sip", "domain now.x", "end"])
    assert manager.configuration.running == Configuration(sip=manager.configuration.running.sip)
    assert "not committed" in (await done(alice, ["configure candidate"]))[1]
    await done(alice, ["abort"])
    assert alice.mode.name == "exec"
    assert (await execute(alice, "show candidate")).code == FAILED


@pytest.mark.parametrize("line", ["subscriber 1001", "no subscriber 1001"])
@played
async def test_what_would_be_in_force_at_once_is_no_part_of_a_candidate(tmp_path: Path, line: str) -> None:
    manager, alice, _ = two(tmp_path)
    await done(alice, ["configure candidate"])
    result = await execute(alice, line)
    assert result.code == FAILED
    assert result.errors[-1] == INVALID
    assert list(manager.subscribers) == []


@played
async def test_lines_given_one_by_one_make_one_version_when_the_mode_is_left(tmp_path: Path) -> None:
    manager, alice, _ = two(tmp_path)
    await done(alice, ["configure terminal", "hostname a", "hostname b"])
    assert manager.configuration.archive.versions() == {}
    await done(alice, ["end", "configure terminal", "hostname b", "end", "show clock"])
    versions = manager.configuration.archive.versions()
    assert [(each.by, each.kind) for each in versions.values()] == [("alice", "configure")]


@played
async def test_a_lost_session_s_changes_are_archived_too(tmp_path: Path) -> None:
    manager, alice, _ = two(tmp_path)
    await done(alice, ["configure terminal", "hostname a"])
    ended(alice)
    while not manager.configuration.archive.versions():
        await asyncio.sleep(0.001)
    assert manager.configuration.archive.versions()[1].by == "alice"


@played
async def test_a_full_disk_leaves_a_change_without_version_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager, alice, _ = two(tmp_path)

    def full(path: Path, *arguments: Any, **named: Any) -> int:  # noqa: ANN401
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "write", full)
    await done(alice, ["configure terminal", "hostname a", "end"])
    assert [each.kind for each in manager.notices.recent] == ["archive-failed"]
    result = await execute(alice, "write memory")
    assert result.code == FAILED
    assert "No space left on device" in result.errors[0]
    assert (await execute(alice, "archive config")).code == FAILED


@played
async def test_an_atomic_script_is_one_commit(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    session.atomic, session.candidate = True, Candidate()
    await done(
        session, ["configure terminal", "hostname a", "sip", "domain a.b", "end", "show clock", "terminal length 0"]
    )
    assert manager.configuration.running == Configuration()
    assert (await finish(session)).code == 0
    assert manager.configuration.running.hostname == "a"
    assert [each.kind for each in manager.configuration.archive.versions().values()] == ["script"]


@pytest.mark.parametrize(
    "line", ["write memory", "clear registration all", "configure confirm", "rollback 1", "reload"]
)
@played
async def test_orders_are_refused_in_an_atomic_script(tmp_path: Path, line: str) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    session.atomic, session.candidate = True, Candidate()
    result = await execute(session, line)
    assert result.code == FAILED
    assert "atomic" in result.errors[0]
    assert manager.fake_worker.orders == []
    assert manager.fake_supervisor.reloads == 0


@played
async def test_the_line_to_blame_in_an_atomic_script_is_named(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    session.atomic, session.candidate = True, Candidate()
    for number, line in enumerate(["conf t", "registrar", "expires minimum 7000", "sip", "domain a.b"], 1):
        session.source = f"script:{number}"
        await execute(session, line)
    result = await finish(session)
    assert (result.code, result.source, result.command, result.retry) == (
        FAILED,
        "script:3",
        "expires minimum 7000",
        False,
    )
    assert manager.configuration.running == Configuration()
