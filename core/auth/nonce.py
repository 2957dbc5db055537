"""Nonces: made without keeping them, recognised by their seal, each count accepted once.

A nonce is the base64 of 24 octets: 6 of time (milliseconds since 1970), 6 random, 12 of a
hash over the secret and both. Only nonces that came back with right credentials enter the table.
The table is bounded; when it drops its oldest nonce, every nonce made until then and not
in the table is stale from then on, so a dropped count cannot be played again.

A restarted worker has the same secret and an empty table: it takes a nonce it has not seen
at count 1 (a call challenged before the restart goes on) and calls later counts stale.
"""

from __future__ import annotations

from binascii import Error, a2b_base64, b2a_base64
from collections import deque
from hashlib import blake2s
from hmac import compare_digest
from typing import Final

VALID: Final = 0
STALE: Final = 1
"""Ours, but too old, or older than what the table remembers."""
REPLAYED: Final = 2
"""Ours, but its count does not exceed the last one."""
FORGED: Final = 3
"""Not ours."""

RANDOM_OCTETS: Final = 6
"""How many random octets `Nonces.make` wants."""
_TEXT_LENGTH: Final = 32
_SEALED: Final = 12
_TIME_LENGTH: Final = 8
"""Characters that hold the time."""


class Nonces:
    """Makes nonces and checks them; owns the table of counts."""

    __slots__ = ("_counts", "_forgotten_ms", "_maximum", "_oldest_ms", "_order", "_sealer")

    def __init__(self, secret: bytes, maximum: int = 65_536) -> None:
        self._sealer = blake2s(secret[:32], digest_size=12)
        """Has taken in the secret: BLAKE2 needs no HMAC, what it has hashed cannot be lengthened."""
        self._maximum = maximum
        self._counts: dict[str, int] = {}
        self._order: deque[str] = deque()
        """The nonces in `_counts`, oldest first: a dict finds its first key slowly when those before it are gone."""
        self._oldest_ms = 0
        """When the first of `_order` was made."""
        self._forgotten_ms = -1

    def make(self, now_wall: float, random: bytes) -> str:
        """Return a new nonce; `now_wall` in seconds since 1970, `random` RANDOM_OCTETS long (more are ignored)."""
        body = int(now_wall * 1000).to_bytes(6, "big") + random[:RANDOM_OCTETS]
        return b2a_base64(body + self._seal(body), newline=False).decode("ascii")

    def check(self, nonce: str, nc: int, now_wall: float, lifetime: float) -> int:
        """Return VALID, STALE, REPLAYED or FORGED; VALID takes note of the count. `lifetime` in seconds."""
        last = self._counts.get(nonce, 0)
        made_ms = _time_of(nonce) if last else self._made_ms(nonce)
        if made_ms < 0:
            return FORGED
        now_ms = int(now_wall * 1000)
        # A nonce of the future, a minute and more: the clock was set back since it was made.
        if made_ms + lifetime * 1000 <= now_ms or made_ms > now_ms + 60_000:
            return STALE
        if last == 0:
            if nc != 1 or made_ms <= self._forgotten_ms:
                return STALE
            self._make_room(now_ms - int(lifetime * 1000))
            if not self._order:
                self._oldest_ms = made_ms
            self._order.append(nonce)
        elif nc <= last:
            return REPLAYED
        self._counts[nonce] = nc
        return VALID

    def __len__(self) -> int:
        return len(self._counts)

    def _make_room(self, outlived_ms: int) -> None:
        """Drop up to two outlived nonces, and the oldest when the table is full."""
        for _ in range(2):
            if not self._order or (self._oldest_ms > outlived_ms and len(self._order) < self._maximum):
                return
            del self._counts[self._order.popleft()]
            self._forgotten_ms = max(self._forgotten_ms, self._oldest_ms)
            if self._order:
                self._oldest_ms = _time_of(self._order[0])

    def _made_ms(self, nonce: str) -> int:
        """Return when `nonce` was made, milliseconds since 1970; -1 if it is not ours."""
        if len(nonce) != _TEXT_LENGTH:
            return -1
        try:
            octets = a2b_base64(nonce)
        except (Error, ValueError):
            return -1
        body = octets[:_SEALED]
        if not compare_digest(self._seal(body), octets[_SEALED:]):
            return -1
        return int.from_bytes(body[:6], "big")

    def _seal(self, body: bytes) -> bytes:
        sealer = self._sealer.copy()
        sealer.update(body)
        return sealer.digest()


def _time_of(nonce: str) -> int:
    """Return when a nonce was made that is in the table, hence found ours before; milliseconds since 1970."""
    return int.from_bytes(a2b_base64(nonce[:_TIME_LENGTH]), "big")
