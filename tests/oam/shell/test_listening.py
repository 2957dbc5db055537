"""Sockets for operators: tried before they are configured, opened before others are closed, sessions go on."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from support.management import FakeManager, played
from support.waiting import free_ports

from oam.config.tree import Configuration
from oam.settings.access import ManagementListener, SshSettings
from oam.shell import listening
from oam.shell.admission import Admission, Limits
from oam.shell.listening import Listening, Visitor

MANY = Limits(None, 20, 10)


def _settings(*places: tuple[str, int], shutdown: bool = False) -> Configuration:
    listeners = tuple(ManagementListener(*place) for place in places)
    return Configuration(ssh=SshSettings(listeners=listeners, shutdown=shutdown))


def _wanted(configuration: Configuration) -> tuple[ManagementListener, ...]:
    return () if configuration.ssh.shutdown else configuration.ssh.listeners


class Served:
    """A transport that greets, and then says back what it hears."""

    def __init__(self, manager: FakeManager, limits: Limits = MANY) -> None:
        self.manager = manager
        self.limits = limits
        self.visitors: list[Visitor] = []
        self.listening = Listening(
            "management ssh", manager.configuration, _wanted, Admission(self._limits), self.serve
        )

    def _limits(self) -> Limits:
        return self.limits

    async def serve(self, visitor: Visitor) -> None:
        self.visitors.append(visitor)
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(visitor.socket, b"hello ")
        while octets := await loop.sock_recv(visitor.socket, 100):
            await loop.sock_sendall(visitor.socket, octets)

    async def apply(self, *places: tuple[str, int], shutdown: bool = False) -> list[str]:
        return await self.manager.configuration.apply(_settings(*places, shutdown=shutdown))


@asynccontextmanager
async def served(state: Path, configuration: Configuration, limits: Limits = MANY) -> AsyncIterator[Served]:
    found = Served(FakeManager(state, configuration), limits)
    await found.listening.start()
    try:
        yield found
    finally:
        await found.listening.close()


class Client:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @staticmethod
    async def connected(port: int, address: str = "127.0.0.1") -> Client:
        return Client(*await asyncio.open_connection(address, port))

    async def hears(self) -> bytes:
        """Return what comes next, nothing when the other end has closed."""
        async with asyncio.timeout(5):
            try:
                return await self.reader.read(100)
            except ConnectionResetError:
                return b""

    async def close(self) -> None:
        self.writer.close()
        try:
            await self.writer.wait_closed()
        except ConnectionResetError:
            return


async def _refused(port: int) -> bool:
    try:
        client = await Client.connected(port)
    except ConnectionRefusedError:
        return True
    await client.close()
    return False


@played
async def test_both_versions_of_ip_are_served(tmp_path: Path) -> None:
    four, six = free_ports(2)
    async with served(tmp_path, _settings(("127.0.0.1", four), ("::1", six))) as transport:
        for port, address in ((four, "127.0.0.1"), (six, "::1")):
            client = await Client.connected(port, address)
            assert await client.hears() == b"hello "
            assert transport.visitors[-1].address == address
            await client.close()


@played
async def test_change_opens_the_new_and_keeps_the_sessions_of_the_old(tmp_path: Path) -> None:
    old, new = free_ports(2)
    async with served(tmp_path, _settings(("127.0.0.1", old))) as transport:
        client = await Client.connected(old)
        assert await client.hears() == b"hello "
        assert await transport.apply(("127.0.0.1", new)) == []
        assert await _refused(old)
        assert not await _refused(new)
        client.writer.write(b"still here")
        assert await client.hears() == b"still here"
        assert await transport.apply(("127.0.0.1", new), shutdown=True) == []
        assert await _refused(new)
        await client.close()


@played
async def test_port_of_another_program_is_a_refused_change(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        async with served(tmp_path, _settings(("127.0.0.1", port))) as transport:
            refused = await transport.apply(("127.0.0.1", port), ("127.0.0.1", taken))
            assert refused == [f"management ssh: 127.0.0.1 port {taken}: Address already in use"]
            assert transport.manager.configuration.running == _settings(("127.0.0.1", port))
            assert not await _refused(port)


@played
async def test_address_of_another_host_is_a_refused_change(tmp_path: Path) -> None:
    async with served(tmp_path, Configuration()) as transport:
        assert await transport.apply(("192.0.2.1", 2222)) == [
            "management ssh: 192.0.2.1 port 2222: Cannot assign requested address"
        ]


@played
async def test_any_address_gives_way_to_one(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    async with served(tmp_path, _settings(("0.0.0.0", port))) as transport:
        assert await transport.apply(("0.0.0.0", port), ("127.0.0.1", port)) != []
        assert await transport.apply(("127.0.0.1", port)) == []
        assert transport.listening.listeners[("127.0.0.1", port)].socket is not None
        assert not await _refused(port)


@played
async def test_port_that_is_taken_at_the_start_is_had_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "RETRY_S", 0.01)
    other = socket.create_server(("127.0.0.1", 0))
    port = other.getsockname()[1]
    async with served(tmp_path, _settings(("127.0.0.1", port))) as transport:
        listener = transport.listening.listeners[("127.0.0.1", port)]
        assert listener.problem == "Address already in use"
        other.close()
        async with asyncio.timeout(5):
            while listener.socket is None:
                await asyncio.sleep(0.01)
        assert listener.problem == ""
        assert not await _refused(port)


@played
async def test_too_many_strangers_are_turned_away_until_one_leaves(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    async with served(tmp_path, _settings(("127.0.0.1", port)), Limits(None, 1, 1)) as transport:
        first = await Client.connected(port)
        assert await first.hears() == b"hello "
        second = await Client.connected(port)
        assert await second.hears() == b""
        assert transport.listening.admission.refused_source == 1
        await second.close()
        await first.close()
        async with asyncio.timeout(5):
            while transport.listening.connections:
                await asyncio.sleep(0.01)
        third = await Client.connected(port)
        assert await third.hears() == b"hello "
        transport.visitors[-1].authenticated()
        transport.visitors[-1].authenticated()
        assert transport.listening.admission.unauthenticated == 0
        await third.close()


@played
async def test_end_of_the_process_ends_the_connections(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    async with served(tmp_path, _settings(("127.0.0.1", port))) as transport:
        client = await Client.connected(port)
        assert await client.hears() == b"hello "
    assert await client.hears() == b""
    assert transport.listening.admission.unauthenticated == 0
    assert transport.listening.tried not in transport.manager.configuration.guards
    await client.close()


@played
async def test_unrelated_changes_leave_the_sockets_alone(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    async with served(tmp_path, _settings(("127.0.0.1", port))) as transport:
        before = transport.listening.listeners[("127.0.0.1", port)].socket
        other = msgspec.structs.replace(transport.manager.configuration.running, hostname="sip2")
        assert await transport.manager.configuration.apply(other) == []
        assert transport.listening.listeners[("127.0.0.1", port)].socket is before


@played
async def test_flood_of_refusals_is_one_line_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (port,) = free_ports(1)
    async with served(tmp_path, _settings(("127.0.0.1", port)), Limits(None, 0, 0)) as transport:
        for _ in range(5):
            client = await Client.connected(port)
            assert await client.hears() == b""
            await client.close()
        assert transport.listening.admission.refused_source == 5
    assert caplog.text.count("refused") == 1
