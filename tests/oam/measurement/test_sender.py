"""Files brought to SFTP and FTP servers that are not ours, and to our own; and all that may go wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from asyncssh import read_private_key
from support.file_servers import SECRET, USER, SftpServer, needs_vsftpd, sftp_server, silent_server, vsftpd
from support.management import played
from support.ssh import SECRET as OPERATOR_SECRET
from support.ssh import ssh_server
from support.waiting import free_ports

from oam.measurement import sender
from oam.measurement.sender import SendError, Server, connected, remove

NAME = "A20261128.1600+0000-1615+0000_-J_sip1.csv"


def server(port: int, protocol: str = "sftp", **fields: object) -> Server:
    wanted: dict[str, object] = {
        "protocol": protocol,
        "host": "127.0.0.1",
        "port": port,
        "user": USER,
        "secret": SECRET,
        "directory": "",
        "host_key": "",
        "known_hosts": Path("/nonexistent"),
    }
    return Server(**(wanted | fields))  # type: ignore[arg-type]


def of(those: SftpServer, **fields: object) -> Server:
    return server(those.port, **({"host_key": those.host_key} | fields))  # type: ignore[arg-type]


async def refused(where: Server) -> str:
    """Return why nothing can be sent."""
    with pytest.raises(SendError) as caught:
        async with connected(where) as send:
            await send(NAME, b"one")
    return str(caught.value)


@played
async def test_files_go_over_sftp_and_replace_what_was_there(tmp_path: Path) -> None:
    async with sftp_server(tmp_path / "in") as there:
        large = b"0123456789" * 100_000
        async with connected(of(there)) as send:
            await send(NAME, b"one")
            await send(NAME, b"two")
            await send("large", large)
        assert there.files() == {NAME: b"two", "large": large}
        await remove(of(there), "large")
        assert there.files() == {NAME: b"two"}


@played
async def test_a_folder_is_where_the_files_go(tmp_path: Path) -> None:
    (tmp_path / "in" / "sip1").mkdir(parents=True)
    async with sftp_server(tmp_path / "in") as there:
        async with connected(of(there, directory="/sip1")) as send:
            await send(NAME, b"one")
        assert (tmp_path / "in" / "sip1" / NAME).read_bytes() == b"one"
        assert "write: " in await refused(of(there, directory="/nowhere"))


@played
async def test_a_server_without_posix_rename_gets_its_files_too(tmp_path: Path) -> None:
    async with sftp_server(tmp_path / "in") as there:
        there.renames = False
        async with connected(of(there)) as send:
            await send(NAME, b"one")
            await send(NAME, b"two")
        assert there.files() == {NAME: b"two"}


@played
async def test_known_hosts_of_the_file_area_decide_without_a_fingerprint(tmp_path: Path) -> None:
    known = tmp_path / "known_hosts"
    async with sftp_server(tmp_path / "in") as there:
        known.write_text(there.known_hosts + "\n")
        async with connected(of(there, host_key="", known_hosts=known)) as send:
            await send(NAME, b"one")
        assert there.files() == {NAME: b"one"}


@pytest.mark.parametrize("known", ["absent", "other", "empty"])
@pytest.mark.parametrize("fingerprint", ["", "SHA256:uNiVztksCsDhcc0u9e8BrjJXVDDsyKPiZsRlhjnNTbE"])
@played
async def test_a_server_with_another_key_never_sees_the_secret(tmp_path: Path, known: str, fingerprint: str) -> None:
    async with sftp_server(tmp_path / "in") as there:
        path = tmp_path / "known_hosts"
        if known != "absent":
            line = there.known_hosts.replace("127.0.0.1", "192.0.2.1") + "\n"
            path.write_text(line if known == "other" else "")
        told = await refused(of(there, host_key=fingerprint, known_hosts=path))
        assert told == "connect: the server's host key is not the one configured, or is not known"
        assert there.logins == []


@played
async def test_a_wrong_secret_is_told_and_not_shown(tmp_path: Path) -> None:
    async with sftp_server(tmp_path / "in") as there:
        assert await refused(of(there, secret="wrong")) == "connect: user or secret refused"


@pytest.mark.parametrize(("what", "told"), [("write", "write: No space left, said *"), ("rename", "rename: Not here")])
@played
async def test_what_the_server_refuses_is_told_without_the_secret(tmp_path: Path, what: str, told: str) -> None:
    async with sftp_server(tmp_path / "in") as there:
        there.refuses = what
        assert await refused(of(there)) == told
        assert NAME not in there.files()


@pytest.mark.parametrize("protocol", ["sftp", "ftp"])
@played
async def test_nobody_there_is_told(protocol: str) -> None:
    (port,) = free_ports(1)
    assert (await refused(server(port, protocol))).startswith("connect: ")


@pytest.mark.parametrize("protocol", ["sftp", "ftp"])
@played
async def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch, protocol: str) -> None:
    monkeypatch.setattr(sender, "CONNECT_S", 0.3)
    monkeypatch.setattr(sender, "STALL_S", 0.3)
    async with silent_server() as port:
        assert await refused(server(port, protocol)) in ("connect: no answer in time", "connect: timed out")


@played
async def test_our_own_server_takes_them(tmp_path: Path) -> None:
    """What another of these servers measures may be gathered in the file area of this one."""
    async with ssh_server(tmp_path) as there:
        key = read_private_key(tmp_path / "ssh" / "ssh_host_ed25519_key").get_fingerprint()
        where = server(there.port, user="admin", secret=OPERATOR_SECRET, host_key=key)
        async with connected(where) as send:
            await send(NAME, b"one")
        assert (tmp_path / "files" / NAME).read_bytes() == b"one"


@needs_vsftpd
@pytest.mark.peer
@played
async def test_files_go_by_ftp_and_replace_what_was_there() -> None:
    with vsftpd() as (port, folder):
        where = server(port, "ftp", user="anonymous", secret="a@b", directory="in")
        large = b"0123456789" * 100_000
        async with connected(where) as send:
            await send(NAME, b"one")
            await send(NAME, b"two")
            await send("large", large)
        assert {each.name: each.read_bytes() for each in folder.iterdir()} == {NAME: b"two", "large": large}
        await remove(where, "large")
        assert [each.name for each in folder.iterdir()] == [NAME]


@needs_vsftpd
@pytest.mark.peer
@played
async def test_what_an_ftp_server_refuses_is_told() -> None:
    with vsftpd() as (port, folder):
        where = server(port, "ftp", user="anonymous", secret="a@b", directory="in")
        assert (await refused(where._replace(secret="wrong"))).startswith("connect: 530")
        assert (await refused(where._replace(directory="nowhere"))).startswith("write: 553")
        assert list(folder.iterdir()) == []
