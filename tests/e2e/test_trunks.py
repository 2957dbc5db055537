"""Trunks played by sipp: they refuse, are busy, say nothing, go away and return; drained, watched, restarted over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from support.house import UNCHALLENGED_CALLS, House
from support.sipp import SIPP, Sipp, caller_lines
from support.waiting import free_ports, wait_until

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.skipif(SIPP is None, reason="sipp is not installed")]


class Network:
    """A server with the trunks A and B, tried in this order for every number that begins with 9."""

    def __init__(self, where: Path, *lines: str) -> None:
        self.where = where
        self.ports = dict(zip("AB", free_ports(2), strict=True))
        trunks = [
            line
            for name, port in self.ports.items()
            for line in (f"trunk {name}", f" address sip:127.0.0.1:{port}", *(lines if name == "A" else ()), "!")
        ]
        group = ("route-group G", " trunk A preference 1", " trunk B preference 2", " response-timeout 700", "!")
        analysis = ("number-analysis", " prefix 9 route-group G", "!")
        self.house = House(where, extra=(*UNCHALLENGED_CALLS, *trunks, *group, *analysis), subscribers=())
        self.running: list[Sipp] = []

    def trunk(self, name: str, scenario: str, status: int = 0) -> Sipp:
        """Start what plays a trunk."""
        made = Sipp(
            self.where, scenario, ("127.0.0.1", self.house.port), self.ports[name], status=status,
            name=f"{name}-{scenario}-{len(self.running)}",
        )  # fmt: skip
        self.running.append(made)
        wait_until(lambda: is_bound(made.process.pid, self.ports[name]), 5, f"trunk {name} to listen")
        return made

    def caller(self, calls: int, *, rate: float = 20, hold_ms: int = 200) -> Sipp:
        """Start a caller."""
        made = Sipp(
            self.where, "uac", ("127.0.0.1", self.house.port), free_ports()[0], calls=calls, rate=rate, hold_ms=hold_ms,
            users=caller_lines(["94711"]),
        )  # fmt: skip
        self.running.append(made)
        return made

    def row(self, name: str) -> dict[str, Any]:
        """Return what `show trunk NAME detail` says."""
        return self.house.rows(f"show trunk {name} detail")[0]

    def end(self) -> None:
        for each in self.running:
            each.end()
        self.house.stop()


def is_bound(process: int, port: int) -> bool:
    """Tell whether a process has bound a UDP port."""
    return port in [each.laddr.port for each in psutil.Process(process).net_connections("udp4") if each.laddr]


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    made = Network(tmp_path)
    try:
        made.house.start()
        yield made
    finally:
        made.end()


def test_calls_fail_over_from_a_trunk_that_rings_and_answers_503(network: Network) -> None:
    network.trunk("A", "refuse", 503)
    callee = network.trunk("B", "uas")
    caller = network.caller(40)
    outcome = caller.wait(40)
    assert (outcome.successful, outcome.failed) == (40, 0), caller.complaint() + callee.complaint()
    a, b = network.row("A"), network.row("B")
    assert (a["seizures"], a["answers"], a["failed_5xx"], a["calls"]) == (40, 0, 40, 0)
    assert (b["seizures"], b["answers"], b["answer_ratio"], b["calls"]) == (40, 40, 100, 0)
    assert network.house.counters()["failovers"] == 40


def test_busy_ends_the_call(network: Network) -> None:
    network.trunk("A", "refuse", 486)
    network.trunk("B", "uas")
    caller = network.caller(10)
    assert caller.wait(30).failed == 10
    assert "486" in caller.complaint()
    assert network.row("A")["busy"] == 10
    assert network.row("B")["attempts"] == 0


def test_a_trunk_that_says_nothing_costs_its_response_timeout_only(network: Network) -> None:
    network.trunk("A", "silent")
    network.trunk("B", "uas")
    caller = network.caller(10)
    outcome = caller.wait(30)
    assert (outcome.successful, outcome.failed) == (10, 0), caller.complaint()
    assert outcome.seconds < 8
    assert (network.row("A")["silent"], network.row("B")["answers"]) == (10, 10)


def test_a_trunk_that_goes_away_and_returns(network: Network) -> None:
    first = network.trunk("A", "uas")
    network.trunk("B", "uas")
    assert network.caller(5).wait(20).successful == 5
    first.end()
    assert network.caller(5).wait(20).successful == 5
    assert (network.row("A")["answers"], network.row("B")["answers"]) == (5, 5)
    network.trunk("A", "uas")
    assert network.caller(5).wait(20).successful == 5
    assert (network.row("A")["answers"], network.row("B")["answers"]) == (10, 5)


def test_a_trunk_that_is_shut_down_drains(network: Network) -> None:
    network.trunk("A", "uas")
    network.trunk("B", "uas")
    long = network.caller(6, hold_ms=4000)
    wait_until(lambda: network.row("A")["answers"] == 6, 10, "six answered calls")
    network.house.do("configure terminal", "trunk A", "shutdown", "end")
    assert (network.row("A")["state"], network.row("A")["calls"]) == ("draining", 6)
    assert network.caller(3).wait(20).successful == 3
    assert network.row("B")["answers"] == 3
    assert long.wait(20).failed == 0
    assert network.row("A")["state"] == "shutdown"


def test_a_killed_worker_still_knows_what_its_trunks_carry(network: Network) -> None:
    network.trunk("A", "uas")
    caller = network.caller(8, hold_ms=6000)
    wait_until(lambda: network.row("A")["answers"] == 8, 10, "eight answered calls")
    before = network.house.process("core.worker")
    network.house.kill("core.worker")
    assert before is not None
    wait_until(lambda: is_back(network, before.pid), 10, "the worker to be back")
    assert (network.row("A")["calls"], network.row("A")["calls_out"]) == (8, 8)
    assert caller.wait(30).failed == 0, caller.complaint()
    wait_until(lambda: network.row("A")["calls"] == 0, 5, "the places to be free")


def is_back(network: Network, old: int) -> bool:
    process = network.house.process("core.worker")
    if process is None or process.pid == old:
        return False
    return network.house.command("show trunk").returncode == 0


def test_a_trunk_is_watched_by_hand_and_by_itself(tmp_path: Path) -> None:
    network = Network(tmp_path, " monitor options interval 5", " monitor options failures 1")
    try:
        network.house.start()
        wait_until(lambda: network.row("A")["state"] == "down", 15, "trunk A to be down")
        assert network.house.counters()["trunks-down"] == 1
        there = network.trunk("A", "options", 200)
        (found,) = network.house.rows("test trunk A")
        assert (found["result"], found["status"], found["state"]) == ("alive", 200, "up")
        there.end()
        network.trunk("A", "options", 503)
        (found,) = network.house.rows("test trunk A")
        assert (found["result"], found["status"], found["state"]) == ("failed", 503, "down")
        notices = network.house.do("show notices")
        assert "trunk A is down" in notices
        assert "trunk A is up again" in notices
        (first, second) = network.house.rows("show route-group G")
        assert (first["trunk"], first["turn"], second["trunk"], second["turn"]) == ("A", None, "B", 1)
    finally:
        network.end()
