"""The sockets of the agent: tried before they are wanted, opened until they are, fair to all else."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import msgspec
import pytest
from support.management import played
from support.waiting import free_ports, until

from oam.config.tree import Configuration
from oam.settings.snmp import SnmpListener, SnmpSettings
from oam.snmp.engine import transport
from oam.snmp.engine.allowance import BURST_S, SHARE, Allowance
from oam.snmp.engine.counters import Counters
from oam.snmp.engine.transport import AT_ONCE, TURN_S, Endpoint, Endpoints, Outlet, Peer


def wanting(*listeners: SnmpListener) -> Configuration:
    return msgspec.structs.replace(Configuration(), snmp=SnmpSettings(listeners=listeners))


def echo(octets: bytes, peer: Peer) -> None:
    peer.answer(peer.address.encode() + b" said " + octets)


@contextmanager
def taken(address: str, port: int) -> Iterator[None]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((address, port))
        yield


async def answer(address: str, port: int, octets: bytes = b"hello") -> bytes:
    """Ask from a socket that takes an answer only from where it asked."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as asking:
        asking.setblocking(False)
        asking.connect((address, port))
        asking.send(octets)
        async with asyncio.timeout(5):
            return await asyncio.get_running_loop().sock_recv(asking, 2000)


@played
async def test_an_answer_leaves_from_the_address_that_was_asked() -> None:
    port = free_ports()[0]
    counters = Counters()
    endpoints = Endpoints(echo, counters)
    endpoints.follow([SnmpListener("0.0.0.0", port), SnmpListener("::", port)])
    try:
        for address in ("127.0.0.1", "127.0.0.77"):
            assert await answer(address, port) == b"127.0.0.1 said hello"
        assert await answer("::1", port) == b"::1 said hello"
        assert counters.out_pkts == 3
    finally:
        endpoints.close()


@played
async def test_a_port_that_cannot_be_had_is_told_before_it_is_configured() -> None:
    port, other = free_ports(2)
    endpoints = Endpoints(echo, Counters())
    nothing, wanted = wanting(), wanting(SnmpListener("127.0.0.1", port))
    with taken("127.0.0.1", port):
        assert await endpoints.tried(nothing, wanted) == [f"snmp-server: 127.0.0.1 port {port}: Address already in use"]
        assert await endpoints.tried(wanted, wanted) == []
        assert await endpoints.tried(wanted, wanting(SnmpListener("0.0.0.0", port))) == []
        assert await endpoints.tried(wanting(SnmpListener("127.0.0.1", other)), wanting(SnmpListener("0.0.0.0", port)))
    assert await endpoints.tried(nothing, wanted) == []
    assert await endpoints.tried(nothing, wanting(SnmpListener("192.0.2.1", port))) == [
        f"snmp-server: 192.0.2.1 port {port}: Cannot assign requested address"
    ]


@played
async def test_any_address_takes_the_place_of_one() -> None:
    port = free_ports()[0]
    endpoints = Endpoints(echo, Counters())
    try:
        for address in ("127.0.0.1", "0.0.0.0", "127.0.0.1"):
            endpoints.follow([SnmpListener(address, port)])
            assert await answer("127.0.0.1", port) == b"127.0.0.1 said hello"
        endpoints.follow([])
        with pytest.raises(ConnectionRefusedError):
            await answer("127.0.0.1", port)
    finally:
        endpoints.close()


@played
async def test_a_port_that_another_program_has_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(transport, "RETRY_S", 0.01)
    port = free_ports()[0]
    endpoints = Endpoints(echo, Counters())
    try:
        with taken("127.0.0.1", port):
            endpoints.follow([SnmpListener("127.0.0.1", port)])
            assert [each.problem for each in endpoints.endpoints.values()] == ["Address already in use"]
        await until(lambda: all(each.socket for each in endpoints.endpoints.values()))
        assert await answer("127.0.0.1", port) == b"127.0.0.1 said hello"
        assert caplog.text.count("Address already in use") == 1
    finally:
        endpoints.close()


