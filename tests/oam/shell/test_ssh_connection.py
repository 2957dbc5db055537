"""An SSH connection's output: who writes waits for the network, who makes us answer unread is dropped."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from support.management import played
from support.ssh import ssh_server

from oam.shell import ssh_connection


@played
async def test_writer_waits_for_the_network(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server, server.connect() as client:
        process = await client.create_process(term_type="vt100", encoding=None)
        await process.stdout.readuntil(b"sip1#")
        (session,) = server.manager.ssh.connections
        session.pause_writing()
        waiting = asyncio.create_task(session.drained())
        await asyncio.sleep(0)
        assert not waiting.done()
        session.resume_writing()
        await waiting


@played
async def test_lost_connection_lets_the_writer_go(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server:
        client = await server.connect()
        (session,) = server.manager.ssh.connections
        session.pause_writing()
        waiting = asyncio.create_task(session.drained())
        client.abort()
        async with asyncio.timeout(5):
            await waiting


@played
async def test_client_that_sends_and_does_not_read_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh_connection, "UNREAD_OCTETS", -1)
    async with ssh_server(tmp_path) as server, server.connect() as client:
        (session,) = server.manager.ssh.connections
        assert (await client.run("show clock")).exit_status == 0
        session.pause_writing()
        client.send_packet(80, b"\0\0\0\x04none", b"\x01")  # a global request that nobody knows, with an answer
        await server.until(lambda: not server.manager.ssh.connections, "the connection to be dropped")
