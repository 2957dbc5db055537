"""Drives the engine: octets and time in, effects performed, one timer armed.

A turn is: `receive` once or more, then `finish`, which writes call records, commits the
store, performs the effects in order and arms the timer. Nothing here awaits. A fault of
ours costs the message it struck and never the process.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Final, Protocol

import msgspec

from core.effect import CLOSE, NOTICE, RECORD, RESOLVE, SEND, UDP, Effect, Flow
from core.northbound.counters import INTERNAL_ERRORS
from core.northbound.notices import InternalError
from core.statistics.statistics import Statistics
from core.store.error import StoreError
from core.trace.tracer import Tracer

log = logging.getLogger("net")

INFINITY: Final = float("inf")
_EARLY_S: Final = 0.001
"""The loop's timers count milliseconds: one more, so that none fires early."""
_TELL_S: Final = 1.0
"""A fault is logged and told at most this often; the counter has them all."""


class Driven(Protocol):
    """What of `core.engine.Engine` the pump drives."""

    out: list[Effect]

    @property
    def next_tick(self) -> float: ...
    @property
    def is_overloaded(self) -> bool: ...
    def receive(self, data: bytes, flow: Flow, now: float) -> None: ...
    def pressed(self, waited_ms: float, now: float) -> None: ...
    def tick(self, now: float) -> None: ...
    def answer(self, token: int, result: list[tuple[str, int]], now: float) -> None: ...
    def send_failed(self, branch: str, now: float) -> None: ...


class Committing(Protocol):
    """What of `core.store.location.LocationStore` the pump needs."""

    @property
    def dirty(self) -> bool: ...
    def commit(self) -> None: ...


class DatagramSender(Protocol):
    """What of a UDP listener the pump needs."""

    sent: int

    @property
    def sendto(self) -> Callable[[bytes, tuple[object, ...]], int]: ...


class Streams(Protocol):
    """What of the TCP connections the pump needs."""

    def send(self, flow: Flow, octets: bytes, branch: str) -> bool: ...
    def local_port(self, flow: Flow) -> int: ...
    def close_flow(self, flow: Flow) -> None: ...


class Guard(Protocol):
    """What of `core.policy.bans.Bans` sockets ask before anything is parsed."""

    def bars(self, host: str, now: float) -> bool: ...
    def dropped(self, host: str, now: float) -> None: ...
    def offence(self, flow: Flow, cause: int, now: float) -> None: ...


class Outside:
    """Where effects go that are no datagram; the worker fills it in."""

    def __init__(
        self,
        streams: Streams,
        resolve: Callable[[int, str, int, int], None],
        notify: Callable[[msgspec.Struct], None],
        record: Callable[[bytes], None],
    ) -> None:
        self.streams = streams
        self.resolve = resolve
        self.notify = notify
        self.record = record


