"""Real messages and what a hostile or broken network makes of them."""

from __future__ import annotations

import random
from pathlib import Path

INVITE = b"""INVITE sip:bob@example.com SIP/2.0\r
Via: SIP/2.0/UDP 192.0.2.200:5060;branch=z9hG4bK776asdhds;rport\r
Max-Forwards: 70\r
Route: <sip:192.0.2.10;lr>, <sip:192.0.2.50;lr>\r
To: "Bob \\"B\\"" <sip:bob@example.com>\r
From: Alice <sip:alice@example.com>;tag=1928301774\r
Call-ID: a84b4c76e66710@pc33.atlanta.com\r
CSeq: 314159 INVITE\r
Contact: <sip:alice@192.0.2.200:5060;transport=udp>;q=0.5;expires=60\r
Proxy-Authorization: Digest username="alice", realm="example.com", nonce="abc", uri="sip:bob@example.com",\r
 response="0123456789abcdef0123456789abcdef", algorithm=MD5, cnonce="x", qop=auth, nc=00000001\r
Supported: 100rel,\r
\ttimer\r
Content-Type: application/sdp\r
Content-Length: 5\r
\r
v=0\r
"""
REGISTER = b"""REGISTER sip:example.com SIP/2.0\r
v: SIP/2.0/TCP [2001:db8::9]:5061;branch=z9hG4bKnashds7;received=2001:db8::1\r
t: <sip:bob@example.com>\r
f: <sip:bob@example.com>;tag=456248\r
i: 843817637684230@998sdasdh09\r
CSeq: 1826 REGISTER\r
m: "x, y" <sip:bob@[2001:db8::9]:5061>;q=0.7;expires=3600, sip:bob@192.0.2.200\r
Expires: 7200\r
l: 0\r
\r
"""
BYE = b"""BYE sip:bob@192.0.2.99;transport=udp SIP/2.0\r
Via: SIP/2.0/UDP 192.0.2.200;branch=z9hG4bKbye\r
Route: <sip:192.0.2.10:5060;lr;id=1>\r
Max-Forwards: 70\r
From: <sip:alice@example.com>;tag=1\r
To: <sip:bob@example.com>;tag=2\r
Call-ID: bye\r
CSeq: 2 BYE\r
Max-Breadth: 5\r
Content-Length: 0\r
\r
"""
RESPONSE = b"""SIP/2.0 200 OK\r
Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK4b43c2ff8.1\r
Via: SIP/2.0/UDP 192.0.2.200:5060;branch=z9hG4bK776asdhds;received=192.0.2.1;rport=5060\r
Record-Route: <sip:192.0.2.10;lr>\r
To: Bob <sip:bob@example.com>;tag=a6c85cf\r
From: Alice <sip:alice@example.com>;tag=1928301774\r
Call-ID: a84b4c76e66710@pc33.atlanta.com\r
CSeq: 314159 INVITE\r
Contact: <sip:bob@192.0.2.4>\r
Content-Length: 0\r
\r
"""
_MORE = [
    INVITE.replace(b"INVITE", method) for method in (b"ACK", b"CANCEL", b"OPTIONS", b"SUBSCRIBE", b"MESSAGE")
]  # fmt: skip
_RFC4475 = Path(__file__).resolve().parents[3] / "shared" / "torture"
SEEDS = [INVITE, REGISTER, BYE, RESPONSE, *_MORE, *[path.read_bytes() for path in sorted(_RFC4475.glob("*.dat"))]]

_PIECES = [
    b"\r\n", b"\n", b"\r", b" ", b"\t", b",", b";", b":", b"=", b'"', b"<", b">", b"\\", b"@", b"%", b"%00", b"%zz",
    b"\x00", b"\xff", b"\xc3\xa9", b"[", b"]", b"::", b"0", b"-1", b"99999999999999999999", b"*", b"?", b"&", b"/",
    b"sip:", b"sips:", b"tel:", b";tag=", b";branch=", b"z9hG4bK", b";lr", b";rport", b";received=", b"SIP/2.0",
    b"\r\n ", b"\r\n\r\n", b";q=", b";expires=", b";maddr=", b";ttl=", b";transport=", b"Digest ", b"a" * 300,
    b"\r\nRoute: ", b"\r\nVia: ", b"\r\nContact: ", b"\r\nContent-Length: ", b"\r\nMax-Forwards: ",
    b"\r\nExpires: ", b"\r\nProxy-Require: ",
]  # fmt: skip


def mutate(octets: bytes, rng: random.Random) -> bytes:
    """Change a message in one place or a few; every other time within header values only."""
    if rng.random() < 0.5:
        lines = octets.split(b"\r\n")
        for _ in range(rng.choice((1, 1, 2))):
            at = rng.randrange(len(lines))
            name, colon, value = lines[at].partition(b": ")
            lines[at] = name + colon + rng.choice((_insert, _delete, _replace))(value, rng)
        return b"\r\n".join(lines)
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        change = rng.choice((_insert, _delete, _replace, _flip, _repeat_line, _drop_line, _cut))
        octets = change(octets, rng)
    return octets


def _at(octets: bytes, rng: random.Random) -> int:
    return rng.randint(0, len(octets))


def _insert(octets: bytes, rng: random.Random) -> bytes:
    at = _at(octets, rng)
    return octets[:at] + rng.choice(_PIECES) + octets[at:]


def _delete(octets: bytes, rng: random.Random) -> bytes:
    at = _at(octets, rng)
    return octets[:at] + octets[at + rng.randint(1, 12) :]


def _replace(octets: bytes, rng: random.Random) -> bytes:
    at = _at(octets, rng)
    piece = rng.choice(_PIECES)
    return octets[:at] + piece + octets[at + len(piece) :]


def _flip(octets: bytes, rng: random.Random) -> bytes:
    at = _at(octets, rng)
    return octets[:at] + bytes([rng.randrange(256)]) + octets[at + 1 :]


def _repeat_line(octets: bytes, rng: random.Random) -> bytes:
    lines = octets.split(b"\r\n")
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines))
    return b"\r\n".join(lines)


def _drop_line(octets: bytes, rng: random.Random) -> bytes:
    lines = octets.split(b"\r\n")
    del lines[rng.randrange(len(lines))]
    return b"\r\n".join(lines)


def _cut(octets: bytes, rng: random.Random) -> bytes:
    return octets[: _at(octets, rng)] if rng.random() < 0.2 else octets
