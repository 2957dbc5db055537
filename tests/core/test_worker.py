"""The signalling process as a process: started, configured, drained, killed."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from support.agent import options_answered
from support.waiting import wait_until
from support.worker import WorkerProcess

from core.northbound.client import WorkerClient
from core.northbound.control import Configured
from core.northbound.counters import INTERNAL_ERRORS, MALFORMED, STARTED_AT, open_block
from core.northbound.notices import Notice, WorkerStarted
from core.northbound.orders import ListListeners
from core.northbound.rows import ListenerRow
from core.northbound.settings import Listener, Relay, SipSettings
from core.worker import lock

pytestmark = pytest.mark.slow

Answer = TypeVar("Answer")

INVITE = (
    "INVITE sip:x@{domain} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{own};branch=z9hG4bK{call};rport\r\n"
    "From: <sip:a@{domain}>;tag=1\r\nTo: <sip:x@{domain}>\r\nCall-ID: {call}@test\r\nCSeq: 1 INVITE\r\n"
    "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
)


@contextmanager
def phone() -> Iterator[socket.socket]:
    """A UDP socket on loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.settimeout(5)
        made.bind(("127.0.0.1", 0))
        yield made


def invite(caller: socket.socket, worker: WorkerProcess, call: str, domain: str = "127.0.0.1") -> None:
    text = INVITE.format(domain=domain, own=caller.getsockname()[1], call=call)
    caller.sendto(text.encode(), worker.address)


def answer(request: bytes, status: str) -> bytes:
    """Make the response that a callee gives to a forwarded request."""
    kept = [
        line for line in request.decode().split("\r\n") if line.startswith(("Via", "From", "To", "Call-ID", "CSeq"))
    ]
    lines = [f"SIP/2.0 {status}", *kept, "Content-Length: 0", "", ""]
    return "\r\n".join(lines).replace("\r\nCall-ID", ";tag=2\r\nCall-ID", 1).encode()


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerProcess]:
    """A worker that this file's tests share; none may end it."""
    with WorkerProcess(tmp_path_factory.mktemp("worker")) as running:
        yield running


def ask(worker: WorkerProcess, question: Callable[[WorkerClient], Coroutine[Any, Any, Answer]]) -> Answer:
    return asyncio.run(question(WorkerClient(worker.state / "run" / "sip-1.sock")))


def listeners(worker: WorkerProcess) -> list[str]:
    async def question(client: WorkerClient) -> list[str]:
        return [row.listener async for row in client.order(ListListeners()) if isinstance(row, ListenerRow)]

    return ask(worker, question)


def test_it_answers_sip_and_counts(worker: WorkerProcess) -> None:
    assert options_answered(*worker.address)
    slots = open_block(worker.state / "run" / "counters-1")
    assert slots[STARTED_AT] > 1_700_000_000
    before = slots[MALFORMED]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.sendto(b"\xff" * 40, worker.address)
    wait_until(lambda: slots[MALFORMED] == before + 1, 3, "the malformed datagram to be counted")
    assert slots[INTERNAL_ERRORS] == 0


def test_it_greets_who_watches(worker: WorkerProcess) -> None:
    async def question(client: WorkerClient) -> Notice:
        heard: asyncio.Queue[Notice] = asyncio.Queue()
        watching = asyncio.create_task(client.notices(heard.put_nowait))
        async with asyncio.timeout(3):
            notice = await heard.get()
        watching.cancel()
        return notice

    notice = ask(worker, question)
    assert isinstance(notice, WorkerStarted)
    assert (notice.worker, notice.restored_calls) == (1, 0)


