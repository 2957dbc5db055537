"""Commits: whole or not at all, archived, taken back when nobody confirms them."""

from __future__ import annotations

import asyncio
import contextlib
import errno
from pathlib import Path
from typing import Any

import pytest
from support.management import FakeManager, played

from core.northbound.settings import RegistrarSettings
from core.northbound.wirefmt import NorthboundError
from oam.config import commit as commits
from oam.config import files
from oam.config.commit import commit, revert, watch
from oam.config.lock import SYSTEM, Holder
from oam.config.store import Author
from oam.config.tree import Configuration

NAMED = Configuration(hostname="sip1")
ALICE = Author("alice")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def managed(path: Path) -> tuple[FakeManager, Clock, list[tuple[str, str]]]:
    manager, clock = FakeManager(path), Clock()
    manager.configuration.clock = clock
    told: list[tuple[str, str]] = []
    manager.configuration.announce = lambda kind, text, severity: told.append((kind, text))
    return manager, clock, told


@played
async def test_a_commit_is_in_force_and_in_the_archive(tmp_path: Path) -> None:
    store = managed(tmp_path)[0].configuration
    assert await commit(store, lambda _: NAMED, ALICE, "commit", "why") == ([], 1)
    assert store.running == NAMED
    assert store.archive.versions()[1].comment == "why"
    assert await commit(store, lambda _: NAMED, ALICE, "commit") == ([], 0)


@pytest.mark.parametrize("refusal", ["applier", "problems", "guard", "away"])
@played
async def test_a_refused_commit_leaves_nothing(tmp_path: Path, refusal: str) -> None:
    manager, _, _ = managed(tmp_path)
    store, new = manager.configuration, NAMED
    if refusal == "applier":
        manager.fake_supervisor.problems = ["port 5060 is in use"]
    elif refusal == "away":
        manager.fake_supervisor.away = True
    elif refusal == "guard":

        async def guard(old: Configuration, new: Configuration) -> list[str]:
            return ["no"]

        store.guards.append(guard)
    else:
        new = Configuration(registrar=RegistrarSettings(expires_minimum_s=9000))
    refused, number = await commit(store, lambda _: new, ALICE, "commit", minutes=5)
    assert refused
    assert number == 0
    assert store.running == Configuration()
    assert store.archive.versions() == {}
    assert [each for each in tmp_path.rglob("*") if "staged" in each.name or each.name == "unconfirmed-commit"] == []
    assert store.unconfirmed.pending is None


@played
async def test_a_full_disk_refuses_the_commit_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manager, _, _ = managed(tmp_path)
    store = manager.configuration
    written: list[str] = []
    real = files.write

    def full(path: Path, *arguments: Any, **named: Any) -> int:  # noqa: ANN401
        written.append(path.name)
        if len(written) == fails_at:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, *arguments, **named)

    monkeypatch.setattr(files, "write", full)
    for fails_at in (1, 2):  # the version, and what it would come back to
        written.clear()
        refused, _ = await commit(store, lambda _: NAMED, ALICE, "commit", minutes=5)
        assert refused == ["The change cannot be kept on the disk: No space left on device"]
        assert len(written) == fails_at
        assert manager.fake_supervisor.applied == []
        assert store.running == Configuration()
        assert store.unconfirmed.pending is None
        assert list(tmp_path.glob("archive/*")) == []


@played
async def test_what_it_comes_back_to_is_on_the_disk_before_it_is_in_force(tmp_path: Path) -> None:
    manager, _, _ = managed(tmp_path)
    store = manager.configuration
    seen: list[tuple[bool, int]] = []

    async def apply(new: Configuration) -> list[str]:
        staged = list(tmp_path.glob("archive/staged-*"))
        seen.append(((tmp_path / "unconfirmed-commit").exists(), len(staged)))
        return []

    store.applier = apply
    await commit(store, lambda _: NAMED, ALICE, "commit", minutes=1)
    assert seen == [(True, 1)]


@played
async def test_what_is_not_confirmed_comes_back_and_is_announced(tmp_path: Path) -> None:
    manager, clock, told = managed(tmp_path)
    store = manager.configuration
    await commit(store, lambda _: NAMED, ALICE, "commit", minutes=5)
    with pytest.raises(OSError, match="awaits its confirmation"):
        await store.save_startup()
    watching = asyncio.create_task(watch(store))
    clock.now += 4 * 60 + 30
    store.unconfirmed.changed.set()
    while not told:
        await asyncio.sleep(0)
    assert "one minute" in told.pop()[1]
    assert store.running == NAMED
    clock.now += 31
    store.unconfirmed.changed.set()
    while len(told) < 2:
        await asyncio.sleep(0)
    watching.cancel()
    assert store.running == Configuration()
    assert [kind for kind, _ in told] == ["commit-unconfirmed", "rollback"]
    assert [each.kind for each in store.archive.versions().values()] == ["commit", "rollback"]
    assert not (tmp_path / "unconfirmed-commit").exists()
    assert await store.save_startup()


