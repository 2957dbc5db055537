"""Servers asked in the order of the configuration, left alone while dead, and what each list decides."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played
from support.tacacs_server import Behaviour, TacacsServer
from support.waiting import free_ports

from core.northbound.keyring import Keyring
from oam.context import Session
from oam.security.accounting import BEGIN, COMMAND, END, Record
from oam.security.login import Identity, LoginError, Source
from oam.security.servers import METHOD_S, Servers
from oam.security.verdict import FAIL, PASS, UNREACHABLE, Verdict

SSH = Source("ssh", "192.0.2.7")
BOB = Identity("bob", 15, method="tacacs+")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def house(
    tmp_path: Path, ports: list[int], *lines: str, clock: Clock | None = None
) -> tuple[FakeManager, Servers]:
    """A manager whose configuration has a TACACS+ server on each of `ports`."""
    manager = FakeManager(tmp_path)
    if clock is not None:
        publish = manager.notices.publish
        manager.servers = Servers(manager.configuration, Keyring(tmp_path), publish, clock)
        manager.security.servers = manager.servers
    servers = []
    for number, port in enumerate(ports, 1):
        servers += [f"tacacs server T{number}", "address ipv4 127.0.0.1", f"port {port}", "key shared", "exit"]
    await done(manager.session(batch=False), ["configure terminal", *servers, *lines, "end"])
    return manager, manager.servers


def bob(**more: object) -> Behaviour:
    return Behaviour(users={"bob": "right"}, **more)  # type: ignore[arg-type]


def states(servers: Servers) -> list[tuple[str, int, int, int, int]]:
    return [(each.state, each.requests, each.passed, each.rejected, each.unanswered) for each in servers.rows()]


@played
async def test_the_first_server_that_answers_decides(tmp_path: Path) -> None:
    with TacacsServer(bob()) as first, TacacsServer(Behaviour(users={"bob": "other"})) as second:
        _, servers = await house(tmp_path, [first.port, second.port])
        assert (await servers.authenticate("tacacs+", "bob", "right", SSH)).outcome == PASS
        assert (await servers.authenticate("tacacs+", "bob", "other", SSH)).outcome == FAIL
        assert second.requests == []
        assert states(servers) == [("up", 2, 1, 1, 0), ("up", 0, 0, 0, 0)]


@played
async def test_a_server_that_is_away_is_left_alone_until_its_time_is_over(tmp_path: Path) -> None:
    clock = Clock()
    (away,) = free_ports()
    with TacacsServer(bob()) as second:
        manager, servers = await house(tmp_path, [away, second.port], "aaa dead-time 30", clock=clock)
        for _ in range(2):
            assert (await servers.authenticate("tacacs+", "bob", "right", SSH)).outcome == PASS
        assert states(servers) == [("dead", 1, 0, 0, 1), ("up", 2, 2, 0, 0)]
        assert [each.kind for each in manager.notices.recent].count("server-unreachable") == 1
        clock.now += 31
        with TacacsServer(bob(), port=away):
            assert (await servers.authenticate("tacacs+", "bob", "right", SSH)).outcome == PASS
        assert states(servers)[0] == ("up", 2, 1, 0, 1)


@played
async def test_no_server_that_answers_is_unreachable(tmp_path: Path) -> None:
    _, servers = await house(tmp_path, free_ports(2))
    assert (await servers.authenticate("tacacs+", "bob", "right", SSH)).outcome == UNREACHABLE
    began = time.monotonic()
    assert await servers.authenticate("tacacs+", "bob", "right", SSH) == Verdict(
        UNREACHABLE, message="no server to ask"
    )
    assert time.monotonic() - began < 0.5


@pytest.mark.parametrize("behaviour", [bob(error=True), Behaviour(key="another")], ids=["error", "other-key"])
@played
async def test_what_is_no_verdict_lets_the_next_server_decide(tmp_path: Path, behaviour: Behaviour) -> None:
    with TacacsServer(behaviour) as first, TacacsServer(bob()) as second:
        _, servers = await house(tmp_path, [first.port, second.port])
        assert (await servers.authenticate("tacacs+", "bob", "right", SSH)).outcome == PASS
        assert (await servers.authenticate("tacacs+", "bob", "wrong", SSH)).outcome == FAIL


@played
async def test_an_error_about_one_operator_does_not_make_the_server_dead(tmp_path: Path) -> None:
    with TacacsServer(bob(error=True)) as server:
        _, servers = await house(tmp_path, [server.port])
        assert (await servers.authenticate("tacacs+", "eve", "any", SSH)).outcome == UNREACHABLE
        server.behaviour.error = False
        assert (await servers.authenticate("tacacs+", "bob", "right", SSH)).outcome == PASS


@pytest.mark.slow
@played
async def test_silent_servers_share_the_time_of_a_login(tmp_path: Path) -> None:
    with TacacsServer(bob(delay_s=20)) as one, TacacsServer(bob(delay_s=20)) as two:
        _, servers = await house(tmp_path, [one.port, two.port])
        began = time.monotonic()
        assert (await servers.authenticate("tacacs+", "bob", "right", SSH)).outcome == UNREACHABLE
        assert time.monotonic() - began < METHOD_S + 1
        assert [each.unanswered for each in servers.rows()] == [1, 1]


@played
async def test_what_an_operator_is_asked_takes_nothing_from_the_servers_time(tmp_path: Path) -> None:
    with TacacsServer(bob(question=("Code:", "42"))) as server:
        _, servers = await house(tmp_path, [server.port], "tacacs server T1", "timeout 1", "exit")

        async def ask(_prompt: str, _secret: bool) -> str:
            await asyncio.sleep(1.2)
            return "42"

        verdict = await servers.authenticate("tacacs+", "bob", "right", SSH, ask)
        assert verdict.outcome == PASS


@played
async def test_after_a_long_thought_the_next_server_still_has_its_time(tmp_path: Path) -> None:
    with TacacsServer(bob(question=("Code:", "42"))) as first, TacacsServer(bob(delay_s=0.2)) as second:
        _, servers = await house(tmp_path, [first.port, second.port])

        async def ask(_prompt: str, _secret: bool) -> str:
            await asyncio.sleep(1.0)
            first.hang_up()
            return "42"

        assert (await servers.authenticate("tacacs+", "bob", "right", SSH, ask)).outcome == PASS
        assert states(servers) == [("dead", 1, 0, 0, 1), ("up", 1, 1, 0, 0)]


@pytest.mark.parametrize(
    ("line", "given", "verdict"),
    [
        ("", ["priv-lvl=15"], (PASS, 1, "")),
        ("aaa authorization exec default group tacacs+", ["priv-lvl=7", "role=watcher"], (PASS, 7, "watcher")),
        ("aaa authorization exec default group tacacs+", ["acl=7"], (FAIL, 1, "")),
        ("aaa authorization exec default local", ["priv-lvl=7"], (PASS, 3, "")),
        ("aaa authorization exec default none", ["priv-lvl=7"], (PASS, 1, "")),
        ("aaa authorization exec default group radius", ["priv-lvl=7"], (FAIL, 1, "")),
    ],
)
@played
async def test_the_list_for_sessions_says_who_gives_the_privilege(
    tmp_path: Path, line: str, given: list[str], verdict: tuple[str, int, str]
) -> None:
    account = "username bob privilege 3 secret 9 $9$" + "." * 14 + "$" + "." * 43
    other = ["radius server R1", "address ipv4 127.0.0.1", "key shared", "exit"]
    with TacacsServer(bob(exec_arguments=given)) as server:
        _, servers = await house(tmp_path, [server.port], account, *other, *([line] if line else []))
        assert (await servers.authenticate("tacacs+", "bob", "right", SSH))[:3] == verdict


@played
async def test_enable_gives_privilege_15(tmp_path: Path) -> None:
    with TacacsServer(bob(enable="up")) as server:
        _, servers = await house(tmp_path, [server.port])
        assert (await servers.enable("tacacs+", "bob", "up", SSH))[:2] == (PASS, 15)
        assert (await servers.enable("tacacs+", "bob", "right", SSH)).outcome == FAIL


@played
async def test_commands_are_asked_about(tmp_path: Path) -> None:
    with TacacsServer(bob(permits=lambda user, command: command == "show version")) as server:
        _, servers = await house(tmp_path, [server.port])
        assert (await servers.authorize("tacacs+", BOB, SSH, "show version")).outcome == PASS
        assert (await servers.authorize("tacacs+", BOB, SSH, "reload", 15)).outcome == FAIL
        assert (await servers.authorize("radius", BOB, SSH, "reload")).outcome == UNREACHABLE


@played
async def test_records_go_where_the_configuration_says(tmp_path: Path) -> None:
    with TacacsServer() as server:
        _, servers = await house(
            tmp_path,
            [server.port],
            "aaa accounting exec default start-stop group tacacs+",
            "aaa accounting commands 15 default start-stop group tacacs+",
        )
        whole = Record(BEGIN, "bob", "ssh", "192.0.2.7", "vty0-1", 1000.0, "tacacs+", 15)
        servers.account(whole)
        servers.account(whole._replace(kind=COMMAND, command="reload", code=3))
        servers.account(whole._replace(kind=COMMAND, command="show version", privilege=1))
        servers.account(whole._replace(kind=END, elapsed_s=60))
        await servers.close()
        common = ["task_id=vty0-1", "timezone=UTC", "service=shell"]
        told = ["stop_time=1000", "priv-lvl=15", "cmd=reload <cr>", "exit_code=3"]
        records = [each for each in server.records if common[0] in each.arguments]
        assert [(each.flags, each.method, each.arguments) for each in records] == [
            (2, 6, [*common, "start_time=1000"]),
            (4, 6, [*common, *told]),
            (4, 6, [*common, "stop_time=1000", "elapsed_time=60"]),
        ]


@played
async def test_a_server_keeps_its_standing_until_it_is_configured_anew(tmp_path: Path) -> None:
    with TacacsServer(bob()) as server:
        manager, servers = await house(tmp_path, [server.port])
        await servers.authenticate("tacacs+", "bob", "right", SSH)
        await done(manager.session(batch=False), ["configure terminal", "tacacs server T2", "port 5", "end"])
        assert states(servers) == [("up", 1, 1, 0, 0), ("incomplete", 0, 0, 0, 0)]
        await done(manager.session(batch=False), ["configure terminal", "tacacs server T1", "timeout 2", "end"])
        assert states(servers)[0] == ("up", 0, 0, 0, 0)


@played
async def test_a_key_of_another_server_leaves_the_server_unasked(tmp_path: Path) -> None:
    sealed = "A" * 60
    manager = FakeManager(tmp_path)
    lines = ["tacacs server T1", "address ipv4 127.0.0.1", f"key 6 {sealed}"]
    await done(manager.session(batch=False), ["configure terminal", *lines, "end"])
    assert (await manager.servers.authenticate("tacacs+", "bob", "right", SSH)).outcome == UNREACHABLE
    assert states(manager.servers) == [("incomplete", 0, 0, 0, 0)]


@played
async def test_the_commands_that_show_and_test(tmp_path: Path) -> None:
    with TacacsServer(bob()) as server:
        manager, _ = await house(tmp_path, [server.port])
        session = manager.session()
        _, result = await gathered(session, "test aaa group tacacs+ bob right legacy")
        assert (result.code, result.text) == (0, "User successfully authenticated: privilege 1")
        assert "right" not in result.command
        _, result = await gathered(session, "test aaa group tacacs+ bob wrong")
        assert result.errors == ["% User authentication request was rejected by server: No entry"]
        _, result = await gathered(session, "test aaa group radius bob wrong")
        assert result.errors == ["% No server of the group answers: no server to ask"]
        (row,), _ = await gathered(session, "show aaa servers")
        assert (row.group, row.name, row.requests, row.passed, row.rejected) == ("tacacs+", "T1", 2, 1, 1)
        (row,), _ = await gathered(session, "show tacacs")
        assert (row.name, row.connections, row.single_connection) == ("T1", 2, "no")
        assert (await gathered(session, "show radius"))[0] == []
        (row,), _ = await gathered(session, "show aaa accounting")
        assert row.sent == 0


@pytest.mark.parametrize("name", ["", "bob\x1b[2J", "b" * 65, "$enab15$"])
@played
async def test_what_is_no_name_is_refused_unasked(tmp_path: Path, name: str) -> None:
    with TacacsServer(Behaviour(users={name: "right"})) as server:
        _, servers = await house(tmp_path, [server.port])
        assert (await servers.authenticate("tacacs+", name, "right", SSH)).outcome == FAIL
        assert server.requests == []


def walked(manager: FakeManager, transport: str) -> Session:
    session = manager.session(origin=transport)
    session.identity = BOB
    session.user = BOB.name
    return session


@played
async def test_local_accounts_count_only_when_no_server_gives_a_verdict(tmp_path: Path) -> None:
    lines = (
        "username bob privilege 15 secret 0 a secret of ours",
        "aaa authentication login default group tacacs+ local",
    )
    with TacacsServer(bob()) as server:
        manager, _ = await house(tmp_path, [server.port], *lines, "login delay 0", "aaa dead-time 0")
        assert (await manager.security.login("bob", "right", SSH)).method == "tacacs+"
        with pytest.raises(LoginError):
            await manager.security.login("bob", "a secret of ours", SSH)
        server.behaviour.error = True
        assert (await manager.security.login("bob", "a secret of ours", SSH)).method == "local"
        with pytest.raises(LoginError):
            await manager.security.login("bob", "right", SSH)


@pytest.mark.parametrize(
    ("transport", "error", "line", "code"),
    [
        ("ssh", False, "reload", 3),
        ("telnet", False, "reload", 3),
        ("console", False, "reload", 0),
        ("ssh", True, "reload", 0),
        ("ssh", False, "show clock", 0),
        ("ssh", False, "disable", 0),
    ],
)
@played
async def test_tacacs_is_asked_before_each_command_from_afar(
    tmp_path: Path, transport: str, error: bool, line: str, code: int
) -> None:
    nothing = bob(permits=lambda user, command: command == "show clock")
    with TacacsServer(nothing) as server:
        manager, _ = await house(tmp_path, [server.port], "aaa authorization commands default group tacacs+ local")
        server.behaviour.error = error
        _, result = await gathered(walked(manager, transport), line)
        assert result.code == code


@played
async def test_without_fallback_no_command_runs_while_no_server_answers(tmp_path: Path) -> None:
    manager, _ = await house(tmp_path, free_ports(), "aaa authorization commands 15 default group tacacs+")
    _, result = await gathered(walked(manager, "ssh"), "reload")
    assert (result.code, result.errors) == (3, ["Command authorization failed."])
    _, result = await gathered(walked(manager, "ssh"), "show clock")
    assert result.code == 0
