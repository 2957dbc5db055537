"""Prometheus fetches its figures from a server that has calls: over the network, with curl, while sipp calls."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from support.house import UNCHALLENGED_CALLS, House
from support.sipp import SIPP, Sipp, caller_lines
from support.waiting import free_ports, wait_until

CURL = shutil.which("curl")
pytestmark = [
    pytest.mark.peer,
    pytest.mark.slow,
    pytest.mark.skipif(CURL is None, reason="curl is not installed"),
    pytest.mark.skipif(SIPP is None, reason="sipp is not installed"),
]
CALLS = 100

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


class Watched:
    """A server with one trunk, played by sipp, and its endpoint."""

    def __init__(self, where: Path) -> None:
        self.where = where
        self.port, self.trunk_port = free_ports(2)
        lines = (
            *UNCHALLENGED_CALLS,
            "prometheus",
            f" listen 127.0.0.1 port {self.port}",
            " no shutdown",
            "!",
            "trunk PSTN",
            f" address sip:127.0.0.1:{self.trunk_port}",
            "!",
            "route-group G",
            " trunk PSTN",
            "!",
            "number-analysis",
            " prefix 9 route-group G",
            "!",
        )
        self.house = House(where, extra=lines, subscribers=())

    def curl(self, path: str = "/metrics", *options: str) -> subprocess.CompletedProcess[str]:
        command = [str(CURL), "--silent", "--show-error", "--max-time", "10", *options]
        return subprocess.run(
            [*command, f"http://127.0.0.1:{self.port}{path}"], capture_output=True, text=True, check=False
        )

    def samples(self) -> Samples:
        """Fetch the page as Prometheus does, and read it as it does."""
        fetched = self.curl("/metrics", "--fail")
        assert fetched.returncode == 0, fetched.stderr
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(fetched.stdout)
            for sample in family.samples
        }


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    made = Watched(tmp_path_factory.mktemp("house"))
    with made.house:
        yield made


def of(samples: Samples, name: str, /, **labels: str) -> float:
    return samples[name, frozenset(labels.items())]


def test_scrapes_during_calls_add_up_to_the_calls(watched: Watched, tmp_path: Path) -> None:
    server = ("127.0.0.1", watched.house.port)
    callee = Sipp(tmp_path, "uas", server, watched.trunk_port)
    caller = Sipp(
        tmp_path, "uac", server, free_ports()[0], calls=CALLS, rate=50, hold_ms=500, users=caller_lines(["94711"])
    )
    try:
        wait_until(lambda: of(watched.samples(), "sipctl_calls") > 0, 10, "a call")
        outcome = caller.wait(60)
    finally:
        caller.end()
        callee.end()
    assert (outcome.successful, outcome.failed) == (CALLS, 0), caller.complaint()
    wait_until(lambda: of(watched.samples(), "sipctl_calls_ended_total") == CALLS, 10, "the end of the calls")
    trunk = {"kind": "trunk-out", "name": "PSTN"}
    wait_until(lambda: of(watched.samples(), "sipctl_object_calls", **trunk) == 0, 10, "the gauge to say so")
    samples = watched.samples()
    for where in ({"kind": "system", "name": ""}, trunk):
        for name in ("bids", "seizures", "answers", "ended"):
            assert of(samples, f"sipctl_object_{name}_total", **where) == CALLS, (name, where)
    assert of(samples, "sipctl_object_setup_delay_seconds_count", **trunk) == CALLS
    assert of(samples, "sipctl_object_setup_delay_seconds_bucket", le="+Inf", **trunk) == CALLS
    assert of(samples, "sipctl_requests_total", method="INVITE", direction="sent") == CALLS
    assert of(samples, "sipctl_responses_total", method="BYE", code="200", direction="received") == CALLS
    assert of(samples, "sipctl_process_running", process="sip-1") == 1


def test_a_change_that_is_not_saved_is_told(watched: Watched) -> None:
    watched.house.do("configure terminal", "hostname other")
    wait_until(lambda: of(watched.samples(), "sipctl_configuration_saved") == 0, 10, "an unsaved change")
    watched.house.do("write memory")
    wait_until(lambda: of(watched.samples(), "sipctl_configuration_saved") == 1, 10, "a saved one")


@pytest.mark.parametrize(
    ("path", "options", "status"),
    [
        ("/", (), "404"),
        ("/metrics", ("--request", "POST"), "405"),
        ("/metrics", ("--head",), "405"),
        ("/metrics", ("--header", "X: " + "x" * 9000), "431"),
        ("/metrics", ("--http1.0",), "200"),
    ],
)
def test_what_curl_is_answered(watched: Watched, path: str, options: tuple[str, ...], status: str) -> None:
    answer = watched.curl(path, *options, "--output", "/dev/null", "--write-out", "%{http_code}")
    assert answer.stdout == status, answer.stderr


def test_octets_that_are_no_request_leave_it_running(watched: Watched) -> None:
    for octets in (b"\x16\x03\x01\x02\x00", b"\r\n\r\n", bytes(range(256)) * 40, b"GET /metrics HTTP/1.1\r\n"):
        with socket.create_connection(("127.0.0.1", watched.port), timeout=10) as connection:
            connection.sendall(octets)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass
    assert of(watched.samples(), "sipctl_process_running", process="oam") == 1
