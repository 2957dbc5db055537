"""TACACS+ and RADIUS servers, up, rejecting and unreachable, decide who comes in over SSH and what he may do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import asyncssh
import pytest
from support.freeradius import PROGRAM, SECRET, FreeRadius
from support.management import played
from support.remote import ADMINISTRATOR, PASSWORD, Remote
from support.tacacs_server import Behaviour, TacacsServer
from support.waiting import free_ports, wait_until
from tacacs_plus.flags import TAC_PLUS_AUTHEN

pytestmark = [pytest.mark.peer, pytest.mark.slow]

ELSEWHERE = "secret on the server"


def asked(port: int) -> list[str]:
    return ["tacacs server T1", " address ipv4 127.0.0.1", f" port {port}", " key shared", " timeout 2", "!"]


TACACS = (
    "aaa authentication login default group tacacs+ local",
    "aaa authentication enable default group tacacs+ enable",
    "aaa authorization exec default group tacacs+ local",
    "aaa authorization commands default group tacacs+ local",
    "aaa accounting exec default start-stop group tacacs+",
    "aaa accounting commands default start-stop group tacacs+",
    "aaa dead-time 0",
)


def behaviour() -> Behaviour:
    """`bob` may do everything but `reload`, `eve` may show; the server knows another secret of `admin` than we do."""
    return Behaviour(
        users={"bob": ELSEWHERE, "eve": ELSEWHERE, ADMINISTRATOR: ELSEWHERE},
        enable="up we go",
        exec_arguments=["priv-lvl=15"],
        permits=lambda user, command: command.startswith("show" if user == "eve" else "") and command != "reload",
    )


async def ran(remote: Remote, name: str, secret: str, command: str) -> tuple[int | None, str]:
    """Log in, run one command; asyncssh.PermissionDenied when nobody is let in."""
    async with asyncssh.connect(
        "127.0.0.1",
        remote.ssh,
        username=name,
        password=secret,
        known_hosts=None,
        client_keys=None,
        config=None,
        agent_path=None,
        preferred_auth="password",
    ) as connection:
        result = await connection.run(command, check=False)
        return result.exit_status, f"{result.stdout!s}{result.stderr!s}"


async def let_in(remote: Remote, name: str, secret: str) -> bool:
    try:
        await ran(remote, name, secret, "show privilege")
    except asyncssh.PermissionDenied:
        return False
    return True


def house(where: Path, *lines: str) -> Remote:
    return Remote(where, telnet=True, extra=["login delay 0", "login block-for 0 attempts 5 within 60", *lines])


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Remote, int]]:
    """A house that asks TACACS+, and on which port."""
    (port,) = free_ports(lowest=20_000)
    with house(tmp_path_factory.mktemp("tacacs"), *TACACS, *asked(port)) as remote:
        yield remote, port


@pytest.fixture
def tacacs(asking: tuple[Remote, int]) -> Iterator[tuple[Remote, TacacsServer]]:
    remote, port = asking
    with TacacsServer(behaviour(), port=port) as server:
        yield remote, server


@played
async def test_tacacs_lets_in_and_gives_the_privilege(tacacs: tuple[Remote, TacacsServer]) -> None:
    remote, server = tacacs
    assert await ran(remote, "bob", ELSEWHERE, "show privilege") == (0, "Current privilege level is 15\n")
    (login,) = server.of(TAC_PLUS_AUTHEN)
    assert (login.user, login.port, login.address) == ("bob", "ssh", "127.0.0.1")


@played
async def test_what_tacacs_rejects_no_account_of_ours_lets_in(tacacs: tuple[Remote, TacacsServer]) -> None:
    remote, _ = tacacs
    assert not await let_in(remote, "bob", "wrong")
    assert not await let_in(remote, ADMINISTRATOR, PASSWORD)
    assert await let_in(remote, ADMINISTRATOR, ELSEWHERE)


@pytest.mark.parametrize("how", ["gone", "error", "other key"])
@played
async def test_accounts_of_ours_count_when_tacacs_gives_no_verdict(
    tacacs: tuple[Remote, TacacsServer], how: str
) -> None:
    remote, server = tacacs
    if how == "gone":
        server.stop()
    server.behaviour.error = how == "error"
    server.behaviour.key = "another" if how == "other key" else "shared"
    assert await ran(remote, ADMINISTRATOR, PASSWORD, "show privilege") == (0, "Current privilege level is 15\n")
    assert not await let_in(remote, "bob", ELSEWHERE)


@played
async def test_tacacs_decides_about_each_command(tacacs: tuple[Remote, TacacsServer]) -> None:
    remote, server = tacacs
    assert (await ran(remote, "eve", ELSEWHERE, "show version"))[0] == 0
    code, said = await ran(remote, "eve", ELSEWHERE, "configure terminal")
    assert code == 3
    assert "Command authorization failed." in said
    code, said = await ran(remote, "bob", ELSEWHERE, "configure terminal\nregistrar\n contacts maximum 7")
    assert (code, said) == (0, "")
    assert server.commands[-3:] == ["configure terminal", "registrar", "contacts maximum 7"]
    server.stop()
    assert (await ran(remote, ADMINISTRATOR, PASSWORD, "configure terminal"))[0] == 0


@played
async def test_secrets_reach_neither_authorization_nor_accounting(tacacs: tuple[Remote, TacacsServer]) -> None:
    remote, server = tacacs
    line = "configure terminal\nusername carol secret 0 a long enough secret"
    assert (await ran(remote, "bob", ELSEWHERE, line))[0] == 0
    assert any(each.startswith("username carol secret 0 *") for each in server.commands)
    wait_until(lambda: any("carol" in "".join(each.arguments) for each in server.records), 5.0, "the record")
    assert "long enough" not in str(server.requests)


@played
async def test_tacacs_is_told_of_sessions_and_commands(tacacs: tuple[Remote, TacacsServer]) -> None:
    remote, server = tacacs
    server.requests.clear()
    await ran(remote, "eve", ELSEWHERE, "configure terminal")
    wait_until(lambda: len([each for each in server.records if each.user == "eve"]) == 3, 5.0, "three records")
    begun, command, ended = (each for each in server.records if each.user == "eve")
    assert (begun.flags, command.flags, ended.flags) == (2, 4, 4)
    assert len({each.arguments[0] for each in (begun, command, ended)}) == 1
    assert {"cmd=configure terminal <cr>", "exit_code=3"} <= set(command.arguments)
    assert any(each.startswith("elapsed_time=") for each in ended.arguments)


@played
async def test_enable_asks_tacacs(tacacs: tuple[Remote, TacacsServer]) -> None:
    remote, server = tacacs
    server.behaviour.exec_arguments = []
    async with asyncssh.connect(
        "127.0.0.1", remote.ssh, username="bob", password=ELSEWHERE, known_hosts=None, client_keys=None, config=None
    ) as connection:
        shell = await connection.create_process(term_type="vt100")
        async with asyncio.timeout(20):
            await shell.stdout.readuntil("sip1>")
            shell.stdin.write("enable\r")
            await shell.stdout.readuntil("Password: ")
            shell.stdin.write("up we go\r")
            await shell.stdout.readuntil("sip1#")
    assert [each.service for each in server.of(TAC_PLUS_AUTHEN)] == [1, 2]


@played
async def test_a_question_of_tacacs_is_asked_over_telnet(tacacs: tuple[Remote, TacacsServer]) -> None:
    remote, server = tacacs
    server.behaviour.question = ("Code:", "42")
    reader, writer = await asyncio.open_connection("127.0.0.1", remote.telnet)
    async with asyncio.timeout(20):
        for prompt, answer in (("Username: ", "bob"), ("Password: ", ELSEWHERE), ("Code: ", "42")):
            await reader.readuntil(prompt.encode())
            writer.write(f"{answer}\r\n".encode())
        await reader.readuntil(b"sip1#")
        writer.write(b"reload\r\n")
        await reader.readuntil(b"Command authorization failed.")
    writer.close()
    await writer.wait_closed()
    assert {each.port for each in server.of(TAC_PLUS_AUTHEN)} == {"telnet"}


@played
async def test_the_console_is_not_subject_to_servers(asking: tuple[Remote, int]) -> None:
    remote, _ = asking
    lists = ("aaa authentication login default group tacacs+", "aaa authorization commands default group tacacs+")
    remote.do("configure terminal", *lists)
    try:
        assert not await let_in(remote, ADMINISTRATOR, PASSWORD)
        assert "Current configuration" in remote.do("show running-config")
    finally:
        remote.do("configure terminal", *(f"{each} local" for each in lists))
    (row,) = remote.rows("show aaa servers")
    assert row["state"] == "dead"


@pytest.fixture(scope="module")
def radius(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Remote, FreeRadius]]:
    if PROGRAM is None:
        pytest.skip("FreeRADIUS is not installed")
    server = FreeRadius(tmp_path_factory.mktemp("radius"))
    lines = (
        *("role watcher", " permit exec show version", " permit exec show privilege", "!"),
        "aaa authentication login default group radius local",
        "aaa accounting exec default start-stop group radius",
        "aaa dead-time 0",
        "radius server R1",
        f" address ipv4 127.0.0.1 auth-port {server.auth_port} acct-port {server.acct_port}",
        f" key {SECRET}",
        " timeout 1",
        " retransmit 1",
        "!",
    )
    with server, house(tmp_path_factory.mktemp("house"), *lines) as remote:
        yield remote, server


@played
async def test_radius_decides(radius: tuple[Remote, FreeRadius]) -> None:
    remote, server = radius
    assert await ran(remote, "boss", "Str0ng", "show privilege") == (0, "Current privilege level is 15\n")
    assert await ran(remote, "plain", "Str0ng", "show privilege") == (0, "Current privilege level is 1\n")
    assert not await let_in(remote, "boss", "wrong")
    assert not await let_in(remote, ADMINISTRATOR, PASSWORD)
    wait_until(
        lambda: (
            [each["Acct-Status-Type"] for each in server.records if each["User-Name"] == "boss"] == ["Start", "Stop"]
        ),
        5.0,
        "the records",
    )


@played
async def test_the_role_that_radius_gives_bounds(radius: tuple[Remote, FreeRadius]) -> None:
    remote, _ = radius
    code, said = await ran(remote, "watcher", "Str0ng", "show privilege")
    assert (code, said) == (0, "Current privilege level is 15\nCurrent role is watcher\n")
    assert (await ran(remote, "watcher", "Str0ng", "configure terminal"))[0] == 3


@pytest.mark.parametrize("how", ["gone", "other secret", "silent"])
@played
async def test_accounts_of_ours_count_when_radius_gives_no_verdict(radius: tuple[Remote, FreeRadius], how: str) -> None:
    remote, server = radius
    if how == "gone":
        server.stop()
    elif how == "silent":
        server.pause()
    else:
        remote.do("configure terminal", "radius server R1", "key another")
    try:
        assert await let_in(remote, ADMINISTRATOR, PASSWORD)
        assert not await let_in(remote, "boss", "Str0ng")
    finally:
        if how == "gone":
            server.start()
        elif how == "silent":
            server.resume()
        else:
            remote.do("configure terminal", "radius server R1", f"key {SECRET}")
    assert await let_in(remote, "boss", "Str0ng")


@played
async def test_a_challenge_of_radius_is_asked_over_ssh(radius: tuple[Remote, FreeRadius]) -> None:
    questions: list[str] = []

    class Client(asyncssh.SSHClient):
        def kbdint_auth_requested(self) -> str:
            return ""

        def kbdint_challenge_received(
            self, name: str, instructions: str, lang: str, prompts: Sequence[tuple[str, bool]]
        ) -> list[str]:
            questions.extend(prompt for prompt, _ in prompts)
            return ["42"] * len(prompts)

    remote, _ = radius
    connection, _client = await asyncssh.create_connection(
        Client, "127.0.0.1", remote.ssh, username="otp", known_hosts=None, client_keys=None, config=None
    )
    connection.close()
    await connection.wait_closed()
    assert questions == ["Password: ", "Code: "]
