"""Operators' way in: AAA servers, lockouts, telnet, certificates."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from oam.fault.sources.source import OFF, ON, SYSTEM, UNKNOWN, Finding, Source, count
from oam.security import certificate
from oam.security.certificate import CertificateError
from oam.security.server_state import DEAD, INCOMPLETE
from oam.threads import Aside

if TYPE_CHECKING:
    from collections.abc import Iterable

    from oam.config.tree import Configuration
    from oam.context import Manager
    from oam.security.server_state import ServerRow
    from oam.settings.environment import Days

AAA: Final = 16
EXPIRY: Final = 24
LOCKOUT: Final = 32
TELNET: Final = 44

LOCKED: Final = 20
"""Lockouts told of one by one."""
READ_S: Final = 10.0
DAY_S: Final = 86_400.0


class Aaa(Source):
    """Looks at what is remembered of each AAA server; one that was never asked is not known."""

    numbers: ClassVar = (AAA,)
    wakes: ClassVar = frozenset({"server-unreachable", "config-changed"})

    def __init__(self, manager: Manager) -> None:
        self._manager = manager

    async def find(self) -> list[Finding]:
        """See `Source.find`."""
        rows = [row for row in self._manager.servers.rows() if row.state != INCOMPLETE]
        groups: dict[str, list[ServerRow]] = {}
        for row in rows:
            groups.setdefault(_protocol(row), []).append(row)
        return [*(server(row) for row in rows), *(_all_of(name, members) for name, members in groups.items())]


def server(row: ServerRow) -> Finding:
    """Judge one server."""
    name = f"server {_protocol(row)} {row.name}"
    if row.state == DEAD:
        return Finding(AAA, name, "minor", f"{row.address} has not answered for {row.dead_s} s")
    return Finding(AAA, name, OFF if row.requests else UNKNOWN, "it answers" if row.requests else "")


def _all_of(protocol: str, rows: list[ServerRow]) -> Finding:
    dead = all(row.state == DEAD for row in rows)
    text = f"none of {count(len(rows), f'{protocol} server')} answers" if dead else ""
    known = dead or any(row.requests for row in rows)
    return Finding(AAA, f"servers {protocol}", ("critical" if dead else OFF) if known else UNKNOWN, text)


def _protocol(row: ServerRow) -> str:
    return row.group.removesuffix("+")


class Lockouts(Source):
    """Looks at which accounts and addresses are locked."""

    numbers: ClassVar = (LOCKOUT,)
    wakes: ClassVar = frozenset({"login-locked"})

    def __init__(self, manager: Manager) -> None:
        self._manager = manager

    async def find(self) -> list[Finding]:
        """See `Source.find`."""
        locked = [row for row in self._manager.security.lockout.rows() if row.locked_s]
        found = [
            Finding(
                LOCKOUT, f"{row.kind} {row.name}", ON, f"{count(row.failures, 'failed login')}, last {row.last_from}"
            )
            for row in locked[:LOCKED]
        ]
        more = len(locked) - LOCKED
        text = f"{more} more accounts and addresses are locked" if more > 0 else ""
        return [*found, Finding(LOCKOUT, SYSTEM, ON if more > 0 else OFF, text)]


class Telnet(Source):
    """Looks at whether passwords may cross the network in clear."""

    numbers: ClassVar = (TELNET,)
    wakes: ClassVar = frozenset({"telnet-on", "config-changed"})

    def __init__(self, manager: Manager) -> None:
        self._manager = manager

    async def find(self) -> list[Finding]:
        """See `Source.find`."""
        settings = self._manager.configuration.running.telnet
        clear = [] if settings.shutdown else [each for each in settings.listeners if not each.tls]
        text = "passwords cross the network in clear at " + ", ".join(
            f"{each.address} port {each.port}" for each in clear
        )
        return [Finding(TELNET, SYSTEM, ON if clear else OFF, text if clear else "telnet is off, or over TLS")]


class Certificates(Source):
    """Reads the certificates that the configuration names."""

    numbers: ClassVar = (EXPIRY,)
    wakes: ClassVar = frozenset({"config-changed"})
    period_s = 60.0

    def __init__(self, manager: Manager, clock: Callable[[], float] = time.time) -> None:
        self._manager = manager
        self._clock = clock
        self._aside = Aside("certificates")

    async def find(self) -> list[Finding]:
        """See `Source.find`."""
        state, running = self._manager.state, self._manager.configuration.running
        now, days = self._clock(), running.environment.certificate
        files = dict(in_use(running))
        return await self._aside.run(
            lambda: [judged(state, name, use, now, days) for name, use in files.items()], READ_S
        )


def in_use(running: Configuration) -> Iterable[tuple[str, str]]:
    """Yield the files of certificates that are in use, and what for."""
    if running.telnet.certificate and not running.telnet.shutdown:
        yield running.telnet.certificate, "telnet"
    for host in (*running.audit.hosts, *running.logging.hosts):
        if host.ca:
            yield host.ca, f"who may sign for syslog host {host.address}"
    for target in running.notification_targets:
        if target.ca and not target.shutdown:
            yield target.ca, f"who may sign for notification target {target.name}"


def judged(state: Path, name: str, use: str, now: float, days: Days) -> Finding:
    """Judge a file by the certificate in it that ends first. Blocks."""
    what = f"certificate {name}"
    try:
        found = min(certificate.read_all(state, name), key=lambda each: each.expires)
    except CertificateError as error:
        return Finding(EXPIRY, what, "critical", f"{use}: {error}")
    left = (found.expires.timestamp() - now) / DAY_S
    text = f"{use}: {found.subject} ends on {found.expires:%Y-%m-%d %H:%M} UTC"
    if left < 0:
        return Finding(EXPIRY, what, "critical", f"{use}: {found.subject} ended on {found.expires:%Y-%m-%d %H:%M} UTC")
    severity = "major" if left < days.major else "minor" if left < days.minor else OFF
    return Finding(EXPIRY, what, severity, text)
