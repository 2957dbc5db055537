"""The console socket: who may, what is bounded, and that nothing is left of a session that is gone."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from support.management import FakeManager, played

from core.northbound.call_rows import CallRow
from core.northbound.orders import ListCalls
from oam.shell import console, frames
from oam.shell.console import Console, serve, socket_path
from oam.shell.frames import FrameReader, encode, encode_pairs

SCRIPT = {"mode": "script"}
SHELL = {"mode": "interactive", "term": "dumb", "columns": "80", "rows": "24"}


class Client:
    """One connection, frame by frame."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.frames = FrameReader()
        self.out = b""
        self.error = b""
        self.code: int | None = None

    def send(self, *sent: tuple[int, bytes]) -> None:
        for kind, payload in sent:
            self.writer.write(encode(kind, payload))

    def hello(self, pairs: dict[str, str]) -> None:
        self.send((frames.HELLO, encode_pairs(pairs)))

    async def receive(self) -> bool:
        octets = await self.reader.read(65_536)
        for kind, payload in self.frames.feed(octets):
            if kind == frames.OUTPUT:
                self.out += payload
            elif kind == frames.ERROR:
                self.error += payload
            elif kind == frames.EXIT:
                self.code = int(payload)
        return bool(octets)

    async def until(self, wanted: bytes) -> None:
        async with asyncio.timeout(10):
            while wanted not in self.out:
                assert await self.receive(), self.out

    async def end(self) -> int | None:
        async with asyncio.timeout(10):
            while await self.receive():
                pass
        self.writer.close()
        return self.code


@asynccontextmanager
async def served(state: Path) -> AsyncGenerator[tuple[Console, FakeManager], None]:
    manager = FakeManager(state)
    before = asyncio.all_tasks()
    async with serve(manager) as opened:
        yield opened, manager
    async with asyncio.timeout(5):
        while asyncio.all_tasks() - before:
            await asyncio.sleep(0.001)


async def connected(state: Path) -> Client:
    return Client(*await asyncio.open_unix_connection(str(socket_path(state))))


async def empty(opened: Console) -> None:
    async with asyncio.timeout(5):
        while opened.sessions:
            await asyncio.sleep(0.001)


@played
async def test_a_script(tmp_path: Path) -> None:
    async with served(tmp_path) as (opened, _):
        client = await connected(tmp_path)
        client.hello(SCRIPT)
        client.send((frames.LINE, b"f:1\0show privilege"), (frames.LINE, b"f:2\0foo"), (frames.END, b""))
        assert await client.end() == 2
        assert client.out == b"Current privilege level is 15\n"
        assert client.error.startswith(b"f:2: foo\n")
        await empty(opened)


@played
async def test_a_shell(tmp_path: Path) -> None:
    async with served(tmp_path) as (opened, _):
        client = await connected(tmp_path)
        client.hello(SHELL)
        await client.until(b"sipctl#")
        client.send((frames.RESIZE, b"132 43"), (frames.INPUT, b"show privilege\rexit\r"))
        assert await client.end() == 0
        assert b"level is 15\r\n" in client.out
        assert b"\x1b" not in client.out
        await empty(opened)


@pytest.mark.parametrize(("uid", "privilege"), [(0, 15), (os.geteuid(), 15), (54321, 1)])
@played
async def test_the_kernel_says_who_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uid: int, privilege: int
) -> None:
    monkeypatch.setattr(console, "_uid", lambda connection: uid)
    async with served(tmp_path):
        client = await connected(tmp_path)
        client.hello(SCRIPT)
        client.send((frames.LINE, b"f:1\0show privilege"), (frames.LINE, b"f:2\0enable"), (frames.END, b""))
        assert await client.end() == (0 if privilege == 15 else 3)
        assert client.out == b"Current privilege level is %d\n" % privilege
        assert client.error == (b"" if privilege == 15 else b"f:2: enable\nf:2: % Access denied\n")


