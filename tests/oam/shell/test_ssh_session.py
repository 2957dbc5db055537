"""Channels: shells, commands and scripts over SSH."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncssh
import pytest
from support.management import played
from support.ssh import SshServer, ssh_server, terminal, unplug

from oam.settings.lines import LineSettings
from oam.shell import ssh_session


@played
async def test_shell_echoes_and_never_sends_an_escape(tmp_path: Path) -> None:
    long = b"show " + b"x" * 145
    async with ssh_server(tmp_path) as server, server.connect() as connection:
        async with terminal(connection, "xterm") as screen:
            seen = await screen.shows(b"sip1#")
            screen.types(long + b"\r")
            seen += await screen.shows(b"marker.\r\n")
            assert long + b"\r\n" in seen
            seen += await screen.shows(b"sip1#")
            screen.types(b"show cl?")
            seen += await screen.shows(b"sip1#show cl")
            screen.types(b"\x15exit\n")
            await screen.process.wait_closed()
            seen += screen.text
        assert b"\x1b" not in seen
        assert screen.process.exit_status == 0


@pytest.mark.parametrize("enter", [b"\r", b"\n", b"\r\n", b"\r\0"])
def test_every_end_of_line_is_one_enter(tmp_path: Path, enter: bytes) -> None:
    async def scenario() -> None:
        async with ssh_server(tmp_path) as server, server.connect() as connection, terminal(connection) as screen:
            await screen.shows(b"sip1#")
            screen.types(b"show clock" + enter + b"exit" + enter)
            seen = await screen.shows(b"exit\r\n")
            assert seen.count(b"sip1#") == 1

    asyncio.run(scenario())


@played
async def test_size_of_nothing_is_80_by_24_and_a_new_size_is_taken(tmp_path: Path) -> None:
    async with (
        ssh_server(tmp_path) as server,
        server.connect() as connection,
        terminal(connection, "xterm", (0, 0)) as screen,
    ):
        await screen.shows(b"sip1#")
        (line,) = server.manager.lines.all()
        found = line.terminal
        assert found is not None
        assert (found.columns, found.rows) == (80, 24)
        screen.process.change_terminal_size(132, 50)
        await server.until(lambda: found.columns == 132, "the new size")
        assert found.rows == 50


@played
async def test_sign_that_comes_in_two_packets_is_one_sign(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server, server.connect() as connection, terminal(connection) as screen:
        await screen.shows(b"sip1#")
        screen.types("é".encode()[:1])
        await asyncio.sleep(0.05)
        screen.types("é".encode()[1:] + b"\r")
        assert "é".encode() in await screen.shows(b"marker.")


@played
async def test_end_of_input_comes_behind_what_was_typed(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server, server.connect() as connection, terminal(connection) as screen:
        screen.types(b"show clock\rshow version\r")
        screen.process.stdin.write_eof()
        assert b"UTC" in await screen.shows(b"Version")
        await screen.process.wait_closed()
        assert screen.process.exit_status == 0


@played
async def test_break_stops_a_command(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server, server.connect() as connection:
        server.manager.fake_worker.hangs = True
        async with terminal(connection) as screen:
            await screen.shows(b"sip1#")
            screen.types(b"show calls\r")
            await server.until(lambda: bool(server.manager.fake_worker.orders), "the command to run")
            screen.process.send_break(100)
            await screen.shows(b"^C\r\nsip1#")


@pytest.mark.parametrize(
    ("user", "command", "code", "said"),
    [
        ("admin", "show clock", 0, ""),
        ("admin", "show calls", 1, "signalling process is not running"),
        ("admin", "show nonsense", 2, "Invalid input detected"),
        ("guest", "configure terminal", 3, "Command authorization failed."),
        ("admin", "--bogus show clock", 2, "% Unknown flag --bogus"),
        ("admin", "--check hostname sip2", 2, ""),
        ("admin", "configure terminal\nhostname sip2\nend\nshow clock", 0, ""),
    ],
)
def test_command_ends_with_its_code(tmp_path: Path, user: str, command: str, code: int, said: str) -> None:
    async def scenario() -> None:
        async with ssh_server(tmp_path) as server, server.connect(user) as connection:
            server.manager.fake_worker.answers = None
            result = await connection.run(command)
            assert result.exit_status == code, result.stderr
            assert said in str(result.stderr)
            assert "sip1#" not in str(result.stdout)
            assert (("UTC" in str(result.stdout)) == command.endswith("show clock") and code == 0) or code

    asyncio.run(scenario())


@played
async def test_flags_are_those_of_the_client_program(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server, server.connect() as connection:
        result = await connection.run("--json show listeners")
        assert (result.exit_status, str(result.stdout).strip()) == (0, "[]")


@played
async def test_script_on_the_standard_input(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server, server.connect() as connection:
        result = await connection.run(input="configure terminal\r\nhostname sip2\r\nend\r\nshow clock")
        assert result.exit_status == 0
        assert "UTC" in str(result.stdout)
        assert server.manager.configuration.running.hostname == "sip2"
        result = await connection.run(input="show clock\nshow nonsense\nshow clock\n")
        assert result.exit_status == 2
        assert str(result.stderr).startswith("stdin:2: show nonsense")
        result = await connection.run("--continue", input="show nonsense\nshow clock\n")
        assert result.exit_status == 2
        assert "UTC" in str(result.stdout)


@played
async def test_line_without_end_is_too_long_and_not_held(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server, server.connect() as connection:
        result = await connection.run(input="x" * 300_000)
        assert result.exit_status == 2
        assert "Line too long" in str(result.stderr)


@played
async def test_command_on_a_terminal_returns_the_carriage(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server, server.connect() as connection:
        result = await connection.run("show clock", term_type="xterm", encoding=None)
        assert isinstance(result.stdout, bytes)
        assert result.stdout.endswith(b"\r\n")
        result = await connection.run("show nonsense", term_type="xterm", encoding=None)
        assert isinstance(result.stdout, bytes)
        assert b"marker.\r\n" in result.stdout
        assert result.exit_status == 2


@played
async def test_signal_stops_a_command(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server, server.connect() as connection:
        server.manager.fake_worker.hangs = True
        process = await connection.create_process("show calls")
        await server.until(lambda: bool(server.manager.fake_worker.orders), "the command to run")
        process.send_signal("INT")
        async with asyncio.timeout(5):
            assert (await process.wait()).exit_status == 1
        assert not server.manager.lines.all()


@played
async def test_client_that_leaves_stops_its_command(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server:
        connection = await server.connect()
        server.manager.fake_worker.hangs = True
        await connection.create_process("show calls")
        await server.until(lambda: bool(server.manager.fake_worker.orders), "the command to run")
        connection.abort()
        await server.until(lambda: not server.manager.lines.all(), "the line to be free")


@played
async def test_no_free_line_is_said(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server, server.connect() as connection, terminal(connection) as screen:
        await screen.shows(b"sip1#")
        server.manager.lines._settings = lambda kind: LineSettings(session_limit=1)
        result = await connection.run("show clock")
        assert (result.exit_status, str(result.stderr)) == (1, "% Too many sessions\n")
        async with terminal(connection) as second:
            await second.shows(b"% Too many sessions\r\n")


async def _flooded(server: SshServer, connection: asyncssh.SSHClientConnection) -> None:
    """Ask for more than a client takes that does not read."""
    line = "x" * 900
    server.manager.state.joinpath("files").mkdir(exist_ok=True)
    await connection.create_process("show running-config\n" * 2000 + line, stdin=asyncssh.PIPE, window=4096)


@pytest.mark.slow
@played
async def test_client_that_does_not_read_holds_up_nobody(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server:
        silent = await server.connect()
        await _flooded(server, silent)
        unplug(silent)
        async with server.connect() as other:
            for _ in range(20):
                assert (await other.run("show clock", check=True)).exit_status == 0
        silent.abort()
        await server.until(lambda: not server.manager.lines.all(), "the line to be free")


@pytest.mark.slow
@played
async def test_client_that_does_not_read_the_end_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh_session, "LEAVE_S", 0.1)
    async with ssh_server(tmp_path) as server:
        silent = await server.connect()
        process = await silent.create_process(term_type="vt100", encoding=None, window=1024)
        await process.stdout.readuntil(b"sip1#")
        unplug(silent)
        process.stdin.write(b"show running-config\rshow running-config\rexit\r")
        listening = server.manager.ssh.listening
        await server.until(lambda: listening.connections == 0, "the connection to be dropped")
        silent.abort()


@pytest.mark.parametrize(
    ("environment", "more"), [({}, True), ({"LANG": "de_DE.UTF-8"}, True), ({"LC_ALL": "C"}, False)]
)
def test_the_locale_of_the_client_says_what_its_terminal_shows(
    tmp_path: Path, environment: dict[str, str], more: bool
) -> None:
    async def scenario() -> None:
        async with ssh_server(tmp_path) as server, server.connect() as connection:
            process = await connection.create_process(term_type="xterm", env=environment, encoding=None)
            await server.until(lambda: bool(server.manager.lines.all()), "the session")
            (line,) = server.manager.lines.all()
            await server.until(lambda: line.session.term == "xterm", "its terminal")
            assert line.session.unicode == more
            process.close()
            await process.wait_closed()

    asyncio.run(scenario())
