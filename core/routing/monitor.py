"""Watching trunks by OPTIONS (RFC 3261 §11): which of them are worth a call.

Any final response but 408 and 503 shows a trunk that works; one with several addresses works while one of them does.
"""

from __future__ import annotations

from typing import Final

from core.effect import Flow
from core.northbound import counters
from core.northbound.routing_settings import Trunk
from core.proxy.domain import is_numeric
from core.proxy.nexthop import flow_of, flows_among
from core.proxy.proxy import Proxy
from core.proxy.route import Asker
from core.routing.options import options
from core.routing.trunk import TrunkState
from core.routing.trunks import Trunks
from core.transaction.transaction import Transaction, TransactionUser
from core.transaction.wheel import Timed
from core.wire.message import Message
from core.wire.uri import Uri

_PATIENCE_S: Final = 4.0
"""A probe without an answer has failed after this, or after half the interval if that is shorter."""
_SPREAD_S: Final = 0.02
"""Between the first probes of two trunks at the start."""
_KINDS: Final = 2
_DUE: Final = 0
_LATE: Final = 1


class Monitor:
    """Probes the trunks of one engine."""

    __slots__ = ("_boot", "_count", "_watches", "proxy", "trunks")

    def __init__(self, proxy: Proxy, trunks: Trunks, boot: str) -> None:
        self.proxy: Proxy = proxy
        self.trunks: Trunks = trunks
        self._boot: str = boot
        self._count: int = 0
        self._watches: dict[str, Watch] = {}

    def tend(self, now: float) -> None:
        """Begin to watch trunks that are to be watched, cease with others. Once a second or so."""
        for name, watch in list(self._watches.items()):
            state = self.trunks.states.get(name)
            if state is not watch.trunk or not watch.is_for(state.settings):
                watch.stop()
                del self._watches[name]
        begun = 0
        for name, state in self.trunks.states.items():
            if state.settings.monitor_interval_s and name not in self._watches:
                watch = Watch(self, state)
                self._watches[name] = watch
                watch.begin(now + begun * _SPREAD_S)
                begun += 1

    def probe(self, name: str, now: float) -> bool:
        """Probe one trunk now, watched or not; False when there is none of this name."""
        state = self.trunks.states.get(name)
        if state is None:
            return False
        watch = self._watches.get(name)
        if watch is None:
            watch = Watch(self, state)
        watch.probe(now)
        return True

    def call_id(self) -> str:
        """Make a Call-ID."""
        self._count += 1
        return f"{self._boot}-probe-{self._count}"


