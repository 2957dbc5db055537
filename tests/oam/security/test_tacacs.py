"""One TACACS+ server asked, over loopback: the server's codec and obfuscation are another library's."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.management import played
from support.tacacs_server import Behaviour, TacacsServer
from support.waiting import free_ports, wait_until
from tacacs_plus.client import TACACSClient

from oam.security import tacacs_packets as packets
from oam.security.server_state import ServerState
from oam.security.tacacs import Client, Reachable, granted
from oam.security.tacacs_packets import Who
from oam.security.verdict import FAIL, PASS, NoAnswerError, ServerError, Verdict, shown

BOB = Who("bob", "ssh", "192.0.2.7")


def client(
    server: TacacsServer, *, key: str = "shared", timeout_s: float = 5.0, single: bool = False, pap: bool = False
) -> Client:
    at = Reachable("127.0.0.1", server.port, key.encode(), timeout_s, single, pap)
    return Client(at, ServerState(time.monotonic))


def knowing(**more: object) -> Behaviour:
    return Behaviour(users={"bob": "right", "dör": "schlüssel"}, **more)  # type: ignore[arg-type]


async def authorized(asked: Client, command: str) -> Verdict:
    words = [f"cmd={command.split()[0]}", *(f"cmd-arg={each}" for each in command.split()[1:]), "cmd-arg=<cr>"]
    return await asked.authorize(BOB, ["service=shell", *words], method=packets.METHOD_TACACS, privilege=15)


def test_the_server_of_these_tests_serves_another_client() -> None:
    with TacacsServer(knowing(exec_arguments=["priv-lvl=15"])) as server:
        other = TACACSClient("127.0.0.1", server.port, "shared", timeout=5)
        assert other.authenticate("bob", "right").valid
        assert other.authenticate("bob", "wrong").invalid
        assert other.authenticate("bob", "right", authen_type=2).valid
        assert other.authorize("bob", [b"service=shell", b"cmd="]).arguments == [b"priv-lvl=15"]
        assert other.account("bob", packets.STOP, [b"cmd=show"]).valid
        assert [each.arguments for each in server.records] == [["cmd=show"]]


@pytest.mark.parametrize("pap", [False, True], ids=["ascii", "pap"])
@pytest.mark.parametrize(
    ("name", "secret", "outcome"),
    [
        ("bob", "right", PASS),
        ("bob", "wrong", FAIL),
        ("eve", "right", FAIL),
        ("dör", "schlüssel", PASS),
        ("bob", "", FAIL),
    ],
)
@played
async def test_login(name: str, secret: str, outcome: str, pap: bool) -> None:
    with TacacsServer(knowing()) as server:
        verdict = await client(server, pap=pap).authenticate(Who(name, "ssh", "192.0.2.7"), secret)
        assert verdict.outcome == outcome
        asked = server.requests[0]
        assert (asked.user, asked.port, asked.address, asked.service) == (name, "ssh", "192.0.2.7", 1)


@played
async def test_the_message_of_a_refusal_is_kept() -> None:
    with TacacsServer(knowing()) as server:
        assert (await client(server).authenticate(BOB, "wrong")).message == "No entry"


@played
async def test_a_server_that_asks_for_the_name_gets_it() -> None:
    with TacacsServer(knowing(ask_user=True)) as server:
        assert (await client(server).authenticate(BOB, "right")).outcome == PASS


@played
async def test_what_else_the_server_asks_is_put_to_the_operator() -> None:
    asked = []

    async def ask(prompt: str, secret: bool) -> str:
        asked.append((prompt, secret))
        return "42"

    with TacacsServer(knowing(question=("Code:", "42"))) as server:
        assert (await client(server).authenticate(BOB, "right", ask=ask)).outcome == PASS
        assert asked == [("Code: ", False)]


@played
async def test_a_question_nobody_can_be_asked_is_a_refusal() -> None:
    with TacacsServer(knowing(question=("Code:", "42"))) as server:
        assert (await client(server).authenticate(BOB, "right")).outcome == FAIL


@played
async def test_enable_is_another_service() -> None:
    with TacacsServer(knowing(enable="up")) as server:
        assert (await client(server).authenticate(BOB, "up", privilege=15, enable=True)).outcome == PASS
        assert (await client(server).authenticate(BOB, "right", privilege=15, enable=True)).outcome == FAIL
        assert [(each.service, each.privilege) for each in server.requests] == [(2, 15), (2, 15)]


@played
async def test_commands_are_asked_about_word_by_word() -> None:
    with TacacsServer(knowing(permits=lambda user, command: not command.startswith("reload"))) as server:
        assert (await authorized(client(server), "show version")).outcome == PASS
        assert await authorized(client(server), "reload") == Verdict(FAIL, message="not yours")
        assert server.requests[0].arguments == ["service=shell", "cmd=show", "cmd-arg=version", "cmd-arg=<cr>"]
        assert (server.requests[0].method, server.requests[0].privilege) == (packets.METHOD_TACACS, 15)


@played
async def test_a_command_too_long_to_be_asked_about_is_refused() -> None:
    with TacacsServer(knowing()) as server:
        assert (await authorized(client(server), "show " + "x" * 300)).outcome == FAIL
        assert server.requests == []


@played
async def test_a_command_that_the_server_replaces_is_refused() -> None:
    with TacacsServer(knowing(replace=["cmd=show", "cmd-arg=clock"])) as server:
        assert (await authorized(client(server), "reload")).outcome == FAIL


@played
async def test_records_arrive_with_what_is_too_long_cut() -> None:
    with TacacsServer() as server:
        arguments = ["task_id=1", "cmd=" + "x" * 300]
        await client(server).account(BOB, arguments, flags=packets.STOP, method=5, privilege=1)
        (record,) = server.records
        assert (record.flags, record.user) == (packets.STOP, "bob")
        assert record.arguments == ["task_id=1", "cmd=" + "x" * 251]


@played
async def test_an_error_of_the_servers_is_no_refusal() -> None:
    with TacacsServer(knowing(error=True)) as server:
        with pytest.raises(ServerError, match="the database is away"):
            await client(server).authenticate(BOB, "right")
        with pytest.raises(ServerError):
            await authorized(client(server), "show version")
        with pytest.raises(ServerError):
            await client(server).account(BOB, [], flags=packets.STOP, method=5, privilege=1)


@pytest.mark.parametrize(
    "behaviour",
    [
        Behaviour(key="another"),
        Behaviour(garbage=b""),
        Behaviour(garbage=b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        Behaviour(garbage=bytes((0xC0, 1, 2, 0)) + bytes(4) + b"\xff\xff\xff\xff"),
        Behaviour(garbage=bytes((0xC0, 1, 2, 1)) + bytes(8)),
        Behaviour(garbage=bytes(3)),
    ],
    ids=["other-key", "hang-up", "http", "endless", "not-obfuscated", "short"],
)
@played
async def test_what_cannot_be_read_is_no_answer(behaviour: Behaviour) -> None:
    with TacacsServer(behaviour) as server, pytest.raises(NoAnswerError):
        await client(server, timeout_s=1.0).authenticate(BOB, "right")


@played
async def test_nobody_listening_is_no_answer() -> None:
    at = Reachable("127.0.0.1", free_ports()[0], b"shared", 5.0)
    with pytest.raises(NoAnswerError):
        await Client(at, ServerState(time.monotonic)).authenticate(BOB, "right")


@pytest.mark.slow
@played
async def test_a_slow_server_is_no_answer_after_its_time() -> None:
    with TacacsServer(knowing(delay_s=1.0)) as server:
        began = time.monotonic()
        with pytest.raises(NoAnswerError, match="in time"):
            await client(server, timeout_s=0.2).authenticate(BOB, "right")
        assert time.monotonic() - began < 0.9


@played
async def test_one_connection_serves_many_exchanges_where_the_server_agrees() -> None:
    with TacacsServer(knowing()) as server:
        asked = client(server, single=True)
        for _ in range(3):
            assert (await asked.authenticate(BOB, "right")).outcome == PASS
        answers = await asyncio.gather(*(authorized(asked, "show version") for _ in range(5)))
        assert {each.outcome for each in answers} == {PASS}
        assert (server.connections, asked.state.single) == (1, "yes")
        asked.close()


@played
async def test_a_server_that_does_not_agree_gets_a_connection_for_each() -> None:
    with TacacsServer(knowing(single=False)) as server:
        asked = client(server, single=True)
        for _ in range(2):
            assert (await asked.authenticate(BOB, "right")).outcome == PASS
        assert (server.connections, asked.state.single) == (2, "refused")


@played
async def test_a_kept_connection_that_is_gone_is_opened_anew() -> None:
    with TacacsServer(knowing()) as server:
        asked = client(server, single=True)
        assert (await asked.authenticate(BOB, "right")).outcome == PASS
        server.hang_up()
        assert (await asked.authenticate(BOB, "right")).outcome == PASS
        assert server.connections == 2
        asked.close()


@played
async def test_after_a_broken_exchange_the_next_one_works() -> None:
    with TacacsServer(knowing()) as server:
        asked = client(server, single=True, timeout_s=0.5)
        server.behaviour.garbage = b"\x00" * 12
        with pytest.raises(NoAnswerError):
            await asked.authenticate(BOB, "right")
        server.behaviour.garbage = None
        assert (await asked.authenticate(BOB, "right")).outcome == PASS
        wait_until(lambda: server.connections == 2, 2.0, "a second connection")
        asked.close()


@pytest.mark.parametrize(
    ("given", "privilege", "role"),
    [
        ([], 1, ""),
        (["priv-lvl=15"], 15, ""),
        (["priv-lvl*7", "role=watcher"], 7, "watcher"),
        (['shell:roles*"operator admin"'], 15, "operator"),
        (["priv-lvl*99", "idletime*10"], 1, ""),
    ],
)
def test_what_a_session_is_given(given: list[str], privilege: int, role: str) -> None:
    assert granted(["service=shell", "cmd="], given, replaced=False) == Verdict(PASS, privilege, role)


@pytest.mark.parametrize("given", ["priv-lvl=16", "autocmd=reload", "acl=7", "priv-lvl=", "="])
def test_a_demand_that_is_not_understood_is_a_refusal(given: str) -> None:
    assert granted(["service=shell", "cmd="], [given], replaced=False).outcome == FAIL


@given(st.lists(st.text(max_size=30), max_size=6), st.booleans())
def test_whatever_a_server_gives_is_a_verdict(given: list[str], replaced: bool) -> None:
    verdict = granted(["service=shell", "cmd=reload", "cmd-arg=<cr>"], given, replaced=replaced)
    assert verdict.outcome in (PASS, FAIL)
    assert 0 <= verdict.privilege <= 15


@given(st.binary(max_size=300))
def test_whatever_a_server_says_is_shown_as_one_printable_line(text: bytes) -> None:
    said = shown(text)
    assert said.isprintable()
    assert len(said) <= 200


@played
async def test_an_operator_who_thinks_holds_up_nobody_else() -> None:
    with TacacsServer(knowing(question=("Code:", "42"))) as server:
        asked = client(server, single=True)
        told: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        prompted = asyncio.Event()

        async def ask(_prompt: str, _secret: bool) -> str:
            prompted.set()
            return await told

        login = asyncio.create_task(asked.authenticate(BOB, "right", ask=ask))
        await prompted.wait()
        assert (await authorized(asked, "show version")).outcome == PASS
        told.set_result("42")
        assert (await login).outcome == PASS
        asked.close()


@played
async def test_a_server_is_asked_over_ipv6_too() -> None:
    try:
        server = TacacsServer(knowing(), address="::1")
    except OSError:
        pytest.skip("this host has no IPv6")
    with server:
        at = Reachable("::1", server.port, b"shared", 5.0)
        assert (await Client(at, ServerState(time.monotonic)).authenticate(BOB, "right")).outcome == PASS
