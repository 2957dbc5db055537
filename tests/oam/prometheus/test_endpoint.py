"""`GET /metrics` over a real socket: who may, what comes back, and that nobody holds up the loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from support.loop import watched
from support.management import FakeManager, played
from support.waiting import free_ports, until

from core.northbound import statistics as rows
from core.northbound.rows import ProcessRow
from core.northbound.statistics import open_statistics
from oam.config.tree import Configuration
from oam.prometheus import endpoint
from oam.settings.access import AccessList, AccessRule, ManagementListener, PrometheusSettings

GET = b"GET /metrics HTTP/1.1\r\nHost: sip1\r\n\r\n"


@asynccontextmanager
async def served(state: Path, access: AccessList | None = None) -> AsyncIterator[tuple[FakeManager, int]]:
    (port,) = free_ports()
    settings = PrometheusSettings(
        (ManagementListener("127.0.0.1", port),), access.name if access else "", shutdown=False
    )
    manager = FakeManager(state, Configuration(prometheus=settings, access_lists=(access,) if access else ()))
    async with manager.prometheus.served():
        yield manager, port


async def answered(port: int, octets: bytes) -> bytes:
    """Send and return all that comes back until the other end closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    async with asyncio.timeout(10):
        try:
            writer.write(octets)
            return await reader.read()
        except ConnectionResetError:
            return b""
        finally:
            writer.close()


def page(answer: bytes) -> str:
    """Return the text of a chunked answer, which must be whole."""
    head, _, rest = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Transfer-Encoding: chunked" in head
    text = b""
    while True:
        size, _, rest = rest.partition(b"\r\n")
        if not int(size, 16):
            assert rest == b"\r\n"
            return text.decode()
        text += rest[: int(size, 16)]
        rest = rest[int(size, 16) + 2 :]


def write_row(slots: memoryview, number: int, kind: int, name: str, first: int) -> None:
    slots[0] = rows.VERSION
    entry = rows.DIRECTORY + number * rows.ENTRY
    slots[entry + 1] = kind
    octets = name.encode().ljust(rows.NAME_OCTETS, b"\0")
    slots[entry + 2 : entry + rows.ENTRY] = memoryview(octets).cast("q")
    slots[rows.FIRST_ROW + number * rows.WIDTH] = first
    slots[entry] = 1
    slots[1] = max(slots[1], number + 1)


@played
async def test_a_scrape_tells_counters_objects_and_processes(tmp_path: Path) -> None:
    async with served(tmp_path) as (manager, port):
        manager.counters[0][0] = 42
        manager.fake_supervisor.rows = [ProcessRow("sip-1", 1, "running", 0, 9, 1.5, 1000)]
        write_row(open_statistics(tmp_path / "run" / "statistics-1"), 0, rows.TRUNK_OUT, "PSTN", 7)
        text = page(await answered(port, GET))
        samples = {
            (s.name, s.labels.get("name", s.labels.get("process", ""))): s.value
            for each in text_string_to_metric_families(text)
            for s in each.samples
        }
        assert samples["sipctl_invite_received_total", ""] == 42
        assert samples["sipctl_object_bids_total", "PSTN"] == 7
        assert samples["sipctl_process_cpu_seconds_total", "sip-1"] == 1.5
        assert manager.prometheus.counts.scrapes == 1


@played
async def test_a_client_of_http_1_0_gets_the_same_page(tmp_path: Path) -> None:
    async with served(tmp_path) as (_, port):
        answer = await answered(port, b"GET /metrics HTTP/1.0\r\n\r\n")
        text = answer.partition(b"\r\n\r\n")[2].decode()
        assert "sipctl_build_info" in text
        assert list(text_string_to_metric_families(text))


@played
async def test_what_is_no_scrape_is_refused_and_counted(tmp_path: Path) -> None:
    async with served(tmp_path) as (manager, port):
        assert b" 404 " in await answered(port, GET.replace(b"metrics", b"other"))
        assert b" 405 " in await answered(port, GET.replace(b"GET", b"POST"))
        assert b" 400 " in await answered(port, b"\r\n\r\n")
        assert b" 431 " in await answered(port, GET[:-2] + b"X: " + b"x" * 9000 + b"\r\n\r\n")
        assert manager.prometheus.counts.refused_requests == 4
        assert manager.prometheus.counts.scrapes == 0


@played
async def test_who_is_not_on_the_access_list_is_closed_unread(tmp_path: Path) -> None:
    nobody = AccessList("OTHERS", (AccessRule("permit", "192.0.2.0/24"),))
    async with served(tmp_path, nobody) as (manager, port):
        assert await answered(port, GET) == b""
        assert manager.prometheus.listening.admission.refused_acl == 1
        assert manager.prometheus.counts.scrapes == 0


@played
async def test_a_client_that_says_nothing_is_told_so_and_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "REQUEST_S", 0.05)
    async with served(tmp_path) as (manager, port):
        assert b" 408 " in await answered(port, b"GET /met")
        assert manager.prometheus.counts.timeouts == 1


@played
async def test_a_client_that_does_not_read_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "PAGE_S", 0.2)
    async with served(tmp_path) as (manager, port):
        slots = open_statistics(tmp_path / "run" / "statistics-1")
        for number in range(rows.ROWS):
            write_row(slots, number, rows.TRUNK_OUT, f"TRUNK{number:050}", 1)
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        writer.write(GET)
        await until(lambda: manager.prometheus.counts.timeouts == 1)
        await until(lambda: manager.prometheus.listening.connections == 0)
        writer.close()


@played
async def test_connections_of_one_source_are_bounded(tmp_path: Path) -> None:
    async with served(tmp_path) as (manager, port):
        open_now = [await asyncio.open_connection("127.0.0.1", port) for _ in range(endpoint.OF_ONE_SOURCE)]
        await until(lambda: manager.prometheus.listening.connections == endpoint.OF_ONE_SOURCE)
        assert await answered(port, GET) == b""
        assert manager.prometheus.listening.admission.refused_source == 1
        for _, writer in open_now:
            writer.close()


@played
async def test_a_page_of_a_thousand_objects_does_not_hold_the_loop(tmp_path: Path) -> None:
    async with served(tmp_path) as (_, port):
        slots = open_statistics(tmp_path / "run" / "statistics-1")
        for number in range(1000):
            write_row(slots, number, rows.TRUNK_OUT, f"TRUNK{number}", number)
        async with watched() as held:
            text = page(await answered(port, GET))
        assert text.count("sipctl_object_bids_total{") == 1000
        assert held.longest < 0.05
