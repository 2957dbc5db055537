"""An agent of SNMP in the process of the test, asked by the programs of net-snmp."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncGenerator, Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
import pytest
from support.management import FakeManager
from support.waiting import free_ports

from core.northbound.keyring import Keyring
from oam.settings.snmp import Community, SnmpGroup, SnmpListener, SnmpSettings, SnmpUser
from oam.snmp.engine import engine_id, keys
from oam.snmp.engine.counters import Counters
from oam.snmp.engine.transport import Address, Endpoint, Peer
from oam.snmp.mib import Mib
from oam.snmp.object import Table

needs_net_snmp: Final = pytest.mark.skipif(shutil.which("snmpget") is None, reason="net-snmp's programs are missing")
READ: Final = "open sesame"
WRITE: Final = "let me in"
"""Communities."""
PHRASE: Final = "authentic-phrase"
SECRET: Final = "private-phrase"


class Agent:
    """The agent of a manager, on a port of the loopback."""

    def __init__(self, manager: FakeManager, port: int) -> None:
        self.manager = manager
        self.snmp = manager.snmp
        self.port = port

    async def net_snmp(self, program: str, *arguments: str) -> str:
        """Run a program of net-snmp; return what it prints, errors too."""
        process = await asyncio.create_subprocess_exec(
            program,
            "-m",
            "",
            "-On",
            "-r0",
            "-t5",
            *arguments,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        async with asyncio.timeout(30):
            printed, _ = await process.communicate()
        return printed.decode().strip()

    async def asked(self, program: str, who: Sequence[str], *arguments: str) -> str:
        """The same, of this agent."""
        return await self.net_snmp(program, *who, f"127.0.0.1:{self.port}", *arguments)


def by_community(version: str, community: str = READ) -> list[str]:
    """Return how net-snmp is told a community."""
    return [f"-v{version}", "-c", community]


def by_user(name: str, authentication: str = "", privacy: str = "") -> list[str]:
    """Return how net-snmp is told a user."""
    told = ["-v3", "-u", name]
    if authentication:
        told += ["-a", authentication.upper(), "-A", PHRASE]
    if privacy:
        told += ["-x", privacy.upper().replace("AES-128", "AES"), "-X", SECRET]
    return [*told, "-l", "authPriv" if privacy else "authNoPriv" if authentication else "noAuthNoPriv"]


_authentication_key = cache(keys.authentication_key)
_privacy_key = cache(keys.privacy_key)
"""They take milliseconds by design."""


def user(
    keyring: Keyring,
    own: bytes,
    name: str,
    group: str,
    authentication: str = "",
    privacy: str = "",
    *,
    phrase: str = PHRASE,
    secret: str = SECRET,
) -> SnmpUser:
    """Return a user with keys that are for an engine."""
    found = SnmpUser(name, group, authentication=authentication, privacy=privacy)
    if authentication:
        key = _authentication_key(phrase, authentication, own)
        found = msgspec.structs.replace(found, authentication_key=keys.sealed(keyring, key, own))
    if privacy:
        key = _privacy_key(secret, authentication, privacy, own)
        found = msgspec.structs.replace(found, privacy_key=keys.sealed(keyring, key, own))
    return found


def settings_of(manager: FakeManager, port: int, users: Sequence[SnmpUser] = ()) -> SnmpSettings:
    """Return settings with two communities, three groups, and these users."""
    keyring = manager.registry.keyring
    assert keyring is not None
    return SnmpSettings(
        listeners=(SnmpListener("127.0.0.1", port),),
        communities=(Community(keyring.encrypted(READ)), Community(keyring.encrypted(WRITE), access="rw")),
        groups=(SnmpGroup("open", "noauth"), SnmpGroup("proved", "auth"), SnmpGroup("sealed", "priv")),
        users=tuple(users),
    )


@contextlib.asynccontextmanager
async def agent(
    state: Path,
    tables: Sequence[Table] = (),
    people: Sequence[tuple[str, str, str, str]] = (),
    change: Callable[[SnmpSettings], SnmpSettings] = lambda settings: settings,
) -> AsyncGenerator[Agent, None]:
    """Serve tables inside the `with`; `people`: users as name, group, authentication, privacy; `change`: settings."""
    port = free_ports()[0]
    manager = FakeManager(state)
    if tables:
        manager.snmp.mib = Mib(manager, tables)
    own = await asyncio.to_thread(engine_id.kept, state)
    keyring = manager.registry.keyring
    assert keyring is not None
    users = [user(keyring, own, *each) for each in people]
    settings = change(settings_of(manager, port, users))
    manager.configuration.running = msgspec.structs.replace(manager.configuration.running, snmp=settings)
    async with manager.snmp.served():
        yield Agent(manager, port)


class Taken(Endpoint):
    """An endpoint that keeps what is sent by it."""

    def __init__(self) -> None:
        super().__init__(SnmpListener("127.0.0.1", 0), lambda octets, peer: None, Counters())
        self.sent: list[bytes] = []

    def send(self, octets: bytes, address: Address, ancillary: Sequence[tuple[int, int, bytes]] = ()) -> bool:
        """Keep a datagram."""
        self.sent.append(octets)
        return True


def peer(endpoint: Taken, address: str = "127.0.0.1") -> Peer:
    """Return somebody who asks."""
    return Peer(address, endpoint, (address, 40_000), [])
