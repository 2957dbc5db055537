"""What operators over SSH wait for, what their sessions take, and what calls notice of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median, quantiles

import psutil
from support.house import House
from support.waiting import free_ports

from benchmark import delay, table
from benchmark.servers import Ours

USER, PASSWORD = "bench", "correct horse battery"
SESSIONS = 100
IDLE = 50
KEYS = 1000
CHANGED = 10_000


def opened(house: House) -> int:
    """Switch SSH on; return its port."""
    port = free_ports()[0]
    house.do(
        "configure terminal",
        f"username {USER} privilege 15 secret 0 {PASSWORD}",
        "line vty",
        f"session-limit {SESSIONS + 20}",
        "exit",
        "management ssh",
        f"listen 127.0.0.1 port {port}",
        f"unauthenticated maximum {SESSIONS}",
        f"source maximum {SESSIONS}",
        "no shutdown",
    )
    return port


def operators(port: int, job: str, number: int) -> subprocess.Popen[str]:
    """Start a client that does `job`, one of benchmark.sessions."""
    command = [sys.executable, "-P", "-m", "benchmark.sessions", str(port), USER, PASSWORD, job, str(number)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment)


def measured(client: subprocess.Popen[str]) -> dict[str, list[float]]:
    """Wait for a client; return what it measured."""
    out, complaint = client.communicate(timeout=300)
    assert client.returncode == 0, complaint[-2000:]
    found: dict[str, list[float]] = json.loads(out)
    return found


def p99(values: list[float]) -> float:
    """Return the 99th percentile."""
    return quantiles(values, n=100)[98]


def _memory(where: Path) -> float:
    """Return the octets that an idle session adds to management, on a server of its own: its heap has no holes yet."""
    with House(where, subscribers=()) as house:
        port = opened(house)
        process = house.process("oam.manager")
        assert process is not None
        measured(operators(port, "login", 3))
        before = process.memory_info().rss
        client = operators(port, "idle", IDLE)
        try:
            assert client.stderr is not None
            assert client.stderr.readline().strip() == "ready"
            return (psutil.Process(process.pid).memory_info().rss - before) / IDLE
        finally:
            client.communicate(timeout=60)


def _beside_calls(server: Ours, port: int, user: str, calls: int) -> tuple[float, float, float]:
    """Return p99 of an INVITE's delay without and with the sessions, µs, and p99 of their `show`, s."""
    quiet = p99(delay.through(server, user, 300, calls))
    client = operators(port, "watch", SESSIONS)
    assert client.stderr is not None
    assert client.stderr.readline().strip() == "ready"
    busy = p99(delay.through(server, user, 300, calls))
    return quiet, busy, p99(measured(client)["show"])


def measure(where: Path, server: Ours, user: str, calls: int) -> list[table.Line]:
    """Measure the shell of `server`, whose configuration is long by now; `user` may be called; `where` is scratch."""
    port = opened(server.house)
    logins = measured(operators(port, "login", 9))["login"]
    typed = measured(operators(port, "keys", KEYS))
    memory = _memory(where / "idle")
    quiet, busy, shown = _beside_calls(server, port, user, calls)
    committed = measured(operators(port, "commit", CHANGED))["commit"]

    def line(what: str, unit: str, value: float, bound: float | None = None) -> table.Line:
        return table.Line(what, unit, None, value, None, bound)

    return [
        line("SSH, login to prompt", "s", median(logins), 0.5),
        line("SSH, key to echo, long configuration, p99", "ms", p99(typed["echo"]) * 1000, 20),
        line("SSH, ? to help, long configuration, p99", "ms", p99(typed["help"]) * 1000, 20),
        line("SSH, memory per idle session", "octets", memory, 1_048_576),
        line(f"SSH, {SESSIONS} sessions, a show a second each, p99", "ms", shown * 1000, 250),
        line("INVITE delay at 300 calls/s without them, p99", "µs", quiet),
        line("INVITE delay at 300 calls/s with them, p99", "µs", busy),
        line(f"commit of {CHANGED} changed lines", "s", committed[0], 2.0),
    ]
