"""What tracing costs: a filter that fits nothing, and everything at 300 calls a second.

One per cent is less than what two runs of the same load differ by. So the load runs on, and the trace is turned on and
off every other moment; what the signalling process used in each is read from the scheduler, to the nanosecond. What
the filter alone takes for the messages of a call is measured besides, in a loop, where nothing disturbs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median

import psutil
from support.sipp import Sipp, caller_lines
from support.waiting import free_ports

from benchmark import load
from benchmark.servers import ROOT, Ours
from benchmark.table import Line
from core.effect import Flow
from core.northbound import counters
from core.northbound.trace import TraceFilter, prepare
from core.trace.filter import Trace
from core.trace.ring import Ring
from core.trace.tracer import Tracer

CALLS = 2000
"""Calls looked at in one turn of the loop."""
RATE = 400
MOMENT_S = 1.5
PAIRS_A_ROUND = 4
FILTERS = "number 99887766 for 60 minutes"
"""Nobody has this number; every INVITE is searched for it."""
MEGABYTES = 16
"""Size of the ring, as it is configured unless somebody says otherwise."""


def lines(
    where: Path, servers: Iterable[Ours], users: Sequence[str], rounds: int, seconds: float, say: Callable[[str], None]
) -> list[Line]:
    """Measure both, and the memory that a trace of everything takes, in each server."""
    ratios: dict[str, float] = {}
    lost: dict[str, float] = {}
    memory: dict[str, float] = {}
    looks: dict[str, float] = {}
    for server in servers:
        form = server.name.rpartition(" ")[2]
        looks[form] = _look_us(form)
        ratios[form] = _filtered(where, server, users, rounds * PAIRS_A_ROUND, say)
        lost[form], memory[form] = _everything(where, server, users, seconds, say)

    def line(what: str, unit: str, found: dict[str, float], bound: float, plain: float = 0.0) -> Line:
        return Line(what, unit, None, found.get("compiled"), found.get("plain"), bound, plain or bound)

    return [
        line("a number that nobody has, looked for in a call's messages", "µs", looks, 3.0, 9.0),
        line("CPU per call with a trace that fits nothing to one without", "times", ratios, 1.01),
        line("lost calls of 300 a second, all traced", "calls", lost, 0),
        line("memory of the worker for it, ring included", "MB", memory, MEGABYTES + 8),
    ]


def look_us() -> float:
    """Return what a filter for a number takes for the messages of a call that it does not fit, µs."""
    flow = Flow(0, 0, "192.0.2.1", 5060, ("192.0.2.1", 5060))
    slots = memoryview(bytearray(8 * 256)).cast("q")
    messages = _messages()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "ring")
        prepare(path, 1)
        tracer = Tracer(Ring(path), slots, 0.0)
        tracer.start(Trace(1, TraceFilter(number="99887766"), None, 1e12, -1, "", 0.0))
        best = 1e9
        for _ in range(10):
            start = time.perf_counter()
            for _ in range(CALLS):
                for data, sent in messages:
                    tracer.matches(data, flow, sent, 1.0)
            best = min(best, (time.perf_counter() - start) / CALLS * 1e6)
    return best


def _messages() -> list[tuple[bytes, bool]]:
    """Return the messages of an answered call, both legs, and whether we send them."""
    sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 6004 RTP/AVP 8 0 101\r\n"
    head = (
        "\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-6010-1-0;rport\r\nMax-Forwards: 70\r\n"
        "Record-Route: <sip:192.0.2.10;lr>\r\nFrom: <sip:caller@192.0.2.1>;tag=1\r\nTo: <sip:1001@192.0.2.10>\r\n"
        "Call-ID: 1-6010@192.0.2.1\r\nCSeq: 1 INVITE\r\nContact: <sip:caller@192.0.2.1>\r\n"
        "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE\r\nSupported: timer, replaces\r\n\r\n"
    )
    legs = ("INVITE sip:1001@192.0.2.10 SIP/2.0", "SIP/2.0 180 Ringing", "SIP/2.0 200 OK", "ACK sip:a SIP/2.0",
            "BYE sip:a SIP/2.0", "SIP/2.0 200 OK")  # fmt: skip
    whole = [(start + head + (sdp if "INVITE " in start else "")).encode() for start in legs]
    return [(("SIP/2.0 100 Trying" + head).encode(), True), *((each, sent) for each in whole for sent in (False, True))]


def _look_us(form: str) -> float:
    path = [str(ROOT / "bench"), str(ROOT / "tests"), *([str(ROOT)] if form == "plain" else [])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
    code = "from benchmark.trace import look_us; print(look_us())"
    result = subprocess.run(
        [sys.executable, "-P", "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return float(result.stdout)


def _filtered(where: Path, server: Ours, users: Sequence[str], pairs: int, say: Callable[[str], None]) -> float:
    """Return the median of how much more a call costs while a trace looks at it."""
    worker = server.house.process("core.worker")
    assert worker is not None
    slots = counters.open_block(server.house.state / "run" / "counters-1")
    port = free_ports()[0]
    calls = int(RATE * (pairs * (2 * MOMENT_S + 3) + 10))
    caller = Sipp(
        where, "uac", ("127.0.0.1", server.port), port, calls=calls, rate=RATE, hold_ms=500,
        users=caller_lines(users), name="uac-trace",
    )  # fmt: skip
    try:
        time.sleep(2)
        found = []
        for _ in range(pairs):
            free = _cost_us(worker.pid, slots)
            server.house.do(f"debug sip {FILTERS}")
            watched = _cost_us(worker.pid, slots)
            server.house.do("undebug all")
            found.append(watched / _mean(free, _cost_us(worker.pid, slots)))
        say(f"  filtered trace {server.name}: " + ", ".join(f"{each:.3f}" for each in sorted(found)))
        return median(found)
    finally:
        caller.end()


def _mean(one: float, other: float) -> float:
    """What a call costs drifts: the trace is compared with what is before and behind it."""
    return (one + other) / 2


def _cost_us(pid: int, slots: memoryview) -> float:
    """Return the processor time of one call over a moment, µs; the loop of the worker is its main thread."""
    time.sleep(0.2)
    used, made = _used_ns(pid), slots[counters.CALLS_ATTEMPTED]
    time.sleep(MOMENT_S)
    return (_used_ns(pid) - used) / 1000 / max(1, slots[counters.CALLS_ATTEMPTED] - made)


def _used_ns(pid: int) -> int:
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])


def _everything(
    where: Path, server: Ours, users: Sequence[str], seconds: float, say: Callable[[str], None]
) -> tuple[float, float]:
    """Return the calls lost while everything is traced, and the memory it took, megabytes."""
    load.calls(where, server, users, 300, seconds)
    worker = server.house.process("core.worker")
    assert worker is not None
    before = psutil.Process(worker.pid).memory_info().rss
    server.house.do("debug sip for 60 minutes")
    cost = load.calls(where, server, users, 300, max(seconds, 15))
    (row,) = server.house.rows("show debug")
    grown = (psutil.Process(worker.pid).memory_info().rss - before) / 1e6
    server.house.do("undebug all", "clear trace")
    say(
        f"  everything traced {server.name}: {row['messages']} messages, {cost.failed} of {cost.attempts} calls lost, "
        f"{cost.cpu_us:.0f} µs a call, {grown:.1f} MB"
    )
    return cost.failed, grown
