"""A small SIP user agent over UDP for tests and benchmarks: OPTIONS, and REGISTER with digest."""

from __future__ import annotations

import hashlib
import re
import socket
from collections.abc import Iterable

_CHALLENGE = re.compile(rb"^WWW-Authenticate:\s*Digest\s+(.*?)\r?$", re.MULTILINE | re.IGNORECASE)


def options_answered(address: str, port: int, seconds: float = 0.3) -> bool:
    """Whether anybody answers OPTIONS at `address`:`port`."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(seconds)
        sock.connect((address, port))
        own = sock.getsockname()[1]
        try:
            sock.send(
                f"OPTIONS sip:{address}:{port} SIP/2.0\r\n"
                f"Via: SIP/2.0/UDP {sock.getsockname()[0]}:{own};branch=z9hG4bKprobe{own};rport\r\n"
                f"From: <sip:probe@{address}>;tag={own}\r\nTo: <sip:{address}:{port}>\r\n"
                f"Call-ID: probe-{own}@{address}\r\n"
                "CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n".encode()
            )
            return sock.recv(4096).startswith(b"SIP/2.0 ")
        except OSError:
            return False


def digest(username: str, secret: str, challenge: dict[str, str], method: str, uri: str) -> str:
    """Return the value of an Authorization header that answers `challenge` (MD5 or SHA-256, qop=auth)."""
    algorithm = challenge.get("algorithm", "MD5")
    name = {"md5": "md5", "sha-256": "sha256"}[algorithm.lower()]

    def h(text: str) -> str:
        return hashlib.new(name, text.encode()).hexdigest()

    realm, nonce = challenge["realm"], challenge["nonce"]
    ha1, ha2 = h(f"{username}:{realm}:{secret}"), h(f"{method}:{uri}")
    response = h(f"{ha1}:{nonce}:00000001:c0ffee:auth:{ha2}")
    return (
        f'Digest username="{username}", realm="{realm}", nonce="{nonce}", uri="{uri}", response="{response}", '
        f'algorithm={algorithm}, cnonce="c0ffee", qop=auth, nc=00000001'
    )


def challenges(answer: bytes) -> list[dict[str, str]]:
    """Return the digest challenges of a 401, in its order."""
    found = []
    for line in _CHALLENGE.findall(answer):
        pairs = re.findall(r'([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s,]+))', line.decode())
        found.append({name.lower(): quoted or plain for name, quoted, plain in pairs})
    return found


def register(
    server: tuple[str, int],
    users: Iterable[str],
    contact_port: int,
    *,
    secret: str = "secret",
    expires: int = 3600,
    algorithm: str = "MD5",
    source: str = "",
) -> None:
    """Bind every user to `sip:USER@127.0.0.1:contact_port`, one after the other; fail where one is refused.

    `source` is the address to send from; empty: whichever leads there.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        if source:
            sock.bind((source, 0))
        sock.settimeout(5)
        sock.connect(server)
        for user in users:
            answer = _ask(sock, server, user, contact_port, expires, 1, "")
            offered = [c for c in challenges(answer) if c.get("algorithm", "MD5").upper() == algorithm]
            assert answer.startswith(b"SIP/2.0 401"), answer
            assert offered, answer
            credentials = digest(user, secret, offered[0], "REGISTER", f"sip:{server[0]}:{server[1]}")
            answer = _ask(sock, server, user, contact_port, expires, 2, f"Authorization: {credentials}\r\n")
            assert answer.startswith(b"SIP/2.0 200"), answer


def _ask(
    sock: socket.socket, server: tuple[str, int], user: str, contact_port: int, expires: int, cseq: int, header: str
) -> bytes:
    host, port = server
    own = sock.getsockname()[1]
    sock.send(
        f"REGISTER sip:{host}:{port} SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP 127.0.0.1:{own};branch=z9hG4bK{user}.{own}.{cseq};rport\r\n"
        f"From: <sip:{user}@{host}:{port}>;tag={own}{user}\r\nTo: <sip:{user}@{host}:{port}>\r\n"
        f"Call-ID: {user}-{own}@bench\r\nCSeq: {cseq} REGISTER\r\nMax-Forwards: 70\r\n"
        f"Contact: <sip:{user}@127.0.0.1:{contact_port}>\r\nExpires: {expires}\r\n"
        f"{header}Content-Length: 0\r\n\r\n".encode()
    )
    answer = sock.recv(8192)
    while answer.startswith(b"SIP/2.0 100"):
        answer = sock.recv(8192)
    return answer
