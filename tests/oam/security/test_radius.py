"""One RADIUS server asked: FreeRADIUS over loopback; and forged, broken and missing answers."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyrad.dictionary import Dictionary
from pyrad.packet import AccessAccept, AuthPacket, Packet
from support.freeradius import PROGRAM, SECRET, FreeRadius
from support.management import played
from support.waiting import free_ports

from oam.security import radius
from oam.security.radius import Client, Reachable
from oam.security.server_state import ServerState
from oam.security.verdict import FAIL, PASS, NoAnswerError, Verdict

peer = pytest.mark.skipif(PROGRAM is None, reason="FreeRADIUS is not installed")
Answer = Callable[[bytes], list[bytes]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FreeRadius]:
    with FreeRadius(tmp_path_factory.mktemp("radius")) as running:
        yield running


def client(
    auth_port: int,
    acct_port: int = 1,
    *,
    secret: str = SECRET,
    timeout_s: float = 2.0,
    retransmit: int = 1,
    signed: bool = True,
) -> Client:
    at = Reachable("127.0.0.1", auth_port, acct_port, secret.encode(), timeout_s, retransmit, signed)
    return Client(at, ServerState(time.monotonic))


@pytest.mark.peer
@peer
@pytest.mark.parametrize(
    ("name", "secret", "verdict"),
    [
        ("admin", "Str0ng", Verdict(PASS, 15)),
        ("boss", "Str0ng", Verdict(PASS, 15)),
        ("watcher", "Str0ng", Verdict(PASS, 15, "watcher")),
        ("plain", "Str0ng", Verdict(PASS, 1, "", "Hello")),
        ("admin", "wrong", Verdict(FAIL)),
        ("nobody", "Str0ng", Verdict(FAIL)),
        ("admin", "", Verdict(FAIL)),
    ],
)
@played
async def test_freeradius_decides(server: FreeRadius, name: str, secret: str, verdict: Verdict) -> None:
    assert await client(server.auth_port).authenticate(name, secret, {}) == verdict


@pytest.mark.peer
@peer
@played
async def test_a_challenge_is_put_to_the_operator(server: FreeRadius) -> None:
    asked = []

    async def ask(prompt: str, secret: bool) -> str:
        asked.append((prompt, secret))
        return "42"

    assert (await client(server.auth_port).authenticate("otp", "any", {}, ask=ask)).outcome == PASS
    assert asked == [("Code: ", True)]
    assert (await client(server.auth_port).authenticate("otp", "any", {})).outcome == FAIL


@pytest.mark.peer
@peer
@played
async def test_records_arrive(server: FreeRadius) -> None:
    known = len(server.records)
    attributes: dict[int, str | int] = {
        radius.ACCT_STATUS_TYPE: radius.STOP,
        radius.ACCT_SESSION_ID: "7-1",
        radius.ACCT_SESSION_TIME: 90,
        radius.CALLING_STATION_ID: "192.0.2.7",
    }
    await client(server.auth_port, server.acct_port).account("admin", attributes)
    (record,) = server.records[known:]
    assert (
        record.items()
        >= {
            "User-Name": "admin",
            "Acct-Status-Type": "Stop",
            "Acct-Session-Id": "7-1",
            "Acct-Session-Time": "90",
            "Calling-Station-Id": "192.0.2.7",
        }.items()
    )


@pytest.mark.peer
@pytest.mark.slow
@peer
@played
async def test_another_secret_is_no_answer(server: FreeRadius) -> None:
    with pytest.raises(NoAnswerError):
        await client(server.auth_port, secret="another", timeout_s=0.3).authenticate("admin", "Str0ng", {})


@pytest.mark.peer
@pytest.mark.slow
@peer
@played
async def test_a_server_that_comes_back_answers_the_request_sent_again(server: FreeRadius) -> None:
    asked = client(server.auth_port, timeout_s=0.3, retransmit=5)
    server.pause()
    asyncio.get_running_loop().call_later(0.5, server.resume)
    try:
        assert (await asked.authenticate("admin", "Str0ng", {})).outcome == PASS
    finally:
        server.resume()
    assert asked.state.retransmitted > 0


@pytest.mark.peer
@pytest.mark.slow
@peer
@played
async def test_answers_without_message_authenticator_are_believed_only_where_configured(tmp_path: Path) -> None:
    with FreeRadius(tmp_path, signs=False) as server:
        with pytest.raises(NoAnswerError):
            await client(server.auth_port, timeout_s=0.3).authenticate("admin", "Str0ng", {})
        trusting = client(server.auth_port, signed=False)
        assert (await trusting.authenticate("admin", "Str0ng", {})).outcome == PASS


@pytest.mark.slow
@played
async def test_a_silent_server_is_asked_again_and_then_given_up() -> None:
    async with answering(lambda request: []) as port:
        asked = client(port, timeout_s=0.1, retransmit=2)
        with pytest.raises(NoAnswerError):
            await asked.authenticate("admin", "Str0ng", {})
        assert (asked.state.sent, asked.state.retransmitted) == (3, 2)


@played
async def test_nobody_listening_is_no_answer_at_once() -> None:
    began = time.monotonic()
    with pytest.raises(NoAnswerError):
        await client(free_ports()[0], timeout_s=5.0).authenticate("admin", "Str0ng", {})
    assert time.monotonic() - began < 2.0


@played
async def test_what_is_no_answer_is_ignored_and_the_answer_taken() -> None:
    def answer(request: bytes) -> list[bytes]:
        right = accept(request)
        return [b"x", b"\x02", bytes(20), right[:-1], right[:4] + bytes(16) + right[20:], right]

    async with answering(answer) as port:
        asked = client(port)
        assert (await asked.authenticate("admin", "Str0ng", {})).outcome == PASS
        assert (asked.state.received, asked.state.unreadable) == (1, 5)


@pytest.mark.parametrize(("name", "secret"), [("admin", "x" * 129), ("x" * 254, "x"), ("", "x")])
@played
async def test_what_cannot_be_asked_is_refused(name: str, secret: str) -> None:
    assert (await client(1).authenticate(name, secret, {})).outcome == FAIL


def test_a_class_gives_a_role_that_is_configured_or_is_said_to_be_one() -> None:
    def verdict(octets: bytes) -> Verdict:
        reply = Packet(AccessAccept, dict=Dictionary())
        reply[radius.CLASS] = [octets]
        return radius.granted(reply, frozenset({"watcher"}))

    assert verdict(b"watcher") == Verdict(PASS, 15, "watcher")
    assert verdict(b"role=other") == Verdict(PASS, 15, "other")
    assert verdict(b"\xff\x00anything") == Verdict(PASS, 1, "")


@given(st.binary(max_size=64))
def test_any_octets_are_ignored_unless_they_are_the_answer(datagram: bytes) -> None:
    request = AuthPacket(secret=b"shared", authenticator=bytes(16), dict=Dictionary(), id=1)
    for octets in (datagram, b"\x02\x01" + (20 + len(datagram)).to_bytes(2, "big") + bytes(16) + datagram):
        assert radius._read(request, octets, True) is None


def accept(request: bytes) -> bytes:
    """What a server that shares SECRET says to `request`."""
    asked = AuthPacket(packet=request, secret=SECRET.encode(), dict=Dictionary())
    reply = asked.CreateReply()
    reply.add_message_authenticator()
    octets: bytes = reply.ReplyPacket()
    return octets


@contextlib.asynccontextmanager
async def answering(answer: Answer) -> AsyncIterator[int]:
    """A port that says to each datagram what `answer` gives."""

    class Server(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = cast(asyncio.DatagramTransport, transport)

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            for each in answer(data):
                self.transport.sendto(each, addr)

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Server, local_addr=("127.0.0.1", 0))
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()
