"""Digest: the challenge, the response, and the verdict on a request's credentials.

RFC 3261 §22 with the algorithms of RFC 8760 and the rules of RFC 7616. We offer qop=auth
only and insist on it: credentials without qop (RFC 2069) carry no nonce count, so a
recorded request could be sent again. `-sess` algorithms, auth-int and userhash are not
offered and not accepted.

Header text holds one character per octet; HA1 values are made over UTF-8.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from hmac import compare_digest
from importlib import import_module
from typing import TYPE_CHECKING, Final

from core.auth.nonce import VALID, Nonces
from core.store.records import Subscriber
from core.wire.credentials import parse_credentials
from core.wire.error import WireError
from core.wire.message import Message
from core.wire.uri import Uri, known_uri, normal

if TYPE_CHECKING:
    from hashlib import _Hash

ACCEPTED: Final = 0
MISSING: Final = 1
"""No credentials for this realm: challenge."""
STALE: Final = 2
"""Right credentials over an outlived or replayed nonce: challenge with stale=true."""
WRONG: Final = 3
"""Wrong, unfit or broken credentials, or no such subscriber."""
DISABLED: Final = 4
"""Right credentials of a subscriber who is not enabled."""
WRONG_REALM: Final = 5
"""The subscriber's secret was set for another realm or lacks the algorithm, and must be set again; answer as WRONG."""

VERDICTS: Final = ("accepted", "missing", "stale", "wrong", "disabled", "wrong-realm")
"""Names for the log, by verdict."""

TOKENS: Final = {"sha-256": "SHA-256", "md5": "MD5"}
"""Algorithm as configured to its token in the header (RFC 8760 §2.1)."""


def _own_hash(name: str, *modules: str) -> Callable[[bytes], _Hash]:
    """Return the hash as the interpreter has it itself in one of `modules`, else hashlib's.

    For a line of text OpenSSL costs twice as much, three times when its code has left the caches.
    """
    for module in modules:
        try:
            return getattr(import_module(module), name)  # type: ignore[no-any-return]
        except ImportError:
            continue
    return getattr(hashlib, name)  # type: ignore[no-any-return]


_HASHES: Final = {"sha-256": _own_hash("sha256", "_sha2", "_sha256"), "md5": _own_hash("md5", "_md5")}
_NOBODY: Final = {"sha-256": "0" * 64, "md5": "0" * 32}
_HEX: Final = frozenset("0123456789abcdefABCDEF")


def make_ha1(name: str, realm: str, password: str) -> dict[str, str]:
    """Return H(name:realm:password) for every algorithm we know (RFC 7616 §3.4.2)."""
    octets = f"{name}:{realm}:{password}".encode()
    return {"sha-256": hashlib.sha256(octets).hexdigest(), "md5": hashlib.md5(octets).hexdigest()}


def challenge(realm: str, nonce: str, algorithms: Sequence[str], stale: bool = False) -> list[str]:
    """Return one WWW-Authenticate or Proxy-Authenticate value per algorithm, in the order given (RFC 8760 §2.3)."""
    quoted = _octets(realm).replace("\\", "\\\\").replace('"', '\\"')
    tail = ', qop="auth", stale=true' if stale else ', qop="auth"'
    return [f'Digest realm="{quoted}", nonce="{nonce}", algorithm={TOKENS[name]}{tail}' for name in algorithms]


def response(ha1: str, algorithm: str, nonce: str, nc: str, cnonce: str, method: str, uri: str) -> str:
    """Return the response for qop=auth, lower-case hex (RFC 7616 §3.4.1); nc, cnonce, uri as in the header."""
    new = _HASHES[algorithm]
    ha2 = new(f"{method}:{uri}".encode("latin-1")).hexdigest()
    return new(f"{ha1}:{nonce}:{nc}:{cnonce}:auth:{ha2}".encode("latin-1")).hexdigest()


