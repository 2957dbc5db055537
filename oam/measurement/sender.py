"""One file brought to another server, by SFTP or FTP: under another name first, renamed when it is whole.

Whatever goes wrong is a SendError whose text is for the operator and has no secret in it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ftplib
import io
import os
import posixpath
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from oam.files import FOLDER
from oam.threads import in_thread

if TYPE_CHECKING:
    import asyncssh

SFTP: Final = "sftp"
FTP: Final = "ftp"
PORTS: Final = {SFTP: 22, FTP: 21}
CONNECT_S: Final = 20.0
"""Longest wait for a connection with its login."""
STALL_S: Final = 20.0
"""Longest wait for one answer of an FTP server."""
FILE_S: Final = 60.0
"""Longest time for one file."""
CLOSE_S: Final = 1.0
PART: Final = ".part"
"""What a name ends in until the file is whole."""
KNOWN_HOSTS: Final = "known_hosts"
"""File of the file area with host keys, as OpenSSH keeps them."""
MAX_TEXT: Final = 200
_KINDS: Final = (
    ("ssh-ed25519",),
    ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"),
    ("rsa-sha2-512", "rsa-sha2-256"),
)
"""Host keys that servers have."""

Send = Callable[[str, bytes], Awaitable[None]]
"""Brings a file (name, octets) to the server; raises SendError."""


class SendError(Exception):
    """A file could not be sent; the text says why."""


class Server(NamedTuple):
    """Where files go, and as whom."""

    protocol: str
    """SFTP or FTP."""
    host: str
    port: int
    user: str
    secret: str
    directory: str
    host_key: str
    """`SHA256:…`; empty: `known_hosts` decides."""
    known_hosts: Path
    """Need not be there."""

    def path(self, name: str) -> str:
        """Return the path of a file there."""
        return posixpath.join(self.directory, name) if self.directory else name


def known_hosts(state: Path) -> Path:
    """Return where the host keys stand that an operator has put into the file area."""
    return state / FOLDER / KNOWN_HOSTS


@asynccontextmanager
async def connected(server: Server) -> AsyncIterator[Send]:
    """Connect and log in; yield what sends a file. Raises SendError, and what is sent may."""
    opened = _sftp(server) if server.protocol == SFTP else _ftp(server)
    async with opened as send:
        yield send


async def remove(server: Server, name: str) -> None:
    """Remove a file there, where the server allows it. Raises SendError."""
    if server.protocol == SFTP:
        async with _client(server) as client, _told(server, "remove"), asyncio.timeout(FILE_S):
            await client.remove(server.path(name))
        return
    await in_thread(_ftp_remove, server, name)


@asynccontextmanager
async def _told(server: Server, what: str) -> AsyncIterator[None]:
    """Make what goes wrong a SendError."""
    import asyncssh

    try:
        yield
    except SendError:
        raise
    except TimeoutError:
        raise SendError(f"{what}: no answer in time") from None
    except asyncssh.HostKeyNotVerifiable:
        raise SendError(f"{what}: the server's host key is not the one configured, or is not known") from None
    except asyncssh.PermissionDenied:
        raise SendError(f"{what}: user or secret refused") from None
    except (asyncssh.Error, OSError, EOFError, ftplib.Error, ValueError) as error:
        raise SendError(f"{what}: {_clean(str(error) or type(error).__name__, server.secret)}") from None


def _clean(text: str, secret: str) -> str:
    """Return what a server has said as it may be shown."""
    if secret:
        text = text.replace(secret, "*")
    return "".join(sign if sign.isprintable() else " " for sign in text)[:MAX_TEXT].strip()


@asynccontextmanager
async def _client(server: Server) -> AsyncIterator[asyncssh.SFTPClient]:
    """Open SFTP; the host key is checked before anything is said."""
    import asyncssh

    class Client(asyncssh.SSHClient):
        def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
            return bool(server.host_key) and key.get_fingerprint() == server.host_key

    use_file = not server.host_key and await in_thread(server.known_hosts.is_file)
    options = asyncssh.SSHClientConnectionOptions(
        username=server.user,
        password=server.secret,
        known_hosts=os.fspath(server.known_hosts) if use_file else ([], [], []),
        client_keys=None,
        agent_path=None,
        config=None,
        gss_host=None,
        preferred_auth=("password", "keyboard-interactive"),
        keepalive_interval=int(STALL_S),
    )
    async with contextlib.AsyncExitStack() as stack:
        async with _told(server, "connect"), asyncio.timeout(CONNECT_S):
            # A fingerprint does not say of what kind its key is, and a server shows the key that is asked for.
            for algorithms in _KINDS if server.host_key else ((),):
                try:
                    connection, _ = await asyncssh.create_connection(
                        Client, server.host, server.port, options=options, server_host_key_algs=algorithms
                    )
                    break
                except (asyncssh.HostKeyNotVerifiable, asyncssh.KeyExchangeFailed) as error:
                    refused = error
            else:
                raise refused if not server.host_key else asyncssh.HostKeyNotVerifiable("another fingerprint")
            stack.push_async_callback(_closed, connection)
            client = await connection.start_sftp_client()
        yield client
        client.exit()


async def _closed(connection: asyncssh.SSHClientConnection) -> None:
    """Close a connection as the server expects it, without waiting for one that says nothing."""
    connection.close()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_S):
            await connection.wait_closed()
    connection.abort()


@asynccontextmanager
async def _sftp(server: Server) -> AsyncIterator[Send]:
    import asyncssh

    async with _client(server) as client:

        async def send(name: str, octets: bytes) -> None:
            target, part = server.path(name), server.path(name + PART)
            async with _told(server, "write"), asyncio.timeout(FILE_S), client.open(part, "wb") as file:
                await file.write(octets)
            async with _told(server, "rename"), asyncio.timeout(FILE_S):
                try:
                    await client.posix_rename(part, target)
                except asyncssh.SFTPOpUnsupported:
                    with contextlib.suppress(asyncssh.SFTPNoSuchFile):
                        await client.remove(target)
                    await client.rename(part, target)

        yield send


@asynccontextmanager
async def _ftp(server: Server) -> AsyncIterator[Send]:
    async with _told(server, "connect"):
        client = await in_thread(_ftp_login, server)

    async def send(name: str, octets: bytes) -> None:
        async with _told(server, "write"):
            await in_thread(_ftp_store, client, server, name, octets)

    try:
        yield send
    finally:
        # A thread that still waits for the server ends by its own time limit.
        await asyncio.shield(in_thread(_ftp_quit, client))


def _ftp_login(server: Server) -> ftplib.FTP:
    """Connect and log in, passive mode; the reply's address of a data connection is not believed."""
    client = ftplib.FTP(timeout=STALL_S, encoding="utf-8")
    try:
        client.connect(server.host, server.port)
        client.login(server.user, server.secret)
    except BaseException:
        client.close()
        raise
    return client


def _ftp_store(client: ftplib.FTP, server: Server, name: str, octets: bytes) -> None:
    target, part = server.path(name), server.path(name + PART)
    end = time.monotonic() + FILE_S

    def in_time(_: bytes) -> None:
        if time.monotonic() > end:
            raise TimeoutError

    client.storbinary(f"STOR {part}", io.BytesIO(octets), callback=in_time)
    try:
        client.rename(part, target)
    except ftplib.error_perm:  # there is a file of that name, which some servers do not replace
        client.delete(target)
        client.rename(part, target)


def _ftp_quit(client: ftplib.FTP) -> None:
    with contextlib.suppress(OSError, EOFError, ftplib.Error):
        if client.sock is not None:
            client.sock.settimeout(CLOSE_S)
        client.quit()
    client.close()


def _ftp_remove(server: Server, name: str) -> None:
    client = _ftp_login(server)
    try:
        client.delete(server.path(name))
    finally:
        _ftp_quit(client)
