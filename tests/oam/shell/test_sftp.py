"""The file area over SFTP: whole files, plain names, nothing outside."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh
import msgspec
import pytest
from support.management import played
from support.ssh import SshServer, ssh_server

from oam.security.audit import Audit
from oam.settings.lines import LineSettings
from oam.shell import sftp

SECRET_FILE = "startup-config"


@asynccontextmanager
async def _area(state: Path, user: str = "admin") -> AsyncIterator[tuple[SshServer, asyncssh.SFTPClient]]:
    async with (
        ssh_server(state) as server,
        server.connect(user) as connection,
        connection.start_sftp_client() as client,
    ):
        yield server, client


def _files(state: Path) -> Path:
    folder = state / "files"
    folder.mkdir(exist_ok=True)
    return folder


@played
async def test_files_go_in_and_out(tmp_path: Path) -> None:
    content = os.urandom(300_000)
    (tmp_path / "local").write_bytes(content)
    async with _area(tmp_path) as (_, client):
        await client.put(tmp_path / "local", "backup.cfg")
        assert await client.listdir() == ["backup.cfg"]
        assert (await client.stat("/backup.cfg")).size == len(content)
        await client.get("backup.cfg", tmp_path / "again")
        assert (tmp_path / "again").read_bytes() == content
        await client.rename("backup.cfg", "older.cfg")
        assert await client.realpath("older.cfg") == "/older.cfg"
        await client.remove("older.cfg")
        assert await client.listdir() == []
    assert list(_files(tmp_path).iterdir()) == []


@played
async def test_who_moves_files_is_on_and_on_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded: list[tuple[str, str, str, str]] = []
    monkeypatch.setattr(
        Audit,
        "record",
        lambda _, kind, *, origin, line="", command="", **_others: recorded.append((kind, origin, line, command)),
    )
    (_files(tmp_path) / "a.cfg").write_text("old")
    async with _area(tmp_path) as (server, client):
        lines = server.manager.lines
        await client.get("a.cfg", tmp_path / "again")
        assert [(each.name, each.session.origin, each.session.user) for each in lines.all()] == [
            ("vty 0", "sftp", "admin")
        ]
        file = await client.open("a.cfg", "wb")
        await file.write(b"half")
        lines.all()[0].end("cleared by root")
        await server.until(lambda: not lines.all(), "the line to be free")
        with pytest.raises((asyncssh.SFTPError, OSError)):
            await client.listdir()
        await server.until(lambda: os.listdir(_files(tmp_path)) == ["a.cfg"], "the half file to go")
    assert (_files(tmp_path) / "a.cfg").read_text() == "old"
    assert recorded[:3] == [
        ("login", "sftp", "vty 0", "by local"),
        ("command", "sftp", "vty 0", "sftp get a.cfg"),
        ("logout", "sftp", "vty 0", "cleared by root"),
    ]


@played
async def test_files_take_a_line_of_those_there_are(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server, server.connect() as first, server.connect() as second:
        configuration = server.manager.configuration
        vty = LineSettings(session_limit=1)
        assert await configuration.apply(msgspec.structs.replace(configuration.running, vty=vty)) == []
        async with first.start_sftp_client() as client:
            assert await client.listdir() == []
            with pytest.raises((asyncssh.SFTPError, OSError)):
                await (await second.start_sftp_client()).listdir()


@played
async def test_scp_works_as_well(tmp_path: Path) -> None:
    (tmp_path / "local").write_bytes(b"hostname sip2\n")
    async with ssh_server(tmp_path) as server, server.connect() as connection:
        await asyncssh.scp(tmp_path / "local", (connection, "new.cfg"))
        await asyncssh.scp((connection, "new.cfg"), tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == b"hostname sip2\n"


@pytest.mark.parametrize(
    "name", ["../startup-config", "/../startup-config", "folder/x", ".hidden", "..", "out", "x" * 201, "a\nb", b"\xff"]
)
def test_there_is_no_way_out(tmp_path: Path, name: str | bytes) -> None:
    async def scenario() -> None:
        (tmp_path / SECRET_FILE).write_text("hostname sip1\n")
        (_files(tmp_path) / "out").symlink_to(tmp_path / SECRET_FILE)
        (_files(tmp_path) / "folder").symlink_to(tmp_path)
        async with _area(tmp_path) as (_, client):
            for mode in ("rb", "wb", "xb"):
                with pytest.raises(asyncssh.SFTPError):
                    await client.open(name, mode)
            with pytest.raises(asyncssh.SFTPError):
                await client.rename(name, "mine")
            with pytest.raises(asyncssh.SFTPError):
                await client.remove(name)
            assert await client.listdir() == []
        assert (tmp_path / SECRET_FILE).read_text() == "hostname sip1\n"

    asyncio.run(scenario())


@played
async def test_there_are_no_links_and_no_folders(tmp_path: Path) -> None:
    async with _area(tmp_path) as (_, client):
        for refused in (client.symlink("/etc/passwd", "x"), client.link("/etc/passwd", "x"), client.mkdir("x")):
            with pytest.raises(asyncssh.SFTPError):
                await refused
        with pytest.raises(asyncssh.SFTPError):
            await client.readlink("x")


@played
async def test_file_takes_its_place_when_it_is_whole(tmp_path: Path) -> None:
    (_files(tmp_path) / "a.cfg").write_text("old")
    async with _area(tmp_path) as (server, client):
        file = await client.open("a.cfg", "wb")
        await file.write(b"half")
        assert (_files(tmp_path) / "a.cfg").read_text() == "old"
        assert await client.listdir() == ["a.cfg"]
        client.exit()
        await client.wait_closed()
        await server.until(lambda: len(os.listdir(_files(tmp_path))) == 1, "the half file to go")
    assert (_files(tmp_path) / "a.cfg").read_text() == "old"


@played
async def test_new_file_does_not_replace_one(tmp_path: Path) -> None:
    async with _area(tmp_path) as (_, client):
        file = await client.open("a.cfg", "xb")
        await file.write(b"first")
        await file.close()
        with pytest.raises(asyncssh.SFTPError):
            await client.open("a.cfg", "xb")
    assert (_files(tmp_path) / "a.cfg").read_bytes() == b"first"


@played
async def test_room_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sftp, "FILE_OCTETS", 1000)
    monkeypatch.setattr(sftp, "AREA_OCTETS", 1500)
    monkeypatch.setattr(sftp, "FILES", 2)
    async with _area(tmp_path) as (_, client):

        async def put(name: str, octets: int) -> None:
            async with client.open(name, "wb") as file:
                await file.write(bytes(octets))

        with pytest.raises(asyncssh.SFTPError):
            await put("long", 1001)
        assert await client.listdir() == []
        await put("one", 1000)
        with pytest.raises(asyncssh.SFTPError):
            await put("two", 501)
        await put("two", 500)
        with pytest.raises(asyncssh.SFTPError):
            await put("three", 1)
        assert await client.listdir() == ["one", "two"]


@played
async def test_nothing_is_appended(tmp_path: Path) -> None:
    (_files(tmp_path) / "a.cfg").write_text("old")
    async with _area(tmp_path) as (_, client):
        with pytest.raises(asyncssh.SFTPError):
            await client.open("a.cfg", "ab")


@played
async def test_file_that_is_written_into_begins_with_what_it_was(tmp_path: Path) -> None:
    (_files(tmp_path) / "a.cfg").write_text("old file")
    async with _area(tmp_path) as (_, client):
        async with client.open("a.cfg", "rb+") as file:
            await file.write(b"new")
            assert (_files(tmp_path) / "a.cfg").read_text() == "old file"
            await file.truncate(6)
        with pytest.raises(asyncssh.SFTPError):
            await client.open("b.cfg", "rb+")
    assert (_files(tmp_path) / "a.cfg").read_text() == "new fi"


@played
async def test_open_files_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sftp, "OPEN_FILES", 2)
    (_files(tmp_path) / "a.cfg").write_text("old")
    async with _area(tmp_path) as (_, client):
        first = await client.open("a.cfg", "rb")
        await client.open("a.cfg", "rb")
        with pytest.raises(asyncssh.SFTPError):
            await client.open("a.cfg", "rb")
        await first.close()
        await client.open("a.cfg", "rb")


@played
async def test_files_are_for_the_privileged_and_can_be_switched_off(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server:
        async with server.connect("guest") as connection:
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.start_sftp_client()
            (_files(tmp_path) / "a.cfg").write_text("secret")
            await asyncssh.scp((connection, "a.cfg"), tmp_path / "x")
            assert not (tmp_path / "x").exists()
        assert await server.change(sftp=False) == []
        async with server.connect() as connection:
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.start_sftp_client()


def test_what_a_dead_process_left_is_removed(tmp_path: Path) -> None:
    (_files(tmp_path) / f"{sftp.UPLOAD}0123").write_text("half")
    (_files(tmp_path) / "a.cfg").write_text("whole")
    sftp.tidy(tmp_path)
    assert os.listdir(_files(tmp_path)) == ["a.cfg"]