@pytest.mark.parametrize(("takes_s", "at_most"), [(0.0, AT_ONCE), (0.006, 1)])
def test_others_have_their_turn_between_datagrams(takes_s: float, at_most: int) -> None:
    async def flooded() -> None:
        turns: list[int] = []
        taken_at_once = 0

        def take(_octets: bytes, _peer: Peer) -> None:
            nonlocal taken_at_once
            taken_at_once += 1
            time.sleep(takes_s)

        endpoint = Endpoint(SnmpListener("127.0.0.1", free_ports()[0]), take, Counters())
        endpoint.open()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for _ in range(3 * AT_ONCE):
                sender.sendto(b"?", ("127.0.0.1", endpoint.settings.port))
            async with asyncio.timeout(5):
                while sum(turns) < 3 * AT_ONCE:
                    await asyncio.sleep(0)
                    turns.append(taken_at_once)
                    taken_at_once = 0
        endpoint.close()
        assert 1 <= max(turns) <= at_most

    asyncio.run(flooded())


@played
async def test_who_has_had_his_share_waits() -> None:
    taken = 0

    def take(_octets: bytes, _peer: Peer) -> None:
        nonlocal taken
        taken += 1

    endpoint = Endpoint(SnmpListener("127.0.0.1", free_ports()[0]), take, Counters())
    endpoint.open()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for expected in (1, 2):
            endpoint._allowance = Allowance()
            endpoint._allowance.take(time.monotonic(), BURST_S + 0.05 * SHARE)
            before = time.monotonic()
            for _ in range(2):
                sender.sendto(b"?", ("127.0.0.1", endpoint.settings.port))
                async with asyncio.timeout(5):
                    while taken < 2 * expected - 1:
                        await asyncio.sleep(0.001)
            async with asyncio.timeout(5):
                while taken < 2 * expected:
                    await asyncio.sleep(0.001)
            assert time.monotonic() - before > 0.04
    endpoint.close()


@played
async def test_what_takes_long_leaves_others_as_much_time() -> None:
    turns = 0
    taken_at: list[int] = []

    def take(_octets: bytes, _peer: Peer) -> None:
        taken_at.append(turns)
        time.sleep(4 * TURN_S)

    endpoint = Endpoint(SnmpListener("127.0.0.1", free_ports()[0]), take, Counters())
    endpoint.open()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for _ in range(3):
            sender.sendto(b"?", ("127.0.0.1", endpoint.settings.port))
        async with asyncio.timeout(5):
            while len(taken_at) < 3:
                turns += 1
                await asyncio.sleep(0)
        endpoint.close()
        assert all(after - before > 10 for before, after in pairwise(taken_at))
        sender.sendto(b"?", ("127.0.0.1", endpoint.settings.port))
        await asyncio.sleep(5 * TURN_S)
        assert len(taken_at) == 3


@played
async def test_notifications_leave_from_the_configured_source() -> None:
    port = free_ports()[0]
    answers: list[bytes] = []
    outlet = Outlet(lambda octets, peer: answers.append(octets), Counters(), "127.0.0.9")
    endpoints = Endpoints(echo, Counters())
    endpoints.follow([SnmpListener("127.0.0.1", port), SnmpListener("::1", port)])
    try:
        assert outlet.send(b"inform", "127.0.0.1", port)
        # The source is an address of the other family: then it is as the route has it.
        assert outlet.send(b"inform", "::1", port)
        await until(lambda: len(answers) == 2)
        assert sorted(answers) == [b"127.0.0.9 said inform", b"::1 said inform"]
    finally:
        outlet.close()
        endpoints.close()


@played
async def test_a_source_may_be_an_interface() -> None:
    outlet = Outlet(echo, Counters(), "lo")
    assert [outlet.local(family) for family in (socket.AF_INET, socket.AF_INET6)] == ["127.0.0.1", "::1"]
    assert Outlet(echo, Counters(), "none0").local(socket.AF_INET) == "0.0.0.0"


@played
async def test_a_source_that_this_host_does_not_have_is_counted() -> None:
    counters = Counters()
    outlet = Outlet(echo, counters, "192.0.2.1")
    assert not outlet.send(b"inform", "127.0.0.1", 9)
    assert counters.send_failures == 1
    outlet.source = ""
    assert outlet.send(b"inform", "127.0.0.1", 9)
    outlet.close()