def test_listeners_come_and_go_while_it_runs(worker: WorkerProcess) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.create_server(("127.0.0.1", 0)) as tcp,
    ):
        udp.bind(("127.0.0.1", 0))
        more = (Listener("udp", *udp.getsockname()), Listener("tcp", *tcp.getsockname()))
        everyone = (worker.listener, *more)
        assert worker.configure(7, worker.settings(*more), everyone, {1: udp, 2: tcp}) == Configured(7)
        assert set(listeners(worker)) == {listener.name for listener in everyone}
        assert options_answered(*udp.getsockname())
        with socket.create_connection(tcp.getsockname(), 5) as caller:
            caller.sendall(INVITE.format(domain="127.0.0.1", own=1, call="stream").replace("/UDP", "/TCP").encode())
            assert caller.recv(4096).startswith(b"SIP/2.0 ")
        assert worker.configure(8, worker.settings(), (worker.listener,), {}) == Configured(8)
        assert listeners(worker) == [worker.listener.name]
        assert options_answered(*worker.address)


def test_settings_it_cannot_take_change_nothing(worker: WorkerProcess) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        broken = Listener("carrier-pigeon", *udp.getsockname())
        answer = worker.configure(9, worker.settings(broken), (worker.listener, broken), {1: udp})
    assert answer is not None
    assert answer.problems[0].startswith("the signalling process refused the settings")
    assert listeners(worker) == [worker.listener.name]
    assert options_answered(*worker.address)


def test_two_workers_never_write_one_store(worker: WorkerProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.worker._LOCK_S", 0.0)
    with pytest.raises(TimeoutError, match="another signalling process"):
        lock(worker.state / "run")


def test_sigterm_without_calls_ends_it_at_once(tmp_path: Path) -> None:
    with WorkerProcess(tmp_path) as running:
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(5) == 0
        assert "Traceback" not in running.log.read_text()


def test_the_end_of_the_supervisor_ends_it(tmp_path: Path) -> None:
    with WorkerProcess(tmp_path) as running:
        running.end_supervisor()
        assert running.process.wait(5) == 0


def test_a_store_that_cannot_be_opened_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "location").write_text("in the way")
    running = WorkerProcess(tmp_path)
    try:
        assert running.configure(1, running.settings(), (running.listener,), {0: running.udp}) is None
        assert running.process.wait(5) == 1
        (line,) = running.log.read_text().splitlines()
        assert "critical: " in line
        assert "location" in line
    finally:
        running.__exit__()


def test_sigterm_finishes_what_is_in_flight_and_refuses_what_is_new(tmp_path: Path) -> None:
    with phone() as caller, phone() as callee:
        relay = Relay("far.example", f"sip:127.0.0.1:{callee.getsockname()[1]}")
        with WorkerProcess(tmp_path, SipSettings(relays=(relay,))) as running:
            invite(caller, running, "first", "far.example")
            request = callee.recv(4096)
            assert caller.recv(4096).startswith(b"SIP/2.0 100 ")
            running.process.send_signal(signal.SIGTERM)
            wait_until(lambda: "stopping, 1 requests in flight" in running.log.read_text(), 5, "the worker to drain")
            invite(caller, running, "second", "far.example")
            assert caller.recv(4096).startswith(b"SIP/2.0 503 ")
            callee.sendto(answer(request, "486 Busy Here"), running.address)
            assert caller.recv(4096).startswith(b"SIP/2.0 486 ")
            assert running.process.wait(5) == 0


def test_draining_ends_at_its_bound(tmp_path: Path) -> None:
    with phone() as caller, phone() as callee:
        relay = Relay("far.example", f"sip:127.0.0.1:{callee.getsockname()[1]}")
        with WorkerProcess(tmp_path, SipSettings(relays=(relay,), drain_s=0)) as running:
            invite(caller, running, "first", "far.example")
            callee.recv(4096)
            running.process.send_signal(signal.SIGTERM)
            assert running.process.wait(5) == 0


def test_datagrams_that_come_while_it_is_dead_are_answered_by_the_next(tmp_path: Path) -> None:
    with phone() as caller, WorkerProcess(tmp_path) as first:
        first.process.kill()
        first.process.wait()
        invite(caller, first, "call")
        second = WorkerProcess(tmp_path)
        second.udp.close()
        second.udp, second.address, second.listener = first.udp.dup(), first.address, first.listener
        with second:
            assert caller.recv(4096).startswith(b"SIP/2.0 ")