@played
async def test_the_socket_is_for_owner_and_group(tmp_path: Path) -> None:
    async with served(tmp_path):
        path = socket_path(tmp_path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        assert [each.name for each in path.parent.iterdir() if each.name.startswith(".")] == []
    assert not path.exists()


@played
async def test_a_dead_servers_socket_gives_way(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(socket_path(tmp_path)))
    dead.close()
    async with served(tmp_path):
        client = await connected(tmp_path)
        client.hello(SCRIPT)
        client.send((frames.END, b""))
        assert await client.end() == 0


@pytest.mark.parametrize(
    "octets",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"",
        encode(frames.INPUT, b"reload\r"),
        b"\1\xff\xff\xff\xff",
        encode(frames.HELLO, b"\xff\0\0=\0mode=interactive\0columns=x\0rows=-1\0term=\x1b\0"),
        encode(frames.HELLO, encode_pairs(SCRIPT)) + encode(frames.LINE, b"") + encode(99, b"x"),
        encode(frames.HELLO, encode_pairs(SHELL)) + encode(frames.RESIZE, b"\xff 10 20"),
    ],
)
@played
async def test_any_octets_leave_nothing_behind(tmp_path: Path, octets: bytes, caplog: pytest.LogCaptureFixture) -> None:
    async with served(tmp_path) as (opened, _):
        client = await connected(tmp_path)
        await asyncio.sleep(0.01)
        client.writer.write(octets)
        client.writer.write_eof()
        await client.end()
        await empty(opened)
    assert "fault" not in caplog.text


@pytest.mark.parametrize("hello", [SCRIPT, SHELL, SHELL | {"term": "xterm"}], ids=["script", "plain", "rich"])
@played
async def test_a_client_that_vanishes_stops_its_command(tmp_path: Path, hello: dict[str, str]) -> None:
    async with served(tmp_path) as (opened, manager):
        manager.fake_worker.hangs = True
        client = await connected(tmp_path)
        client.hello(hello)
        client.send((frames.LINE, b"f:1\0show calls") if hello is SCRIPT else (frames.INPUT, b"show calls\r"))
        async with asyncio.timeout(5):
            while not manager.fake_worker.orders:
                await asyncio.sleep(0.001)
        client.writer.transport.abort()
        await empty(opened)


@played
async def test_interrupt_ends_a_script(tmp_path: Path) -> None:
    async with served(tmp_path) as (opened, manager):
        manager.fake_worker.hangs = True
        client = await connected(tmp_path)
        client.hello(SCRIPT)
        client.send((frames.LINE, b"f:1\0show calls"), (frames.LINE, b"f:2\0show clock"))
        async with asyncio.timeout(5):
            while not manager.fake_worker.orders:
                await asyncio.sleep(0.001)
        client.send((frames.INTERRUPT, b""))
        assert await client.end() == 1
        await empty(opened)


@played
async def test_sessions_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "MAX_SESSIONS", 2)
    async with served(tmp_path) as (opened, _):
        clients = [await connected(tmp_path) for _ in range(2)]
        for client in clients:
            client.hello(SHELL)
            await client.until(b"sipctl#")
        third = await connected(tmp_path)
        assert await third.end() == 1
        assert third.error == b"% Too many sessions\n"
        assert opened.refused == 1
        for client in clients:
            client.writer.close()


@played
async def test_a_client_that_says_nothing_is_sent_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "HELLO_S", 0.01)
    async with served(tmp_path) as (opened, _):
        client = await connected(tmp_path)
        assert await client.end() is None
        await empty(opened)


@pytest.mark.slow
@pytest.mark.parametrize("hello", [SCRIPT, SHELL], ids=["script", "shell"])
@played
async def test_a_client_that_stops_reading_holds_its_command_and_is_dropped_in_the_end(
    tmp_path: Path, hello: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oam.shell.terminal.STALL_S", 0.3)
    monkeypatch.setattr(console, "LEAVE_S", 0.1)
    async with served(tmp_path) as (opened, manager):
        rows = [CallRow("answered", "a", "b", 1.0, None, 1, f"call-{n}-{'x' * 1000}") for n in range(20_000)]
        manager.fake_worker.answers = {ListCalls: list(rows)}
        reader, writer = await asyncio.open_unix_connection(str(socket_path(tmp_path)))
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        client = Client(reader, writer)
        client.hello(hello)
        if hello is SCRIPT:
            client.send((frames.LINE, b"f:1\0show calls"))
        else:
            client.send((frames.INPUT, b"terminal length 0\rshow calls\r"))
        held = 0
        async with asyncio.timeout(20):
            while not opened.sessions:
                await asyncio.sleep(0.001)
            while opened.sessions:
                held = max(held, opened.held)
                await asyncio.sleep(0.005)
        assert 0 < held < 2_000_000
        assert opened.dropped == 1
        writer.close()
