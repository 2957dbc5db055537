"""Servers that take files: SFTP by asyncssh, FTP by vsftpd, and one that accepts connections and says nothing."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncssh
import pytest
from support.waiting import free_ports, wait_until

USER = "planner"
SECRET = "right and long"
VSFTPD = shutil.which("vsftpd") or shutil.which("vsftpd", path="/usr/sbin")
needs_vsftpd = pytest.mark.skipif(VSFTPD is None, reason="vsftpd is not installed")
KEY = asyncssh.generate_private_key("ssh-ed25519")


class SftpServer:
    """One that is served; it may refuse, and be slow."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.logins: list[str] = []
        """Secrets that were offered."""
        self.refuses = ""
        """Operation that fails: `write`, `rename`."""
        self.renames = True
        """It knows posix-rename."""

    @property
    def host_key(self) -> str:
        return KEY.get_fingerprint()

    @property
    def known_hosts(self) -> str:
        return f"[127.0.0.1]:{self.port} {KEY.export_public_key().decode()}"

    def files(self) -> dict[str, bytes]:
        return {each.name: each.read_bytes() for each in sorted(self.folder.iterdir())}


@asynccontextmanager
async def sftp_server(folder: Path) -> AsyncIterator[SftpServer]:
    """Serve `folder` over SFTP to USER with SECRET."""
    folder.mkdir(exist_ok=True)
    server = SftpServer(folder)

    connections: set[asyncssh.SSHServer] = set()

    class Access(asyncssh.SSHServer):
        def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
            connections.add(self)

        def connection_lost(self, exc: Exception | None) -> None:
            connections.discard(self)

        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            server.logins.append(password)
            return (username, password) == (USER, SECRET)

    class Files(asyncssh.SFTPServer):
        def __init__(self, channel: asyncssh.SSHServerChannel[bytes]) -> None:
            super().__init__(channel, chroot=os.fsencode(folder))

        def write(self, file_obj: object, offset: int, data: bytes) -> int:
            if server.refuses == "write":
                raise asyncssh.SFTPFailure(f"No space left, said {SECRET}")
            return super().write(file_obj, offset, data)  # type: ignore[return-value]

        def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
            if server.refuses == "rename":
                raise asyncssh.SFTPPermissionDenied("Not here")
            if not server.renames:
                raise asyncssh.SFTPOpUnsupported("Unknown")
            super().posix_rename(oldpath, newpath)

    listener = await asyncssh.listen(
        "127.0.0.1", 0, server_factory=Access, sftp_factory=Files, server_host_keys=[KEY], allow_scp=False
    )
    server.port = listener.get_port()
    try:
        yield server
    finally:
        listener.close()
        await listener.wait_closed()
        async with asyncio.timeout(10):
            while connections:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def silent_server() -> AsyncIterator[int]:
    """Yield the port of a server that accepts connections and says nothing."""

    writers: list[asyncio.StreamWriter] = []

    async def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        for writer in writers:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in writers), return_exceptions=True)


_CONFIG = """listen=YES
listen_address=127.0.0.1
listen_port={port}
background=NO
local_enable=NO
anonymous_enable=YES
no_anon_password=NO
anon_root={folder}
anon_upload_enable=YES
anon_mkdir_write_enable=YES
anon_other_write_enable=YES
anon_umask=022
write_enable=YES
pasv_enable=YES
pasv_min_port={low}
pasv_max_port={high}
pasv_address=127.0.0.1
ftp_username={user}
deny_email_enable=YES
banned_email_file={banned}
secure_chroot_dir={empty}
seccomp_sandbox=NO
xferlog_enable=NO
"""


@contextmanager
def vsftpd() -> Iterator[tuple[int, Path]]:
    """Run vsftpd; yield its port and the folder that takes files.

    It lets in `anonymous` with any secret but `wrong`: as system accounts are none of a test's business.
    """
    assert VSFTPD is not None
    port, *passive = free_ports(12)
    folder = Path(tempfile.mkdtemp(prefix="vsftpd-"))  # not below pytest's, which only root may enter
    folder.chmod(0o755)
    root, files, empty = folder / "root", folder / "root" / "in", folder / "empty"
    for each in (root, files, empty):
        each.mkdir(parents=True)
    files.chmod(0o777)
    root.chmod(0o555)
    banned = folder / "banned"
    banned.write_text("wrong\n")
    config = folder / "vsftpd.conf"
    config.write_text(
        _CONFIG.format(
            port=port, low=passive[0], high=passive[-1], folder=root, empty=empty, banned=banned, user=_account()
        )
    )
    process = subprocess.Popen([VSFTPD, str(config)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    try:
        wait_until(lambda: process.poll() is not None or _listens(port), 10.0, "vsftpd")
        assert process.poll() is None, process.stdout and process.stdout.read()
        yield port, files
    finally:
        process.terminate()
        process.wait()
        if process.stdout:
            process.stdout.close()
        shutil.rmtree(folder, ignore_errors=True)


def _account() -> str:
    """Return a system account whose home is there: as that vsftpd serves."""
    return next(each.pw_name for each in pwd.getpwall() if each.pw_uid and Path(each.pw_dir).is_dir())


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
