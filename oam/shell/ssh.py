"""Shells of other hosts over SSH: `management ssh`.

What may be refused is refused before the key exchange, the costly part: by access list, by the
number of strangers, by the number of connections. After it the connection is a `Login`'s, then
an operator's, who may hold several channels; each is a session of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Coroutine, Sequence
from typing import Final

import asyncssh
import msgspec
from asyncssh.channel import SSHChannel

from oam.config.tree import Configuration
from oam.context import Manager, Session
from oam.recorder import note
from oam.security.login import Source
from oam.settings.access import ManagementListener, SshSettings
from oam.shell import entrance, host_keys, sftp
from oam.shell.admission import Admission, Limits, chosen
from oam.shell.entrance import LineError
from oam.shell.listening import Listening, Visitor
from oam.shell.sftp import FileArea
from oam.shell.ssh_auth import Login
from oam.shell.ssh_connection import Connection
from oam.shell.ssh_session import Channel

log = logging.getLogger("management")

VERSION: Final = "sipctl"
"""What the protocol's first line says of us; no version: it serves attackers only."""
CHANNELS: Final = 10
"""Sessions on one connection."""
WINDOW_OCTETS: Final = 262_144
"""Input that a client may send ahead on one channel."""
SFTP_VERSION: Final = 3
"""The one that all clients speak."""
IDLE_S: Final = 600.0
"""How long a connection may do nothing: neither a shell, which has its own time, nor anything with files."""
UNANSWERED: Final = 3
"""Keepalives that may stay without answer."""

# What the key exchange costs is on the loop: none of the large groups, whose arithmetic takes tenths of a second.
KEY_EXCHANGES: Final = (
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "diffie-hellman-group14-sha256",
)
CIPHERS: Final = (
    "chacha20-poly1305@openssh.com",
    "aes256-gcm@openssh.com",
    "aes128-gcm@openssh.com",
    "aes256-ctr",
    "aes192-ctr",
    "aes128-ctr",
)
MACS: Final = (
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512-etm@openssh.com",
    "hmac-sha2-256",
    "hmac-sha2-512",
)


class Counts(msgspec.Struct):
    """What has happened since the start."""

    logins: int = 0
    logins_failed: int = 0
    login_timeouts: int = 0
    sessions: int = 0
    """Channels served: shells, commands, files."""
    refused_channels: int = 0
    """Channels beyond what one connection may have."""


