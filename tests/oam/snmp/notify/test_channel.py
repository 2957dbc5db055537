"""The socket of a host: from where it sends, what comes back."""

from __future__ import annotations

import asyncio
import socket

import pytest
from support.management import played
from support.waiting import free_ports, until

from oam.snmp.notify.channel import Channel, opened, source_address


def nothing(_: object) -> None:
    """Be told, and forget it."""


def listener() -> socket.socket:
    found = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    found.bind(("127.0.0.1", 0))
    found.setblocking(False)
    return found


async def channel(port: int, source: str, came: list[bytes], failed: list[OSError]) -> Channel:
    return await opened("127.0.0.1", port, source, came.append, failed.append)


@played
async def test_it_sends_from_where_it_is_told_and_takes_answers() -> None:
    came: list[bytes] = []
    with listener() as far:
        near = await channel(far.getsockname()[1], "127.0.0.7", came, [])
        near.send(b"told")
        octets, peer = await asyncio.get_running_loop().sock_recvfrom(far, 100)
        assert (octets, peer[0], near.source) == (b"told", "127.0.0.7", "127.0.0.7")
        far.sendto(b"heard", peer)
        await until(lambda: came == [b"heard"])
        near.close()


@played
async def test_a_refusal_is_heard_and_the_next_one_leaves_all_the_same() -> None:
    failed: list[OSError] = []
    (port,) = free_ports()
    near = await channel(port, "", [], failed)
    near.send(b"nobody")
    await until(lambda: failed)
    assert isinstance(failed[0], ConnectionRefusedError)
    near.send(b"nobody")
    near.send(b"the error of the one before keeps none back")
    near.close()


@played
async def test_what_somebody_else_sends_is_not_taken() -> None:
    came: list[bytes] = []
    with listener() as far, listener() as stranger:
        near = await channel(far.getsockname()[1], "", came, [])
        near.send(b"told")
        _, peer = await asyncio.get_running_loop().sock_recvfrom(far, 100)
        stranger.sendto(b"forged", peer)
        far.sendto(b"heard", peer)
        await until(lambda: came)
        assert came == [b"heard"]
        near.close()


@played
async def test_a_host_may_be_a_name() -> None:
    with listener() as far:
        near = await opened("localhost", far.getsockname()[1], "127.0.0.1", nothing, nothing)
        near.close()
    with pytest.raises(OSError, match="known"):
        await opened("nowhere.invalid", 162, "", nothing, nothing)


@played
async def test_a_host_may_have_ipv6() -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as far:
        try:
            far.bind(("::1", 0))
        except OSError as error:
            pytest.skip(f"no IPv6 here: {error}")
        far.setblocking(False)
        near = await opened("::1", far.getsockname()[1], "127.0.0.1", nothing, nothing)
        near.send(b"told")
        octets, _ = await asyncio.get_running_loop().sock_recvfrom(far, 100)
        assert (octets, near.source) == (b"told", "::1")
        near.close()


def test_an_interface_gives_its_address() -> None:
    assert source_address("lo", socket.AF_INET) == "127.0.0.1"
    assert source_address("", socket.AF_INET) == ""
    assert source_address("127.0.0.1", socket.AF_INET) == "127.0.0.1"
    assert source_address("127.0.0.1", socket.AF_INET6) == "", "it is no address for hosts of IPv6"
    with pytest.raises(OSError, match="interface wan0 has no IPv4 address"):
        source_address("wan0", socket.AF_INET)


@played
async def test_an_address_that_is_not_ours_is_an_error() -> None:
    with pytest.raises(OSError, match="Cannot assign"):
        await channel(162, "192.0.2.1", [], [])
