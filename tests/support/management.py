"""Management without its processes: a manager whose worker and supervisor answer from memory."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec
from support.opened import OPENED

from core.northbound.client import NorthboundError, SupervisorClient, WorkerClient
from core.northbound.counters import open_block
from core.northbound.keyring import Keyring
from core.northbound.lists import open_lists
from core.northbound.orders import Order, Row
from core.northbound.prefixes import open_prefixes
from core.northbound.rows import ProcessRow
from core.northbound.subscribers import Subscriber, make_ha1, open_subscribers
from oam.automation.automation import Automation
from oam.commands.registry import load
from oam.config.store import ConfigurationStore
from oam.config.tree import Configuration
from oam.context import Session
from oam.dispatch import execute
from oam.environment.environment import Environment
from oam.fault.alarms import Alarms
from oam.fault.follow import follow
from oam.log.log import Log
from oam.measurement.measurement import Measurement
from oam.measurement.thresholds import Thresholds
from oam.notices import Notices
from oam.notification.targets import Targets
from oam.prefixes.guard import guard
from oam.prometheus.endpoint import Prometheus
from oam.recorder import Changes
from oam.result import Result
from oam.security.audit import Audit
from oam.security.login import Security
from oam.security.servers import Servers
from oam.security.syslog import Syslog
from oam.selftest.self_test import SelfTest
from oam.shell.lines import Lines
from oam.shell.ssh import Ssh
from oam.shell.telnet import Telnet
from oam.snmp.agent import Snmp
from oam.statistics.load import LoadSeries
from oam.statistics.statistics import Statistics
from oam.trace.live import Live
from oam.trace.traces import Traces

REALM = "example.com"
T = TypeVar("T")


def played(scenario: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Make a test of a coroutine function."""

    def test(**fixtures: object) -> None:
        asyncio.run(scenario(**fixtures))

    test.__name__ = scenario.__name__
    test.__doc__ = scenario.__doc__
    test.__signature__ = inspect.signature(scenario)  # type: ignore[attr-defined]
    test.__dict__.update(scenario.__dict__)
    return test


class FakeWorker:
    """Answers orders from `answers`, by type of order; None is a worker that is away."""

    def __init__(self) -> None:
        self.answers: dict[type, list[Row]] | None = {}
        self.counts: dict[str, int] = {}
        self.orders: list[Order] = []
        self.hangs = False

    async def order(self, order: Order) -> AsyncGenerator[Row, None]:
        self.orders.append(order)
        if self.hangs:
            await asyncio.Event().wait()
        if self.answers is None:
            raise NorthboundError("the signalling process is not running")
        for row in self.answers.get(type(order), []):
            yield row

    async def count(self, order: Order) -> int:
        self.orders.append(order)
        if self.answers is None:
            raise NorthboundError("the signalling process is not running")
        return self.counts.get(getattr(order, "user", getattr(order, "host", "")), 0)


class FakeSupervisor:
    """Applies what it is given and remembers it."""

    def __init__(self) -> None:
        self.applied: list[Configuration] = []
        self.rows: list[ProcessRow] = []
        self.problems: list[str] = []
        self.reloads = 0
        self.restarts: list[bool] = []
        self.away = False

    async def apply(self, settings: Configuration) -> list[str]:
        if self.away:
            raise NorthboundError("the supervisor is gone")
        if not self.problems:
            self.applied.append(settings)
        return self.problems

    async def processes(self) -> list[ProcessRow]:
        if self.away:
            raise NorthboundError("the supervisor is gone")
        return self.rows

    async def restart_worker(self, now: bool) -> list[str]:
        self.restarts.append(now)
        if not self.problems:
            self.rows = [msgspec.structs.replace(row, pid=row.pid + 1) for row in self.rows]
        return self.problems

    async def reload(self) -> list[str]:
        self.reloads += 1
        return self.problems


class FakeManager:
    """What handlers are given (`oam.context.Manager`); stores and counters are real, under `state`."""

    def __init__(self, state: Path, settings: Configuration | None = None) -> None:
        (state / "run").mkdir(parents=True, exist_ok=True)
        self.state = state
        self.fake_worker = FakeWorker()
        self.fake_supervisor = FakeSupervisor()
        self.worker = cast(WorkerClient, self.fake_worker)
        self.supervisor = cast(SupervisorClient, self.fake_supervisor)
        self.registry = load()
        self.registry.keyring = Keyring(state)
        self.configuration = ConfigurationStore(self.registry, state, self.fake_supervisor.apply, settings)
        self.lines = Lines(
            lambda kind: self.configuration.running.console if kind == "con" else self.configuration.running.vty
        )
        self.notices = Notices()
        self.configuration.announce = self.notices.publish
        self.alarms = Alarms(self.notices.publish)
        follow(self.alarms, self.configuration)
        self.audit = Audit(state, self.registry.keyring, self.notices)
        self.configuration.observers.append(Changes(self.configuration, self.audit, self.notices))
        self.syslog = Syslog(self.configuration, state, self.notices)
        self.log = Log(state, self.configuration)
        self.targets = Targets(self.configuration, state, self.registry.keyring, self.notices)
        self.security = Security(self.configuration, self.notices, self.audit)
        self.servers = Servers(self.configuration, self.registry.keyring, self.notices.publish)
        self.security.servers = self.servers
        self.ssh = Ssh(self)
        self.telnet = Telnet(self)
        self.prometheus = Prometheus(self)
        self.snmp = Snmp(self)
        self.automation = Automation(self)
        self.traces = Traces(state, self.worker, lambda: self.configuration.running.trace.buffer, self.notices.publish)
        self.live = Live(
            self.traces.path, self.lines, lambda: self.configuration.running.trace, self.registry.keyring.decrypted
        )
        self.environment = Environment(self)
        self.self_test = SelfTest(self)
        self.subscribers = open_subscribers(state)
        self.lists = open_lists(state)
        self.prefixes = open_prefixes(state)
        self.configuration.guards.append(guard(self.prefixes))
        self.counters = [open_block(state / "run" / "counters-1")]
        self.counter_baseline: list[int] = []
        self.load = LoadSeries(self.counters)
        self.statistics = Statistics(state)
        self.measurement = Measurement(self.configuration, state, self.registry.keyring, self.alarms)
        self.thresholds = Thresholds(self.configuration, self.alarms)

        OPENED.append(self.close)

    def close(self) -> None:
        """Let go of the files."""
        self.subscribers.close()
        self.lists.close()
        self.prefixes.close()
        self.audit.close()
        self.counters.clear()

    def session(self, privilege: int = 15, batch: bool = True, origin: str = "console") -> Session:
        """Return a session of an operator."""
        return Session(self, user="admin", origin=origin, privilege=privilege, batch=batch)


def subscriber(name: str, *, number: str = "", enabled: bool = True, secret: str = "secret") -> Subscriber:
    """Return a subscriber of REALM."""
    return Subscriber(name, number, f"Phone {name}", enabled, make_ha1(name, REALM, secret), REALM)


async def gathered(session: Session, line: str) -> tuple[list[Any], Result]:
    """Run a line; return its rows, or lines, and its result. Raises CommandError as the rows do."""
    result = await execute(session, line)
    rows = [row async for row in result.rows] if result.rows is not None else []
    return rows, result


async def done(session: Session, lines: Iterable[str]) -> list[str]:
    """Run lines that must succeed; return what they print."""
    printed: list[str] = []
    for line in lines:
        rows, result = await gathered(session, line)
        assert result.code == 0, f"{line}: {result.errors}"
        printed += [*result.text.splitlines(), *(str(row) for row in rows)]
    return printed
