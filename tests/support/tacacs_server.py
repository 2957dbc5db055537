"""A TACACS+ server for tests: header and obfuscation are those of the library tacacs-plus, nothing is ours.

The library is a client's; requests are taken apart here by RFC 8907's figures, and
tests/oam/security/test_tacacs.py drives this server with the library's own client, too.
"""

from __future__ import annotations

import contextlib
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tacacs_plus.flags import TAC_PLUS_ACCT, TAC_PLUS_AUTHEN, TAC_PLUS_AUTHOR
from tacacs_plus.packet import TACACSHeader, crypt

SINGLE_CONNECT = 0x04
PASS, FAIL, GETDATA, GETUSER, GETPASS, ERROR = 1, 2, 3, 4, 5, 7
PASS_ADD, PASS_REPL, AUTHOR_FAIL, AUTHOR_ERROR = 1, 2, 0x10, 0x11


@dataclass
class Request:
    """A request as it came."""

    kind: int
    user: str
    port: str
    address: str
    privilege: int
    service: int
    arguments: list[str] = field(default_factory=list)
    flags: int = 0
    method: int = 0


@dataclass
class Behaviour:
    """What the server knows and how it behaves; may be changed while it runs."""

    key: str = "shared"
    users: dict[str, str] = field(default_factory=dict)
    """Name: secret."""
    enable: str = ""
    """Secret that `enable` wants."""
    exec_arguments: list[str] = field(default_factory=list)
    """What the authorization of a session is answered with."""
    permits: Callable[[str, str], bool] = lambda user, command: True
    """(user, command) -> whether he may."""
    ask_user: bool = False
    """Ask for the name although the client has said it."""
    question: tuple[str, str] | None = None
    """(prompt, right answer) asked behind the secret."""
    error: bool = False
    """Answer ERROR to everything."""
    garbage: bytes | None = None
    """Sent in place of every answer."""
    delay_s: float = 0.0
    single: bool = True
    """Agrees to single connections."""
    replace: list[str] | None = None
    """Answer an authorization with PASS_REPL and this."""
    hang_up_after: int = 0
    """Close a connection after so many exchanges; 0: never."""


