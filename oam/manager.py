"""The oam process: holds the configuration, answers the shells, asks signalling.

It is a client of the supervisor (settings, processes, restart) over an inherited socket
and of the worker (calls, transactions, clearing) over Unix sockets; counters and
registrations it reads without asking anybody. It may be killed at any moment: what is
in force is in `run/settings`, and the next one carries on from there.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final

import msgspec

from core.northbound.client import NorthboundError, SupervisorClient, WorkerClient
from core.northbound.counters import open_block
from core.northbound.keyring import Keyring
from core.northbound.lists import open_lists
from core.northbound.locations import LocationReader
from core.northbound.logs import NOTICE, set_levels, set_up
from core.northbound.notices import Notice
from core.northbound.prefixes import open_prefixes
from core.northbound.subscribers import StoreError, open_subscribers
from oam import baseline
from oam.automation.automation import Automation
from oam.commands.registry import Registry, load
from oam.config.commit import watch
from oam.config.load import load_file
from oam.config.store import ConfigurationStore
from oam.config.tree import Configuration
from oam.environment.environment import Environment
from oam.fault.alarms import Alarms
from oam.fault.follow import follow
from oam.fault.sources.sources import Sources
from oam.fault.store import AlarmStore
from oam.lists.bans import BanKeeper
from oam.log.log import PROCESS, Log
from oam.measurement.measurement import Measurement
from oam.measurement.thresholds import Thresholds
from oam.notices import Notices
from oam.notification.targets import Targets
from oam.prefixes.guard import guard
from oam.prometheus.endpoint import Prometheus
from oam.recorder import Changes
from oam.security.audit import Audit
from oam.security.login import Security
from oam.security.servers import Servers
from oam.security.syslog import Syslog
from oam.selftest.self_test import SelfTest
from oam.settings.lines import LineSettings
from oam.shell.console import serve
from oam.shell.files import tidy
from oam.shell.lines import CONSOLE, Lines
from oam.shell.ssh import Ssh
from oam.shell.telnet import Telnet
from oam.snmp.agent import Snmp
from oam.statistics.load import LoadSeries
from oam.statistics.statistics import Statistics
from oam.trace.live import Live
from oam.trace.traces import Traces

log = logging.getLogger("management")

APPLY_S: Final = 30.0
"""Longest wait for the supervisor to put settings in force."""
SWITCH_S: Final = 0.001
"""How long a thread that computes keeps the interpreter from the loop that echoes keys, seconds."""
GIVES_WAY: Final = 5
"""How much nicer than signalling management is (nice(2)): where processors are scarce, managers that walk and operators
that list wait for calls, not calls for them."""
SYNC_S: Final = 1.0
"""How often what was written to a store is brought to the disk."""


class Manager:
    """What commands and shells are given (`oam.context.Manager`)."""

    def __init__(self, state: Path, registry: Registry, worker: WorkerClient, supervisor: SupervisorClient) -> None:
        self.state = state
        self.registry = registry
        registry.keyring = Keyring(state)
        self.worker = worker
        self.supervisor = supervisor
        self.configuration = ConfigurationStore(registry, state, self.apply, in_force(state))
        self.configuration.observers.append(_follow)
        self.configuration.announce = self.announce
        self.lines = Lines(self._line_settings)
        self.notices = Notices()
        self.audit = Audit(state, registry.keyring, self.notices)
        self.audit.maximum = lambda: self.configuration.running.audit.records_maximum
        self.configuration.observers.append(Changes(self.configuration, self.audit, self.notices))
        self.syslog = Syslog(self.configuration, state, self.notices)
        self.audit.subscribers.append(self.syslog.take_record)
        self.notices.subscribers.append(self.syslog.take_notice)
        self.log = Log(state, self.configuration)
        self.log.subscribers.append(self.syslog.take_entry)
        self.targets = Targets(self.configuration, state, registry.keyring, self.notices)
        self.alarms = Alarms(self.notices.publish, AlarmStore(state))
        follow(self.alarms, self.configuration)
        self.security = Security(self.configuration, self.notices, self.audit)
        self.servers = Servers(self.configuration, registry.keyring, self.notices.publish)
        self.security.servers = self.servers
        self.ssh = Ssh(self)
        self.telnet = Telnet(self)
        self.prometheus = Prometheus(self)
        self.snmp = Snmp(self)
        self.automation = Automation(self)
        self.traces = Traces(state, worker, lambda: self.configuration.running.trace.buffer, self.notices.publish)
        self.live = Live(
            self.traces.path, self.lines, lambda: self.configuration.running.trace, registry.keyring.decrypted
        )
        self.configuration.observers.append(self.live.follow)
        self.environment = Environment(self)
        self.self_test = SelfTest(self)
        self.subscribers = open_subscribers(state)
        self.lists = open_lists(state)
        self.bans = BanKeeper(self.lists, worker, self.notices.publish)
        self.prefixes = open_prefixes(state)
        self.configuration.guards.append(guard(self.prefixes))
        self.location = LocationReader(state)
        """Kept open, so that commands share it."""
        self.counters = [open_block(state / "run" / "counters-1")]
        self.counter_baseline = baseline.load(state)
        self.sources = Sources(self)
        self.load = LoadSeries(self.counters)
        self.statistics = Statistics(state)
        self.statistics.alarms = self.alarms
        self.measurement = Measurement(self.configuration, state, registry.keyring, self.alarms)
        self.thresholds = Thresholds(self.configuration, self.alarms)
        self.statistics.subscribers += [self.measurement.take, self.thresholds.take]

    def _line_settings(self, kind: str) -> LineSettings:
        running = self.configuration.running
        return running.console if kind == CONSOLE else running.vty

    async def apply(self, new: Configuration) -> list[str]:
        """Have the supervisor put `new` in force; return why not."""
        try:
            async with asyncio.timeout(APPLY_S):
                return await self.supervisor.apply(new)
        except TimeoutError:
            return [f"the supervisor did not answer within {APPLY_S:g} seconds"]
        except NorthboundError as error:
            return [str(error)]

    def announce(self, kind: str, text: str, severity: str) -> None:
        """Publish a notice and tell every operator who is on, also those who do not monitor."""
        self.notices.publish(kind, text, severity)
        for line in self.lines.all():
            if line.session.tell is not None and line.session.monitor is None:
                line.session.tell(["***", f"*** {text}", "***"])

    def from_worker(self, notice: Notice) -> None:
        """Take what a worker reports unasked."""
        self.bans.take(notice)
        self.traces.take(notice)
        self.sources.from_worker(notice)
        self.notices.from_worker(notice)

    async def reread(self) -> list[str]:
        """Replace the running configuration by startup-config; return what is wrong with it, nothing changed then."""
        new, problems = await asyncio.to_thread(load_file, self.configuration.startup_path)
        return problems or await self.configuration.apply(new, "startup-config")

    def close(self) -> None:
        """Let go of the stores, the audit log last."""
        self.location.close()
        self.subscribers.close()
        self.lists.close()
        self.prefixes.close()
        self.statistics.close()
        self.alarms.close()
        self.audit.close()


def in_force(state: Path) -> Configuration:
    """Return the configuration that the server runs on: the settings last applied, else startup-config."""
    try:
        return msgspec.msgpack.decode((state / "run" / "settings").read_bytes(), type=Configuration)
    except (OSError, msgspec.MsgspecError, UnicodeError):
        return load_file(state / "startup-config")[0]


def _follow(old: Configuration, new: Configuration) -> None:
    if new.logging != old.logging:
        set_levels(new.logging)


async def run(state: Path, supervisor_fd: int) -> None:
    """Be the oam process until SIGTERM, or until the supervisor is gone."""
    supervisor = SupervisorClient(supervisor_fd)
    manager = Manager(state, load(), WorkerClient(state / "run" / "sip-1.sock"), supervisor)
    set_levels(manager.configuration.running.logging)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    reread = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    loop.add_signal_handler(signal.SIGINT, ended.set)
    loop.add_signal_handler(signal.SIGHUP, reread.set)
    await asyncio.to_thread(tidy, state)
    manager.log.start()
    manager.audit.start()
    await manager.alarms.start()
    manager.audit.record("start", user="", origin="system", address="")
    manager.syslog.start()
    manager.targets.start()
    tasks = [
        _task(manager.audit.watch()),
        _task(manager.alarms.run()),
        _task(manager.automation.run()),
        _task(manager.environment.run()),
        _task(manager.sources.run()),
        _task(manager.self_test.at_start()),
        _task(manager.worker.notices(manager.from_worker)),
        _task(manager.bans.run()),
        _task(manager.statistics.run()),
        _task(manager.load.run()),
        _task(manager.live.run()),
        _task(manager.measurement.run()),
        _task(manager.thresholds.run()),
        _task(_reread_when_told(manager, reread)),
        _task(_keep_start(manager.configuration)),
        _task(watch(manager.configuration)),
        _task(_sync(manager.state / "subscribers", manager.subscribers.sync)),
        _task(_sync(manager.state / "lists", manager.lists.sync)),
        _task(_end_with(supervisor, ended)),
    ]
    try:
        async with (
            serve(manager),
            manager.ssh.served(),
            manager.telnet.served(),
            manager.prometheus.served(),
            manager.snmp.served(),
        ):
            gc.freeze()
            log.log(NOTICE, "management is ready, %d commands", len(manager.registry.commands))
            await ended.wait()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await manager.servers.close()
        await supervisor.close()
        manager.audit.record("stop", user="", origin="system", address="")
        await manager.targets.close()
        await manager.syslog.close()
        await asyncio.to_thread(manager.close)
        log.log(NOTICE, "management ends")
        manager.log.close()


def _task(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    task = asyncio.create_task(work)
    task.add_done_callback(_complain)
    return task


def _complain(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("%s ended by a fault", task.get_name(), exc_info=task.exception())


async def _reread_when_told(manager: Manager, told: asyncio.Event) -> None:
    """SIGHUP: startup-config replaces what is running."""
    while True:
        await told.wait()
        told.clear()
        problems = await manager.reread()
        for problem in problems:
            log.error("startup-config refused: %s", problem)
        if not problems:
            log.log(NOTICE, "startup-config is in force")


async def _keep_start(configuration: ConfigurationStore) -> None:
    """Put what the server runs on into the archive, so that there is a way back to it."""
    running = configuration.running
    try:
        await configuration.archive.keep(lambda: configuration.render(settings=running), "system", "start")
    except OSError as error:
        log.error("the configuration is not in the archive: %s", error)


async def _end_with(supervisor: SupervisorClient, ended: asyncio.Event) -> None:
    await supervisor.wait_closed()
    log.error("the supervisor is gone")
    ended.set()


async def _sync(folder: Path, sync: Callable[[], None]) -> None:
    """Bring a store to the disk soon after each change."""
    path = folder / "data.mdb"
    synced = _changed(path)
    while True:
        await asyncio.sleep(SYNC_S)
        changed = _changed(path)
        if changed != synced:
            await asyncio.to_thread(sync)
            synced = changed


def _changed(path: Path) -> int:
    with contextlib.suppress(OSError):
        return os.stat(path).st_mtime_ns
    return 0


def main() -> int:
    """Run `python -m oam.manager --state DIR --supervisor FD`, as the supervisor does."""
    parser = argparse.ArgumentParser(prog="oam")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--supervisor", type=int, required=True, help="inherited socket to the supervisor")
    options = parser.parse_args()
    set_up(PROCESS)
    sys.setswitchinterval(SWITCH_S)
    os.nice(GIVES_WAY)
    try:
        asyncio.run(run(options.state, options.supervisor))
    except StoreError as error:
        log.critical("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
