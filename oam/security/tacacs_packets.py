"""TACACS+ packets: octets of what we send, records of what we receive (RFC 8907 §4 to §7).

Pure. Whatever octets come in, reading them raises PacketError or nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from hashlib import md5
from typing import Final, NamedTuple

MAJOR: Final = 0xC
PLAIN_MINOR: Final = 0
PAP_MINOR: Final = 1
"""Minor version of PAP's START (RFC 8907 §5.4.1)."""

AUTHENTICATION: Final = 1
AUTHORIZATION: Final = 2
ACCOUNTING: Final = 3

UNENCRYPTED: Final = 0x01
SINGLE_CONNECT: Final = 0x04

HEADER_OCTETS: Final = 12
MAX_BODY: Final = 65_535
"""Longest body taken; RFC 8907 §4.1 leaves the bound to us."""
MAX_FIELD: Final = 255
"""Octets of a name, a port, an address, an argument: their length is one octet."""
MAX_ANSWER: Final = 65_535

LOGIN: Final = 1
ASCII: Final = 1
PAP: Final = 2
SERVICE_LOGIN: Final = 1
SERVICE_ENABLE: Final = 2

PASS: Final = 0x01
FAIL: Final = 0x02
GETDATA: Final = 0x03
GETUSER: Final = 0x04
GETPASS: Final = 0x05
RESTART: Final = 0x06
ERROR: Final = 0x07
FOLLOW: Final = 0x21
"""Deprecated; to be taken as a failure (RFC 8907 §5.4.3)."""
NO_ECHO: Final = 0x01
ABORT: Final = 0x01

PASS_ADD: Final = 0x01
PASS_REPLACE: Final = 0x02
AUTHORIZATION_FAIL: Final = 0x10

METHOD_NOT_SET: Final = 0x00
METHOD_NONE: Final = 0x01
METHOD_LOCAL: Final = 0x05
METHOD_TACACS: Final = 0x06
METHOD_RADIUS: Final = 0x10

START: Final = 0x02
STOP: Final = 0x04
SUCCESS: Final = 0x01

_HEADER: Final = struct.Struct("!BBBBII")
_EIGHT: Final = struct.Struct("!8B")
_REPLY: Final = struct.Struct("!BBHH")
_CONTINUE: Final = struct.Struct("!HHB")
_AUTHORIZATION: Final = struct.Struct("!BBHH")
_ACCOUNTING: Final = struct.Struct("!HHB")


class PacketError(ValueError):
    """Octets that are no packet, or one that was made with another key; or what we should say is too long."""


class Header(NamedTuple):
    """The twelve octets before each body (RFC 8907 §4.1)."""

    version: int
    type: int
    seq: int
    flags: int
    session: int
    length: int


class Who(NamedTuple):
    """Whom a request is about, and where he is (RFC 8907 §5.1)."""

    user: str
    port: str
    address: str


class Reply(NamedTuple):
    """The server's turn of an authentication (RFC 8907 §5.2)."""

    status: int
    flags: int
    message: bytes
    data: bytes


class Authorized(NamedTuple):
    """The answer to an authorization (RFC 8907 §6.2)."""

    status: int
    message: bytes
    arguments: tuple[bytes, ...]


def header(octets: bytes) -> Header:
    """Read a header. Raises PacketError."""
    try:
        found = Header(*_HEADER.unpack(octets))
    except struct.error:
        raise PacketError("not a header") from None
    if found.version >> 4 != MAJOR:
        raise PacketError("not TACACS+")
    if found.length > MAX_BODY:
        raise PacketError("too long a body")
    return found


def packet(head: Header, body: bytes, key: bytes) -> bytes:
    """Return the octets of a packet, its body obfuscated with `key`; the length in `head` is taken from `body`."""
    head = head._replace(length=len(body))
    return _HEADER.pack(*head) + obfuscated(head, body, key)


