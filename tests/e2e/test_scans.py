"""sipvicious, a peer that is not ours, scans from one address and is banned; phones at others go on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest
from support.agent import register
from support.house import UNCHALLENGED_CALLS, House
from support.sipp import SIPP, Sipp, caller_lines, registrar_lines
from support.waiting import free_ports, wait_until

pytestmark = [
    pytest.mark.peer,
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("sipvicious") is None, reason="sipvicious is not installed"),
]

FROM = """
import socket, sys

source = sys.argv.pop(1)

class Bound(socket.socket):
    def bind(self, place):
        super().bind((source, place[1]))

socket.socket = Bound
from sipvicious.{tool} import main
main()
"""
"""The tools have an option for the address to send from, and two of them leave it unused."""
PHONES = "127.0.0.2"
DOMAIN = ("--domain", "example.com")
CALLEES = [str(number) for number in range(1000, 1010)]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A server with subscribers, each test's own."""
    with House(tmp_path, extra=UNCHALLENGED_CALLS, subscribers=CALLEES) as running:
        yield running


def vicious(tool: str, source: str, house: House, *arguments: str, target: str = "") -> subprocess.Popen[bytes]:
    """Start one of the tools, which sends from `source`."""
    program = [sys.executable, "-c", FROM.format(tool=tool), source]
    options = ["-x", source, "-p", str(house.port), *arguments, target or "127.0.0.1"]
    where = {**os.environ, "HOME": str(house.state.parent)}
    return subprocess.Popen(
        [*program, *options], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=where,
        cwd=house.state.parent,
    )  # fmt: skip


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def banned(house: House, address: str) -> str:
    """Return the cause an address is banned for; empty when it is not."""
    return next((row["cause"] for row in house.rows("show blacklist automatic") if row["address"] == address), "")


def svwar(source: str, house: House) -> subprocess.Popen[bytes]:
    return vicious("svwar", source, house, *DOMAIN, "--force", "-m", "INVITE", "-e", "5000-5999")


def svcrack(source: str, house: House) -> subprocess.Popen[bytes]:
    return vicious("svcrack", source, house, *DOMAIN, "-u", "1000", "-r", "1-999")


SCANS = [(svwar, "127.0.0.66", "scan"), (svcrack, "127.0.0.67", "authentication")]


@pytest.mark.parametrize(("scan", "source", "cause"), SCANS, ids=["svwar", "svcrack"])
def test_a_scan_is_banned_and_heard_no_more(house: House, scan: object, source: str, cause: str) -> None:
    process = scan(source, house)  # type: ignore[operator]
    try:
        wait_until(lambda: banned(house, source) == cause, 20, "the scanner to be banned")
        wait_until(lambda: house.counters()["datagrams-banned"] > 0, 10, "the scanner to be dropped")
    finally:
        end(process)
    found = house.counters()
    assert found["bans-set"] == 1
    assert found["register-received"] + found["invite-received"] < 100
    (row,) = house.rows(f"test blacklist address {source}")
    assert (row["outcome"], row["colour"]) == ("refused", "automatic")
    register(("127.0.0.1", house.port), CALLEES, 7777, source=PHONES)
    assert len(house.rows("show registrations")) == len(CALLEES)
    assert any("address-banned" in str(row) for row in house.rows("show notices"))


def test_a_scan_by_register_is_banned_where_the_server_tells_who_exists(tmp_path: Path) -> None:
    with House(tmp_path, extra=("authentication", " no challenge register", "!"), subscribers=CALLEES) as house:
        process = vicious("svwar", "127.0.0.66", house, *DOMAIN, "-e", "5000-5999")
        try:
            wait_until(lambda: banned(house, "127.0.0.66") == "scan", 20, "the scanner to be banned")
        finally:
            end(process)


