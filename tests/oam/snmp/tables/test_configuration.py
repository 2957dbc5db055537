"""The state of the configuration, as managers see it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, played
from support.tables import read_one

from oam.snmp.action import PERFORM
from oam.snmp.objects import COLUMNS
from oam.snmp.tables.configuration import CONFIGURATION


@played
async def test_who_changed_it_and_whether_it_is_saved(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    row = await read_one(CONFIGURATION, manager)
    assert (row["sipctlConfigChangedBy"], row["sipctlConfigChangedFrom"]) == ("startup-config", "")
    assert (row["sipctlConfigSaved"], row["sipctlConfigSavedAt"], row["sipctlConfigStartupSize"]) == (False, 0, 0)
    session = manager.session(batch=False, origin="ssh")
    session.address = "192.0.2.7"
    manager.configuration.clock = lambda: 2000.0
    await done(session, ["configure terminal", "hostname other", "end"])
    row = await read_one(CONFIGURATION, manager)
    assert (row["sipctlConfigChangedBy"], row["sipctlConfigChangedFrom"]) == ("admin", "ssh 192.0.2.7")
    assert row["sipctlConfigChangedAt"] == 2000.0
    assert not row["sipctlConfigSaved"]


@played
async def test_setting_save_saves(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    await done(manager.session(), ["configure terminal", "hostname other", "end"])
    _, column = COLUMNS["sipctlConfigSave"]
    assert column.write is not None
    await done(manager.session(), column.write(None, PERFORM))
    row = await read_one(CONFIGURATION, manager)
    status = manager.configuration.startup_path.stat()
    assert row["sipctlConfigSaved"]
    assert (row["sipctlConfigSavedAt"], row["sipctlConfigStartupSize"]) == (status.st_mtime, status.st_size)
    await done(manager.session(), ["configure terminal", "hostname another", "end"])
    assert not (await read_one(CONFIGURATION, manager))["sipctlConfigSaved"]


@played
async def test_a_commit_that_awaits_its_confirmation(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    row = await read_one(CONFIGURATION, manager)
    assert (row["sipctlConfigVersion"], row["sipctlConfigUnconfirmed"], row["sipctlConfigUnconfirmedUntil"]) == (
        0, False, 0.0,
    )  # fmt: skip
    manager.configuration.clock = lambda: 6000.0
    lines = ["configure candidate", "hostname other", "commit confirmed 5 comment night work"]
    await done(manager.session(batch=False), lines)
    row = await read_one(CONFIGURATION, manager)
    names = ("Version", "VersionAt", "VersionBy", "VersionKind", "Unconfirmed", "UnconfirmedUntil", "UnconfirmedBy")
    assert [row[f"sipctlConfig{each}"] for each in names] == [1, 6000.0, "admin", "commit", True, 6300.0, "admin"]
    await done(manager.session(batch=False), ["configure confirm"])
    row = await read_one(CONFIGURATION, manager)
    assert (row["sipctlConfigUnconfirmed"], row["sipctlConfigUnconfirmedBy"]) == (False, "")


@played
async def test_who_has_it_locked(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    assert not (await read_one(CONFIGURATION, manager))["sipctlConfigLocked"]
    session = manager.session(batch=False)
    session.address = "192.0.2.7"
    await done(session, ["configure exclusive"])
    row = await read_one(CONFIGURATION, manager)
    assert [row[f"sipctlConfig{each}"] for each in ("Locked", "LockedBy", "LockedFrom", "LockWaiting")] == [
        True, "admin", "console 192.0.2.7", 0,
    ]  # fmt: skip
    assert row["sipctlConfigLockedAt"] > 1e9
    await done(session, ["end"])
    assert not (await read_one(CONFIGURATION, manager))["sipctlConfigLocked"]


@played
async def test_an_archive_that_cannot_be_read_has_no_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = FakeManager(tmp_path)

    def fails() -> dict[int, object]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(manager.configuration.archive, "versions", fails)
    assert (await read_one(CONFIGURATION, manager))["sipctlConfigVersion"] == 0
