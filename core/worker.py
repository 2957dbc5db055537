"""The signalling process: engine, sockets and stores put together, on one loop.

Started by the supervisor as `python -m core.worker --state DIR --control FD`; the first
message on the control socket brings settings and listening sockets. SIGTERM: refuse what
is new, finish what is in flight within `drain_s`, leave. Without its supervisor it leaves
at once.
"""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import logging
import os
import random
import signal
import socket
import sys
import time
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import uvloop

from core.engine import Engine
from core.load import Load
from core.memory import Memory
from core.net.coalesce import Coalescer
from core.net.pump import Outside, Pump
from core.net.records import RecordFile, sync_and_close
from core.net.resolver import Resolver
from core.net.tcp import TcpStreams
from core.net.udp import UdpListener
from core.northbound import counters
from core.northbound.build import is_compiled
from core.northbound.control import Configure, Configured, receive_configure, send_configured
from core.northbound.keyring import Keyring, SecretError
from core.northbound.logs import NOTICE, Forwarder, forward, set_levels, set_up
from core.northbound.notices import WorkerStarted
from core.northbound.orders import Order
from core.northbound.server import NorthboundServer, Slice
from core.northbound.settings import Listener, Settings
from core.northbound.statistics import open_statistics
from core.northbound.trace import FILE as TRACE_FILE
from core.orders import carry_out, enforce
from core.policy.overload import Readings
from core.store.error import StoreError
from core.store.lists import ListStore
from core.store.location import LocationStore
from core.store.prefixes import PrefixStore
from core.store.subscribers import SubscriberStore
from core.tracing import Tracing

log = logging.getLogger("sip")

NUMBER: Final = 1
"""The only worker there is so far."""
_LOCK_S: Final = 5.0
"""Longest wait for a worker of this state directory that is still leaving."""
_PERIOD_S: Final = 1.0
_MEASURE_S: Final = 0.1
_DRAIN_STEP_S: Final = 0.05


