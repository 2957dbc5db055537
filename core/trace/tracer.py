"""The traces that run: asked of every message, which are followed, when they end.

A message that fits a filter puts its Call-ID into a bounded table; from then on every message of that call is taken by
a look into the table, on whichever leg. Nothing else is parsed. Requests that came in lately are kept in hand: when
only what leaves fits a filter (the number after translation, the address of a trunk), the request it came of is taken
too.
"""

from __future__ import annotations

from typing import Final

from core.effect import Flow
from core.northbound.counters import TRACE_RECORDS, TRACES_RUNNING
from core.northbound.trace import RECEIVED, SENT
from core.trace.filter import Trace, call_id_of, may_begin
from core.trace.ring import Ring

FOLLOWED: Final = 8192
"""Calls followed at a time; the one followed for longest goes first."""
RECENT: Final = 32
"""Requests kept in hand."""
KEEP_ALIVE: Final = 4
"""What is not longer is no message."""


class Tracer:
    """All traces of one worker, and the ring they write to."""

    __slots__ = ("_everything", "_filtered", "_followed", "_next", "_recent", "_remembers", "_slots", "ended",
                 "local", "ring", "traces", "wall_offset")  # fmt: skip

    def __init__(self, ring: Ring, slots: memoryview, wall_offset: float) -> None:
        self.ring: Ring = ring
        self._slots: memoryview = slots
        self.wall_offset: float = wall_offset
        """What makes seconds since 1970 of `now`."""
        self.traces: list[Trace] = []
        self.ended: list[tuple[Trace, str, int]] = []
        """Traces that have ended by themselves, why, with how many messages; who tells of them takes them out."""
        self.local: dict[int, tuple[str, int]] = {}
        """Address and port of each listener."""
        self._everything: int = 0
        self._filtered: list[Trace] = []
        self._followed: dict[bytes, int] = {}
        """Call-ID and the traces that follow it."""
        self._remembers: bool = False
        self._recent: list[tuple[bytes, Flow, float]] = []
        self._next: int = 0

    def start(self, trace: Trace) -> None:
        """Have a trace run, in place of the one of its number."""
        self.stop(trace.number)
        self.ring.begin(trace.number)
        self.traces = [*self.traces, trace]
        self._compile()

    def stop(self, number: int) -> bool:
        """End a trace; False when there is none of this number."""
        left = [each for each in self.traces if each.number != number]
        if len(left) == len(self.traces):
            return False
        self.traces = left
        gone = ~(1 << (number - 1))
        kept = [(call_id, traces & gone) for call_id, traces in self._followed.items()]
        self._followed = {call_id: traces for call_id, traces in kept if traces}
        self._compile()
        return True

    def sweep(self, now: float) -> None:
        """End the traces whose time is over."""
        for trace in self.traces:
            if now >= trace.until:
                self._end(trace, "time")

    def matches(self, data: bytes, flow: Flow, sent: bool, now: float) -> int:
        """Return the traces that take this message, one bit each; `now` is the time of the turn, monotonic seconds."""
        if len(data) <= KEEP_ALIVE:
            return 0
        mask = self._everything
        if self._followed:
            mask |= self._followed.get(call_id_of(data), 0)
        for trace in self._filtered:
            if not mask & trace.bit and trace.begins(data, flow.host):
                mask |= trace.bit
                self._follow(data, trace.bit, sent)
        if self._remembers and not mask and not sent and may_begin(data):
            self._remember(data, flow, now)
        return mask

    def write(self, traces: int, data: bytes, flow: Flow, sent: bool, local: tuple[str, int], wall: float) -> None:
        """Write a message for `traces`; `local` is where it came to or left from, `wall` seconds since 1970."""
        self.ring.write(
            data, SENT if sent else RECEIVED, flow.transport, traces, flow.listener, local, (flow.host, flow.port),
            int(wall * 1e6),
        )  # fmt: skip
        self._slots[TRACE_RECORDS] += 1
        for trace in self.traces:
            if traces & trace.bit:
                self.ring.count(trace.number)
                if trace.left > 0:
                    trace.left -= 1
                    if not trace.left:
                        self._end(trace, "messages")

    def _follow(self, data: bytes, bit: int, sent: bool) -> None:
        call_id = call_id_of(data)
        if not call_id:
            return
        followed = self._followed
        known = followed.get(call_id, 0)
        if not known and len(followed) >= FOLLOWED:
            for oldest in followed:
                del followed[oldest]
                break
        followed[call_id] = known | bit
        if sent and self._remembers:
            self._recall(call_id, bit)

    def _remember(self, data: bytes, flow: Flow, now: float) -> None:
        if len(self._recent) < RECENT:
            self._recent.append((data, flow, now))
        else:
            self._recent[self._next] = (data, flow, now)
            self._next = (self._next + 1) % RECENT

    def _recall(self, call_id: bytes, bit: int) -> None:
        """Take the request in hand that has begun this call."""
        for at, (data, flow, now) in enumerate(self._recent):
            if data.find(call_id) >= 0 and call_id_of(data) == call_id:
                del self._recent[at]
                self._next = 0
                self.write(bit, data, flow, False, self.local.get(flow.listener, ("", 0)), now + self.wall_offset)
                return

    def _end(self, trace: Trace, why: str) -> None:
        self.stop(trace.number)
        self.ended.append((trace, why, self.ring.taken(trace.number)))

    def _compile(self) -> None:
        """Sort the traces by what asking them takes."""
        self._everything = 0
        for trace in self.traces:
            if trace.takes_all:
                self._everything |= trace.bit
        self._filtered = [trace for trace in self.traces if not trace.takes_all]
        self._remembers = any(trace.places is not None or trace.names_users() for trace in self._filtered)
        if not self._remembers:
            self._recent = []
            self._next = 0
        self._slots[TRACES_RUNNING] = len(self.traces)
