"""Run the comparison: all servers up at once, measured in turn (A B C A B C), medians over the rounds."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import TypeVar

from support.sipp import Sipp
from support.waiting import free_ports

from benchmark import delay, load, management, overload, routing, shell, snmp, statistics, table, trace
from benchmark.servers import Kamailio, Ours, Server, bind

CALLEES = [str(number) for number in range(1000, 1100)]
REGISTRANTS = [str(number) for number in range(2000, 7000)]
PROBE, WALKED = "9000", "9001"
"""Who is called when delays are measured, the second while managers walk."""
HIGHEST_S = 6.0
"""Length of one run in the search for the highest rate."""
FORMS = ("compiled", "plain")
T = TypeVar("T")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _is_compiled() -> bool:
    """Whether the installed package is compiled."""
    code = "import core.effect as m, sys; sys.exit(not m.__file__.endswith('.so'))"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run([sys.executable, "-P", "-c", code], env=environment, check=False).returncode == 0


def _start(where: Path, wanted: Sequence[str]) -> dict[str, Server]:
    """Start the servers asked for: `kamailio`, `compiled`, `plain`."""
    servers: dict[str, Server] = {}
    users = [*CALLEES, *REGISTRANTS, PROBE, WALKED]
    for name in wanted:
        if name == "compiled" and not _is_compiled():
            _say("bench: no compiled package in .venv, its column stays empty")
            continue
        servers[name] = Kamailio(where / name) if name == "kamailio" else Ours(where / name, name, users)
    return servers


def _rounds(
    servers: dict[str, Server], count: int, what: str, measure: Callable[[Server], load.Cost]
) -> dict[str, float]:
    """Measure every server in turn, `count` times; return the median cost of each."""
    costs: dict[str, list[float]] = {name: [] for name in servers}
    for number in range(count):
        for name, server in servers.items():
            cost = measure(server)
            costs[name].append(cost.cpu_us)
            _say(
                f"  {what} round {number + 1} {server.name}: {cost.cpu_us:.0f} µs at {cost.rate:.0f}/s, "
                f"{cost.failed} failed, {cost.retransmissions} retransmitted, {cost.dropped} dropped"
            )
    return {name: median(values) for name, values in costs.items()}


def _delays(servers: dict[str, Server], count: int, calls: int) -> tuple[dict[str, float], dict[str, float]]:
    """Return p50 and p99, µs, of what each server adds to an INVITE at 300 calls/s."""
    straight = median(delay.direct(1000))
    p50: dict[str, list[float]] = {name: [] for name in servers}
    p99: dict[str, list[float]] = {name: [] for name in servers}
    for _ in range(count):
        for name, server in servers.items():
            delays = delay.through(server, PROBE, 300, calls)
            if len(delays) < calls:
                _say(f"  delay {server.name}: only {len(delays)} of {calls} INVITEs came through")
            cuts = quantiles(delays, n=100)
            p50[name].append(cuts[49] - straight)
            p99[name].append(cuts[98] - straight)
            _say(f"  delay {server.name}: p50 {cuts[49] - straight:.0f} µs, p99 {cuts[98] - straight:.0f} µs")
    return (
        {name: median(values) for name, values in p50.items()},
        {name: median(values) for name, values in p99.items()},
    )


def _line(
    what: str, unit: str, values: dict[str, float], bounds: tuple[float | None, ...] = (None, None)
) -> table.Line:
    return table.Line(what, unit, values.get("kamailio"), values.get("compiled"), values.get("plain"), *bounds)


def _measure_signalling(where: Path, servers: dict[str, Server], options: argparse.Namespace) -> list[table.Line]:
    callees = {name: free_ports()[0] for name in servers}
    running = []
    for name, server in servers.items():
        port = callees[name] = free_ports()[0]
        running.append(Sipp(where, "uas", ("127.0.0.1", server.port), port, name=f"uas-{name}"))
        bind(server, CALLEES, port)
    try:
        seconds = options.seconds
        calls = _rounds(servers, options.rounds, "call", lambda s: load.calls(where, s, CALLEES, 500, seconds))
        lines = [_line("CPU per call, 500 calls/s", "µs", calls, (1.25, 1.7))]
        stored = _stored(servers)
        registered = _rounds(
            servers, options.rounds, "registration", lambda s: load.registrations(where, s, REGISTRANTS, 500, seconds)
        )
        grown = {
            name: (octets - stored[name]) / _bindings_added(options, seconds)
            for name, octets in _stored(servers).items()
        }
        ours = [server for server in servers.values() if isinstance(server, Ours)]
        lines.append(routing.controlled(where, ours, CALLEES, options.rounds, seconds, _say))
        lines.append(statistics.line(where, ours, options.rounds, _say))
        lines += trace.lines(where, ours, CALLEES, options.rounds, seconds, _say)
        lines.append(_line("CPU per registration with challenge, 500/s", "µs", registered, (2.0, None)))
        if not options.short:
            lines += _highest(where, servers)
        p50, p99 = _delays(servers, options.rounds, int(300 * options.seconds / 2))
        lines += [
            _line("delay added to an INVITE, 300 calls/s, p50", "µs", p50),
            _line("delay added to an INVITE, 300 calls/s, p99", "µs", p99),
            _line("store, octets per binding", "octets", grown),
        ]
        return lines
    finally:
        for sipp in running:
            sipp.end()


def _bindings_added(options: argparse.Namespace, seconds: float) -> int:
    """Every registration is a new Call-ID from a new port each round: bindings are one per user and round."""
    return min(len(REGISTRANTS), int(500 * seconds)) * int(options.rounds)


def _stored(servers: dict[str, Server]) -> dict[str, int]:
    return {name: management.stored_octets(s.house) for name, s in servers.items() if isinstance(s, Ours)}


def _highest(where: Path, servers: dict[str, Server]) -> list[table.Line]:
    called: dict[str, load.Cost] = {}
    registered: dict[str, load.Cost] = {}
    for name, server in servers.items():
        called[name] = load.highest_rate(
            partial(load.calls, where, server, CALLEES, seconds=HIGHEST_S, hold_ms=100), 600
        )
        registered[name] = load.highest_rate(
            partial(load.registrations, where, server, REGISTRANTS, seconds=HIGHEST_S), 1000
        )
    return [
        _line("highest rate without a failure", "calls/s", {name: cost.rate for name, cost in called.items()}),
        _line("CPU per call at that rate", "µs", {name: cost.cpu_us for name, cost in called.items()}),
        _line("the same of registrations", "1/s", {name: cost.rate for name, cost in registered.items()}),
        _line("CPU per registration at that rate", "µs", {name: cost.cpu_us for name, cost in registered.items()}),
    ]


def _measure_management(where: Path, server: Ours) -> list[table.Line]:
    house = server.house
    shown = management.command_seconds(house, "show version", 9)
    applied = management.configure_seconds(house, where)
    listed = management.command_seconds(house, "show running-config", 5)
    alarms, history = management.alarms_seconds(where / "alarms", house.environment, 9)
    return [
        table.Line("sipctl -c 'show version'", "s", None, shown, None, 0.12),
        table.Line(f"applying {management.LINES} configuration lines", "s", None, applied, None, 2.0),
        table.Line("show running-config of them", "s", None, listed, None, 0.3),
        table.Line(f"show alarms with {management.EVENTS} in history", "s", None, alarms, None, 0.2),
        table.Line("show alarms history of them", "s", None, history, None, 0.2),
    ]


def _goodput(where: Path, names: Sequence[str], seconds: float) -> str:
    """Find what each server takes of a fifth of a processor, offer multiples of it; Kamailio is limited to that."""
    curves: dict[str, list[overload.Point]] = {}
    capacities: dict[str, float] = {}
    with overload.brake(0.8):
        for name in names:
            place = where / f"overload-{name}"
            place.mkdir()
            capacity = _with_callee(place, name, 0, partial(_capacity, place))
            curve = _with_callee(place, name, int(capacity), partial(_curve, place, capacity, seconds))
            capacities[name], curves[name] = capacity, curve
            _say(overload.render({name: curve}, capacities))
    return overload.render(curves, capacities)


def _capacity(where: Path, server: Server) -> float:
    return load.highest_rate(partial(load.calls, where, server, CALLEES, seconds=HIGHEST_S), 400).rate


def _curve(where: Path, capacity: float, seconds: float, server: Server) -> list[overload.Point]:
    return overload.curve(where, server, CALLEES, capacity, seconds)


def _with_callee(where: Path, name: str, limit: int, measure: Callable[[Server], T]) -> T:
    """Start a server, Kamailio limited to so many calls a second (0: not at all), and a callee; measure; end both."""
    place = where / ("limited" if limit else "free")
    server: Server = Kamailio(place, calls_per_s=limit) if name == "kamailio" else Ours(place, name, CALLEES)
    port = free_ports()[0]
    callee = Sipp(where, "uas", ("127.0.0.1", server.port), port, name=f"uas-{place.name}")
    try:
        bind(server, CALLEES, port)
        overload.pin(server)
        overload.put_elsewhere(callee)
        return measure(server)
    finally:
        callee.end()
        server.stop()


def main() -> int:
    """Measure, print the table."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--servers", default="kamailio,compiled,plain", help="comma list of what to measure")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20, help="length of one run under load")
    parser.add_argument("--short", action="store_true", help="leave out the search for the highest rate")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sipctl-bench-") as scratch:
        where = Path(scratch)
        servers: dict[str, Server] = {}
        try:
            servers = _start(where, options.servers.split(","))
            lines = _measure_signalling(where, servers, options)
            ours = next((server for server in servers.values() if isinstance(server, Ours)), None)
            lines += routing.lookups([form for form in FORMS if form in servers])
            if ours is not None:
                lines += _measure_management(where, ours)
                lines += shell.measure(where, ours, PROBE, int(300 * options.seconds / 2))
                lines += snmp.measure(
                    where / "snmp", ours, WALKED, int(300 * options.seconds / 2), options.rounds, _say
                )
            print(f"one worker each, UDP on loopback, median of {options.rounds} runs of {options.seconds:g} s\n")
            print(table.render(lines))
        finally:
            for server in servers.values():
                server.stop()
        if not options.short:
            print("\ngoodput under overload, the server on a fifth of one processor, the load on the others\n")
            print(_goodput(where, list(servers), options.seconds))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
