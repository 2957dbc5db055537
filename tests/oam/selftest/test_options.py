"""A listener asked with OPTIONS: one that answers, one that says nothing, one that says nonsense."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest
from support.management import played
from support.worker import WorkerProcess

from oam.selftest import options
from oam.testcall.message import parse


@pytest.mark.slow
@played
async def test_signalling_answers(tmp_path: Path) -> None:
    with WorkerProcess(tmp_path) as worker:
        answer, delay_ms = await options.asked("udp", *worker.address)
        assert answer.startswith("200 ")
        assert 0 < delay_ms < 2000


@played
async def test_over_tcp_and_ipv6() -> None:
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"SIP/2.0 405 Method Not Allowed\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(serve, "::1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        answer, _ = await options.asked("tcp", "::", port)
    assert answer == "405 Method Not Allowed"
    message = parse(asked[0])
    assert message is not None
    assert message.start == f"OPTIONS sip:[::1]:{port} SIP/2.0"
    assert message.first("via").startswith("SIP/2.0/TCP [::1]:")


@played
async def test_who_says_nothing_is_asked_again_and_then_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "ANSWER_S", 0.1)
    monkeypatch.setattr(options, "T1_S", 0.03)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.setblocking(False)
        with pytest.raises(TimeoutError):
            await options.asked("udp", *silent.getsockname())
        first, second = silent.recv(4096), silent.recv(4096)
        assert first == second


@played
async def test_nobody_there_and_no_sip() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", 0))
        place = bound.getsockname()
    with pytest.raises(ConnectionRefusedError):
        await options.asked("udp", *place)

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        with pytest.raises(ConnectionError):
            await options.asked("tcp", *server.sockets[0].getsockname()[:2])
