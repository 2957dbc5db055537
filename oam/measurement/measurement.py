"""All measurement jobs of a server: fed minute by minute, their files written by one task and sent by one each.

A minute is put down in the event loop, a reference a job; merging, writing and sending happen beside it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from core.northbound.keyring import SecretError
from oam.measurement import area
from oam.measurement.job import Job, Written, rendered
from oam.measurement.pusher import BACK_OFF_S, Pusher
from oam.measurement.sender import PORTS, SendError, Server, connected, known_hosts, remove
from oam.threads import in_thread

if TYPE_CHECKING:
    from core.northbound.keyring import Keyring
    from oam.config.store import ConfigurationStore
    from oam.config.tree import Configuration
    from oam.settings.measurement import MeasurementJob
    from oam.statistics.period import Minute

log = logging.getLogger("management")

ALARM: Final = 42
"""Number of `measurement output failed`."""
SLOW_S: Final = 120.0
"""A disk that takes longer for a file is taken for one that does not answer."""
SLOW: Final = "the disk does not answer"


class Alarms(Protocol):
    """What is needed of `oam.fault.alarms.Alarms`."""

    def set(self, number: int, name: str, text: str, severity: str = "") -> None:
        """Raise, or change."""

    def clear(self, number: int, name: str, text: str = "") -> None:
        """Clear."""

    def unknown(self, number: int, name: str) -> None:
        """Nothing was measured."""

    def forget(self, name: str) -> None:
        """The object is no longer there."""


class Tried(NamedTuple):
    """How a file sent for a test has fared."""

    result: str
    seconds: float


class Measurement:
    """The jobs."""

    def __init__(
        self,
        configuration: ConfigurationStore,
        state: Path,
        keyring: Keyring,
        alarms: Alarms,
        clock: Callable[[], float] = time.time,
        back_off: tuple[float, ...] = BACK_OFF_S,
    ) -> None:
        self._configuration = configuration
        self._state = state
        self._keyring = keyring
        self._alarms = alarms
        self._clock = clock
        self._back_off = back_off
        self._more = asyncio.Event()
        self._writing_since: float | None = None
        """When the file that is being written was begun; None: none is."""
        self._closing: set[asyncio.Task[None]] = set()
        self._running = False
        self.heard_at = clock()
        """When the last minute of statistics came."""
        self.jobs: dict[str, Job] = {}
        self._follow(None, configuration.running)
        configuration.observers.append(self._follow)

    def now(self) -> float:
        """Return the time by the clock of the jobs."""
        return self._clock()

    def take(self, minute: Minute) -> None:
        """Take the next minute of statistics; never waits."""
        self.heard_at = self._clock()
        more = [job for job in self.jobs.values() if job.take(minute) or job.unwritten]
        if more:
            self._more.set()
        if self._writing_since is not None and self.heard_at - self._writing_since > SLOW_S:
            for job in more:
                job.error = job.error or SLOW
                self._judge(job)

    async def run(self) -> None:
        """Write and send files until cancelled."""
        try:
            await in_thread(area.tidy, self._state)
        except OSError as error:
            log.error("measurements cannot be put in order: %s", error)
        self._running = True
        for job in self.jobs.values():
            self._employ(job)
        try:
            while True:
                await self._more.wait()
                self._more.clear()
                for job in tuple(self.jobs.values()):
                    await self._write(job)
        finally:
            self._running = False
            for job in self.jobs.values():
                self._dismiss(job)
            if self._closing:
                await asyncio.wait(self._closing)

    async def _write(self, job: Job) -> None:
        """Write what there is of one job; what the disk refuses comes again with the next minute."""
        host = self._configuration.running.hostname
        try:
            for _ in range(len(job.unwritten)):
                await self._put(job, job.unwritten.popleft())
            while job.over:
                self._writing_since = self._clock()
                file = await in_thread(rendered, job.settings, host, job.over.popleft())
                if file.objects:
                    await self._put(job, file)
        except Exception:
            log.exception("a period of measurement-job %s is lost", job.settings.name)
            job.lost += 1
            job.error = "internal fault; the log has the details"
        finally:
            self._writing_since = None
        self._judge(job)

    async def _put(self, job: Job, file: Written) -> None:
        settings = job.settings
        self._writing_since = self._clock()
        send = job.pusher is not None
        try:
            kept = await in_thread(
                area.write, self._state, settings.name, file.name, file.octets, send=send, keep=settings.keep
            )
        except OSError as error:
            job.refused(file, f"cannot be written: {error.strerror or error}")
            return
        job.error = ""
        job.lost += kept.dropped
        if not kept.written:
            job.repeated += 1
            return
        job.written += 1
        job.objects, job.last_file = file.objects, file.name
        if job.pusher is not None:
            job.pusher.wake()

    def _judge(self, job: Job) -> None:
        """Set or clear the alarm of a job."""
        failed = job.error or (job.pusher.error if job.pusher is not None else "")
        name = f"job {job.settings.name}"
        if failed:
            self._alarms.set(ALARM, name, f"files of measurement-job {job.settings.name}: {failed}")
        else:
            self._alarms.clear(ALARM, name)

    def _follow(self, _old: Configuration | None, new: Configuration) -> None:
        """Take up the jobs as they are configured now."""
        wanted = {each.name: each for each in new.measurement_jobs}
        for name in [name for name in self.jobs if name not in wanted]:
            self._dismiss(self.jobs.pop(name))
            self._alarms.forget(f"job {name}")
        for name, settings in wanted.items():
            job = self.jobs.get(name)
            if job is None:
                job = self.jobs[name] = Job(settings)
                moved = True
            else:
                moved = _destination(job.settings) != _destination(settings)
                job.follow(settings)
            if moved and self._running:
                error = self._dismiss(job)
                self._employ(job, error)
                self._judge(job)

    def _employ(self, job: Job, error: str = "") -> None:
        """Give a job that sends files who sends them; `error` is why the one before could not."""
        name = job.settings.name
        if not job.settings.push.protocol:
            self._later(in_thread(area.unqueue, self._state, name))
            return
        job.pusher = Pusher(
            self._state, name, lambda: self.server(job.settings), lambda: self._judge(job), self._back_off, error
        )

    def _dismiss(self, job: Job) -> str:
        """Have the files of a job sent no more; return why they could not be."""
        pusher, job.pusher = job.pusher, None
        if pusher is None:
            return ""
        self._later(pusher.close())
        return pusher.error

    def _later(self, work: Coroutine[None, None, object]) -> None:
        """Have something done that nobody waits for, but the end."""
        task = asyncio.get_running_loop().create_task(_done(work))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def server(self, settings: MeasurementJob) -> Server:
        """Return where a job's files go. Raises SendError when its secret cannot be read."""
        push = settings.push
        try:
            secret = self._keyring.decrypted(settings.push_secret) if settings.push_secret else ""
        except SecretError as error:
            raise SendError(str(error)) from None
        return Server(
            push.protocol,
            push.host,
            push.port or PORTS[push.protocol],
            settings.push_user,
            secret,
            settings.push_directory,
            settings.push_host_key,
            known_hosts(self._state),
        )

    async def tried(self, settings: MeasurementJob) -> Tried:
        """Send a small file to a job's server and remove it there; `sent`, or what went wrong."""
        begun = time.monotonic()
        name = f"{settings.name}.test"
        try:
            server = self.server(settings)
            async with connected(server) as send:
                await send(name, b"sent to see whether it can be\r\n")
            await remove(server, name)
        except SendError as error:
            return Tried(str(error), time.monotonic() - begun)
        return Tried("sent", time.monotonic() - begun)


def _destination(job: MeasurementJob) -> tuple[object, ...]:
    return job.push, job.push_user, job.push_secret, job.push_directory, job.push_host_key


async def _done(work: Coroutine[None, None, object]) -> None:
    try:
        await work
    except OSError as error:
        log.warning("measurements: %s", error)