class TacacsServer:
    """A server that runs in a thread; use as a context manager."""

    def __init__(self, behaviour: Behaviour | None = None, address: str = "127.0.0.1", port: int = 0) -> None:
        self.behaviour = behaviour or Behaviour()
        self.requests: list[Request] = []
        self.connections = 0
        self._sockets: set[socket.socket] = set()
        server = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                server.connections += 1
                server._sockets.add(self.request)
                with contextlib.suppress(OSError, EOFError):
                    server._serve(self.request)
                server._sockets.discard(self.request)

        class Listener(socketserver.ThreadingTCPServer):
            address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
            allow_reuse_address = True
            daemon_threads = True

        self._listener = Listener((address, port), Handler)
        self.port: int = self._listener.server_address[1]
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> TacacsServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the server and every connection."""
        if self._thread.is_alive():
            self._listener.shutdown()
            self._thread.join()
        self.hang_up()
        self._listener.server_close()

    def hang_up(self) -> None:
        """Close every connection."""
        for each in list(self._sockets):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def of(self, kind: int) -> list[Request]:
        """Requests of one kind."""
        return [each for each in self.requests if each.kind == kind]

    @property
    def commands(self) -> list[str]:
        """The commands that were asked about."""
        return [command_of(each.arguments) for each in self.of(TAC_PLUS_AUTHOR) if "cmd=" not in each.arguments]

    @property
    def records(self) -> list[Request]:
        """The accounting records."""
        return self.of(TAC_PLUS_ACCT)

    def _serve(self, connection: socket.socket) -> None:
        served = 0
        while True:
            head, body = self._receive(connection)
            single = bool(head.flags & SINGLE_CONNECT) or served > 0
            for answer in self._answers(head, body, connection):
                self._send(connection, head, answer)
            served += 1
            if not (single and self.behaviour.single) or served == self.behaviour.hang_up_after:
                connection.shutdown(socket.SHUT_RDWR)
                return

    def _receive(self, connection: socket.socket) -> tuple[TACACSHeader, bytes]:
        head = TACACSHeader.unpacked(_exactly(connection, 12))
        return head, crypt(head, _exactly(connection, head.length), self.behaviour.key)

    def _send(self, connection: socket.socket, head: TACACSHeader, body: bytes) -> None:
        time.sleep(self.behaviour.delay_s)
        if self.behaviour.garbage is not None:
            connection.sendall(self.behaviour.garbage)
            raise EOFError
        flags = SINGLE_CONNECT if self.behaviour.single and head.flags & SINGLE_CONNECT else 0
        answer = TACACSHeader(head.version, head.type, head.session_id, len(body), head.seq_no + 1, flags)
        connection.sendall(answer.packed + crypt(answer, body, self.behaviour.key))

    def _answers(self, head: TACACSHeader, body: bytes, connection: socket.socket) -> Iterator[bytes]:
        if head.type == TAC_PLUS_AUTHEN:
            yield from self._authentication(head, body, connection)
        elif head.type == TAC_PLUS_AUTHOR:
            yield self._authorization(body)
        elif head.type == TAC_PLUS_ACCT:
            self.requests.append(_with_arguments(TAC_PLUS_ACCT, body[1:], body[0]))
            yield struct.pack("!HHB", 0, 0, 2 if self.behaviour.error else 1)

    def _authentication(self, head: TACACSHeader, body: bytes, connection: socket.socket) -> Iterator[bytes]:
        _action, privilege, kind, service, *lengths = body[:8]
        name, port, address, data = _cut(body, 8, lengths)
        user = name.decode()
        self.requests.append(Request(TAC_PLUS_AUTHEN, user, port.decode(), address.decode(), privilege, service))
        if self.behaviour.error:
            yield _reply(ERROR, "the database is away")
            return
        if kind == 2:
            yield _reply(PASS if self.behaviour.users.get(user) == data.decode() else FAIL)
            return
        if self.behaviour.ask_user:
            yield _reply(GETUSER, "Name: ")
            user = self._continued(head, connection)
        yield _reply(GETPASS, "Password: ", flags=1)
        wanted = self.behaviour.enable if service == 2 else self.behaviour.users.get(user)
        right = self._continued(head, connection) == wanted
        if right and self.behaviour.question:
            yield _reply(GETDATA, self.behaviour.question[0])
            right = self._continued(head, connection) == self.behaviour.question[1]
        yield _reply(PASS if right else FAIL, "Welcome" if right else "No entry")

    def _continued(self, head: TACACSHeader, connection: socket.socket) -> str:
        said, body = self._receive(connection)
        head.seq_no = said.seq_no
        length, _data, flags = struct.unpack("!HHB", body[:5])
        if flags & 1:
            raise EOFError
        return body[5 : 5 + length].decode()

    def _authorization(self, body: bytes) -> bytes:
        request = _with_arguments(TAC_PLUS_AUTHOR, body)
        self.requests.append(request)
        if self.behaviour.error:
            return _response(AUTHOR_ERROR)
        if self.behaviour.replace is not None:
            return _response(PASS_REPL, self.behaviour.replace)
        if "cmd=" in request.arguments:
            return _response(PASS_ADD, self.behaviour.exec_arguments)
        allowed = self.behaviour.permits(request.user, command_of(request.arguments))
        return _response(PASS_ADD) if allowed else _response(AUTHOR_FAIL, message="not yours")


def command_of(arguments: list[str]) -> str:
    """The command that arguments stand for, as it was typed."""
    words = [each.partition("=")[2] for each in arguments if each.startswith(("cmd=", "cmd-arg="))]
    return " ".join(each for each in words if each != "<cr>")


def _exactly(connection: socket.socket, count: int) -> bytes:
    octets = b""
    while len(octets) < count:
        more = connection.recv(count - len(octets))
        if not more:
            raise EOFError
        octets += more
    return octets


def _cut(body: bytes, start: int, lengths: list[int]) -> list[bytes]:
    parts = []
    for length in lengths:
        parts.append(body[start : start + length])
        start += length
    assert start == len(body), "the lengths in a request must fit"
    return parts


def _with_arguments(kind: int, body: bytes, flags: int = 0) -> Request:
    method, privilege, _type, service, *lengths, count = body[:8]
    parts = _cut(body, 8 + count, [*lengths, *body[8 : 8 + count]])
    user, port, address, *arguments = (each.decode() for each in parts)
    return Request(kind, user, port, address, privilege, service, arguments, flags, method)


def _reply(status: int, message: str = "", flags: int = 0) -> bytes:
    return struct.pack("!BBHH", status, flags, len(message), 0) + message.encode()


def _response(status: int, arguments: list[str] | None = None, message: str = "") -> bytes:
    octets = [each.encode() for each in arguments or []]
    head = struct.pack("!BBHH", status, len(octets), len(message), 0) + bytes(map(len, octets))
    return head + message.encode() + b"".join(octets)
