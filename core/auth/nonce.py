"""Nonces: made without keeping them, recognised by their seal, each count accepted once.

A nonce is a mark and a tail. The mark is the base64 of 18 octets, 6 of time (seconds since 1970)
and 12 of a hash over the secret and the time: it is made once a second, and whoever is challenged
sees it. The tail is 16 hex digits that nobody can foresee. A tail of the sender's own choice would
gain him nothing: the response is made over it, and for a mark he has to be challenged. Only nonces
that came back with right credentials enter the table. The table is bounded; when it drops its
oldest nonce, every nonce made until then and not in the table is stale from then on, so a dropped
count cannot be played again.

A restarted worker has the same secret and an empty table: it takes a nonce it has not seen
at count 1 (a call challenged before the restart goes on) and calls later counts stale.

Before any of that a nonce tells that its bearer may have been challenged, which overload control
heeds. Of the nonces of one second no more are believed than were made: more have been played again.
"""

from __future__ import annotations

from binascii import Error, a2b_base64, b2a_base64
from collections import deque
from hashlib import blake2b, blake2s
from hmac import compare_digest
from random import Random
from typing import Final

VALID: Final = 0
STALE: Final = 1
"""Ours, but too old, or older than what the table remembers."""
REPLAYED: Final = 2
"""Ours, but its count does not exceed the last one."""
FORGED: Final = 3
"""Not ours."""

_MARK_LENGTH: Final = 24
_TAIL_LENGTH: Final = 16
_LENGTH: Final = _MARK_LENGTH + _TAIL_LENGTH
_DIGEST_LENGTH: Final = 128
_MOST_MARKS: Final = 1024
"""Marks found ours that are remembered, and seconds of which the nonces are counted; all are let go when there are
more."""


class Nonces:
    """Makes nonces and checks them; owns the table of counts."""

    __slots__ = (
        "_counts", "_forgotten", "_mark", "_marks", "_maximum", "_oldest", "_order", "_sealer", "_second",
        "_secret", "_tails", "_unanswered",
    )  # fmt: skip

    def __init__(self, secret: bytes, maximum: int = 65_536) -> None:
        self._secret = secret[:32]
        self._sealer = blake2s(self._secret, digest_size=12)
        """Has taken in the secret: BLAKE2 needs no HMAC, what it has hashed cannot be lengthened."""
        self._second = -1
        self._mark = ""
        """Of the nonces made in `_second`."""
        self._tails: list[str] = []
        """For the next nonces: made many at a time, each used once."""
        self._marks: dict[str, int] = {}
        """When a mark was made, seconds since 1970."""
        self._unanswered: dict[int, int] = {}
        """By the second in which they were made: nonces that `answers` has not taken yet."""
        self._maximum = maximum
        self._counts: dict[str, int] = {}
        self._order: deque[str] = deque()
        """The nonces in `_counts`, oldest first: a dict finds its first key slowly when those before it are gone."""
        self._oldest = 0
        """When the first of `_order` was made."""
        self._forgotten = -1

    def make(self, now_wall: float, random: Random) -> str:
        """Return a new nonce; `now_wall` in seconds since 1970."""
        second = int(now_wall)
        if second != self._second:
            self._second = second
            self._mark = self._mark_of(second)
            self._remember(self._mark, second)
            if len(self._unanswered) >= _MOST_MARKS:
                self._unanswered.clear()
        self._unanswered[second] = self._unanswered.get(second, 0) + 1
        if not self._tails:
            self._make_tails(random)
        return self._mark + self._tails.pop()

    def check(self, nonce: str, nc: int, now_wall: float, lifetime: int) -> int:
        """Return VALID, STALE, REPLAYED or FORGED; VALID takes note of the count. `lifetime` in seconds."""
        made = self._made(nonce)
        if made < 0:
            return FORGED
        now = int(now_wall)
        if not _is_fresh(made, now, lifetime):
            return STALE
        last = self._counts.get(nonce, 0)
        if last == 0:
            if nc != 1 or made <= self._forgotten:
                return STALE
            self._make_room(now - lifetime)
            if not self._counts:
                self._oldest = made
            self._order.append(nonce)
        elif nc <= last:
            return REPLAYED
        self._counts[nonce] = nc
        return VALID

    def answers(self, nonce: str, now_wall: float, lifetime: int, take: bool) -> bool:
        """Tell whether `nonce` is ours and fresh, and not all of its second have come back; `take` counts it as one.

        Says nothing of the response made over it: its bearer, or somebody else challenged in that second, receives
        what we send. One that is played again takes the place of another.
        """
        made = self._made(nonce)
        if made < 0 or not _is_fresh(made, int(now_wall), lifetime):
            return False
        left = self._unanswered.get(made, 0)
        if left and take:
            self._unanswered[made] = left - 1
        return left > 0

    def __len__(self) -> int:
        return len(self._counts)

    def _make_room(self, outlived: int) -> None:
        """Drop up to two outlived nonces, and the oldest when the table is full."""
        for _ in range(2):
            if not self._counts or (self._oldest > outlived and len(self._counts) < self._maximum):
                return
            del self._counts[self._order.popleft()]
            self._forgotten = max(self._forgotten, self._oldest)
            if self._order:
                self._oldest = self._made(self._order[0])

    def _made(self, nonce: str) -> int:
        """Return when `nonce` was made, seconds since 1970; -1 if it is not ours."""
        if len(nonce) != _LENGTH:
            return -1
        mark = nonce[:_MARK_LENGTH]
        second = self._marks.get(mark, -1)
        return second if second >= 0 else self._read(mark)

    def _read(self, mark: str) -> int:
        """Return the time in `mark` and remember it; -1 if the seal is not ours."""
        try:
            second = int.from_bytes(a2b_base64(mark)[:6], "big")
        except (Error, ValueError):
            return -1
        if not compare_digest(self._mark_of(second), mark):
            return -1
        self._remember(mark, second)
        return second

    def _remember(self, mark: str, second: int) -> None:
        if len(self._marks) >= _MOST_MARKS:
            self._marks.clear()
        self._marks[mark] = second

    def _mark_of(self, second: int) -> str:
        time = second.to_bytes(6, "big")
        sealer = self._sealer.copy()
        sealer.update(time)
        return b2a_base64(time + sealer.digest(), newline=False).decode("ascii")

    def _make_tails(self, random: Random) -> None:
        """Make tails from numbers that need not be secret: the hash hides them."""
        for _ in range(16):
            text = blake2b(random.randbytes(16), key=self._secret, person=b"nonce").hexdigest()
            for at in range(0, _DIGEST_LENGTH, _TAIL_LENGTH):
                self._tails.append(text[at : at + _TAIL_LENGTH])


def _is_fresh(made: int, now: int, lifetime: int) -> bool:
    # A nonce of the future, a minute and more: the clock was set back since it was made.
    return made + lifetime > now and made <= now + 60
