"""What an NMS waits for, what its walks take from calls and from operators; the managers are net-snmp's programs.

The rows walked are 2,000 trunks, and six columns of each: what management must ask signalling for, every other second.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from support.house import House
from support.waiting import free_ports

from benchmark import delay, shell, table
from benchmark.servers import Ours
from oam.snmp import ber
from oam.snmp.objects import oid_of
from oam.snmp.oids import dotted

COMMUNITY, USER, PASSWORD = "bench", "bench", "correct-horse-battery"
ROWS = 2_000
WALKED = (
    "sipctlTrunkName", "sipctlTrunkState", "sipctlTrunkAddresses", "sipctlTrunkCalls", "sipctlTrunkCallsPeak",
    "sipctlTrunkProbes",
)  # fmt: skip
CALL_MANAGERS = 5
KEY_MANAGERS = 10
GETS, GETS_PER_S = 1_000, 100.0
V2C = ("-v2c", "-c", COMMUNITY)
V3 = (
    *("-v3", "-l", "authPriv", "-u", USER, "-a", "SHA-256", "-A", PASSWORD),
    *("-x", "AES", "-X", PASSWORD),
)


def opened(house: House) -> str:
    """Switch the agent on; return its address and port."""
    port = free_ports()[0]
    house.do(
        "configure terminal",
        f"snmp-server listen 127.0.0.1 port {port}",
        f"snmp-server community 0 {COMMUNITY} ro",
        "snmp-server group managers v3 priv",
        f"snmp-server user {USER} managers v3 auth sha-256 0 {PASSWORD} priv aes 128 0 {PASSWORD}",
    )
    return f"127.0.0.1:{port}"


def _trunks() -> list[str]:
    names = [f"trunk T{number}" for number in range(ROWS)]
    return [line for name in names for line in (name, " address sip:192.0.2.1:5060", "!")]


def _walk(agent: str, how: Sequence[str], oid: str) -> list[str]:
    command = ["snmpbulkwalk", *how, "-m", "", "-On", "-Cr50", "-t", "5", "-r", "1", agent, oid]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def walk_seconds(agent: str, how: Sequence[str], times: int) -> float:
    """Return the median time of walking six columns of all rows."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        for name in WALKED:
            lines = _walk(agent, how, dotted(oid_of(name)))
            assert len(lines) >= ROWS, f"{name}: {len(lines)} instances"
        taken.append(time.perf_counter() - started)
    return median(taken)


def get_seconds(agent: str) -> list[float]:
    """Return the delays of GETs at a steady rate."""
    host, _, port = agent.partition(":")
    oid = (*oid_of("sipctlSystemCalls"), 0)
    taken = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect((host, int(port)))
        sock.settimeout(5)
        started = time.perf_counter()
        for number in range(GETS):
            time.sleep(max(0.0, started + number / GETS_PER_S - time.perf_counter()))
            asked = time.perf_counter()
            sock.send(_get(number + 1, oid))
            sock.recv(65_535)
            taken.append(time.perf_counter() - asked)
    return taken


def _get(number: int, oid: tuple[int, ...]) -> bytes:
    """Return a GetRequest of version 2c (RFC 3416 §3)."""
    bindings = ber.wrapped(
        ber.SEQUENCE, ber.wrapped(ber.SEQUENCE, ber.object_identifier(oid) + ber.wrapped(ber.NULL, b""))
    )
    pdu = ber.wrapped(0xA0, ber.integer(number) + ber.integer(0) + ber.integer(0) + bindings)
    community = ber.wrapped(ber.OCTET_STRING, COMMUNITY.encode())
    return ber.wrapped(ber.SEQUENCE, ber.integer(1) + community + pdu)


@contextmanager
def managers(agent: str, number: int) -> Iterator[None]:
    """Have managers walk everything, again and again, inside the `with`.

    They run when nobody else wants a processor, as if they were on other hosts: it is the server's share that counts.
    """
    walk = f"snmpbulkwalk {' '.join(V2C)} -m '' -On -Cr50 -t 5 {agent} 1.3.6.1 >/dev/null 2>&1"
    loops = [
        subprocess.Popen(["sh", "-c", f"while {walk} || :; do :; done"], start_new_session=True) for _ in range(number)
    ]
    try:
        for loop in loops:
            os.sched_setscheduler(loop.pid, os.SCHED_IDLE, os.sched_param(0))
        yield
    finally:
        for loop in loops:
            os.killpg(loop.pid, signal.SIGKILL)
            loop.wait()


def _beside_calls(server: Ours, user: str, calls: int, rounds: int, say: Callable[[str], None]) -> tuple[float, float]:
    """Return p99 of an INVITE's delay without managers and with them, µs: medians over pairs."""
    agent = opened(server.house)
    quiet, busy = [], []
    for _ in range(rounds):
        quiet.append(shell.p99(delay.through(server, user, 300, calls)))
        with managers(agent, CALL_MANAGERS):
            busy.append(shell.p99(delay.through(server, user, 300, calls)))
        say(f"  INVITE delay p99: {quiet[-1]:.0f} µs, with {CALL_MANAGERS} managers walking {busy[-1]:.0f} µs")
    return median(quiet), median(busy)


def measure(
    where: Path, server: Ours, user: str, calls: int, rounds: int, say: Callable[[str], None]
) -> list[table.Line]:
    """Measure the agent; `user` may be called at `server`, `where` is scratch."""
    if shutil.which("snmpbulkwalk") is None:
        say("bench: no snmpbulkwalk here (package snmp), its lines are left out")
        return []
    quiet, busy = _beside_calls(server, user, calls, rounds, say)
    with House(where, environment=server.house.environment, extra=_trunks()) as house:
        agent = opened(house)
        walked, sealed = walk_seconds(agent, V2C, 5), walk_seconds(agent, V3, 5)
        got = shell.p99(get_seconds(agent))
        ssh = shell.opened(house)
        with managers(agent, KEY_MANAGERS):
            echo = max(shell.measured(shell.operators(ssh, "keys", 400))["echo"])

    def line(what: str, unit: str, value: float, bound: float | None = None) -> table.Line:
        return table.Line(what, unit, None, value, None, bound)

    return [
        line(f"snmpbulkwalk of {ROWS} rows x {len(WALKED)} columns, v2c", "s", walked, 1.2),
        line("the same, v3 authPriv (SHA-256, AES)", "s", sealed, 1.6),
        line(f"SNMP GET, {GETS_PER_S:g}/s, p99", "ms", got * 1000, 10),
        line("INVITE delay at 300 calls/s without managers, p99", "µs", quiet),
        line(f"the same, {CALL_MANAGERS} managers walking without pause", "µs", busy),
        line(f"SSH, key to echo, {KEY_MANAGERS} managers walking, longest", "ms", echo * 1000, 50),
    ]
