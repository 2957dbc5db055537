"""Backups: written whole, read with suspicion, restored all or not at all."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest
from support.alarmed import Watch, raises_and_clears
from support.management import FakeManager, done, gathered, played, subscriber

from core.northbound.lists import BLACK, ListEntry
from core.northbound.prefixes import row_key, row_of
from core.northbound.routing_settings import PrefixEntry
from oam import backup
from oam.commands.registry import CommandError
from oam.context import Session
from oam.files import FileError

FRAUD = ListEntry("calling", "+49900*", 1_700_000_000.0, 1_900_000_000.0, "admin", "ticket 4711")


async def made(path: Path) -> FakeManager:
    manager = FakeManager(path)
    manager.subscribers.put(subscriber("1001"))
    manager.prefixes.write({row_key("default", "49"): row_of([PrefixEntry("", action="local")])}, False)
    manager.lists.put_many(BLACK, [FRAUD])
    await done(
        manager.session(), ["configure terminal", "hostname kept", "sip", "domain example.com", "end", "write memory"]
    )
    await done(manager.session(), ["configure terminal", "hostname unsaved", "end", "backup it.tar"])
    return manager


@played
async def test_it_brings_everything_back_on_another_server(tmp_path: Path) -> None:
    await made(tmp_path / "one")
    assert (tmp_path / "one" / "files" / "it.tar").stat().st_mode & 0o077 == 0
    other = FakeManager(tmp_path / "other")
    (tmp_path / "other" / "files").mkdir()
    (tmp_path / "one" / "files" / "it.tar").rename(tmp_path / "other" / "files" / "it.tar")
    printed = await done(other.session(), ["restore it.tar"])
    assert printed[-1] == "The backup of unsaved is in force, 1 versions taken over"
    assert other.configuration.running.hostname == "unsaved"
    assert "hostname kept" in other.configuration.startup()
    assert other.subscribers.get("1001") == subscriber("1001")
    assert [entries for _, entries in other.prefixes.iterate()] == [[PrefixEntry("49", action="local")]]
    assert list(other.lists.iterate(BLACK)) == [FRAUD]
    assert list(tmp_path.glob("*/.backup-*")) == []


@pytest.mark.parametrize(
    "broken", ["running-config", "startup-config", "subscribers.csv", "prefixes.csv", "blacklist.csv"]
)
@played
async def test_a_fault_anywhere_changes_nothing(tmp_path: Path, broken: str) -> None:
    manager = await made(tmp_path)
    path = tmp_path / "files" / "it.tar"
    with tarfile.open(path) as tar:
        members = [(each, tar.extractfile(each).read()) for each in tar]  # type: ignore[union-attr]
    with tarfile.open(path, "w") as tar:
        for member, octets in members:
            content = b"bogus,line\nx,y\n" if member.name == broken else octets
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    session = manager.session()
    await done(session, ["configure terminal", "hostname other", "end"])
    startup = manager.configuration.startup()
    assert await refused(session, "restore it.tar")
    assert manager.configuration.running.hostname == "other"
    assert manager.configuration.startup() == startup
    assert list(tmp_path.glob(".backup-*")) == []


async def refused(session: Session, line: str) -> bool:
    """Whether a command fails, before its first line or later."""
    try:
        _, result = await gathered(session, line)
    except CommandError:
        return True
    return bool(result.code)


def packed(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w") as tar:
        for member, octets in members:
            member.size = len(octets)
            tar.addfile(member, io.BytesIO(octets))
    return path


def link() -> tarfile.TarInfo:
    member = tarfile.TarInfo("running-config")
    member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return member


@pytest.mark.parametrize(
    "members",
    [
        (),
        ((tarfile.TarInfo("../../etc/cron.d/x"), b"x"),),
        ((tarfile.TarInfo("/etc/passwd"), b"x"),),
        ((tarfile.TarInfo("archive/../x"), b"x"),),
        ((link(), b""),),
        ((tarfile.TarInfo("manifest.json"), b"{}"),),
        ((tarfile.TarInfo("manifest.json"), b'{"format":9,"hostname":"","at":0,"by":""}'),),
    ],
)
def test_what_is_no_backup_is_refused_and_nothing_is_unpacked(
    tmp_path: Path, members: tuple[tuple[tarfile.TarInfo, bytes], ...]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(FileError):
        backup.read(packed(tmp_path / "x.tar", *members), folder)
    assert list(folder.iterdir()) == []


@raises_and_clears(40)
@played
async def test_a_backup_that_cannot_be_written_is_an_alarm_until_one_can(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    watch = Watch(manager)
    (tmp_path / "files" / "it.tar").mkdir(parents=True)
    assert (await gathered(manager.session(), "backup it.tar"))[1].code == 1
    assert await watch.look() == {(40, "backup"): "minor"}
    assert "it.tar" in watch.text(40, "backup")
    await done(manager.session(), ["backup other.tar"])
    assert await watch.look() == {}


@pytest.mark.parametrize("octets", [b"", b"not a tar file at all" * 100, b"\0" * 10_240])
def test_any_octets_are_a_backup_or_refused(tmp_path: Path, octets: bytes) -> None:
    (tmp_path / "x").write_bytes(octets)
    with pytest.raises(FileError):
        backup.read(tmp_path / "x", tmp_path)


@pytest.mark.timeout(10)
def test_a_pipe_is_no_backup_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileError, match="not a regular file"):
        backup.read(tmp_path / "pipe", tmp_path)


def test_a_backup_has_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "MAX_MEMBERS", 3)
    members = [(tarfile.TarInfo(f"archive/{number}"), b"x") for number in range(4)]
    with pytest.raises(FileError):
        backup.read(packed(tmp_path / "x.tar", *members), tmp_path)
