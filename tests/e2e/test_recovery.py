"""A signalling process that hangs, and one that is started anew while calls go on."""

from __future__ import annotations

import os
import signal
import socket
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.agent import options_answered
from support.house import UNCHALLENGED_CALLS, House
from support.sipp import SIPP, calling
from support.waiting import free_ports, wait_until

pytestmark = [pytest.mark.slow]
CALLEES = [str(number) for number in range(1000, 1010)]
needs_sipp = pytest.mark.skipif(SIPP is None, reason="sipp is not installed")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A server whose watchdog bites after two seconds."""
    with House(tmp_path, extra=(*UNCHALLENGED_CALLS, "sip", " watchdog 2", "!"), subscribers=CALLEES) as running:
        yield running


def worker(house: House) -> int:
    process = house.process("core.worker")
    return 0 if process is None else process.pid


def test_a_process_that_stands_still_is_killed_and_started_again(house: House) -> None:
    old = worker(house)
    os.kill(old, signal.SIGSTOP)
    began = time.monotonic()
    wait_until(lambda: worker(house) not in (0, old), 10, "another signalling process")
    assert time.monotonic() - began >= 1.9
    wait_until(lambda: options_answered(house.address, house.port, 0.1), 5, "SIP to be answered")
    assert "sip-1 has not answered for 2 s: killed" in house.log.read_text()


@pytest.mark.peer
@needs_sipp
@pytest.mark.parametrize("how", ["graceful", "now"])
def test_established_calls_outlive_a_restart(house: House, tmp_path: Path, how: str) -> None:
    with calling(house.port, tmp_path, CALLEES, calls=50, rate=50, hold_ms=6000) as (caller, _):
        wait_until(lambda: len(house.answered()) == 50, 10, "50 answered calls")
        old = worker(house)
        told = house.do(f"restart worker {how}")
        assert worker(house) != old
        assert f"pid {worker(house)}," in told
        outcome = caller.wait(30)
    assert (outcome.successful, outcome.failed) == (50, 0), caller.complaint()
    row = next(row for row in house.rows("show processes") if row["process"] == "sip-1")
    assert row["restarts"] == 0


@pytest.mark.peer
@needs_sipp
def test_a_listener_is_drained_and_comes_back(house: House, tmp_path: Path) -> None:
    server = ("127.0.0.1", house.port)
    line = f"listener udp 127.0.0.1 port {house.port} shutdown"
    with calling(house.port, tmp_path, CALLEES, calls=30, rate=50, hold_ms=4000) as (caller, _):
        wait_until(lambda: len(house.answered()) == 30, 10, "30 answered calls")
        house.do("configure terminal", "sip", line, "end")
        assert state(house) == ("draining", 30)
        assert line in house.do("show running-config")
        assert status_of_options(server) == 503
        wait_until(lambda: state(house) == ("shutdown", 0), 15, "the calls to end")
        outcome = caller.wait(30)
    assert (outcome.successful, outcome.failed) == (30, 0), caller.complaint()
    house.do("configure terminal", "sip", f"no {line}", "end")
    assert state(house) == ("up", None)
    assert status_of_options(server) == 200
    assert line not in house.do("show running-config")


def test_ping_shows_each_answer_and_the_loss(house: House) -> None:
    (closed,) = free_ports(1)
    rows = house.rows(f"ping sip 127.0.0.1:{house.port} count 3 interval 20")
    assert [row["status"] for row in rows] == [200, 200, 200, None]
    assert rows[-1]["result"].startswith("3 sent, 3 answered, 0 % lost, min/avg/max ")
    assert all(0 < row["delay_ms"] < 1000 for row in rows)
    rows = house.rows(f"ping sip 127.0.0.1:{house.port} count 1 transport tcp")
    assert (rows[0]["address"], rows[0]["status"]) == (f"tcp:127.0.0.1:{house.port}", 200)
    (row, total) = house.rows(f"ping sip sip:127.0.0.1:{closed};transport=tcp count 1")
    assert (row["status"], row["result"]) == (None, "cannot be reached")
    assert total["result"] == "1 sent, 0 answered, 100 % lost"


def state(house: House) -> tuple[str, int | None]:
    (row,) = [row for row in house.rows("show listeners") if row["listener"].startswith("udp:")]
    return row["state"], row["calls"]


def status_of_options(server: tuple[str, int]) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(5)
        sock.connect(server)
        place = f"127.0.0.1:{sock.getsockname()[1]}"
        mark = uuid.uuid4().hex
        text = (
            f"OPTIONS sip:127.0.0.1:{server[1]} SIP/2.0\r\nVia: SIP/2.0/UDP {place};branch=z9hG4bK{mark}\r\n"
            f"From: <sip:test@{place}>;tag=1\r\nTo: <sip:127.0.0.1>\r\nCall-ID: {mark}\r\nCSeq: 1 OPTIONS\r\n"
            "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
        )
        sock.send(text.encode())
        return int(sock.recv(65_535).split(b" ")[1])


@pytest.mark.peer
@needs_sipp
def test_calls_are_told_of_and_after_a_restart_their_records_are(house: House, tmp_path: Path) -> None:
    with calling(house.port, tmp_path, CALLEES, calls=5, rate=20, hold_ms=200) as (caller, callee):
        outcome = caller.wait(30)
    assert outcome.successful == 5, caller.complaint()
    before = house.rows("show calls history")
    assert [row["state"] for row in before] == ["ended"] * 5
    name = before[0]["id"]
    told = house.do(f"show call {name} explain")
    assert told.splitlines()[0].startswith(f"Call {name}: ended by caller after ")
    assert f"udp:127.0.0.1:{callee.port}" in told
    assert "authentication" in told
    house.do("restart worker now")
    after = house.rows("show calls history")
    assert [row["id"] for row in after] == [row["id"] for row in before]
    again = house.do(f"show call {name} explain")
    assert "What became of it on its way is not known any more" in again
    assert house.command("show call nobody").returncode == 1
