"""Digest: the challenge, the response, and the verdict on a request's credentials.

RFC 3261 §22 with the algorithms of RFC 8760 and the rules of RFC 7616. We offer qop=auth
only and insist on it: credentials without qop (RFC 2069) carry no nonce count, so a
recorded request could be sent again. `-sess` algorithms, auth-int and userhash are not
offered and not accepted.

Header text holds one character per octet; HA1 values are made over UTF-8.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from hmac import compare_digest
from importlib import import_module
from random import Random
from typing import TYPE_CHECKING, Final

from core.auth.nonce import VALID, Nonces
from core.northbound.settings import AuthenticationSettings
from core.store.records import Subscriber
from core.wire.credentials import parse_credentials
from core.wire.error import WireError
from core.wire.header import PROXY_AUTHORIZATION
from core.wire.message import Message
from core.wire.uri import Uri, known_uri, normal

if TYPE_CHECKING:
    from hashlib import _Hash

ACCEPTED: Final = 0
STALE: Final = 1
"""Right credentials over an outlived or replayed nonce: challenge with stale=true."""
WRONG: Final = 2
"""Wrong, unfit or broken credentials, or no such subscriber."""
DISABLED: Final = 3
"""Right credentials of a subscriber who is not enabled."""
WRONG_REALM: Final = 4
"""The subscriber's secret was set for another realm or lacks the algorithm, and must be set again; answer as WRONG."""

VERDICTS: Final = ("accepted", "stale", "wrong", "disabled", "wrong-realm")
"""Names for the log, by verdict."""

TOKENS: Final = {"sha-256": "SHA-256", "md5": "MD5"}
"""Algorithm as configured to its token in the header (RFC 8760 §2.1)."""

SHA512_256: Final = "sha512_256" in hashlib.algorithms_available
"""This machine's OpenSSL has SHA-512/256; we answer it as client and do not offer it."""


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


def _sha512_256(octets: bytes) -> _Hash:
    return hashlib.new("sha512_256", octets)


_HASHES: Final = {
    "sha-256": _own_hash("sha256", "_sha2", "_sha256"),
    "md5": _own_hash("md5", "_md5"),
    "sha-512-256": _sha512_256,
}
_NOBODY: Final = {"sha-256": "0" * 64, "md5": "0" * 32}
_NONCE: Final = 'nonce="'
_BEFORE_NONCE: Final = " \t,"
_DIGITS: Final = "0123456789abcdefABCDEF"


def make_ha1(name: str, realm: str, password: str) -> dict[str, str]:
    """Return H(name:realm:password) for every algorithm we know (RFC 7616 §3.4.2)."""
    octets = f"{name}:{realm}:{password}".encode()
    return {"sha-256": hashlib.sha256(octets).hexdigest(), "md5": hashlib.md5(octets).hexdigest()}


def digest(algorithm: str, text: str) -> str:
    """Return the hash of header text, lower-case hex."""
    return _HASHES[algorithm](text.encode("latin-1")).hexdigest()


def response(ha1: str, algorithm: str, nonce: str, nc: str, cnonce: str, method: str, uri: str) -> str:
    """Return the response for qop=auth, lower-case hex (RFC 7616 §3.4.1); nc, cnonce, uri as in the header."""
    new = _HASHES[algorithm]
    ha2 = new(f"{method}:{uri}".encode("latin-1")).hexdigest()
    return new(":".join([ha1, nonce, nc, cnonce, "auth", ha2]).encode("latin-1")).hexdigest()


