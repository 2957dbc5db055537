"""The worker's socket: slices, errors, watchers, clients that leave."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from support.fake_engine import fake_slots

from core.northbound import server
from core.northbound.client import NorthboundError, WorkerClient
from core.northbound.counters import NOTICES_DROPPED
from core.northbound.notices import Notice, TableFull, TableRelieved, WorkerStarted
from core.northbound.orders import ClearBinding, ListListeners, Order, Ping, Row
from core.northbound.rows import ListenerRow
from core.northbound.server import SLICE, Handler, NorthboundServer, Slice, sliced

MANY = 20 * SLICE + 7
Test = Callable[[NorthboundServer, WorkerClient], Awaitable[None]]


def row(number: int) -> ListenerRow:
    return ListenerRow(f"udp:{number}", "up", 0, 0, 0, 0)


def run(path: Path, handler: Handler, test: Test, slots: memoryview | None = None) -> None:
    async def inside() -> None:
        serving = NorthboundServer(path, handler, slots)
        await serving.start()
        try:
            async with asyncio.timeout(5):
                await test(serving, WorkerClient(path))
        finally:
            await serving.close()

    asyncio.run(inside())


def nothing(order: Order) -> Iterator[Slice]:
    return iter(())


@pytest.mark.parametrize("count", [0, 1, SLICE - 1, SLICE, SLICE + 1, 3 * SLICE])
def test_slices_hold_every_row_once(count: int) -> None:
    rows: list[Row] = [row(number) for number in range(count)]
    found = list(sliced(iter(rows)))
    assert [item for part, _ in found for item in part] == rows
    assert all(len(part) <= SLICE and len(part) == total for part, total in found)


def test_a_long_listing_arrives_whole_and_in_order(tmp_path: Path) -> None:
    async def test(serving: NorthboundServer, client: WorkerClient) -> None:
        assert [item async for item in client.order(ListListeners())] == [row(number) for number in range(MANY)]

    run(tmp_path / "s", lambda order: sliced(row(number) for number in range(MANY)), test)


def test_the_loop_turns_between_slices(tmp_path: Path) -> None:
    made: list[int] = []

    def handler(order: Order) -> Iterator[Slice]:
        if isinstance(order, Ping):
            return iter(())

        def endless() -> Iterator[Row]:
            for number in range(100 * MANY):
                made.append(number)
                yield row(number)

        return sliced(endless())

    async def test(serving: NorthboundServer, client: WorkerClient) -> None:
        listing = client.order(ListListeners())
        await anext(listing)
        assert await client.count(Ping()) == 0
        assert len(made) < 50 * MANY
        await listing.aclose()

    run(tmp_path / "s", handler, test)


def test_a_listing_left_early_ends_in_the_worker(tmp_path: Path) -> None:
    ended = asyncio.Event()

    def handler(order: Order) -> Iterator[Slice]:
        def endless() -> Iterator[Slice]:
            try:
                while True:
                    yield (row(1),) * SLICE, SLICE
            finally:
                ended.set()

        return endless()

    async def test(serving: NorthboundServer, client: WorkerClient) -> None:
        listing = client.order(ListListeners())
        await anext(listing)
        await listing.aclose()
        await ended.wait()

    run(tmp_path / "s", handler, test)


def test_counts_are_summed(tmp_path: Path) -> None:
    async def test(serving: NorthboundServer, client: WorkerClient) -> None:
        assert await client.count(ClearBinding()) == 7

    run(tmp_path / "s", lambda order: iter((((), 3), ((), 4))), test)


def test_a_fault_is_the_order_s_error_and_no_more(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def handler(order: Order) -> Iterator[Slice]:
        if isinstance(order, Ping):
            return iter(())
        raise RuntimeError("broken")

    async def test(serving: NorthboundServer, client: WorkerClient) -> None:
        with pytest.raises(NorthboundError, match="broken"):
            await client.count(ClearBinding())
        assert await client.count(Ping()) == 0

    run(tmp_path / "s", handler, test)
    assert "order ClearBinding failed" in caplog.text


def test_what_is_no_order_is_sent_away(tmp_path: Path) -> None:
    async def test(serving: NorthboundServer, client: WorkerClient) -> None:
        for octets in (b"\0\0\0\1\xc1", b"\xff\xff\xff\xff"):
            reader, writer = await asyncio.open_unix_connection(str(tmp_path / "s"))
            writer.write(octets)
            assert await reader.read() == b""
            writer.close()
        assert await client.count(Ping()) == 0

    run(tmp_path / "s", nothing, test)


def test_clients_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MAX_CLIENTS", 1)

    async def test(serving: NorthboundServer, client: WorkerClient) -> None:
        _, first = await asyncio.open_unix_connection(str(tmp_path / "s"))
        with pytest.raises(NorthboundError):
            await client.count(Ping())
        first.transport.abort()

    run(tmp_path / "s", nothing, test)


def test_watchers_are_greeted_and_told(tmp_path: Path) -> None:
    async def test(serving: NorthboundServer, client: WorkerClient) -> None:
        serving.greet(WorkerStarted(1, False, 0))
        heard: asyncio.Queue[Notice] = asyncio.Queue()
        watching = asyncio.create_task(client.notices(heard.put_nowait))
        assert await heard.get() == WorkerStarted(1, False, 0)
        serving.push(TableFull("calls", 1))
        serving.push(TableRelieved("calls"))
        assert await heard.get() == TableFull("calls", 1)
        assert await heard.get() == TableRelieved("calls")
        watching.cancel()

    run(tmp_path / "s", nothing, test)


def test_a_watcher_that_does_not_read_is_sent_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_WATCHER_OCTETS", 1000)

    async def test(serving: NorthboundServer, client: WorkerClient) -> None:
        serving.greet(WorkerStarted(1, False, 0))
        reader, writer = await asyncio.open_unix_connection(str(tmp_path / "s"), limit=10)
        writer.write(b"\0\0\0\0")
        await reader.readexactly(1)
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        while serving._watchers:
            serving.push(TableFull("x" * 1000, 1))
            await asyncio.sleep(0)
        writer.transport.abort()

    slots = fake_slots()
    run(tmp_path / "s", nothing, test, slots)
    assert slots[NOTICES_DROPPED] == 1


def test_a_notice_that_nobody_watches_for_is_counted(tmp_path: Path) -> None:
    async def test(serving: NorthboundServer, client: WorkerClient) -> None:
        serving.greet(WorkerStarted(1, False, 0))
        serving.push(TableFull("calls", 1))
        serving.push(TableRelieved("calls"))

    slots = fake_slots()
    run(tmp_path / "s", nothing, test, slots)
    assert slots[NOTICES_DROPPED] == 2


def test_the_socket_is_for_owner_and_group(tmp_path: Path) -> None:
    async def test(serving: NorthboundServer, client: WorkerClient) -> None:
        assert (tmp_path / "s").stat().st_mode & 0o777 == 0o660

    (tmp_path / "s").write_text("left behind")
    run(tmp_path / "s", nothing, test)
