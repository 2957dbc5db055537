"""SSH: who is taken, what the protocol offers besides shells, and how connections end."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import asyncssh
import pytest
from support.management import done, played
from support.ssh import ADMIN, ssh_server, terminal, unplug
from support.waiting import free_ports

from oam.config.tree import Configuration
from oam.settings.access import AccessList, AccessRule, ManagementListener
from oam.settings.lines import Banners
from oam.shell import host_keys, ssh


@played
async def test_connection_of_an_operator_is_no_strangers(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server:
        listening = server.manager.ssh.listening
        async with server.connect():
            assert (listening.connections, listening.admission.unauthenticated) == (1, 0)
        await server.until(lambda: listening.connections == 0, "the connection to be gone")
        assert server.manager.ssh.counts.logins == 1


@played
async def test_nothing_is_forwarded(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server, server.connect() as connection:
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_connection("127.0.0.1", server.port)
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_unix_connection(str(tmp_path / "run" / "console.sock"))
        with pytest.raises(asyncssh.ChannelListenError):
            await connection.forward_remote_port("127.0.0.1", 0, "127.0.0.1", server.port)
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.create_session(asyncssh.SSHClientSession, subsystem="netconf")


@played
async def test_first_line_tells_no_version(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        assert await reader.readline() == b"SSH-2.0-sipctl\r\n"
        writer.close()
        await writer.wait_closed()


@played
async def test_banner_comes_before_the_login(tmp_path: Path) -> None:
    seen: list[str] = []

    class Client(asyncssh.SSHClient):
        def auth_banner_received(self, msg: str, lang: str) -> None:
            seen.append(msg)

    settings = Configuration(hostname="sip1", banners=Banners(login="Authorised staff\nonly"))
    async with ssh_server(tmp_path, settings=settings) as server, server.connect(client_factory=Client):
        assert seen == ["Authorised staff\r\nonly\r\n"]


@played
async def test_who_is_not_on_the_access_list_is_not_taken(tmp_path: Path) -> None:
    lists = (AccessList("OFFICE", (AccessRule("permit", "192.0.2.0/24"),)),)
    settings = Configuration(hostname="sip1", access_lists=lists)
    async with ssh_server(tmp_path, settings=settings, access_list="OFFICE") as server:
        with pytest.raises((asyncssh.ConnectionLost, ConnectionResetError)):
            await server.connect()
        assert server.manager.ssh.listening.admission.refused_acl == 1


@played
async def test_strangers_are_bounded_before_the_key_exchange(tmp_path: Path) -> None:
    async with ssh_server(tmp_path, unauthenticated_maximum=1) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        await reader.readline()
        second, other = await asyncio.open_connection("127.0.0.1", server.port)
        assert await second.read(100) == b""
        other.close()
        writer.close()
        await asyncio.gather(writer.wait_closed(), other.wait_closed())
        await server.until(lambda: server.manager.ssh.listening.connections == 0, "the first to be gone")
        async with server.connect():
            pass
        assert server.manager.ssh.listening.admission.refused_total == 1


@pytest.mark.slow
@played
async def test_who_does_not_log_in_in_time_is_sent_away(tmp_path: Path) -> None:
    async with ssh_server(tmp_path, login_timeout_s=1) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        async with asyncio.timeout(5):
            await reader.read()
        writer.close()
        await writer.wait_closed()
        await server.until(lambda: server.manager.ssh.counts.login_timeouts == 1, "the timeout to be counted")
        assert server.manager.ssh.listening.admission.unauthenticated == 0


@played
async def test_octets_that_are_no_ssh_end_their_connection_alone(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server, server.connect() as operator:
        for octets in (b"GET / HTTP/1.0\r\n\r\n", b"SSH-2.0-x\r\n" + bytes(range(256)) * 40, b"\xff" * 20_000):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(octets)
            writer.write_eof()
            async with asyncio.timeout(5):
                try:
                    await reader.read()
                except ConnectionResetError:
                    continue
                finally:
                    writer.close()
        assert (await operator.run("show clock", check=True)).exit_status == 0


@played
async def test_channels_of_one_connection_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh, "CHANNELS", 2)
    async with ssh_server(tmp_path) as server, server.connect() as connection:
        async with terminal(connection) as one, terminal(connection) as two:
            await one.shows(b"sip1#")
            await two.shows(b"sip1#")
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.create_process("show clock")
        await server.until(lambda: not server.manager.lines.all(), "the lines to be free")
        assert (await connection.run("show clock")).exit_status == 0
        assert server.manager.ssh.counts.refused_channels == 1


@played
async def test_change_of_listeners_leaves_sessions_alone(tmp_path: Path) -> None:
    (other,) = free_ports(1)
    async with ssh_server(tmp_path) as server, server.connect() as connection:
        assert await server.change(listeners=(ManagementListener("127.0.0.1", other),)) == []
        with pytest.raises(ConnectionRefusedError):
            await server.connect()
        assert (await connection.run("show clock")).exit_status == 0
        assert await server.change(shutdown=True) == []
        assert (await connection.run("show clock")).exit_status == 0


@played
async def test_lost_connection_frees_the_line(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server:
        connection = await server.connect()
        process = await connection.create_process(term_type="vt100", encoding=None)
        await process.stdout.readuntil(b"sip1#")
        assert [each.name for each in server.manager.lines.all()] == ["vty 0"]
        connection.abort()
        await server.until(lambda: not server.manager.lines.all(), "the line to be free")


@pytest.mark.slow
@played
async def test_client_that_is_gone_without_a_word_frees_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh, "UNANSWERED", 1)
    async with ssh_server(tmp_path, keepalive_s=1) as server:
        connection = await server.connect()
        process = await connection.create_process(term_type="vt100", encoding=None)
        await process.stdout.readuntil(b"sip1#")
        unplug(connection)
        await server.until(lambda: not server.manager.lines.all(), "the line to be free")
        connection.abort()


@played
async def test_end_of_the_process_ends_sessions(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server:
        connection = await server.connect()
        process = await connection.create_process(term_type="vt100", encoding=None)
        await process.stdout.readuntil(b"sip1#")
    assert not server.manager.lines.all()
    async with asyncio.timeout(5):
        await connection.wait_closed()


@played
async def test_commands_are_not_in_the_librarys_log(tmp_path: Path) -> None:
    async with ssh_server(tmp_path, users=(ADMIN,)):
        assert not logging.getLogger("asyncssh").isEnabledFor(logging.INFO)


@pytest.mark.slow
@played
async def test_connection_that_does_nothing_is_ended_and_a_shell_is_not_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh, "IDLE_S", 0.1)
    async with ssh_server(tmp_path) as server:
        idle = await server.connect()
        async with server.connect() as busy, terminal(busy) as screen:
            await screen.shows(b"sip1#")
            await server.until(lambda: len(server.manager.ssh.connections) == 1, "the idle one to be ended")
            await asyncio.sleep(0.3)
            screen.types(b"show clock\r")
            await screen.shows(b"UTC")
        async with asyncio.timeout(5):
            await idle.wait_closed()


@pytest.mark.parametrize(
    ("damaged", "good"), [("ssh_host_ed25519_key", "ssh-rsa"), ("ssh_host_rsa_key", "ssh-ed25519")]
)
@played
async def test_a_damaged_host_key_is_named_and_the_other_one_serves(tmp_path: Path, damaged: str, good: str) -> None:
    async with ssh_server(tmp_path, damaged=(damaged,)) as server, server.connect() as connection:
        key = connection.get_server_host_key()
        assert key is not None
        assert key.get_algorithm() == good
        (notice,) = (each for each in server.manager.notices.recent if each.kind == "host-key-damaged")
        assert (notice.severity, notice.text) == ("errors", f"SSH host key {damaged}: not a private key")
        shown = "\n".join(await done(server.manager.session(), ["show ssh"]))
        assert f"Damaged host key: {damaged}: not a private key" in shown


@played
async def test_without_a_good_host_key_the_notice_says_that_nobody_is_served(tmp_path: Path) -> None:
    async with ssh_server(tmp_path, damaged=tuple(host_keys.FILES.values())) as server:
        await server.until(lambda: bool(server.manager.notices.counts["host-key-damaged"]), "the notice")
        assert server.manager.notices.recent[-1].text.startswith("no SSH connection can be taken: ssh_host_ed25519_key")
        with pytest.raises((OSError, asyncssh.Error)):
            await server.connect()
