"""One process of the server: started, watched, ended, started again with back-off."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Final

import msgspec
import psutil

from core.northbound.logs import NOTICE
from core.northbound.rows import ProcessRow

log = logging.getLogger("supervisor")

DELAYS_S: Final = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""Pauses before the first, second, … start after deaths that follow each other closely."""
LIVED_S: Final = 10.0
"""A process that has lived this long has not died at once: the next death is a first one."""


def next_delay(streak: int, lived_s: float) -> tuple[float, int]:
    """Return the pause before the next start and the new streak of deaths, given the old one and the last life."""
    if lived_s >= LIVED_S:
        streak = 0
    return DELAYS_S[min(streak, len(DELAYS_S) - 1)], streak + 1


class Child:
    """Keeps one process running from `start` to `stop`; needs a running loop.

    `spawn` starts the process. `on_exit` is called at every end, before the next start.
    """

    def __init__(self, name: str, spawn: Callable[[], subprocess.Popen[bytes]], on_exit: Callable[[], None]) -> None:
        self.name = name
        self.ready = False
        """Set by the owner when the process does its work; cleared at its end."""
        self.restarts = 0
        self.ended = ""
        """How it last ended unasked."""
        self.ended_at: float | None = None
        """When, seconds since 1970."""
        self._spawn = spawn
        self._on_exit = on_exit
        self._process: subprocess.Popen[bytes] | None = None
        self._pidfd = -1
        self._started_at = 0.0
        self._streak = 0
        self._timer: asyncio.TimerHandle | None = None
        self._stopping = False
        self._gone = asyncio.Event()
        self._gone.set()

    @property
    def pid(self) -> int:
        """Its pid, 0 while there is none."""
        return 0 if self._process is None else self._process.pid

    def start(self) -> None:
        """Start it now; a start that fails counts as a death."""
        self._timer = None
        self._stopping = False
        self._started_at = time.monotonic()
        self._gone.clear()
        try:
            self._process = self._spawn()
        except OSError as error:
            log.error("%s cannot be started: %s", self.name, error)
            self._note(f"cannot be started: {error}")
            self._again()
            return
        self._pidfd = os.pidfd_open(self._process.pid)
        asyncio.get_running_loop().add_reader(self._pidfd, self._on_death)
        log.info("%s started, pid %d", self.name, self._process.pid)

    def signal(self, number: int) -> None:
        """Send a signal, if it runs."""
        if self._process is not None:
            self._process.send_signal(number)

    async def stop(self, patience_s: float) -> None:
        """End it with SIGTERM, after `patience_s` seconds with SIGKILL; return when it is gone, not to start again.

        A patience of 0 is no accident: nothing is logged then.
        """
        self._stopping = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._process is None:
            self._gone.set()
        self.signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(patience_s):
                await self._gone.wait()
        except TimeoutError:
            if patience_s:
                log.error("%s did not end within %g s: killed", self.name, patience_s)
            self.signal(signal.SIGKILL)
            await self._gone.wait()
        self._streak = 0

    def row(self) -> ProcessRow:
        """Tell how it fares."""
        if self._process is None:
            state = "backoff" if self._timer else "stopped"
            return ProcessRow(self.name, 0, state, self.restarts, 0, 0.0, 0, self.ended, self.ended_at)
        state = "stopping" if self._stopping else "running" if self.ready else "starting"
        row = process_row(self.name, self._process.pid, state, self.restarts, self._started_at)
        return msgspec.structs.replace(row, ended_by=self.ended, ended_at=self.ended_at)

    def _note(self, how: str) -> None:
        self.ended, self.ended_at = how, time.time()

    def _on_death(self) -> None:
        assert self._process is not None
        code = self._process.wait()
        asyncio.get_running_loop().remove_reader(self._pidfd)
        os.close(self._pidfd)
        self._process = None
        self.ready = False
        if self._stopping:
            log.info("%s ended", self.name)
            self._on_exit()
            self._gone.set()
            return
        log.error("%s ended unasked: %s", self.name, _ending(code))
        self._note(_ending(code))
        self._on_exit()
        self._again()

    def _again(self) -> None:
        if self._stopping:
            return
        delay, self._streak = next_delay(self._streak, time.monotonic() - self._started_at)
        self.restarts += 1
        if delay:
            log.log(NOTICE, "%s is started again in %g s", self.name, delay)
            self._timer = asyncio.get_running_loop().call_later(delay, self.start)
        else:
            self.start()


def process_row(name: str, pid: int, state: str, restarts: int, started_at: float) -> ProcessRow:
    """Describe a process that runs since `started_at`, monotonic."""
    try:
        process = psutil.Process(pid)
        times = process.cpu_times()
        cpu_s, octets = times.user + times.system, int(process.memory_info().rss)
    except psutil.Error:
        cpu_s, octets = 0.0, 0
    return ProcessRow(name, pid, state, restarts, int(time.monotonic() - started_at), round(cpu_s, 2), octets)


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