class Authenticator:
    """Asks for credentials and judges them; owns the nonces."""

    __slots__ = ("_after", "_algorithms", "_before", "_invite", "_lifetime", "_other", "_realm", "_realm_octets",
                 "_register", "nonces")  # fmt: skip

    def __init__(self, secret: bytes) -> None:
        self.nonces = Nonces(secret)
        self.configure("", AuthenticationSettings())

    def configure(self, realm: str, settings: AuthenticationSettings) -> None:
        """Take new settings."""
        self._realm = realm
        self._realm_octets = _octets(realm)
        self._algorithms = settings.algorithms
        self._lifetime = settings.nonce_lifetime_s
        self._register = settings.challenge_register
        self._invite = settings.challenge_invite
        self._other = settings.challenge_other
        quoted = self._realm_octets.replace("\\", "\\\\").replace('"', '\\"')
        self._before = f'Digest realm="{quoted}", nonce="'
        self._after = [f'", algorithm={TOKENS[name]}, qop="auth"' for name in settings.algorithms]

    def wants(self, method: str) -> bool:
        """Tell whether requests of this method need credentials."""
        if method == "REGISTER":
            return self._register
        return self._invite if method == "INVITE" else self._other

    def challenge(self, stale: bool, now_wall: float, random: Random) -> list[str]:
        """Return one WWW-Authenticate or Proxy-Authenticate value per algorithm, with a new nonce (RFC 8760 §2.3)."""
        nonce = self.nonces.make(now_wall, random)
        tail = ", stale=true" if stale else ""
        return [f"{self._before}{nonce}{after}{tail}" for after in self._after]

    def credentials(self, message: Message, header: int) -> dict[str, str] | None:
        """Return the parameters of the first Digest credentials for our realm in `header`; None when there are none.

        Others are for somebody else on the way (RFC 3261 §22.3); what cannot be read is not for us.
        """
        for value in message.all(header):
            try:
                scheme, params = parse_credentials(value)
            except WireError:
                continue
            if scheme == "digest" and params.get("realm") == self._realm_octets:
                return params
        return None

    def is_answered(self, message: Message, now_wall: float) -> bool:
        """Tell whether a request answers a challenge of ours, rightly or not: who has not heard one cannot.

        So many do as were challenged, see `Nonces.answers`; this is counted as one.
        """
        if not message.has(PROXY_AUTHORIZATION):
            return False
        params = self.credentials(message, PROXY_AUTHORIZATION)
        return params is not None and self.nonces.answers(params.get("nonce", ""), now_wall, self._lifetime, True)

    def may_answer(self, value: str, now_wall: float) -> bool:
        """Tell whether a request with these credentials would be found to answer a challenge; nothing is counted.

        They are searched, not read: parameters are written as nearly everybody does.
        """
        at = value.find(_NONCE)
        if at > 0 and value[at - 1] not in _BEFORE_NONCE:
            at = value.find(_NONCE, at + 1)  # cnonce comes first
        if at <= 0 or value[at - 1] not in _BEFORE_NONCE:
            return False
        begin = at + len(_NONCE)
        return self.nonces.answers(value[begin : value.find('"', begin)], now_wall, self._lifetime, False)

    def check(self, params: dict[str, str], message: Message, subscriber: Subscriber | None, now_wall: float) -> int:
        """Return the verdict on the credentials `params` of `message`, which claim to be `subscriber`'s."""
        algorithm = params.get("algorithm", "MD5").lower()
        nc = _count(params.get("nc", ""))
        cnonce = params.get("cnonce", "")
        if algorithm not in self._algorithms or nc == 0 or not cnonce or params.get("qop", "").lower() != "auth":
            return WRONG
        ha1 = subscriber.ha1.get(algorithm, "") if subscriber is not None else ""
        nonce = params.get("nonce", "")
        uri = params.get("uri", "")
        # Nobody's response is computed all the same, so that time does not tell who exists.
        expected = response(ha1 or _NOBODY[algorithm], algorithm, nonce, params["nc"], cnonce, message.method, uri)
        given = params.get("response", "").lower()
        right = given.isascii() and compare_digest(expected, given)
        if subscriber is None:
            return WRONG
        if subscriber.realm != self._realm or not ha1:
            return WRONG_REALM
        if not right or not _same_target(uri, message):
            return WRONG
        # RFC 7616 §3.3: stale is said only to whom the digest proves right.
        if self.nonces.check(nonce, nc, now_wall, self._lifetime) != VALID:
            return STALE
        return ACCEPTED if subscriber.enabled else DISABLED


def claimed_name(params: dict[str, str]) -> str:
    """Return the username in credentials: its octets are UTF-8 (RFC 7616 §4); if they are not, as they came."""
    text = params.get("username", "")
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _octets(text: str) -> str:
    """Return `text` as header text: one character per octet of its UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("latin-1")


def _count(text: str) -> int:
    """Return the nonce count from its up to eight hex digits; 0 when it is broken."""
    if len(text) > 8:
        return 0
    count = 0
    for character in text:
        digit = _DIGITS.find(character)
        if digit < 0:
            return 0
        count = count * 16 + (digit if digit < 16 else digit - 6)
    return count


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
