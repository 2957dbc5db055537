"""Signalling traces of a worker: begun and ended as management orders, by time and by count.

Management prepares the ring (`core.northbound.trace.prepare`); it is mapped while a trace runs. Without a trace the
pump has no tracer, and every message pays for one look at that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path

from core.net.pump import Pump
from core.northbound.counters import TRACES_RUNNING
from core.northbound.logs import NOTICE
from core.northbound.notices import Notice, TraceEnded
from core.northbound.orders import ListTraces, StartTrace, StopTrace
from core.northbound.rows import TraceRow
from core.northbound.server import Slice, sliced
from core.northbound.settings import Listener
from core.trace.filter import Places, Trace
from core.trace.ring import Ring
from core.trace.tracer import Tracer

log = logging.getLogger("sip")

Hosts = Callable[[str], list[str]]
"""Name of a trunk -> its hosts, by name or address, and the networks it sends from."""
Lookup = Callable[[str], set[str]]
"""Name of a host -> what addresses are known of it; never waits."""


class Tracing:
    """What of a worker has to do with traces."""

    def __init__(self, path: Path, pump: Pump, slots: memoryview, trunk_hosts: Hosts, addresses: Lookup) -> None:
        self._path = path
        self._pump = pump
        self._slots = slots
        self._trunk_hosts = trunk_hosts
        self._addresses = addresses
        self._tracer: Tracer | None = None
        self._local: dict[int, tuple[str, int]] = {}
        slots[TRACES_RUNNING] = 0

    def listen(self, listeners: Mapping[int, Listener]) -> None:
        """Take the listeners there are; where a message came to is known by their number."""
        self._local = {number: _place(listener) for number, listener in listeners.items()}
        if self._tracer is not None:
            self._tracer.local = self._local

    def carry_out(self, order: StartTrace | StopTrace | ListTraces, now: float, wall: float) -> Iterator[Slice]:
        """Do what `order` says; `wall` is seconds since 1970. Raises OSError or ValueError when the ring is unfit."""
        if isinstance(order, StartTrace):
            return iter([((), self._start(order, now, wall))])
        if isinstance(order, StopTrace):
            return iter([((), self._stop(order.number))])
        return sliced(iter(self.rows(now, wall)))

    def rows(self, now: float, wall: float) -> list[TraceRow]:
        """Return a row per running trace."""
        tracer = self._tracer
        if tracer is None:
            return []
        return [
            TraceRow(
                trace=trace.number,
                filter=trace.filter,
                by=trace.by,
                started_at=trace.started_at,
                ends_at=wall + max(0.0, trace.until - now),
                taken=tracer.ring.taken(trace.number),
                left=None if trace.left < 0 else trace.left,
            )
            for trace in tracer.traces
        ]

    def tend(self, now: float, wall_offset: float, notify: Callable[[Notice], None]) -> None:
        """End what is over, once a second or so; follow the addresses of trunks."""
        tracer = self._tracer
        if tracer is None:
            return
        tracer.wall_offset = wall_offset
        tracer.sweep(now)
        for trace in tracer.traces:
            if trace.filter.trunk:
                texts = self._places(trace.filter.trunk)
                if trace.places is None or texts != trace.places.texts:
                    trace.places = Places(texts)
        for trace, why, taken in tracer.ended:
            log.log(NOTICE, "trace %d has ended: %s", trace.number, why)
            notify(TraceEnded(trace=trace.number, why=why, taken=taken))
        tracer.ended = []
        self._let_go()

    def _start(self, order: StartTrace, now: float, wall: float) -> int:
        tracer = self._tracer
        if tracer is None or not tracer.traces:
            # The ring may have been begun anew; of a trace that has just ended nobody has been told yet.
            ring = Ring(self._path)
            untold = [] if tracer is None else tracer.ended
            if tracer is not None:
                tracer.ended = []
                self._let_go()
            tracer = Tracer(ring, self._slots, wall - now)
            tracer.local = self._local
            tracer.ended = untold
        wanted = order.filter
        places = None
        if wanted.trunk:
            places = Places(self._places(wanted.trunk))
        elif wanted.network:
            places = Places((wanted.network,))
        left = order.messages or -1
        tracer.start(Trace(order.number, wanted, places, now + order.seconds, left, order.by, wall))
        self._tracer = self._pump.tracer = tracer
        log.log(NOTICE, "trace %d runs: %s", order.number, wanted.text)
        return order.number

    def _stop(self, number: int) -> int:
        tracer = self._tracer
        if tracer is None:
            return 0
        numbers = [trace.number for trace in tracer.traces if number in (0, trace.number)]
        for each in numbers:
            tracer.stop(each)
        self._let_go()
        return len(numbers)

    def _let_go(self) -> None:
        """Without a trace nothing is asked of a message, and the ring is nobody's."""
        tracer = self._tracer
        if tracer is not None and not tracer.traces and not tracer.ended:
            self._tracer = self._pump.tracer = None
            tracer.ring.close()

    def _places(self, trunk: str) -> tuple[str, ...]:
        """Return the addresses and networks of a trunk, as far as they are known now."""
        found: set[str] = set()
        for host in self._trunk_hosts(trunk):
            try:
                found.update((host,) if "/" in host or ip_address(host) else ())
            except ValueError:
                found |= self._addresses(host)
        return tuple(sorted(found))


def _place(listener: Listener) -> tuple[str, int]:
    """Return the address that peers know a listener by, as far as it is numeric."""
    try:
        return str(ip_address(listener.advertise.strip("[]"))), listener.port
    except ValueError:
        return listener.address, listener.port
