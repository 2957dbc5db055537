"""Alarms of a running server: what goes wrong is there within seconds, and gone when it is put right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from support.alarmed import raises_and_clears
from support.house import House
from support.sipp import SIPP, Sipp
from support.waiting import free_ports, wait_until

from oam.fault.catalogue import NAMES

pytestmark = [pytest.mark.slow]
AT_ONCE = tuple(line for number in (14, 41) for line in (f"alarm profile {number}", " soak 0", " clear-delay 0", "!"))


class Site:
    """A server with a trunk that nobody plays, a syslog host that is away, telnet in clear."""

    def __init__(self, where: Path) -> None:
        self.where = where
        self.trunk, self.telnet, self.syslog = free_ports(3)
        lines = (
            *AT_ONCE,
            "trunk A", f" address sip:127.0.0.1:{self.trunk}", " monitor options interval 5",
            " monitor options failures 1", "!",
            "route-group G", " trunk A", "!",
            "management telnet", f" listen 127.0.0.1 port {self.telnet}", " no shutdown", "!",
            f"audit host 127.0.0.1 transport tcp port {self.syslog}",
        )  # fmt: skip
        self.house = House(where, extra=lines, subscribers=())

    def alarms(self) -> set[tuple[int, str]]:
        """Return number and object of every alarm that is shown; the host's own are no business of a test's."""
        rows = self.house.rows("show alarms")
        return {(NAMES[row["name"]].number, row["object"]) for row in rows} - {(25, "system")}

    def has(self, *wanted: tuple[int, str]) -> bool:
        return set(wanted) <= self.alarms()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    with made.house:
        yield made


@raises_and_clears(3, 14, 41, 44)
@pytest.mark.peer
@pytest.mark.skipif(SIPP is None, reason="sipp is not installed")
def test_a_bad_day(site: Site) -> None:
    house = site.house
    group, telnet = (3, "route-group G"), (44, "system")
    syslog = (41, f"audit-syslog 127.0.0.1 port {site.syslog}")
    wait_until(lambda: site.has(group, telnet, syslog), 30, "the trunk, telnet and the syslog host to be told of")
    assert (2, "trunk A") not in site.alarms(), "its group explains it"
    peer = Sipp(site.where, "options", ("127.0.0.1", house.port), site.trunk, status=200)
    try:
        wait_until(lambda: group not in site.alarms(), 20, "the trunk to be up")
    finally:
        peer.end()
    house.do("configure terminal", "management telnet", "shutdown", "exit", "no audit host 127.0.0.1", "end")
    wait_until(lambda: not {telnet, syslog} & site.alarms(), 10, "what was taken out of the configuration to be over")
    house.kill("core.worker")
    wait_until(lambda: site.has((14, "worker sip-1")), 10, "the death of the worker to be told of")
    (row,) = [row for row in house.rows("show processes") if row["process"] == "sip-1"]
    assert row["ended_by"] == "SIGKILL"
    wait_until(lambda: (14, "worker sip-1") not in site.alarms(), 25, "the new worker to have lived for a while")
    past = {(NAMES[row["name"]].number, row["happening"]) for row in house.rows("show alarms history")}
    for number in (3, 14, 41, 44):
        assert {(number, "raised"), (number, "cleared")} <= past


def test_the_self_test_is_made_at_the_start_and_finds_a_whole_server(site: Site) -> None:
    wait_until(lambda: bool(site.house.rows("show self-test")), 30, "the first self-test to be over")
    failed = [row for row in site.house.rows("self-test") if row["outcome"] == "failed"]
    assert failed == []
    tests = {row["test"] for row in site.house.rows("show self-test")}
    assert tests >= {"process", "database", "configuration", "disk", "clock", "listener", "counters", "audit"}
    assert "self-test:" in site.house.log.read_text()


def test_a_worker_that_stands_still_fails_the_self_test(site: Site) -> None:
    wait_until(lambda: bool(site.house.rows("show self-test")), 30, "the first self-test to be over")
    worker = site.house.process("core.worker")
    assert isinstance(worker, psutil.Process)
    site.house.do("configure terminal", "sip", "watchdog 0", "end")
    worker.suspend()
    try:
        failed = [row["object"] for row in site.house.rows("self-test") if row["outcome"] == "failed"]
    finally:
        worker.resume()
    assert failed == [f"udp:127.0.0.1:{site.house.port}", f"tcp:127.0.0.1:{site.house.port}"]
    wait_until(lambda: site.has((49, "self-test")), 5, "the alarm of the self-test")
    site.house.do("self-test")
    wait_until(lambda: (49, "self-test") not in site.alarms(), 5, "the alarm to be over")
