"""The supervisor: owns the SIP sockets and the settings in force, keeps worker and oam running.

It does no signalling and no management itself. New settings are put in force all or
nothing: bind what is new, write them beside the old ones, have the worker take them,
then rename; each step undoes the ones before it when it fails.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from core.northbound import counters
from core.northbound.control import Configure, control_pair, receive_configured, send_configure
from core.northbound.logs import NOTICE, send_held, set_levels
from core.northbound.rows import ProcessRow
from core.northbound.settings import Listener, Settings, problems
from core.northbound.wirefmt import (
    Apply,
    ListProcesses,
    NorthboundError,
    RestartWorker,
    SupervisorReply,
    SupervisorRequest,
    decode_settings,
    decode_supervisor_request,
    encode,
    frame,
    read_frame,
)
from sipctl.child import Child, process_row
from sipctl.sockets import BindError, Sockets
from sipctl.watchdog import Watchdog

log = logging.getLogger("supervisor")

ANSWER_S: Final = 10.0
"""Longest wait for the worker to take new settings; it is killed then, for it hangs."""
WATCH_S: Final = 0.5
"""How often the heart of the worker is looked at."""
START_S: Final = 120.0
"""A worker that is not ready by then hangs in its start."""
_GRACE_S: Final = 5.0
"""What a process has for its end beyond what it needs."""
_SETTINGS: Final = "settings"
_NEXT: Final = "settings.next"

Load = Callable[[], tuple[Settings, list[str]]]
"""Reads startup-config: settings, and what is wrong with them."""


class Supervisor:
    """Runs from `serve` to SIGTERM; `settings` are in force and their sockets open in `sockets`."""

    def __init__(self, state: Path, settings: Settings, sockets: Sockets, load: Load) -> None:
        self._state = state
        self._encoded = encode(settings)
        self._settings = decode_settings(self._encoded)
        self._sockets = sockets
        self._load = load
        self._started_at = time.monotonic()
        self._worker = Child("sip-1", self._spawn_worker, self._on_worker_exit)
        self._oam = Child("oam", self._spawn_oam, self._on_oam_exit)
        self._control: socket.socket | None = None
        self._serial = 0
        self._answer: asyncio.Future[tuple[str, ...]] | None = None
        self._oam_task: asyncio.Task[None] | None = None
        self._changing = asyncio.Lock()
        self._ended = asyncio.Event()
        self._next: tuple[bytes, dict[int, Listener]] | None = None
        self._restarting: asyncio.Task[None] | None = None
        self._replacing: asyncio.Task[None] | None = None
        """The worker being started anew on its own."""
        self._slots = counters.open_block(self._path("counters-1"))
        self._terms = 0

    async def serve(self) -> None:
        """Keep the server running until SIGTERM or SIGINT; a second one ends it at once."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._on_term)
        loop.add_signal_handler(signal.SIGHUP, self._oam.signal, signal.SIGHUP)
        self._worker.start()
        self._oam.start()
        log.log(NOTICE, "server started, %d listeners", len(self._sockets.listeners()))
        watch = asyncio.create_task(self._watch())
        await self._ended.wait()
        watch.cancel()
        await self._stop_children()
        self._sockets.keep({})
        log.log(NOTICE, "server stopped")

    async def apply(self, encoded: bytes) -> list[str]:
        """Put the settings in `encoded` in force; return why not, nothing changed then.

        What signalling does not know in them is kept for management; when only that differs, no worker is told.
        """
        async with self._changing:
            if encoded == self._encoded:
                return []
            settings = decode_settings(encoded)
            found = problems(settings)
            if found:
                return found
            if settings == self._settings:
                return self._keep(encoded)
            try:
                listeners, new = self._sockets.change(settings.sip.listeners)
            except BindError as error:
                return [str(error)]
            found = await self._distribute(encoded, listeners, new)
            if found:
                self._sockets.drop(new)
                return found
            self._adopt(encoded, listeners)
            return []

    def _keep(self, encoded: bytes) -> list[str]:
        """Keep what concerns management alone."""
        try:
            self._write(encoded, _NEXT)
            os.replace(self._path(_NEXT), self._path(_SETTINGS))
        except OSError as error:
            return [f"settings cannot be kept: {error}"]
        self._encoded = encoded
        return []

    def processes(self) -> list[ProcessRow]:
        """Return one row a process."""
        own = process_row("sipctld", os.getpid(), "running", 0, self._started_at)
        return [own, self._worker.row(), self._oam.row()]

    async def reload(self) -> list[str]:
        """Make ready to restart everything on startup-config; return what is wrong with that, nothing changed then.

        `restart` does it, once whoever asked has been answered.
        """
        settings, found = await asyncio.to_thread(self._load)
        if found or self._restarting is not None or self._replacing is not None:
            return found or ["a restart is under way"]
        try:
            listeners, _ = self._sockets.change(settings.sip.listeners)
        except BindError as error:
            return [str(error)]
        self._next = (encode(settings), listeners)
        return []

    def restart_worker(self, now: bool) -> list[str]:
        """Begin to start the worker anew, alone; return why not. With `now` one that is finishing calls is killed.

        It was asked to end: neither back-off nor the count of restarts takes note of it.
        """
        if self._restarting is not None or self._next is not None or self._ended.is_set():
            return ["a restart is under way"]
        if self._replacing is None:
            self._replacing = asyncio.create_task(self._replace(now))
        elif now:
            self._worker.signal(signal.SIGKILL)
        else:
            return ["a restart is under way"]
        return []

    async def _replace(self, now: bool) -> None:
        log.log(NOTICE, "sip-1 is started anew, as was ordered")
        try:
            await self._worker.stop(0.0 if now else self._settings.sip.drain_s + _GRACE_S)
            if not self._ended.is_set():
                self._worker.start()
        finally:
            self._replacing = None

    async def _watch(self) -> None:
        """Kill a worker whose loop turns no more; it is started again like any that died."""
        watchdog = Watchdog()
        while True:
            await asyncio.sleep(WATCH_S)
            worker = self._worker
            bound = self._settings.sip.watchdog_s if worker.ready else START_S
            if worker.pid and watchdog.hangs(worker.pid, self._slots[counters.HEARTBEAT], time.monotonic(), bound):
                log.error("sip-1 has not answered for %g s: killed", bound)
                worker.signal(signal.SIGKILL)

    def restart(self) -> None:
        """Begin what `reload` has made ready, if it has."""
        if self._next is not None and self._restarting is None:
            self._restarting = asyncio.create_task(self._restart(*self._next))
            self._next = None

    async def _restart(self, encoded: bytes, listeners: dict[int, Listener]) -> None:
        async with self._changing:
            log.log(NOTICE, "restarting on startup-config")
            await self._stop_children()
            if not self._ended.is_set():
                try:
                    self._write(encoded, _NEXT)
                    self._adopt(encoded, listeners)
                except OSError as error:
                    log.error("startup-config cannot be put in force: %s", error)
                self._worker.start()
                self._oam.start()
        self._restarting = None

    def _adopt(self, encoded: bytes, listeners: dict[int, Listener]) -> None:
        os.replace(self._path(_NEXT), self._path(_SETTINGS))
        self._encoded = encoded
        self._settings = decode_settings(encoded)
        self._sockets.keep(listeners)
        set_levels(self._settings.logging)

    def write_settings(self) -> None:
        """Write the settings in force for a worker, or for an oam that starts, to read. Raises OSError."""
        self._write(self._encoded, _NEXT)
        os.replace(self._path(_NEXT), self._path(_SETTINGS))

    def _write(self, encoded: bytes, name: str) -> None:
        with open(os.open(self._path(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640), "wb") as file:
            file.write(encoded)

    async def _distribute(self, encoded: bytes, listeners: dict[int, Listener], new: list[int]) -> list[str]:
        """Have the worker take the settings in `encoded`, if there is one; return its objections."""
        try:
            self._write(encoded, _NEXT)
            if self._control is None or not self._worker.ready:
                # It will be started on them, or is starting on the old ones: start it again.
                self._worker.signal(signal.SIGKILL)
                return []
            self._serial += 1
            self._answer = asyncio.get_running_loop().create_future()
            fds = [self._sockets.fd(number) for number in new]
            message = Configure(self._serial, _NEXT, tuple(listeners.items()), tuple(new))
            send_configure(self._control, message, fds)
            async with asyncio.timeout(ANSWER_S):
                return list(await self._answer)
        except TimeoutError:
            self._worker.signal(signal.SIGKILL)
            return [f"the signalling process did not answer within {ANSWER_S:g} s and was killed"]
        except OSError as error:
            return [f"settings cannot be handed over: {error}"]
        finally:
            self._answer = None

    def _on_term(self) -> None:
        self._terms += 1
        if self._terms > 1:
            self._worker.signal(signal.SIGKILL)
            self._oam.signal(signal.SIGKILL)
        self._ended.set()

    async def _stop_children(self) -> None:
        """End the worker, which may have calls to finish, then oam, through which the operator watches."""
        await self._worker.stop(self._settings.sip.drain_s + _GRACE_S)
        await self._oam.stop(_GRACE_S)

    def _path(self, name: str) -> Path:
        return self._state / "run" / name

    def _spawn_worker(self) -> subprocess.Popen[bytes]:
        ours, theirs = control_pair()
        with theirs:
            process = self._spawn("core.worker", "--control", theirs.fileno())
        listeners = self._sockets.listeners()
        self._serial += 1
        message = Configure(self._serial, _SETTINGS, tuple(listeners.items()), tuple(listeners))
        with contextlib.suppress(OSError):  # It has ended already; the back-off takes care of it.
            send_configure(ours, message, [self._sockets.fd(number) for number in listeners])
        self._control = ours
        asyncio.get_running_loop().add_reader(ours.fileno(), self._on_control)
        return process

    def _spawn_oam(self) -> subprocess.Popen[bytes]:
        ours, theirs = socket.socketpair()
        with theirs:
            process = self._spawn("oam.manager", "--supervisor", theirs.fileno())
        self._oam_task = asyncio.create_task(self._serve_oam(ours))
        return process

    def _spawn(self, module: str, option: str, fd: int) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-P", "-m", module, "--state", str(self._state), option, str(fd)]
        # A group of its own: Ctrl-C at a terminal is the supervisor's alone, which ends the others in order.
        return subprocess.Popen(words, pass_fds=(fd,), stdin=subprocess.DEVNULL, process_group=0)

    def _on_control(self) -> None:
        assert self._control is not None
        try:
            answer = receive_configured(self._control)
        except BlockingIOError:
            return
        except (OSError, msgspec.MsgspecError, UnicodeError):
            answer = None
        if answer is None:
            asyncio.get_running_loop().remove_reader(self._control.fileno())
            return
        if not self._worker.ready:
            self._worker.ready = True
            log.log(NOTICE, "sip-1 answers calls, pid %d", self._worker.pid)
        elif self._answer is not None and not self._answer.done() and answer.serial == self._serial:
            self._answer.set_result(answer.problems)

    def _on_worker_exit(self) -> None:
        if self._control is not None:
            asyncio.get_running_loop().remove_reader(self._control.fileno())
            self._control.close()
            self._control = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(("the signalling process ended while it took the settings",))

    def _on_oam_exit(self) -> None:
        if self._oam_task is not None:
            self._oam_task.cancel()
            self._oam_task = None

    async def _serve_oam(self, sock: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=sock)
        self._oam.ready = True
        try:
            while (body := await read_frame(reader)) is not None:
                request = decode_supervisor_request(body)
                writer.write(frame(await self._carry_out(request)))
                send_held()
                self.restart()
        except (NorthboundError, msgspec.MsgspecError, UnicodeError) as error:
            log.error("oam says what is no order: %s", error)
        except asyncio.CancelledError:
            pass
        finally:
            writer.close()

    async def _carry_out(self, request: SupervisorRequest) -> SupervisorReply:
        order = request.order
        if isinstance(order, ListProcesses):
            return SupervisorReply(request.id, rows=tuple(self.processes()))
        if isinstance(order, RestartWorker):
            return SupervisorReply(request.id, tuple(self.restart_worker(order.now)))
        # An end of oam must not leave half of a change behind.
        work = self.apply(bytes(order.settings)) if isinstance(order, Apply) else self.reload()
        return SupervisorReply(request.id, tuple(await asyncio.shield(asyncio.ensure_future(work))))