def obfuscated(head: Header, body: bytes, key: bytes) -> bytes:
    """Obfuscate a body, or undo it (RFC 8907 §4.5)."""
    seed = head.session.to_bytes(4, "big") + key + bytes((head.version, head.seq))
    pad = block = b""
    while len(pad) < len(body):
        block = md5(seed + block, usedforsecurity=False).digest()
        pad += block
    length = len(body)
    return (int.from_bytes(body, "big") ^ int.from_bytes(pad[:length], "big")).to_bytes(length, "big")


def authentication_start(who: Who, *, privilege: int, kind: int, service: int, data: bytes = b"") -> bytes:
    """Return the body that begins an authentication (RFC 8907 §5.1). Raises PacketError."""
    return _lengths((LOGIN, privilege, kind, service), [*_fields(who), _field(data, "secret")])


def authentication_continue(answer: bytes, flags: int = 0) -> bytes:
    """Return the body with the user's answer (RFC 8907 §5.3). Raises PacketError."""
    if len(answer) > MAX_ANSWER:
        raise PacketError("the answer is too long")
    return _CONTINUE.pack(len(answer), 0, flags) + answer


def authentication_reply(body: bytes) -> Reply:
    """Read the server's turn. Raises PacketError."""
    status, flags, message, data = _unpack(_REPLY, body)
    texts = _cut(body, _REPLY.size, (message, data))
    return Reply(status, flags, texts[0], texts[1])


def authorization_request(
    who: Who, arguments: Sequence[bytes], *, method: int, privilege: int, service: int = SERVICE_LOGIN
) -> bytes:
    """Return the body of an authorization (RFC 8907 §6.1). Raises PacketError."""
    return _with_arguments((method, privilege, ASCII, service), who, arguments)


def authorization_response(body: bytes) -> Authorized:
    """Read the answer to an authorization. Raises PacketError."""
    status, count, message, data = _unpack(_AUTHORIZATION, body)
    start = _AUTHORIZATION.size + count
    texts = _cut(body, start, (message, data, *body[_AUTHORIZATION.size : start]))
    return Authorized(status, texts[0], tuple(texts[2:]))


def accounting_request(
    who: Who, arguments: Sequence[bytes], *, flags: int, method: int, privilege: int, service: int = SERVICE_LOGIN
) -> bytes:
    """Return the body of an accounting record (RFC 8907 §7.1). Raises PacketError."""
    return bytes((flags,)) + _with_arguments((method, privilege, ASCII, service), who, arguments)


def accounting_reply(body: bytes) -> int:
    """Read the status of the answer to an accounting record. Raises PacketError."""
    message, data, status = _unpack(_ACCOUNTING, body)
    _cut(body, _ACCOUNTING.size, (message, data))
    return status


def _fields(who: Who) -> list[bytes]:
    names = ("name", "port", "address")
    return [_field(each.encode("utf-8", "replace"), name) for each, name in zip(who, names, strict=True)]


def _field(octets: bytes, name: str) -> bytes:
    if len(octets) > MAX_FIELD:
        raise PacketError(f"the {name} is too long")
    return octets


def _lengths(first: tuple[int, int, int, int], fields: list[bytes]) -> bytes:
    return _EIGHT.pack(*first, *map(len, fields)) + b"".join(fields)


def _with_arguments(first: tuple[int, int, int, int], who: Who, arguments: Sequence[bytes]) -> bytes:
    if len(arguments) > MAX_FIELD or any(len(each) > MAX_FIELD for each in arguments):
        raise PacketError("the command is too long")
    fields = _fields(who)
    fixed = _EIGHT.pack(*first, *map(len, fields), len(arguments))
    return fixed + bytes(map(len, arguments)) + b"".join((*fields, *arguments))


def _unpack(form: struct.Struct, body: bytes) -> tuple[int, ...]:
    try:
        found: tuple[int, ...] = form.unpack_from(body)
    except struct.error:
        raise PacketError("too short a body") from None
    return found


def _cut(body: bytes, start: int, lengths: Iterable[int]) -> list[bytes]:
    """Cut what follows the fixed part; the lengths must fit to the octet, as with the wrong key they do not."""
    parts = []
    for length in lengths:
        parts.append(body[start : start + length])
        start += length
    if start != len(body):
        raise PacketError("the lengths in a body do not fit")
    return parts