@played
async def test_a_former_process_s_elapsed_time_rolls_back_at_once_through_every_lock(tmp_path: Path) -> None:
    manager, clock, _ = managed(tmp_path)
    await commit(manager.configuration, lambda _: NAMED, ALICE, "commit", minutes=1)
    again = FakeManager(tmp_path / "other", NAMED)
    (tmp_path / "unconfirmed-commit").rename(tmp_path / "other" / "unconfirmed-commit")
    store = FakeManager(tmp_path / "other", NAMED).configuration
    assert again.configuration.running == NAMED
    await store.exclusive.take(object(), lambda: Holder("bob", "vty 1", "", 0.0))
    store.clock = lambda: clock.now + 3600
    watching = asyncio.create_task(watch(store))
    while store.unconfirmed.pending is not None:
        await asyncio.sleep(0)
    watching.cancel()
    assert store.running == Configuration()


@played
async def test_confirmed_it_stays(tmp_path: Path) -> None:
    manager, clock, told = managed(tmp_path)
    store = manager.configuration
    await commit(store, lambda _: NAMED, ALICE, "commit", minutes=1)
    await store.confirm()
    clock.now += 3600
    watching = asyncio.create_task(watch(store))
    await asyncio.sleep(0.01)
    watching.cancel()
    assert store.running == NAMED
    assert told == []
    assert await revert(store, Author("alice"), "no reason") == ["No Rollback Confirmed Change pending"]


@played
async def test_what_cannot_come_back_is_told_and_tried_again(tmp_path: Path) -> None:
    manager, clock, told = managed(tmp_path)
    store = manager.configuration
    await commit(store, lambda _: NAMED, ALICE, "commit", minutes=1)
    manager.fake_supervisor.problems = ["port 5060 is in use"]
    clock.now += 61
    watching = asyncio.create_task(watch(store))
    while len(told) < 2:
        await asyncio.sleep(0)
    assert "port 5060 is in use" in told[-1][1]
    while store.unconfirmed.left_s < commits.RETRY_S:
        await asyncio.sleep(0)
    manager.fake_supervisor.problems = []
    clock.now += commits.RETRY_S
    store.unconfirmed.changed.set()
    while store.running == NAMED:
        await asyncio.sleep(0)
    watching.cancel()
    assert store.unconfirmed.pending is None or store.running == Configuration()


@played
async def test_it_cannot_be_confirmed_while_it_comes_back(tmp_path: Path) -> None:
    manager, _, _ = managed(tmp_path)
    store = manager.configuration
    await commit(store, lambda _: NAMED, ALICE, "commit", minutes=1)
    going, release = asyncio.Event(), asyncio.Event()

    async def slow(new: Configuration) -> list[str]:
        going.set()
        await release.wait()
        return []

    store.applier = slow
    coming = asyncio.create_task(revert(store, Author("", SYSTEM), "time"))
    await going.wait()
    confirming = asyncio.create_task(store.confirm())
    release.set()
    assert await coming == []
    with contextlib.suppress(OSError):  # refused, or nothing was left to confirm: never kept
        await confirming
    assert store.running == Configuration()
    assert store.unconfirmed.pending is None


@played
async def test_who_confirms_first_is_not_taken_back(tmp_path: Path) -> None:
    manager, _, told = managed(tmp_path)
    store = manager.configuration
    await commit(store, lambda _: NAMED, ALICE, "commit", minutes=1)
    confirming = asyncio.create_task(store.confirm())
    await asyncio.sleep(0)
    assert await revert(store, Author("", SYSTEM), "time") == []
    await confirming
    assert store.running == NAMED
    assert told == []


@played
async def test_an_applier_that_fails_leaves_no_trace(tmp_path: Path) -> None:
    manager, _, _ = managed(tmp_path)

    async def broken(new: Configuration) -> list[str]:
        raise NorthboundError("the supervisor is gone")

    manager.configuration.applier = broken
    refused, _ = await commit(manager.configuration, lambda _: NAMED, ALICE, "commit", minutes=1)
    assert refused == ["the supervisor is gone"]
    assert not (tmp_path / "unconfirmed-commit").exists()


@played
async def test_a_fault_while_it_comes_back_does_not_end_the_watch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager, clock, _ = managed(tmp_path)
    store = manager.configuration
    monkeypatch.setattr(commits, "RETRY_S", 0.0)
    await commit(store, lambda _: NAMED, ALICE, "commit", minutes=1)
    real, faults = store.parse, [RuntimeError("a fault of ours")]

    def faulty(*arguments: Any) -> Any:  # noqa: ANN401
        if faults:
            raise faults.pop()
        return real(*arguments)

    monkeypatch.setattr(store, "parse", faulty)
    clock.now += 61
    watching = asyncio.create_task(watch(store))
    while store.unconfirmed.pending is not None:
        await asyncio.sleep(0)
    watching.cancel()
    assert store.running == Configuration()


@played
async def test_what_to_come_back_to_cannot_be_read_is_a_notice(tmp_path: Path) -> None:
    (tmp_path / "unconfirmed-commit").write_text("{")
    manager = FakeManager(tmp_path, NAMED)
    watching = asyncio.create_task(watch(manager.configuration))
    while not manager.notices.recent:
        await asyncio.sleep(0)
    watching.cancel()
    (notice,) = manager.notices.recent
    assert (notice.kind, notice.severity) == ("commit-unconfirmed", "errors")
    assert notice.text == (
        "an unconfirmed change stays: unconfirmed-commit, which has what to come back to, cannot be read:"
        " Input data was truncated"
    )
    assert manager.configuration.running == NAMED