class Pump:
    """One engine, its store, its senders, and the loop's one timer for it."""

    def __init__(
        self, engine: Driven, store: Committing, slots: memoryview, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.clock = clock
        self.senders: dict[int, DatagramSender] = {}
        """UDP listeners by number."""
        self.committed = False
        """Whether anything was committed since the worker last cleared this."""
        self.outside: Outside | None = None
        self.guard: Guard | None = None
        """Says whom not to hear; None: everybody is heard."""
        self.statistics: Statistics | None = None
        """Told how long the messages of a turn took; None: nobody is."""
        self._taken: int = 0
        """Messages taken since that was told last."""
        self.tracer: Tracer | None = None
        """Asked of every message while a trace runs."""
        self._engine = engine
        self._store = store
        self._slots = slots
        self._out = engine.out
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._armed = INFINITY
        self._told = -INFINITY

    @property
    def is_overloaded(self) -> bool:
        """Whether the engine is under overload control."""
        return self._engine.is_overloaded

    def receive(self, data: bytes, flow: Flow, now: float) -> None:
        """Let the engine take one whole message; `finish` must follow in the same turn."""
        if self.tracer is not None:
            self._trace(self.tracer, data, flow, False, now)
        self._taken += 1
        mark = len(self._out)
        try:
            self._engine.receive(data, flow, now)
        except Exception as fault:
            del self._out[mark:]
            self.report("receive", fault)

    def pressed(self, waited_ms: float, now: float) -> None:
        """Tell the engine that datagrams wait longer and longer; `finish` must follow in the same turn."""
        try:
            self._engine.pressed(waited_ms, now)
        except Exception as fault:
            self.report("pressed", fault)

    def answer(self, token: int, result: list[tuple[str, int]]) -> None:
        """Give the engine the answer to a question; a turn of its own."""
        now = self.clock()
        try:
            self._engine.answer(token, result, now)
        except Exception as fault:
            self.report("answer", fault)
        self.finish(now)

    def send_failed(self, branches: list[str]) -> None:
        """Tell the engine of messages that could not be sent after all; a turn of its own."""
        now = self.clock()
        self._fail(branches, now)
        self.finish(now)

    def finish(self, now: float) -> None:
        """End the turn."""
        while self._out or self._store.dirty:
            failed = self._perform() if self._commit() else []
            self._out.clear()
            self._fail(failed, now)
        due = self._engine.next_tick
        if due < self._armed:
            self._arm(due)

    def book(self, listener: int, elapsed_s: float) -> None:
        """Book what was taken with the time from the arrival of the first to now, when all that followed is sent."""
        if self._taken and self.statistics is not None:
            self.statistics.turn(listener, self._taken, int(elapsed_s * 1e6))
        self._taken = 0

    def report(self, where: str, fault: Exception) -> None:
        """Count a fault of ours, log it and tell management, now and then."""
        self._slots[INTERNAL_ERRORS] += 1
        now = self.clock()
        if now - self._told < _TELL_S:
            return
        self._told = now
        log.error("fault in %s, message dropped", where, exc_info=fault)
        if self.outside is not None:
            self.outside.notify(InternalError(where=where, what=f"{type(fault).__name__}: {fault}"[:200]))

    def stop(self) -> None:
        """Disarm the timer."""
        if self._timer is not None:
            self._timer.cancel()

    def _commit(self) -> bool:
        """Write records, then commit: a record twice is better than none. False when the turn came to nothing."""
        records = [effect[1] for effect in self._out if effect[0] == RECORD]
        if records and self.outside is not None:
            self.outside.record(b"".join(records))  # type: ignore[arg-type]
        if self._store.dirty:
            try:
                self._store.commit()
            except StoreError as error:
                # Nobody is told what was not stored: peers retransmit.
                self.report("store", error)
                return False
            self.committed = True
        return True

    def _perform(self) -> list[str]:
        """Perform the effects in order; return the branches of messages that could not be sent."""
        failed: list[str] = []
        tracer = self.tracer
        for effect in self._out:
            if effect[0] == SEND:
                flow: Flow = effect[1]  # type: ignore[assignment]
                if flow.transport == UDP:
                    sender = self.senders.get(flow.listener)
                    try:
                        sender.sendto(effect[2], flow.address)  # type: ignore[union-attr, arg-type]
                        sender.sent += 1  # type: ignore[union-attr]
                        if tracer is not None:
                            self._trace(tracer, effect[2], flow, True, 0.0)  # type: ignore[arg-type]
                    except BlockingIOError:
                        pass  # The socket's buffer is full: lost like any datagram, retransmission heals it.
                    except (OSError, AttributeError, OverflowError):
                        failed.append(effect[3])  # type: ignore[arg-type]
                    continue
            self._perform_other(effect, failed)
        return failed

    def _perform_other(self, effect: Effect, failed: list[str]) -> None:
        kind = effect[0]
        outside = self.outside
        if outside is None or kind == RECORD:
            return
        try:
            if kind == SEND:
                _, flow, octets, branch = effect
                if not outside.streams.send(flow, octets, branch):  # type: ignore[arg-type]
                    failed.append(branch)  # type: ignore[arg-type]
                elif self.tracer is not None:
                    self._trace(self.tracer, octets, flow, True, 0.0)  # type: ignore[arg-type]
            elif kind == NOTICE:
                outside.notify(effect[1])  # type: ignore[arg-type]
            elif kind == RESOLVE:
                outside.resolve(effect[1], effect[2], effect[3], effect[4])  # type: ignore[arg-type]
            elif kind == CLOSE:
                outside.streams.close_flow(effect[1])  # type: ignore[arg-type]
        except Exception as fault:
            self.report("effect", fault)

    def _trace(self, tracer: Tracer, data: bytes, flow: Flow, sent: bool, now: float) -> None:
        """Have a message written that a trace wants; a fault of the trace's costs the message nothing."""
        try:
            traces = tracer.matches(data, flow, sent, now)
            if traces:
                address, port = tracer.local.get(flow.listener, ("", 0))
                if flow.transport != UDP and self.outside is not None:
                    port = self.outside.streams.local_port(flow) or port
                tracer.write(traces, data, flow, sent, (address, port), time.time())
        except Exception as fault:
            self.report("trace", fault)

    def _fail(self, branches: list[str], now: float) -> None:
        for branch in branches:
            try:
                self._engine.send_failed(branch, now)
            except Exception as fault:
                self.report("send_failed", fault)

    def _arm(self, due: float) -> None:
        """Have `_on_timer` called at `due`. A timer that turns out too early is cheaper than one moved each turn."""
        if self._timer is not None:
            self._timer.cancel()
        self._armed = due
        self._timer = self._loop.call_later(max(0.0, due - self.clock()) + _EARLY_S, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self._armed = INFINITY
        now = self.clock()
        try:
            self._engine.tick(now)
        except Exception as fault:
            self.report("tick", fault)
        self.finish(now)
