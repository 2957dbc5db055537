"""Messages as they come: on terminals, bounded; to the capture server, with what is lost counted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import cast

import pytest
from support.traced import record

from core.northbound.keyring import SecretError
from core.northbound.trace import TraceRecord, prepare
from core.trace.ring import Ring
from oam.config.tree import Configuration
from oam.settings.trace import HepHost, TraceSettings
from oam.shell.lines import Lines
from oam.trace.hep import HepSender
from oam.trace.live import BATCH, LINES, Live, spoken

INVITE = "INVITE sip:b@h SIP/2.0\nCall-ID: c1\nCSeq: 1 INVITE\n\n"


class Seat:
    """An operator's terminal."""

    def __init__(self, monitor: bool = True) -> None:
        self.session = self
        self.monitor = object() if monitor else None
        self.shown: list[str] = []
        self.tell = self.shown.extend


class Server(HepSender):
    """A capture server that takes all."""

    def __init__(self) -> None:
        super().__init__(HepHost("192.0.2.80"), "")
        self.records: list[TraceRecord] = []

    def send(self, record: TraceRecord) -> None:
        self.records.append(record)


class Bench:
    """A ring, who follows it, and time."""

    def __init__(self, where: Path, *seats: Seat) -> None:
        self.path = where / "ring"
        self.seats = seats
        self.now = 100.0
        self.settings = TraceSettings()
        self.live = Live(
            self.path, cast(Lines, self), lambda: self.settings, lambda sealed: f"open {sealed}", lambda: self.now
        )

    def all(self) -> list[Seat]:
        return list(self.seats)

    def begin(self) -> Ring:
        prepare(self.path, 1)
        ring = Ring(self.path)
        self.live.turn()
        return ring

    def write(self, ring: Ring, count: int = 1, data: str = INVITE) -> None:
        each = record(data)
        for _ in range(count):
            ring.write(each.octets, 0, 0, 0b11, 0, each.local, each.remote, each.at_us)

    def turns(self, seconds: float = 0.0) -> None:
        self.now += seconds
        while self.live.turn():
            pass


def test_who_monitors_sees_a_line_a_message(tmp_path: Path) -> None:
    watcher, other = Seat(), Seat(monitor=False)
    bench = Bench(tmp_path, watcher, other)
    bench.write(bench.begin())
    bench.turns()
    assert watcher.shown == [
        "*22:13:20.000 UTC: sip trace 1,2: 1: 192.0.2.1:5060 -> 192.0.2.10:5060: INVITE sip:b@h SIP/2.0"
    ]
    assert other.shown == []


def test_what_was_traced_before_is_not_shown(tmp_path: Path) -> None:
    watcher = Seat()
    bench = Bench(tmp_path, watcher)
    prepare(bench.path, 1)
    ring = Ring(bench.path)
    bench.write(ring)
    bench.turns()
    assert watcher.shown == []


def test_a_ring_made_later_is_shown_from_its_start(tmp_path: Path) -> None:
    watcher = Seat()
    bench = Bench(tmp_path, watcher)
    bench.turns()
    prepare(bench.path, 1)
    bench.write(Ring(bench.path))
    bench.turns()
    assert len(watcher.shown) == 1


def test_a_ring_begun_anew_is_followed(tmp_path: Path) -> None:
    watcher = Seat()
    bench = Bench(tmp_path, watcher)
    bench.write(bench.begin())
    bench.turns()
    prepare(bench.path, 2)
    bench.write(Ring(bench.path))
    bench.turns()
    assert len(watcher.shown) == 2


def test_lines_are_bounded_by_the_second_and_the_rest_is_counted(tmp_path: Path) -> None:
    watcher = Seat()
    bench = Bench(tmp_path, watcher)
    ring = bench.begin()
    bench.write(ring, LINES + 30)
    bench.turns()
    assert len(watcher.shown) == LINES
    bench.turns(1.0)
    assert watcher.shown[LINES:] == ["*** 30 traced messages more; 'show trace' has them"]
    bench.write(ring)
    bench.turns(1.0)
    assert len(watcher.shown) == LINES + 2


def test_terminals_alone_do_not_read_what_they_cannot_show(tmp_path: Path) -> None:
    watcher = Seat()
    bench = Bench(tmp_path, watcher)
    bench.write(bench.begin(), BATCH + 1)
    bench.turns()
    bench.turns(1.0)
    assert watcher.shown == [f"*** {BATCH + 1} traced messages more; 'show trace' has them"]


def test_the_capture_server_gets_everything_in_batches(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    server = bench.live.hep = Server()
    bench.write(bench.begin(), 2 * BATCH + 5)
    assert bench.live.turn()
    assert len(server.records) == BATCH
    bench.turns()
    assert [each.number for each in server.records] == list(range(1, 2 * BATCH + 6))
    assert server.dropped == 0


def test_what_was_overwritten_before_it_was_sent_is_counted(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    server = bench.live.hep = Server()
    ring = bench.begin()
    bench.write(ring)
    bench.turns()
    bench.write(ring, 300, INVITE + "x" * 8000)
    bench.turns()
    assert len(server.records) + server.dropped == 301
    assert server.dropped > 100


def test_the_server_is_the_one_configured(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.settings = TraceSettings(hep=HepHost("192.0.2.80", 9061), hep_password="sealed")
    bench.live.follow(None, None)
    assert bench.live.hep is not None
    assert (bench.live.hep.host.port, bench.live.hep._password) == (9061, "open sealed")
    bench.settings = TraceSettings()
    bench.live.follow(None, None)
    assert bench.live.hep is None


def test_a_change_of_something_else_leaves_the_server_and_its_counts(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    one = Configuration(trace=TraceSettings(hep=HepHost("192.0.2.80")))
    bench.live.follow(Configuration(), one)
    sender = bench.live.hep
    bench.live.follow(one, Configuration(hostname="other", trace=one.trace))
    assert sender is not None
    assert bench.live.hep is sender
    bench.live.follow(one, Configuration())
    assert bench.live.hep is None


def test_a_password_that_cannot_be_read_is_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(sealed: str) -> str:
        raise SecretError("another key")

    bench = Bench(tmp_path)
    monkeypatch.setattr(bench.live, "_decrypted", broken)
    bench.settings = TraceSettings(hep=HepHost("192.0.2.80"), hep_password="sealed")
    bench.live.follow(None, None)
    assert bench.live.hep is not None
    assert bench.live.hep._password == ""


def test_a_line_names_the_traces() -> None:
    assert "sip trace 1,8:" in spoken(record(INVITE, traces=0b10000001))


def test_a_fault_costs_the_message_it_struck(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def followed() -> None:
        watcher = Seat()
        bench = Bench(tmp_path, watcher)
        bench.write(bench.begin(), 2)
        shown: list[str] = []

        def tell(lines: Iterable[str]) -> None:
            watcher.tell = shown.extend
            raise RuntimeError("a fault of ours")

        watcher.tell = tell
        task = asyncio.create_task(bench.live.run())
        async with asyncio.timeout(10):
            while not shown:
                await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert [line.split(": ")[2] for line in shown] == ["2"]

    asyncio.run(followed())
    assert "fault in following the trace" in caplog.text
