"""The processes and their sockets: what has died, what hangs, where nobody listens."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from core.northbound import counters
from core.northbound.client import NorthboundError
from core.northbound.orders import ListListeners, Ping
from core.northbound.rows import ListenerRow, ProcessRow
from oam.fault.sources.source import OFF, ON, UNKNOWN, Finding, Source
from oam.shell.listening import Listening

if TYPE_CHECKING:
    from core.northbound.settings import Listener
    from oam.context import Manager

LISTENER: Final = 1
EXITED: Final = 14
STALLED: Final = 15

EXIT_S: Final = 10.0
"""How long an exit is told of; the delay with which its alarm clears does the rest."""
ANSWER_S: Final = 2.0
"""A worker that has not answered a Ping by then hangs."""
OWN: Final = "process oam"


class Processes(Source):
    """Asks the supervisor for its processes and the worker for a sign of life."""

    numbers: ClassVar = (EXITED, STALLED)
    wakes: ClassVar = frozenset({"worker-started"})

    def __init__(self, manager: Manager, clock: Callable[[], float] = time.time) -> None:
        self._manager = manager
        self._clock = clock

    async def find(self) -> list[Finding]:
        """See `Source.find`."""
        rows = await self._manager.supervisor.processes()
        found = [self._exited(row) for row in rows if row.process != "sipctld"]
        return [*found, *await self._worker_stall(), self._own_stall()]

    def _exited(self, row: ProcessRow) -> Finding:
        name = named(row.process)
        if row.state in ("backoff", "stopped"):
            return Finding(EXITED, name, "critical", f"it is not running: {row.ended_by or 'it could not be started'}")
        if row.ended_at is not None and self._clock() - row.ended_at < EXIT_S:
            return Finding(EXITED, name, ON, f"it ended unasked ({row.ended_by}) and was started again")
        return Finding(EXITED, name, OFF, "it runs")

    async def _worker_stall(self) -> list[Finding]:
        bound = self._manager.configuration.running.environment.lag_ms
        found = []
        for number, block in enumerate(self._manager.counters, 1):
            name = named(f"sip-{number}")
            try:
                async with asyncio.timeout(ANSWER_S):
                    await self._manager.worker.count(Ping())
            except NorthboundError:
                found.append(Finding(STALLED, name, UNKNOWN))
                continue
            except TimeoutError:
                found.append(Finding(STALLED, name, ON, f"it does not answer within {ANSWER_S:g} s"))
                continue
            found.append(_lagging(name, block[counters.LOOP_LAG_US] / 1000, bound))
        return found

    def _own_stall(self) -> Finding:
        lag = self._manager.environment.lag_ms
        if lag is None:
            return Finding(STALLED, OWN, UNKNOWN)
        return _lagging(OWN, lag, self._manager.configuration.running.environment.lag_ms)


def named(process: str) -> str:
    """Return the object that a process is in alarms."""
    return f"worker {process}" if process.startswith("sip-") else f"process {process}"


def _lagging(name: str, lag_ms: float, bound: int) -> Finding:
    late = bool(bound) and lag_ms >= bound
    return Finding(STALLED, name, ON if late else OFF, f"its loop is woken {lag_ms:.0f} ms late")


class Listeners(Source):
    """Compares the sockets that are configured with those that are there."""

    numbers: ClassVar = (LISTENER,)
    wakes: ClassVar = frozenset({"config-changed", "worker-started"})

    def __init__(self, manager: Manager) -> None:
        self._manager = manager

    async def find(self) -> list[Finding]:
        """See `Source.find`."""
        running = self._manager.configuration.running
        return [
            *await self._sip(running.sip.listeners),
            *managed(self._manager.ssh.listening, "ssh"),
            *managed(self._manager.telnet.listening, "telnet"),
            *managed(self._manager.prometheus.listening, "prometheus"),
        ]

    async def _sip(self, wanted: tuple[Listener, ...]) -> list[Finding]:
        names = {f"listener {each.name}": each for each in wanted}
        try:
            rows = [row async for row in self._manager.worker.order(ListListeners()) if isinstance(row, ListenerRow)]
        except NorthboundError:
            return [Finding(LISTENER, name, UNKNOWN) for name in names]
        states = {f"listener {row.listener}": row.state for row in rows}
        return [sip(name, each, states.get(name, "")) for name, each in names.items()]


def sip(name: str, listener: Listener, state: str) -> Finding:
    """Judge one SIP listener, whose row says `state`, empty without a row."""
    if listener.shutdown and state in ("shutdown", "draining"):
        return Finding(LISTENER, name, OFF, "it is shut down")
    if state not in ("up", "shutdown", "draining"):
        return Finding(LISTENER, name, ON, "its socket is not open" if not state else f"it is {state}")
    if not assigned(listener.address):
        return Finding(LISTENER, name, ON, f"this host no longer has the address {listener.address}")
    return Finding(LISTENER, name, OFF, "it is up")


def assigned(address: str) -> bool:
    """Tell whether this host has `address` now: a socket stays open when its address goes."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


def managed(listening: Listening, transport: str) -> list[Finding]:
    """Judge the sockets of one transport of management."""
    found = []
    for (address, port), listener in listening.listeners.items():
        host = f"[{address}]" if ":" in address else address
        state = ON if listener.socket is None else OFF
        found.append(Finding(LISTENER, f"listener {transport}:{host}:{port}", state, listener.problem))
    return found