class Authenticator:
    """Judges credentials; owns the nonces."""

    __slots__ = ("nonces",)

    def __init__(self, secret: bytes) -> None:
        self.nonces = Nonces(secret)

    def challenge(
        self, realm: str, algorithms: Sequence[str], stale: bool, now_wall: float, random: bytes
    ) -> list[str]:
        """Return header values with a new nonce; `random` as for `Nonces.make`."""
        return challenge(realm, self.nonces.make(now_wall, random), algorithms, stale)

    def check(
        self,
        message: Message,
        header_id: int,
        realm: str,
        algorithms: Sequence[str],
        lifetime: float,
        subscriber_of: Callable[[str], Subscriber | None],
        now_wall: float,
    ) -> tuple[int, str]:
        """Return the verdict on the credentials in `header_id`, and the username in them ("" when MISSING).

        The username of a verdict other than ACCEPTED is only a claim. `lifetime` of a nonce in seconds.
        """
        params = _credentials(message, header_id, realm)
        if params is None:
            return MISSING, ""
        username = _username(params.get("username", ""))
        algorithm = params.get("algorithm", "MD5").lower()
        nc = _count(params.get("nc", ""))
        cnonce = params.get("cnonce", "")
        if algorithm not in algorithms or nc == 0 or not cnonce or params.get("qop", "").lower() != "auth":
            return WRONG, username
        subscriber = subscriber_of(username)
        ha1 = subscriber.ha1.get(algorithm, "") if subscriber is not None else ""
        nonce = params.get("nonce", "")
        uri = params.get("uri", "")
        # Nobody's response is computed all the same, so that time does not tell who exists.
        expected = response(
            ha1 or _NOBODY[algorithm], algorithm, nonce, params["nc"], cnonce, message.method, uri
        ).encode("ascii")
        right = compare_digest(expected, params.get("response", "").lower().encode("latin-1", "replace"))
        if subscriber is None:
            return WRONG, username
        if subscriber.realm != realm or not ha1:
            return WRONG_REALM, username
        if not right or not _same_target(uri, message):
            return WRONG, username
        # RFC 7616 §3.3: stale is said only to whom the digest proves right.
        if self.nonces.check(nonce, nc, now_wall, lifetime) != VALID:
            return STALE, username
        return (ACCEPTED if subscriber.enabled else DISABLED), username


def _credentials(message: Message, header_id: int, realm: str) -> dict[str, str] | None:
    """Return the parameters of the first Digest credentials for `realm`; None when there are none.

    Others are for somebody else on the way (RFC 3261 §22.3); what cannot be read is not for us.
    """
    wanted = _octets(realm)
    for value in message.all(header_id):
        try:
            scheme, params = parse_credentials(value)
        except WireError:
            continue
        if scheme == "digest" and params.get("realm") == wanted:
            return params
    return None


def _octets(text: str) -> str:
    """Return `text` as header text: one character per octet of its UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("latin-1")


def _username(text: str) -> str:
    """Return the username as text: its octets are UTF-8 (RFC 7616 §4); if they are not, as they came."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _count(text: str) -> int:
    """Return the nonce count from its up to eight hex digits; 0 when it is broken."""
    if not 0 < len(text) <= 8 or not _HEX.issuperset(text):
        return 0
    return int(text, 16)


def _same_target(text: str, message: Message) -> bool:
    """Tell whether the digest's uri and the Request-URI mean the same target (RFC 3261 §22.4).

    Scheme, user, host and port count, a default port equals none. Parameters do not: phones and proxies
    add and drop `transport` and the like between computing the digest and sending.
    """
    if text == message.request_uri:
        return True
    try:
        mine, other = message.uri(), known_uri(text)
        same = mine.scheme == other.scheme and mine.host == other.host and normal(mine.user) == normal(other.user)
    except WireError:
        return False
    return same and mine.host != "" and _port(mine) == _port(other)


def _port(uri: Uri) -> int:
    return uri.port or (5061 if uri.scheme == "sips" else 5060)
