"""`kill -9`: of the worker under load, of oam, of everything; what must survive does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from support.agent import options_answered, register
from support.house import UNCHALLENGED_CALLS, House
from support.sipp import SIPP, Sipp, caller_lines, calling, registrar_lines
from support.waiting import free_ports, wait_until

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.skipif(SIPP is None, reason="sipp is not installed")]

CALLEES = [str(number) for number in range(1000, 1020)]
REGISTRANTS = [str(number) for number in range(2000, 2200)]


@pytest.fixture
def open_house(tmp_path: Path) -> Iterator[House]:
    """A server that does not challenge calls; each test's own."""
    with House(tmp_path, extra=UNCHALLENGED_CALLS, subscribers=[*CALLEES, *REGISTRANTS]) as running:
        yield running


def test_a_killed_worker_loses_no_registration_and_established_calls_end_with_their_bye(
    open_house: House, tmp_path: Path
) -> None:
    server = ("127.0.0.1", open_house.port)
    callee_port, caller_port, registrant_port = free_ports(3)
    register(server, CALLEES, callee_port)
    callee = Sipp(tmp_path, "uas", server, callee_port)
    caller = Sipp(tmp_path, "uac", server, caller_port, calls=600, rate=100, hold_ms=5000, users=caller_lines(CALLEES))
    registrant = Sipp(
        tmp_path, "register", server, registrant_port, calls=600, rate=100, users=registrar_lines(REGISTRANTS)
    )
    try:
        wait_until(lambda: len(open_house.answered()) >= 150, 10, "150 answered calls")
        ended_before = open_house.counters()["calls-ended"]
        bound_before = {(row["aor"], row["contact"]) for row in open_house.rows("show registrations")}
        established = {row["call_id"] for row in open_house.rows("show calls") if row["state"] == "answered"}
        back_after = _kill_worker(open_house)
        bound_after = {(row["aor"], row["contact"]) for row in open_house.rows("show registrations")}
        calls, registrations = caller.wait(60), registrant.wait(60)
    finally:
        for sipp in (caller, registrant, callee):
            sipp.end()
    complaint = caller.complaint() + callee.complaint()
    assert back_after < 1.0
    assert bound_before <= bound_after
    assert [call_id for call_id in established if f"'{call_id}'" in complaint] == []
    # A call between its 100 and its 200 when the worker died cannot be healed: RFC 6026 §7 has its 200 dropped.
    assert calls.successful >= 600 - 3, complaint
    assert (registrations.successful, registrations.failed) == (600, 0), registrant.complaint()
    wait_until(lambda: not established & open_house.answered(), 10, "the restored calls to end")
    assert open_house.counters()["calls-ended"] - ended_before >= len(established)
    bound = {row["aor"] for row in open_house.rows("show registrations")}
    assert bound == {f"{user}@example.com" for user in [*CALLEES, *REGISTRANTS]}


def test_calls_do_not_notice_a_killed_oam(open_house: House, tmp_path: Path) -> None:
    open_house.do("configure terminal", "hostname changed", "end")
    worker = open_house.process("core.worker")
    assert worker is not None
    with calling(open_house.port, tmp_path, CALLEES, calls=500, rate=100, hold_ms=1000) as (caller, _):
        wait_until(lambda: len(open_house.answered()) >= 20, 10, "20 answered calls")
        old = open_house.kill("oam.manager")
        wait_until(lambda: _new_process(open_house, "oam.manager", old), 5, "oam to be started again")
        outcome = caller.wait(60)
    assert (outcome.successful, outcome.failed, outcome.retransmissions) == (500, 0, 0), caller.complaint()
    assert open_house.process("core.worker") == worker
    wait_until(lambda: open_house.command("show version").returncode == 0, 10, "the shell to answer again")
    assert "hostname changed" in open_house.do("show running-config")


def test_registrations_and_configuration_outlive_the_death_of_every_process(open_house: House) -> None:
    server = ("127.0.0.1", open_house.port)
    register(server, CALLEES, free_ports()[0])
    open_house.do("configure terminal", "hostname kept", "end", "write memory")
    bound = {(row["aor"], row["contact"]) for row in open_house.rows("show registrations")}
    assert len(bound) == len(CALLEES)
    open_house.crash()
    open_house.start()
    assert {(row["aor"], row["contact"]) for row in open_house.rows("show registrations")} == bound
    assert "hostname kept" in open_house.do("show running-config")


def _kill_worker(house: House) -> float:
    """Kill the worker; return the seconds until a new one answers SIP."""
    old = house.kill("core.worker")
    started = time.monotonic()
    wait_until(lambda: options_answered(house.address, house.port, 0.05), 5, "the worker to be back")
    taken = time.monotonic() - started
    assert _new_process(house, "core.worker", old)
    return taken


def _new_process(house: House, module: str, old: int) -> bool:
    process = house.process(module)
    try:
        return process is not None and process.pid != old and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