class Watch(Timed):
    """One trunk being watched: one probe at a time, address after address until one answers."""

    __slots__ = ("_address", "_client", "_flows", "_running", "_sent_at", "_serial", "_settings", "_turn",
                 "monitor", "trunk")  # fmt: skip

    def __init__(self, monitor: Monitor, trunk: TrunkState) -> None:
        self.monitor: Monitor = monitor
        self.trunk: TrunkState = trunk
        self._settings: Trunk = trunk.settings
        self._turn: int = 0
        """Of the probes that come by themselves; a timer of another turn means nothing any more."""
        self._running: bool = False
        self._serial: int = 0
        """Of what is being waited for; a late answer or timer of another means nothing."""
        self._address: int = 0
        self._flows: list[Flow] = []
        """Places of that address not tried yet."""
        self._client: Transaction | None = None
        self._sent_at: float = 0.0

    def is_for(self, settings: Trunk) -> bool:
        """Tell whether it can go on with these settings; one whose addresses or interval have changed begins anew."""
        mine = self._settings
        return (
            settings.monitor_interval_s > 0
            and settings.monitor_interval_s == mine.monitor_interval_s
            and settings.addresses == mine.addresses
        )

    def begin(self, first: float) -> None:
        """Probe at `first`, then once an interval, from the second on at a moment of its own."""
        self._turn += 1
        self.monitor.proxy.layer.wheel.start(first, self, self._turn * _KINDS + _DUE)

    def stop(self) -> None:
        """Probe no more."""
        self._turn += 1
        self._serial += 1
        self._running = False
        self._client = None

    def on_timer(self, timer: int, now: float) -> None:
        number = timer // _KINDS
        if timer % _KINDS == _LATE:
            if number == self._serial and self._running:
                if self._client is not None:
                    self.monitor.proxy.layer.abandon(self._client)
                    self._client = None
                self.failed("no answer", 0, now)
            return
        if number != self._turn:
            return
        interval = float(self.trunk.settings.monitor_interval_s)
        if self.trunk.probes == 0:
            interval *= 0.5 + 0.5 * self.monitor.trunks.random.random()
        self.probe(now)
        self.monitor.proxy.layer.wheel.start(now + interval, self, self._turn * _KINDS + _DUE)

    def probe(self, now: float) -> None:
        """Probe, unless a probe is still on its way."""
        if self._running:
            return
        self._running = True
        self._address = 0
        self._flows = []
        self._try(now)

    def _try(self, now: float) -> None:
        """Send to the next place there is; without one the probe has failed."""
        while self._running:
            if self._flows:
                if self._send(self._flows.pop(0), now):
                    return
            elif self._address >= len(self.trunk.addresses):
                self._over("cannot be reached" if not self.trunk.reason else self.trunk.reason, now)
            else:
                uri = self.trunk.addresses[self._address]
                self._address += 1
                if not is_numeric(uri.host):
                    if self._look_up(uri, now):
                        return
                    continue
                flow = flow_of(self.monitor.proxy.domain, uri, -1)
                if flow is not None:
                    self._flows.append(flow)

    def _look_up(self, uri: Uri, now: float) -> bool:
        self._serial += 1
        self._client = None
        if not self.monitor.proxy.ask(uri, Lookup(self, uri, self._serial)):
            return False
        self._wait(now)
        return True

    def found(self, serial: int, flows: list[Flow], now: float) -> None:
        """Take the places that a name leads to."""
        if serial == self._serial and self._running:
            self._flows = flows
            self._try(now)

    def _send(self, flow: Flow, now: float) -> bool:
        proxy = self.monitor.proxy
        own = proxy.domain.listeners.get(flow.listener)
        if own is None or proxy.layer.full():
            return False
        self._serial += 1
        uri = self.trunk.addresses[self._address - 1]
        branch = proxy.new_branch("")
        call_id = self.monitor.call_id()
        octets = options(uri, "", own, branch, call_id, self._serial)
        self._sent_at = now
        proxy.slots[counters.PROBES_SENT] += 1
        probe = Probe(self, self._serial)
        self._client = proxy.layer.open_client("OPTIONS", branch, call_id, octets, None, flow, probe, now)
        self._wait(now)
        return True

    def _wait(self, now: float) -> None:
        interval = self.trunk.settings.monitor_interval_s
        patience = min(_PATIENCE_S, interval / 2) if interval else _PATIENCE_S
        self.monitor.proxy.layer.wheel.start(now + patience, self, self._serial * _KINDS + _LATE)

    def got(self, serial: int, status: int, now: float) -> None:
        """Take a final response."""
        if serial != self._serial or not self._running:
            return
        if status in (408, 503):
            self.failed(f"answers {status}", status, now)
            return
        trunk = self.trunk
        trunk.status = status
        trunk.delay_s = now - self._sent_at
        trunk.heard_at = now
        self._over("", now)

    def failed(self, reason: str, status: int, now: float) -> None:
        """Take note that one place did not answer as one that works; go on to the next."""
        self.monitor.proxy.slots[counters.PROBES_FAILED] += 1
        self.trunk.status = status
        self._serial += 1
        self._client = None
        if self._flows or self._address < len(self.trunk.addresses):
            self._try(now)
        else:
            self._over(reason, now)

    def lost(self, serial: int, now: float) -> None:
        """Take note that a probe could not be sent."""
        if serial == self._serial and self._running:
            self.failed("cannot be reached", 0, now)

    def _over(self, reason: str, now: float) -> None:
        self._running = False
        self._serial += 1
        self._client = None
        self.trunk.probes += 1
        if self.trunk.settings.monitor_interval_s:
            self.monitor.trunks.probed(self.trunk, reason, now)


class Probe(TransactionUser):
    """One OPTIONS on its way."""

    __slots__ = ("_serial", "_watch")

    def __init__(self, watch: Watch, serial: int) -> None:
        self._watch: Watch = watch
        self._serial: int = serial

    def is_end(self) -> bool:
        return True

    def on_response(self, client: Transaction, response: Message, now: float) -> None:
        if response.status >= 200:
            self._watch.got(self._serial, response.status, now)

    def on_timeout(self, transaction: Transaction, now: float) -> None:
        self._watch.lost(self._serial, now)

    def on_error(self, transaction: Transaction, now: float) -> None:
        self._watch.lost(self._serial, now)


class Lookup(Asker):
    """The name of a trunk's address being resolved for a probe."""

    __slots__ = ("_serial", "_uri", "_watch")

    def __init__(self, watch: Watch, uri: Uri, serial: int) -> None:
        self._watch: Watch = watch
        self._uri: Uri = uri
        self._serial: int = serial

    def resolved(self, places: list[tuple[str, int]], now: float) -> None:
        domain = self._watch.monitor.proxy.domain
        self._watch.found(self._serial, flows_among(domain, places, self._uri, -1), now)
