"""Telnet served in memory: the real server on a real socket, in a thread; and a client that is told every octet."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from support.management import FakeManager
from support.waiting import free_ports

from oam.config.tree import Configuration
from oam.security.secrets import hashed
from oam.settings.access import ManagementListener, TelnetSettings
from oam.settings.operators import Block, LoginSettings, Operator

T = TypeVar("T")

NAME = "admin"
SECRET = "correct horse"
HOST = "127.0.0.1"


@cache
def _hash() -> str:
    return hashed(SECRET)


def configuration(port: int, *, tls: str = "", **settings: object) -> Configuration:
    """Return a configuration with telnet on `port`, other `settings` of telnet, one operator, and no lockout."""
    telnet = TelnetSettings(listeners=(ManagementListener(HOST, port, tls),), shutdown=False)
    return Configuration(
        hostname="sip1",
        telnet=msgspec.structs.replace(telnet, **settings),
        login=LoginSettings(Block(0), delay_s=0),
        users=(Operator(name=NAME, privilege=15, secret=_hash()),),
    )


class ServedTelnet:
    """A context manager; `manager` belongs to the thread, reach it through `call`."""

    def __init__(self, state: Path, *, tls: str = "", **settings: object) -> None:
        (self.port,) = free_ports()
        self._state = state
        self._configuration = configuration(self.port, tls=tls, **settings)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self.manager: FakeManager

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        self.manager = FakeManager(self._state, self._configuration)
        async with self.manager.telnet.served():
            self._ready.set()
            await self._ended.wait()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        self.left_behind = {task for task in others if not task.cancelling()}

    def __enter__(self) -> ServedTelnet:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(20)
        assert not self._thread.is_alive()
        if error is None:
            assert not self.left_behind

    def call(self, function: Callable[[FakeManager], T]) -> T:
        """Run `function` in the server's thread and return what it gives."""

        async def called() -> T:
            return function(self.manager)

        return asyncio.run_coroutine_threadsafe(called(), self._loop).result(10)


class Client:
    """A client that sends what it is told and nothing else: it answers no option."""

    def __init__(
        self, port: int, context: ssl.SSLContext | None = None, *, name: str | None = None, seconds: float = 10.0
    ) -> None:
        """Connect; with `context` over TLS, to a server that shows a certificate of `name`."""
        plain = socket.create_connection((HOST, port), seconds)
        self.socket = plain if context is None else context.wrap_socket(plain, server_hostname=name)
        self.got = b""
        """What has come since the last `expect`."""

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.socket.close()

    def send(self, octets: bytes) -> None:
        """Send octets as they are."""
        self.socket.sendall(octets)

    def expect(self, octets: bytes) -> bytes:
        """Return everything up to the first `octets`, which must come."""
        while octets not in self.got:
            more = self.socket.recv(65_536)
            assert more, f"closed while {octets!r} was expected; {self.got!r} came"
            self.got += more
        before, found, self.got = self.got.partition(octets)
        return before + found

    def rest(self) -> bytes:
        """Return everything up to the end of the connection, which must come."""
        try:
            while more := self.socket.recv(65_536):
                self.got += more
        except ConnectionError:
            pass
        rest, self.got = self.got, b""
        return rest

    def log_in(self, name: str = NAME, secret: str = SECRET) -> None:
        """Log in, up to the prompt."""
        self.expect(b"Username: ")
        self.send(name.encode() + b"\r\n")
        self.expect(b"Password: ")
        self.send(secret.encode() + b"\r\n")
        self.expect(b"sip1#")

    def command(self, line: str) -> str:
        """Run a command; return what came behind its echo, up to the prompt."""
        self.send(line.encode() + b"\r\n")
        self.expect(line.encode() + b"\r\n")
        return self.expect(b"sip1#").decode().removesuffix("sip1#")


def make_certificate(folder: Path, name: str = "server.pem", *, key: str = "", days: int = 30) -> Path:
    """Write a certificate of its own authority for localhost; its key beside it, or into the file `key`."""
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(private, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    secret = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = made.public_bytes(Encoding.PEM)
    (folder / name).write_bytes(public if key else public + secret)
    if key:
        (folder / key).write_bytes(secret)
    return folder / name
