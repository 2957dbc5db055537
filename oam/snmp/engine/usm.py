"""User-based security (RFC 3414, RFC 3826, RFC 7860): who sent a message, whether it is new, what is sealed in it.

Keys and ciphers are pysnmp's (`oam.snmp.engine.protocols`); its engine is not used: there an unauthenticated message
sets the clock that informs are sent by, every message leaves something behind for five minutes, a message to an unknown
engine is not reported as one, digests are looked for wherever the same octets first stand, and each message costs
milliseconds, so that wrong passwords at speed would be a load.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from typing import Final, NamedTuple

from oam.snmp import ber
from oam.snmp.engine import reading
from oam.snmp.engine.boots import LATCHED
from oam.snmp.engine.counters import Counters
from oam.snmp.engine.reading import Malformed

MODEL: Final = 3
NO_AUTH: Final = 1
AUTH: Final = 2
PRIV: Final = 3
"""Security levels (RFC 3411 §3.4.3)."""
WINDOW_S: Final = 150
"""How far the clock of a message may be off (RFC 3414 §2.2.3)."""
_MOST: Final = 2**31 - 1
_USER_OCTETS: Final = 32
_SALT_OCTETS: Final = 8
_BLOCK: Final = 8

DIGESTS: Final = {
    "md5": ("md5", 12),
    "sha": ("sha1", 12),
    "sha-224": ("sha224", 16),
    "sha-256": ("sha256", 24),
    "sha-384": ("sha384", 32),
    "sha-512": ("sha512", 48),
}
"""Authentication algorithm -> hash, and how many octets of its HMAC are sent."""

UNSUPPORTED_LEVEL: Final = (1, "unsupported_sec_levels")
NOT_IN_TIME: Final = (2, "not_in_time_windows")
UNKNOWN_USER: Final = (3, "unknown_user_names")
UNKNOWN_ENGINE: Final = (4, "unknown_engine_ids")
WRONG_DIGEST: Final = (5, "wrong_digests")
DECRYPTION: Final = (6, "decryption_errors")
"""usmStats: last arc of the object, field of the counters."""
STATS: Final = (1, 3, 6, 1, 6, 3, 15, 1, 1)


class Refused(Exception):  # noqa: N818
    """A message is not let in; the counter has been raised, and goes to the sender in a report."""

    def __init__(self, reason: tuple[int, str], user: User, level: int) -> None:
        super().__init__(reason[1])
        self.reason = reason
        self.user = user
        """As whom the report is sent."""
        self.level = level
        """At which the report is sent."""


class User(NamedTuple):
    """One user with the keys that serve one engine."""

    name: bytes
    authentication: str = ""
    """One of DIGESTS; empty: none."""
    authentication_key: bytes = b""
    privacy: str = ""
    """`des`, `aes-128`, `aes-256`; empty: none."""
    privacy_key: bytes = b""

    @property
    def level(self) -> int:
        """The highest level it can use."""
        return PRIV if self.privacy else AUTH if self.authentication else NO_AUTH

    def __repr__(self) -> str:
        return f"User({self.name!r})"


class Parameters(NamedTuple):
    """msgSecurityParameters as they came."""

    engine_id: bytes
    boots: int
    seconds: int
    user: bytes
    digest: bytes
    digest_at: int
    """Where the digest stands in the message."""
    salt: bytes


class Clock:
    """The clock of this engine: boots, and seconds since the last."""

    def __init__(self, boots: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.boots = boots
        self._clock = clock
        self._started = clock()

    @property
    def seconds(self) -> int:
        """snmpEngineTime."""
        return int(self._clock() - self._started) & _MOST

    def within(self, boots: int, seconds: int) -> bool:
        """Tell whether a message that claims this clock is new (RFC 3414 §3.2.7a)."""
        return boots == self.boots != LATCHED and abs(self.seconds - seconds) <= WINDOW_S


def parameters(message: bytes, start: int, stop: int) -> Parameters:
    """Return the security parameters between `start` and `stop`. Raises Malformed."""
    at, end = reading.whole(message, start, stop)
    engine_id, at = reading.string(message, at, end)
    boots, at = reading.integer(message, at, end, 0, _MOST)
    seconds, at = reading.integer(message, at, end, 0, _MOST)
    user, at = reading.string(message, at, end, _USER_OCTETS)
    digest, at = reading.string(message, at, end)
    digest_at = at - len(digest)
    salt, at = reading.string(message, at, end)
    if at != end:
        raise Malformed("octets behind the security parameters")
    return Parameters(engine_id, boots, seconds, user, digest, digest_at, salt)


class Security:
    """The security of one engine: its ID, its clock and its users."""

    def __init__(self, engine_id: bytes, clock: Clock, counters: Counters) -> None:
        self.engine_id = engine_id
        self.clock = clock
        self.users: dict[bytes, User] = {}
        """By their names."""
        self._counters = counters

    def admitted(self, message: bytes, sent: Parameters, level: int) -> User:
        """Return who sent a message, proved if `level` asks for it (RFC 3414 §3.2.3 to §3.2.7). Raises Refused."""
        if sent.engine_id != self.engine_id:
            raise self.refused(UNKNOWN_ENGINE, User(sent.user))
        user = self.users.get(sent.user)
        if user is None:
            raise self.refused(UNKNOWN_USER, User(sent.user))
        if level > user.level or (level == NO_AUTH and user.authentication):
            raise self.refused(UNSUPPORTED_LEVEL, user)
        if level == NO_AUTH:
            return user
        if not proved(message, sent, user):
            raise self.refused(WRONG_DIGEST, user)
        if not self.clock.within(sent.boots, sent.seconds):
            raise self.refused(NOT_IN_TIME, user, AUTH)
        if level < user.level:
            # Only now: who looks for our clock may do so without privacy (RFC 3414 §4).
            raise self.refused(UNSUPPORTED_LEVEL, user, AUTH)
        return user

    def opened(self, user: User, sent: Parameters, sealed: bytes) -> bytes:
        """Return what is in an encrypted scopedPDU; octets of padding may follow it. Raises Refused."""
        if len(sent.salt) != _SALT_OCTETS or (user.privacy == "des" and (len(sealed) % _BLOCK or not sealed)):
            raise self.refused(DECRYPTION, user)
        from oam.snmp.engine import protocols

        return protocols.opened(user.privacy, user.privacy_key, sent.boots, sent.seconds, sent.salt, sealed)

    def refused(self, reason: tuple[int, str], user: User, level: int = NO_AUTH) -> Refused:
        """Count why a message is not let in."""
        setattr(self._counters, reason[1], getattr(self._counters, reason[1]) + 1)
        return Refused(reason, user, level)

    def protected(self, header: bytes, scoped: bytes, user: User, level: int) -> bytes:
        """Return the message of this engine as authority: header, our security parameters, scopedPDU."""
        return self.sent(header, scoped, user, level, self.engine_id, self.clock.boots, self.clock.seconds)

    def sent(
        self, header: bytes, scoped: bytes, user: User, level: int, engine_id: bytes, boots: int, seconds: int
    ) -> bytes:
        """Return a message as RFC 3414 §3.1 makes it.

        `header` is version and msgGlobalData, encoded; the engine of this ID and clock is the authority.
        """
        salt = b""
        if level == PRIV:
            from oam.snmp.engine import protocols

            scoped, salt = protocols.sealed(user.privacy, user.privacy_key, boots, seconds, scoped)
            scoped = ber.wrapped(ber.OCTET_STRING, scoped)
        name, octets = DIGESTS[user.authentication] if level > NO_AUTH else ("", 0)
        tail = ber.wrapped(ber.OCTET_STRING, salt)
        own = ber.wrapped(
            ber.SEQUENCE,
            ber.wrapped(ber.OCTET_STRING, engine_id)
            + ber.integer(boots)
            + ber.integer(seconds)
            + ber.wrapped(ber.OCTET_STRING, user.name)
            + ber.wrapped(ber.OCTET_STRING, bytes(octets))
            + tail,
        )
        message = ber.wrapped(ber.SEQUENCE, header + ber.wrapped(ber.OCTET_STRING, own) + scoped)
        if not octets:
            return message
        at = len(message) - len(scoped) - len(tail) - octets
        digest = hmac.digest(user.authentication_key, message, name)[:octets]
        return message[:at] + digest + message[at + octets :]


def proved(message: bytes, sent: Parameters, user: User) -> bool:
    """Tell whether a message bears the digest that its user's key makes (RFC 3414 §6.3.2, RFC 7860 §4.2.2)."""
    name, octets = DIGESTS[user.authentication]
    if len(sent.digest) != octets:
        return False
    at = sent.digest_at
    plain = message[:at] + bytes(octets) + message[at + octets :]
    return hmac.compare_digest(hmac.digest(user.authentication_key, plain, name)[:octets], sent.digest)
