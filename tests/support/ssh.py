"""SSH in memory: the real transport on real sockets, with a manager that has no processes, and clients for it."""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import mkdtemp

import asyncssh
import msgspec
from support.management import FakeManager
from support.waiting import free_ports, until

from oam.config.tree import Configuration
from oam.security.secrets import hashed
from oam.settings.access import ManagementListener, SshSettings
from oam.settings.operators import Operator
from oam.shell import host_keys

SECRET = "right"
_HASH = hashed(SECRET)
PATIENCE_S = 10.0


ADMIN = Operator("admin", 15, secret=_HASH)
GUEST = Operator("guest", 1, secret=_HASH)


@cache
def _keys() -> Path:
    """Make host keys, once for all tests: RSA takes its time."""
    state = Path(mkdtemp(prefix="sipctl-"))
    atexit.register(rmtree, state, ignore_errors=True)
    host_keys.load(state)
    return state / host_keys.FOLDER


class SshServer:
    """One transport that is served."""

    def __init__(self, manager: FakeManager, port: int) -> None:
        self.manager = manager
        self.port = port

    def connect(
        self, user: str = "admin", password: str | None = SECRET, **options: object
    ) -> asyncssh.misc._ACMWrapper[asyncssh.SSHClientConnection]:
        """Connect as a client that trusts every host key and has no key of its own."""
        wanted: dict[str, object] = {
            "username": user,
            "password": password,
            "known_hosts": None,
            "client_keys": None,
            "agent_path": None,
            "config": None,
            "gss_host": None,
        }
        return asyncssh.connect("127.0.0.1", self.port, **(wanted | options))

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until `condition()` holds."""
        await until(condition, what, PATIENCE_S)

    async def change(self, **settings: object) -> list[str]:
        """Change `management ssh`."""
        running = self.manager.configuration.running
        ssh = msgspec.structs.replace(running.ssh, **settings)
        return await self.manager.configuration.apply(msgspec.structs.replace(running, ssh=ssh))


@asynccontextmanager
async def ssh_server(
    state: Path,
    *,
    users: tuple[Operator, ...] = (ADMIN, GUEST),
    settings: object = None,
    damaged: tuple[str, ...] = (),
    **ssh: object,
) -> AsyncIterator[SshServer]:
    """Serve SSH; `ssh` are fields of SshSettings, `settings` a Configuration to begin with.

    `damaged` are files of host keys that cannot be read.
    """
    (port,) = free_ports(1)
    base = settings if isinstance(settings, Configuration) else Configuration(hostname="sip1")
    wanted = SshSettings(listeners=(ManagementListener("127.0.0.1", port),), shutdown=False)
    configuration = msgspec.structs.replace(base, users=users, ssh=msgspec.structs.replace(wanted, **ssh))
    copytree(_keys(), state / host_keys.FOLDER, dirs_exist_ok=True)
    for name in damaged:
        (state / host_keys.FOLDER / name).write_text("nonsense")
    manager = FakeManager(state, configuration)
    async with manager.ssh.served():
        yield SshServer(manager, port)


def unplug(connection: asyncssh.SSHClientConnection) -> None:
    """Read no more of what the server sends, and say nothing: what a lost cable, or a stopped client, looks like."""
    assert connection._transport is not None
    connection._transport.pause_reading()


class Screen:
    """What a client with a terminal sees."""

    def __init__(self, process: asyncssh.SSHClientProcess[bytes]) -> None:
        self.process = process
        self.text = b""

    def types(self, octets: bytes) -> None:
        """Type."""
        self.process.stdin.write(octets)

    async def shows(self, wanted: bytes) -> bytes:
        """Wait for `wanted`; return all that came up to it, and forget that."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while wanted not in self.text:
                    octets = await self.process.stdout.read(65_536)
                    assert octets, f"{wanted!r} never came, but {self.text[-500:]!r}"
                    self.text += octets
        except TimeoutError:
            raise AssertionError(f"{wanted!r} never came, but {self.text[-500:]!r}") from None
        found, _, self.text = self.text.partition(wanted)
        return found + wanted


@asynccontextmanager
async def terminal(
    connection: asyncssh.SSHClientConnection, term: str = "vt100", size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Screen]:
    """Open a shell on a terminal and wait for its prompt."""
    async with connection.create_process(term_type=term, term_size=size, encoding=None) as process:
        screen = Screen(process)
        yield screen
        process.close()