class Ssh:
    """The SSH transport of one server."""

    def __init__(self, manager: Manager) -> None:
        self._manager = manager
        self.counts = Counts()
        configuration = manager.configuration
        self.listening = Listening("management ssh", configuration, _wanted, Admission(self._limits), self._serve)
        self.keys: Sequence[asyncssh.SSHKey] = ()
        """The host keys; none before the first listener is wanted."""
        self.damaged: Sequence[str] = ()
        """Which other host keys cannot be used, and why."""
        self.connections: set[Connection] = set()
        self._sessions: set[asyncio.Task[None]] = set()
        self._loading = asyncio.Lock()
        self._preparing: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def served(self) -> AsyncGenerator[None, None]:
        """Listen inside the `with` where the configuration says so; at its end every session ends."""
        logging.getLogger("asyncssh").setLevel(logging.WARNING)  # it would log every command as it was typed
        await asyncio.to_thread(sftp.tidy, self._manager.state)
        configuration = self._manager.configuration
        configuration.observers.append(self._prepare)
        await self.listening.start()
        self._prepare(configuration.running, configuration.running)
        try:
            yield
        finally:
            configuration.observers.remove(self._prepare)
            for task in self._sessions:
                task.cancel()
            await self.listening.close()
            ending = [*self._sessions, *([self._preparing] if self._preparing else [])]
            if ending:
                await asyncio.wait(ending)

    async def host_keys(self) -> Sequence[asyncssh.SSHKey]:
        """Return the host keys that can be used, made at the first call. Raises HostKeyError when there is none."""
        async with self._loading:
            if not self.keys:
                self.keys, self.damaged = await asyncio.to_thread(host_keys.load, self._manager.state)
                for each in self.damaged:
                    self._manager.notices.publish("host-key-damaged", f"SSH host key {each}", "errors")
        return self.keys

    async def replace_host_keys(self) -> Sequence[asyncssh.SSHKey]:
        """Make new host keys, for new connections. Raises HostKeyError."""
        async with self._loading:
            await asyncio.to_thread(host_keys.replace, self._manager.state)
            self.keys = ()
        return await self.host_keys()

    def _prepare(self, _old: Configuration, new: Configuration) -> None:
        """Have the host keys ready before the first client comes: to make them takes a second."""
        if _wanted(new) and not self.keys and (self._preparing is None or self._preparing.done()):
            self._preparing = asyncio.create_task(self._prepared())

    async def _prepared(self) -> None:
        try:
            await self.host_keys()
        except host_keys.HostKeyError as error:
            self._manager.notices.publish("host-key-damaged", f"no SSH connection can be taken: {error}", "errors")

    def _limits(self) -> Limits:
        running = self._manager.configuration.running
        ssh = running.ssh
        allowed = chosen(running.access_lists, ssh.access_list, None)
        return Limits(allowed, ssh.unauthenticated_maximum, ssh.source_maximum)

    async def _serve(self, visitor: Visitor) -> None:
        """Serve one connection to its end."""
        running = self._manager.configuration.running
        try:
            options = _options(running.ssh, await self.host_keys())
        except host_keys.HostKeyError as error:
            log.error("ssh: connection from %s refused: %s", visitor.address, error)
            return
        login = _Operator(self, self._manager, visitor, running)
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(lambda: Connection(loop, options, login), sock=visitor.socket)
        self.connections.add(connection)
        try:
            await login.closed.wait()
            self.counts.login_timeouts += login.timed_out
        finally:
            self.connections.discard(connection)
            self.counts.logins_failed += login.failures
            connection.abort()
            await login.closed.wait()

    def start(self, session: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Begin what happens on one channel; it is cancelled when the server stops."""
        self.counts.sessions += 1
        task = asyncio.create_task(session)
        self._sessions.add(task)
        task.add_done_callback(self._sessions.discard)
        return task


class _Operator(Login):
    """One connection, and the channels on it."""

    def __init__(self, ssh: Ssh, manager: Manager, visitor: Visitor, running: Configuration) -> None:
        banner = running.banners.login
        text = "".join(f"{line}\r\n" for line in banner.splitlines())
        super().__init__(manager.security, visitor.address, running.ssh, text)
        self._ssh = ssh
        self._manager = manager
        self._visitor = visitor
        self._channels = 0
        self._busy = 0
        self._used = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.on_welcome = self._welcomed

    def _welcomed(self) -> None:
        self._visitor.authenticated()
        self._ssh.counts.logins += 1
        self.touch()
        self._timer = asyncio.get_running_loop().call_later(IDLE_S, self._look)

    def touch(self) -> None:
        """Something is done on the connection."""
        self._used = asyncio.get_running_loop().time()

    def _look(self) -> None:
        """End the connection when nothing has been done on it for long."""
        loop = asyncio.get_running_loop()
        idle = 0.0 if self._busy else loop.time() - self._used
        if idle >= IDLE_S:
            log.info("ssh: connection from %s is idle and ended", self._visitor.address)
            self.disconnect("Idle")
        else:
            self._timer = loop.call_later(IDLE_S - idle, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def session_requested(self) -> asyncssh.SSHServerProcess[bytes]:
        """Take a new channel."""
        if self.identity is None or self._channels >= CHANNELS:
            self._ssh.counts.refused_channels += 1
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_RESOURCE_SHORTAGE, "Too many sessions")
        self._channels += 1
        return _Process(self)

    def may_use_files(self) -> bool:
        """Whether the file area is the operator's: whoever may write command output there."""
        assert self.identity is not None
        rights = self._manager.security.rights(self.identity.privilege, self.identity.role)
        return self._manager.configuration.running.ssh.sftp and rights.writes("redirect")

    def files(self, channel: SSHChannel[bytes]) -> FileArea:
        """Serve the file area on a channel."""
        assert self.identity is not None
        session = entrance.without_shell(self._manager, self.identity, Source("sftp", self._visitor.address))

        def record(done: str, code: int) -> None:
            note(session, "command", command=done, code=code)

        def touch() -> None:
            self.touch()
            if session.line is not None:
                self._manager.lines.touch(session.line)

        area = FileArea(channel, self._manager.state, record, touch)
        self._ssh.start(self._present(session, channel, area))
        return area

    async def _present(self, session: Session, channel: SSHChannel[bytes], area: FileArea) -> None:
        """Have the operator among those who are on for as long as the channel is open."""
        try:
            async with entrance.present(session):
                await channel.wait_closed()
        except LineError as error:
            log.info("ssh: no files for %s: %s", session.user, error)
        finally:
            area.ended = True
            channel.abort()

    def started(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        """The client has said what the channel is for."""
        assert self.identity is not None
        self._busy += 1
        channel = Channel(self._manager, self.identity, Source("ssh", self._visitor.address), process)
        self._ssh.start(channel.serve()).add_done_callback(self._left)

    def _left(self, _task: asyncio.Task[None]) -> None:
        self._busy -= 1
        self.touch()

    def ended(self) -> None:
        """A channel is gone."""
        self._channels -= 1


class _Process(asyncssh.SSHServerProcess[bytes]):
    """One channel: a shell, a command or the file area."""

    def __init__(self, operator: _Operator) -> None:
        allowed = operator.may_use_files()
        super().__init__(operator.started, self._files if allowed else None, SFTP_VERSION, allow_scp=allowed)
        self._operator = operator
        self._area: FileArea | None = None

    def _files(self, channel: SSHChannel[bytes]) -> FileArea:
        self._area = self._operator.files(channel)
        return self._area

    def eof_received(self) -> bool:
        """The client sends no more."""
        if self._area is not None:
            self._area.ended = True
        return super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """The channel is gone."""
        self._operator.ended()
        super().connection_lost(exc)

    def subsystem_requested(self, subsystem: str) -> bool:
        """Offer no subsystem but files."""
        return subsystem == "sftp" and super().subsystem_requested(subsystem)


def _wanted(configuration: Configuration) -> tuple[ManagementListener, ...]:
    return () if configuration.ssh.shutdown else configuration.ssh.listeners


def _options(settings: SshSettings, keys: Sequence[asyncssh.SSHKey]) -> asyncssh.SSHServerConnectionOptions:
    """Return how asyncssh is to serve."""
    return asyncssh.SSHServerConnectionOptions(
        config=None,
        server_host_keys=list(keys),
        server_version=VERSION,
        encoding=None,
        window=WINDOW_OCTETS,
        line_editor=False,
        agent_forwarding=False,
        x11_forwarding=False,
        gss_host=None,
        kex_algs=KEY_EXCHANGES,
        encryption_algs=CIPHERS,
        mac_algs=MACS,
        compression_algs=["none"],
        login_timeout=settings.login_timeout_s,
        keepalive_interval=settings.keepalive_s,
        keepalive_count_max=UNANSWERED,
    )
