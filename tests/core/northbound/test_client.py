"""The clients: a worker that is away or goes away, the supervisor's answers and its end."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from core.northbound.client import NorthboundError, SupervisorClient, WorkerClient
from core.northbound.notices import Notice, WorkerStarted
from core.northbound.orders import ListCalls, Ping
from core.northbound.rows import ProcessRow
from core.northbound.server import NorthboundServer
from core.northbound.settings import Settings
from core.northbound.wirefmt import (
    Apply,
    ListProcesses,
    Reload,
    SupervisorReply,
    SupervisorRequest,
    decode_supervisor_request,
    encode,
    frame,
    read_frame,
)

ROW = ProcessRow("sip-1", 7, "running", 0, 1, 0.5, 100)


def test_a_worker_that_is_away_is_an_error() -> None:
    async def inside() -> None:
        with pytest.raises(NorthboundError, match="is not running"):
            await WorkerClient(Path("/nonexistent/socket")).count(Ping())

    asyncio.run(inside())


def test_a_worker_that_dies_while_it_answers_is_an_error(tmp_path: Path) -> None:
    async def inside() -> None:
        async def die(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(1)
            writer.close()

        server = await asyncio.start_unix_server(die, str(tmp_path / "s"))
        with pytest.raises(NorthboundError, match="ended before"):
            _ = [row async for row in WorkerClient(tmp_path / "s").order(ListCalls())]
        server.close()

    asyncio.run(inside())


def test_notices_go_on_over_a_restart_of_the_worker(tmp_path: Path) -> None:
    async def inside() -> None:
        heard: asyncio.Queue[Notice] = asyncio.Queue()
        watching = asyncio.create_task(WorkerClient(tmp_path / "s").notices(heard.put_nowait))
        for calls in (1, 2):
            server = NorthboundServer(tmp_path / "s", lambda order: iter(()))
            await server.start()
            server.greet(WorkerStarted(1, False, calls))
            async with asyncio.timeout(3):
                assert await heard.get() == WorkerStarted(1, False, calls)
            await server.close()
        watching.cancel()

    asyncio.run(inside())


def with_supervisor(
    answer: Callable[[SupervisorRequest], SupervisorReply | None],
    test: Callable[[SupervisorClient, asyncio.StreamWriter], Awaitable[None]],
) -> None:
    """Run `test` with a client whose supervisor gives `answer`; None is none."""

    async def inside() -> None:
        ours, theirs = socket.socketpair()
        reader, writer = await asyncio.open_connection(sock=ours)

        async def supervise() -> None:
            while (body := await read_frame(reader)) is not None:
                reply = answer(decode_supervisor_request(body))
                if reply is not None:
                    writer.write(frame(reply))

        supervising = asyncio.create_task(supervise())
        client = SupervisorClient(theirs.detach())
        async with asyncio.timeout(3):
            await test(client, writer)
            await client.close()
        writer.close()
        await supervising

    asyncio.run(inside())


def test_the_supervisor_is_asked() -> None:
    asked: list[object] = []

    def answer(request: SupervisorRequest) -> SupervisorReply:
        asked.append(request.order)
        if isinstance(request.order, ListProcesses):
            return SupervisorReply(request.id, rows=(ROW,))
        return SupervisorReply(request.id, () if isinstance(request.order, Apply) else ("line 3: no",))

    async def test(client: SupervisorClient, _: asyncio.StreamWriter) -> None:
        answers = await asyncio.gather(client.apply(Settings()), client.processes(), client.reload())
        assert list(answers) == [[], [ROW], ["line 3: no"]]
        assert asked == [Apply(msgspec.Raw(encode(Settings()))), ListProcesses(), Reload()]

    with_supervisor(answer, test)


def test_an_order_given_up_does_not_disturb_the_next() -> None:
    held: list[int] = []

    def answer(request: SupervisorRequest) -> SupervisorReply | None:
        if isinstance(request.order, Reload):
            held.append(request.id)
            return None
        return SupervisorReply(request.id, rows=(ROW,))

    async def test(client: SupervisorClient, writer: asyncio.StreamWriter) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.reload(), 0.01)
        writer.write(frame(SupervisorReply(held[0], ("late",))))
        assert await client.processes() == [ROW]

    with_supervisor(answer, test)


def test_the_end_of_the_supervisor_fails_what_waits_and_what_comes() -> None:
    async def test(client: SupervisorClient, writer: asyncio.StreamWriter) -> None:
        waiting = asyncio.create_task(client.reload())
        ended = asyncio.create_task(client.wait_closed())
        await asyncio.sleep(0)
        writer.close()
        with pytest.raises(NorthboundError, match="the supervisor is gone"):
            await waiting
        await ended
        with pytest.raises(NorthboundError, match="the supervisor is gone"):
            await client.processes()

    with_supervisor(lambda request: None, test)