@pytest.mark.skipif(SIPP is None, reason="sipp is not installed")
def test_phones_register_and_call_while_others_scan(house: House, tmp_path: Path) -> None:
    server = ("127.0.0.1", house.port)
    callee_port, caller_port, registrant_port = free_ports(3)
    callees, registrants = CALLEES[:5], CALLEES[5:]
    register(server, callees, callee_port)
    scans = [svwar("127.0.0.66", house), svcrack("127.0.0.67", house)]
    callee = Sipp(tmp_path, "uas", server, callee_port)
    caller = Sipp(tmp_path, "uac", server, caller_port, calls=200, rate=50, hold_ms=500, users=caller_lines(callees))
    registrant = Sipp(
        tmp_path, "register", server, registrant_port, calls=200, rate=50, users=registrar_lines(registrants)
    )
    try:
        calls, registrations = caller.wait(60), registrant.wait(60)
        register(server, registrants, 7777, source=PHONES)
        wait_until(lambda: house.counters()["banned"] == 2, 20, "the scanners to be banned")
    finally:
        for process in scans:
            end(process)
        for sipp in (caller, registrant, callee):
            sipp.end()
    assert (calls.successful, calls.failed) == (200, 0), caller.complaint()
    assert (registrations.successful, registrations.failed) == (200, 0), registrant.complaint()
    assert sorted(row["address"] for row in house.rows("show blacklist automatic")) == ["127.0.0.66", "127.0.0.67"]


def test_a_sweep_over_addresses_is_banned(tmp_path: Path) -> None:
    port = free_ports()[0]
    with House(tmp_path, port=port, address="127.0.0.1", subscribers=CALLEES) as house:
        house.do("configure terminal", "sip", f"no listener udp 127.0.0.1 port {port}",
                 f"listener udp 0.0.0.0 port {port} advertise 127.0.0.1", "end")  # fmt: skip
        process = vicious("svmap", "127.0.0.69", house, target="127.0.9.0/24")
        try:
            wait_until(lambda: banned(house, "127.0.0.69") == "scan", 20, "the scanner to be banned")
        finally:
            end(process)


def test_bans_outlive_the_worker_and_are_lifted_by_an_operator(house: House) -> None:
    process = svwar("127.0.0.66", house)
    try:
        wait_until(lambda: banned(house, "127.0.0.66") == "scan", 20, "the scanner to be banned")
    finally:
        end(process)
    (before,) = house.rows("show blacklist automatic")
    old = house.kill("core.worker")
    wait_until(lambda: _is_another(house.process("core.worker"), old) and house.is_ready(), 10, "the worker to be back")
    (after,) = house.rows("show blacklist automatic")
    assert abs(after["expires_at"] - before["expires_at"]) < 1
    with pytest.raises(TimeoutError):
        register(("127.0.0.1", house.port), CALLEES[:1], 7777, source="127.0.0.66")
    house.do("clear blacklist automatic 127.0.0.66")
    register(("127.0.0.1", house.port), CALLEES[:1], 7777, source="127.0.0.66")
    old = house.kill("core.worker")
    wait_until(lambda: _is_another(house.process("core.worker"), old) and house.is_ready(), 10, "the worker to be back")
    assert house.rows("show blacklist automatic") == []


def test_a_listed_address_is_refused_and_heard_again_at_once(house: House) -> None:
    server = ("127.0.0.1", house.port)
    house.do("configure terminal", "blacklist address 127.0.0.0/24 reason test", "whitelist address 127.0.0.2", "end")
    with pytest.raises(TimeoutError):
        register(server, CALLEES[:1], 7777, source="127.0.0.3")
    register(server, CALLEES[:1], 7777, source=PHONES)
    rows = house.rows("show blacklist address 127.0.0.0/24")
    assert [(row["reason"], row["hits"]) for row in rows] == [("test", 1)]
    house.do("configure terminal", "no blacklist address 127.0.0.0/24", "end")
    register(server, CALLEES[:1], 7777, source="127.0.0.3")


def _is_another(process: psutil.Process | None, old: int) -> bool:
    return process is not None and process.pid != old
