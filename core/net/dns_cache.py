"""What DNS said of names, for as long as it said: bounded, by name and service.

An entry that has run out is kept for a while longer: it is the answer where a new look-up fails (RFC 8767), so that
calls go on while the name servers are away. A failure is remembered too, briefly, so that not every call waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final, NamedTuple

STALE_S: Final = 3600.0
"""How long after its time an answer may still be given while a new one cannot be had."""
RECHECK_S: Final = 30.0
"""How long the old answer is given before servers that failed are asked again (RFC 8767 §5)."""
FAILURE_S: Final = 5.0
"""How long a failure without an old answer stands."""
SHORTEST_S: Final = 1.0
"""How long an answer is kept at least, whatever its TTL: one look-up a second and name."""
LONGEST_S: Final = 86_400.0
NEGATIVE_S: Final = 60.0
"""How long 'no such name' is kept at most, whatever the SOA says (RFC 2308 §5)."""

FOUND: Final = "found"
NOT_FOUND: Final = "not-found"
FAILED: Final = "failed"

Key = tuple[str, str]
"""Host, lower case, and service: `udp`, `tcp` where SRV is asked first, empty where the port is given."""


class Place(NamedTuple):
    """One host that serves a name (RFC 2782), or the name itself."""

    priority: int
    weight: int
    port: int
    """0: the port asked with, else 5060."""
    addresses: tuple[str, ...]


class Found(NamedTuple):
    """The outcome of one look-up."""

    state: str
    """FOUND, NOT_FOUND (the servers say so), FAILED (they say nothing)."""
    places: tuple[Place, ...] = ()
    ttl_s: float = 0.0


class Entry:
    """What is known of one name and service."""

    __slots__ = ("expires", "found", "stale_until")

    def __init__(self, found: Found, expires: float, stale_until: float) -> None:
        self.found = found
        self.expires = expires
        """Monotonic seconds."""
        self.stale_until = stale_until
        """Until then the places serve while a new look-up fails."""


class DnsCache:
    """Entries by name, those used last at the end; the oldest makes room."""

    def __init__(self, maximum: int) -> None:
        self.maximum = maximum
        self._entries: dict[Key, Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def fresh(self, key: Key, now: float) -> Found | None:
        """Return what is known and has not run out."""
        entry = self._entries.get(key)
        if entry is None or entry.expires <= now:
            return None
        del self._entries[key]
        self._entries[key] = entry
        return entry.found

    def take(self, key: Key, found: Found, now: float) -> Found:
        """Keep the outcome of a look-up; return the answer to give: of a failed one the old answer if there is one."""
        old = self._entries.pop(key, None)
        if found.state == FAILED and old is not None and old.found.state == FOUND and now < old.stale_until:
            self._put(key, Entry(old.found, min(now + RECHECK_S, old.stale_until), old.stale_until))
            return old.found
        if found.state == FAILED:
            self._put(key, Entry(found, now + FAILURE_S, now))
        else:
            longest = LONGEST_S if found.state == FOUND else NEGATIVE_S
            expires = now + min(max(found.ttl_s, SHORTEST_S), longest)
            self._put(key, Entry(found, expires, expires + STALE_S))
        return found

    def forget(self, host: str) -> int:
        """Remove what is known of a host, of all hosts when it is empty; return how many entries went."""
        gone = [key for key in self._entries if not host or key[0] == host]
        for key in gone:
            del self._entries[key]
        return len(gone)

    def bound(self, maximum: int) -> None:
        """Take another bound."""
        self.maximum = maximum
        self._make_room(0)

    def entries(self) -> Iterator[tuple[Key, Entry]]:
        """Return all there is, as of now."""
        return iter(list(self._entries.items()))

    def _put(self, key: Key, entry: Entry) -> None:
        self._make_room(1)
        self._entries[key] = entry

    def _make_room(self, wanted: int) -> None:
        while self._entries and len(self._entries) > self.maximum - wanted:
            del self._entries[next(iter(self._entries))]


def in_order(places: tuple[Place, ...], port: int, random: Random) -> list[tuple[str, int]]:
    """Return addresses and ports in the order to try them (RFC 2782): priorities rising, weights drawn anew."""
    ordered: list[tuple[str, int]] = []
    for priority in sorted({place.priority for place in places}):
        for place in _drawn([each for each in places if each.priority == priority], random):
            ordered.extend((address, place.port or port or 5060) for address in place.addresses)
    return list(dict.fromkeys(ordered))


def _drawn(places: list[Place], random: Random) -> list[Place]:
    """Order places of one priority: each next one is drawn by weight, those of weight 0 have the smallest chance."""
    left = sorted(places, key=_weight)
    ordered: list[Place] = []
    while len(left) > 1:
        mark = random.randint(0, sum(place.weight for place in left))
        at = 0
        running = left[0].weight
        while running < mark:
            at += 1
            running += left[at].weight
        ordered.append(left.pop(at))
    return ordered + left


def _weight(place: Place) -> int:
    return place.weight
