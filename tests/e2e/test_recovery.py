"""A signalling process that hangs, and one that is started anew while calls go on."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.agent import options_answered, register
from support.house import UNCHALLENGED_CALLS, House
from support.sipp import SIPP, Sipp, caller_lines
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
    server = ("127.0.0.1", house.port)
    callee_port, caller_port = free_ports(2)
    register(server, CALLEES, callee_port)
    callee = Sipp(tmp_path, "uas", server, callee_port)
    caller = Sipp(tmp_path, "uac", server, caller_port, calls=50, rate=50, hold_ms=6000, users=caller_lines(CALLEES))
    try:
        wait_until(lambda: len(answered(house)) == 50, 10, "50 answered calls")
        old = worker(house)
        told = house.do(f"restart worker {how}")
        assert worker(house) != old
        assert f"pid {worker(house)}," in told
        outcome = caller.wait(30)
    finally:
        caller.end()
        callee.end()
    assert (outcome.successful, outcome.failed) == (50, 0), caller.complaint()
    row = next(row for row in house.rows("show processes") if row["process"] == "sip-1")
    assert row["restarts"] == 0


def answered(house: House) -> set[str]:
    return {row["call_id"] for row in house.rows("show calls") if row["state"] == "answered"}