class Worker:
    """Everything of one signalling process."""

    def __init__(
        self, state: Path, control: socket.socket, forwarder: Forwarder, first: Configure, fds: list[int]
    ) -> None:
        self._control = control
        self._forwarder = forwarder
        self._keyring = Keyring(state)
        self._run = state / "run"
        self._ended = asyncio.Event()
        self._drained = True
        self._tasks: set[asyncio.Task[None]] = set()
        self._settings = _read_settings(self._run / first.settings_file)
        set_levels(self._settings.logging)
        self._location = LocationStore(state / "location")
        self._subscribers = SubscriberStore(state / "subscribers", readonly=True)
        self._prefixes = PrefixStore(state / "prefixes", readonly=True)
        self._lists = ListStore(state / "lists", readonly=True)
        self._slots = slots = counters.open_block(self._run / f"counters-{NUMBER}")
        slots[counters.STARTED_AT] = int(time.time())
        slots[counters.CONNECTIONS] = slots[counters.CALLS_PEAK] = slots[counters.CALLS] = 0
        self._engine = Engine(
            self._settings,
            slots,
            self._location,
            self._subscribers,
            NUMBER,
            self._location.secret("nonce"),
            random.Random(os.urandom(32)),
            time.time() - time.monotonic(),
            dict(first.listeners),
            self._prefixes,
            self._lists,
            self._unsealed,
            open_statistics(self._run / f"statistics-{NUMBER}"),
            time.monotonic(),
        )
        self._restored = self._engine.restore(time.monotonic())
        self._engine.restore_bans(time.monotonic())
        self._pump = Pump(self._engine, self._location, slots)
        self._pump.guard = self._engine.bans
        self._pump.statistics = self._engine.statistics
        self._udp: dict[int, UdpListener] = {}
        self._coalescers: dict[int, Coalescer] = {}
        self._server = NorthboundServer(self._run / f"sip-{NUMBER}.sock", self._carry_out, slots)
        self._streams = TcpStreams(self._pump, self._settings, slots, self._server.push)
        self._resolver = Resolver(self._pump.answer, self._settings.dns, slots)
        self._tracing = Tracing(
            self._run / TRACE_FILE, self._pump, slots, self._engine.trunk_hosts, self._resolver.addresses
        )
        self._tracing.listen(dict(first.listeners))
        self._records = RecordFile(state / "records", time.time, slots)
        self._pump.outside = Outside(self._streams, self._resolver.resolve, self._server.push, self._records.append)
        self._first = (first, fds)

    async def serve(self) -> None:
        """Answer calls until told to end."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._ended.set)
        first, fds = self._first
        await self._open(dict(first.listeners), dict(zip(first.new, fds, strict=True)))
        await self._server.start()
        self._server.greet(WorkerStarted(worker=NUMBER, compiled=is_compiled(), restored_calls=self._restored))
        self._control.setblocking(False)
        loop.add_reader(self._control.fileno(), self._on_control)
        self._pump.finish(self._pump.clock())
        self._spawn(self._every_second(Memory(self._pump.clock())))
        self._spawn(self._every_sync())
        self._spawn(self._measure(Load(self._pump.clock())))
        send_configured(self._control, Configured(first.serial))
        await self._ended.wait()
        await self._drain()
        await self._close()

    def _carry_out(self, order: Order) -> Iterator[Slice]:
        return carry_out(order, self._engine, self._pump, self._udp, self._streams, self._resolver, self._tracing)

    def _unsealed(self, word: str) -> str:
        """Return a secret of the settings in clear; empty, which proves nothing to anybody, when it cannot be read."""
        try:
            return self._keyring.decrypted(word)
        except SecretError as error:
            log.error("a trunk's secret cannot be read: %s", error)
            return ""

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._on_task_done)

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        fault = None if task.cancelled() else task.exception()
        if isinstance(fault, Exception):
            self._pump.report("worker", fault)

    def _on_control(self) -> None:
        try:
            received = receive_configure(self._control)
        except BlockingIOError:
            return
        except (OSError, msgspec.MsgspecError, UnicodeError):
            received = None
        if received is None:
            asyncio.get_running_loop().remove_reader(self._control.fileno())
            log.error("the supervisor is gone")
            self._drained = False
            self._ended.set()
            return
        self._spawn(self._configure(*received))

    async def _configure(self, message: Configure, fds: list[int]) -> None:
        """Put new settings and listeners in force, or undo everything and say why."""
        old = self._settings
        had = set(self._udp) | set(self._streams.listeners)
        problems: tuple[str, ...] = ()
        try:
            settings = _read_settings(self._run / message.settings_file)
            await self._open(dict(message.listeners), dict(zip(message.new, fds, strict=True)))
            self._engine.configure(settings, dict(message.listeners), self._pump.clock())
            self._streams.configure(settings)
        except Exception as fault:
            log.error("settings refused", exc_info=fault)
            problems = (f"the signalling process refused the settings: {fault}",)
            listeners = {n: entry.listener for n, entry in self._listening().items() if n in had}
            self._close_listeners(set(message.new) & set(self._listening()))
            self._engine.configure(old, listeners, self._pump.clock())
            self._streams.configure(old)
        else:
            self._settings = settings
            self._tracing.listen(dict(message.listeners))
            self._resolver.configure(settings.dns)
            set_levels(settings.logging)
            for coalescer in self._coalescers.values():
                coalescer.rest_s = settings.sip.coalesce_ms / 1000
            self._close_listeners(had - {number for number, _ in message.listeners})
            log.log(NOTICE, "settings are in force, %d listeners", len(message.listeners))
        send_configured(self._control, Configured(message.serial, problems))

    def _listening(self) -> dict[int, Any]:
        return {**self._udp, **self._streams.listeners}

    async def _open(self, listeners: dict[int, Listener], fds: dict[int, int]) -> None:
        loop = asyncio.get_running_loop()
        for number, fd in fds.items():
            listener = listeners[number]
            sock = socket.socket(fileno=fd)
            if listener.transport == "udp":
                entry = UdpListener(number, listener, sock, self._pump)
                self._udp[number] = self._pump.senders[number] = entry
                self._coalescers[number] = Coalescer(entry, loop, self._settings.sip.coalesce_ms / 1000)
                self._coalescers[number].start()
            else:
                await self._streams.listen(number, listener, sock)

    def _close_listeners(self, numbers: set[int]) -> None:
        for number in numbers:
            if number in self._udp:
                entry = self._udp.pop(number)
                del self._pump.senders[number]
                self._coalescers.pop(number).stop()
                entry.close()
            else:
                self._streams.unlisten(number)

    async def _every_second(self, memory: Memory) -> None:
        """Do what is due at each second of the clock: so the figures of a minute are there when it is over."""
        while True:
            await asyncio.sleep(_PERIOD_S - time.time() % _PERIOD_S)
            now = self._pump.clock()
            self._engine.wall_offset = time.time() - time.monotonic()
            try:
                self._engine.sweep(now)
            except Exception as fault:
                self._pump.report("sweep", fault)
            self._pump.finish(now)
            enforce(self._engine, self._udp, self._streams)
            self._streams.sweep(now)
            self._tracing.tend(now, self._engine.wall_offset, self._server.push)
            self._records.flush()
            self._forwarder.send_held()
            self._slots[counters.LOG_DROPPED] += self._forwarder.dropped
            self._forwarder.dropped = 0
            memory.tend(now)

    async def _every_sync(self) -> None:
        """Bring to the disk once a second what was written, however long the disk takes for it."""
        while True:
            await asyncio.sleep(_PERIOD_S)
            await self._sync()

    async def _measure(self, load: Load) -> None:
        """Measure ten times a second how the process fares, and have overload control follow."""
        while True:
            await asyncio.sleep(_MEASURE_S)
            now = self._pump.clock()
            self._slots[counters.HEARTBEAT] += 1
            queue = max((entry.queued() for entry in self._udp.values()), default=0.0)
            try:
                readings = load.read(now, _MEASURE_S, queue, self._engine.fill())
                self._show(readings)
                self._engine.measure(readings, now)
            except Exception as fault:
                self._pump.report("measure", fault)
            self._pump.finish(now)

    def _show(self, readings: Readings) -> None:
        """Put what was measured where management sees it."""
        cpu, lag_ms, queue, memory_mib, _ = readings.values
        slots = self._slots
        slots[counters.CPU_PERMILLE] = int(10.0 * cpu)
        slots[counters.LOOP_LAG_US] = int(1000.0 * lag_ms)
        slots[counters.QUEUE_PERCENT] = int(queue)
        slots[counters.MEMORY_OCTETS] = int(1_048_576.0 * memory_mib)

    async def _sync(self) -> None:
        """Bring to the disk what was written since the last time, off the loop."""
        try:
            if self._pump.committed:
                self._pump.committed = False
                await asyncio.to_thread(self._location.sync)
            fd = self._records.take_unsynced()
            if fd >= 0:
                await asyncio.to_thread(sync_and_close, fd)
        except (OSError, StoreError) as error:
            log.error("not brought to the disk: %s", error)

    async def _drain(self) -> None:
        """Refuse what is new and wait for what is in flight."""
        if not self._drained:
            return
        self._engine.drain()
        end = time.monotonic() + self._settings.sip.drain_s
        log.log(NOTICE, "stopping, %d requests in flight", self._engine.busy())
        while self._drained and self._engine.busy() and time.monotonic() < end:
            await asyncio.sleep(_DRAIN_STEP_S)

    async def _close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._streams.close()
        self._close_listeners(set(self._udp))
        self._resolver.close()
        await self._server.close()
        self._pump.stop()
        self._engine.statistics.sweep(self._pump.clock(), time.time())
        self._records.close()
        self._location.close()
        self._subscribers.close()
        self._prefixes.close()
        self._lists.close()


def _read_settings(path: Path) -> Settings:
    return msgspec.msgpack.decode(path.read_bytes(), type=Settings)


def lock(run: Path) -> int:
    """Make sure that no other worker uses this state directory; return the descriptor that holds the lock.

    Raises TimeoutError when one is there and does not leave: two writers would destroy the store.
    """
    fd = os.open(run / f"sip-{NUMBER}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    end = time.monotonic() + _LOCK_S
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return fd
        except BlockingIOError:
            if time.monotonic() > end:
                os.close(fd)
                raise TimeoutError("another signalling process uses this state directory") from None
            time.sleep(0.02)


async def _run(state: Path, control: socket.socket, forwarder: Forwarder) -> None:
    received = receive_configure(control)
    if received is None:
        return
    await Worker(state, control, forwarder, *received).serve()


def main() -> int:
    """Be the signalling process."""
    parser = argparse.ArgumentParser(prog="core.worker")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--control", type=int, required=True, help="inherited socket to the supervisor")
    options = parser.parse_args()
    set_up(f"sip-{NUMBER}")
    forwarder = forward(f"sip-{NUMBER}", options.state / "run")
    try:
        lock(options.state / "run")
        uvloop.run(_run(options.state, socket.socket(fileno=options.control), forwarder))
    except (OSError, StoreError, TimeoutError, msgspec.MsgspecError, UnicodeError) as error:
        log.critical("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
