"""Addresses banned by themselves: who fails too often within a time is not heard for a while.

A window of a cause begins with an offence and counts those that follow; one that is over begins
anew. When the count reaches the rule's, the address is banned: for the rule's time, or for twice
its last ban if that ended within a day, a day at most. A ban ends when its time is over and the
address has been quiet for a moment; one that goes on sending is released after twice the time at
the latest, so that a phone with a wrong password behind it is heard again.

Sources of datagrams can be forged: a ban may strike whom somebody else pretends to be. So the
server's own addresses, trunks, the networks the operator exempts and white-listed addresses are never
banned, and a ban is not for ever. Who floods the tables does not free himself by it: of the
addresses watched those seen once make room first, and a ban makes room for no other.

An IPv6 host has 64 bits of addresses to choose from: its network of that length is watched and banned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv6Network, ip_network
from typing import Final

from core.effect import NOTICE, Effect, Flow
from core.northbound import counters
from core.northbound.notices import AddressBanned, AddressReleased, TableFull, TableRelieved
from core.northbound.rows import BanRow, ListVerdictRow
from core.northbound.settings import Listener, Settings
from core.northbound.traffic_settings import BanRule, BanSettings
from core.policy.lists import Lists, packed_address
from core.store.lists import ADDRESS, WHITE
from core.store.records import ListEntry
from core.wire.error import WireError
from core.wire.uri import known_uri

AUTHENTICATION: Final = 0
MALFORMED: Final = 1
SCAN: Final = 2
FLOOD: Final = 3
CAUSES: Final = ("authentication", "malformed", "scan", "flood")

MAX_WATCHED: Final = 65_536
"""Addresses seen once, and as many seen more often, that are watched for each cause."""
MOST_REMEMBERED: Final = 10_000
"""Former bans remembered, the latest."""
LONGEST_S: Final = 86_400
"""Longest ban, and how long one that is over is remembered."""
QUIET_S: Final = 60.0
"""Silence that ends a ban whose time is over; a tenth of the ban if that is less."""
_LOOK_S: Final = 1.0
"""How often what is over is looked for, at most."""
_RELIEF_S: Final = 60.0


class Watch:
    """Offences of one address and cause in the window that began at `began`."""

    __slots__ = ("began", "count")

    def __init__(self, began: float) -> None:
        self.began: float = began
        self.count: int = 1


class Ban:
    """One ban, times by the engine's clock."""

    __slots__ = ("attempts", "began", "cause", "dropped", "heard", "seconds")

    def __init__(self, cause: str, attempts: int, began: float, seconds: float) -> None:
        self.cause: str = cause
        self.attempts: int = attempts
        self.began: float = began
        self.seconds: float = seconds
        self.heard: float = began
        """When it last sent something."""
        self.dropped: int = 0

    def is_over(self, now: float) -> bool:
        """Tell whether it may be released."""
        past = now - self.began
        quiet = min(QUIET_S, self.seconds / 10)
        return past >= self.seconds and (now - self.heard >= quiet or past >= 2 * self.seconds)


class Watches:
    """The windows of one cause; bounded."""

    __slots__ = ("_looked", "_once", "_repeated", "most", "within")

    def __init__(self) -> None:
        self._once: dict[str, float] = {}
        """Those seen once, and when; the earliest first."""
        self._repeated: dict[str, Watch] = {}
        self._looked: float = -_LOOK_S
        """When room was looked for last."""
        self.most: int = MAX_WATCHED
        self.within: float = 0.0

    def count(self, address: str, now: float) -> int:
        """Note one more offence; return how many there are in its window."""
        watch = self._repeated.get(address)
        if watch is not None:
            if now - watch.began < self.within:
                watch.count += 1
                return watch.count
            del self._repeated[address]
        began = self._once.pop(address, None)
        if began is not None and now - began < self.within and self._room(now):
            watch = self._repeated[address] = Watch(began)
            watch.count = 2
            return 2
        if len(self._once) >= self.most:
            del self._once[next(iter(self._once))]
        self._once[address] = now
        return 1

    def forget(self, address: str) -> None:
        """Count this address from 0 again."""
        self._once.pop(address, None)
        self._repeated.pop(address, None)

    def _room(self, now: float) -> bool:
        """Tell whether one more may be watched closely; windows that are over make room, others do not."""
        if len(self._repeated) < self.most:
            return True
        if now - self._looked < _LOOK_S:
            return False
        self._looked = now
        over = [address for address, watch in self._repeated.items() if now - watch.began >= self.within]
        for address in over:
            del self._repeated[address]
        return len(over) > 0


class Bans:
    """All automatic bans of one worker, and the question whether an address is heard at all."""

    __slots__ = ("_bans", "_due", "_exempt", "_exempt_texts", "_former", "_lists", "_maximum", "_out", "_refused",
                 "_rules", "_slots", "_watches", "changed", "wall_offset")  # fmt: skip

    def __init__(self, lists: Lists, slots: memoryview, out: list[Effect], wall_offset: float) -> None:
        self._lists: Lists = lists
        self._slots: memoryview = slots
        self._out: list[Effect] = out
        self.wall_offset: float = wall_offset
        """What makes seconds since 1970 of `now`."""
        self._rules: list[BanRule] = [BanRule() for _ in CAUSES]
        self._watches: list[Watches] = [Watches() for _ in CAUSES]
        self._maximum: int = 0
        self._exempt_texts: tuple[str, ...] = ()
        self._exempt: list[tuple[int, int, int]] = []
        """Octets of an address, mask, network."""
        self._bans: dict[str, Ban] = {}
        self._due: float = 0.0
        """When the first of them may be over; they are not looked through before."""
        self._former: dict[str, tuple[float, float]] = {}
        """Address to the length of its last ban and when that ended, the earliest first."""
        self._refused: float = -1.0
        """When a ban was last refused for want of room; -1 when management has been told that there is some."""
        self.changed: bool = False
        """What `bars` says may differ from what it said; whoever has acted upon that clears it."""

    def configure(self, settings: BanSettings, spared: tuple[str, ...]) -> None:
        """Take new rules; `spared` are networks that are never banned besides those the operator exempts.

        Whoever is banned and has become exempt is released by the next `sweep`.
        """
        self._rules = [getattr(settings, cause) for cause in CAUSES]
        for cause in range(len(CAUSES)):
            self._watches[cause].within = float(self._rules[cause].within_s)
        self._maximum = settings.maximum
        texts = settings.exempt + spared
        if texts == self._exempt_texts:
            return
        self._exempt_texts = texts
        self._exempt = [_mask_of(text) for text in texts]
        for address, ban in self._bans.items():
            if self._is_exempt(address.partition("/")[0]):
                ban.seconds = 0.0
                self._due = 0.0

    def offence(self, flow: Flow, cause: int, now: float) -> None:
        """Note that whoever sent by `flow` has failed; perhaps once too often."""
        rule = self._rules[cause]
        if rule.attempts == 0 or flow.banned:
            return
        address = address_of(flow.host)
        if address in self._bans:
            return
        attempts = self._watches[cause].count(address, now)
        if attempts < rule.attempts:
            return
        self._watches[cause].forget(address)
        if self._is_spared(flow.host, now):
            return
        if len(self._bans) >= self._maximum:
            self._tell_full(now)
            return
        flow.banned = True
        self._ban(address, CAUSES[cause], attempts, self._length(address, rule, now), now)

    def bars(self, host: str, now: float) -> bool:
        """Tell whether what comes from an address must not be heard."""
        if self._lists.addresses:
            verdict = self._lists.verdict(ADDRESS, host, now + self.wall_offset)
            if verdict.colour:
                return verdict.refused
        if not self._bans or address_of(host) not in self._bans:
            return False
        return ":" not in host or not self._is_exempt(host)  # one of a network's hosts may be exempt

    def dropped(self, host: str, now: float) -> None:
        """Note that a message of a barred address was dropped unread."""
        self._slots[counters.DATAGRAMS_BANNED] += 1
        ban = self._bans.get(address_of(host)) if self._bans else None
        if ban is not None:
            ban.heard = now
            ban.dropped += 1
        elif self._lists.addresses:
            self._lists.hit_address(host, now + self.wall_offset)

    def sweep(self, now: float) -> None:
        """Release whose time has come; take up what management has changed. Once a second or so."""
        if self._lists.refresh(now + self.wall_offset):
            self.changed = True
        if self._bans and now >= self._due:
            for address in [address for address, ban in self._bans.items() if ban.is_over(now)]:
                self._release(address, now)
            ends = [ban.began + ban.seconds for ban in self._bans.values()]
            self._due = max(min(ends), now + _LOOK_S) if ends else 0.0
        if 0 <= self._refused <= now - _RELIEF_S:
            self._refused = -1.0
            self._out.append((NOTICE, TableRelieved(table="bans")))
        self._slots[counters.BANNED] = len(self._bans)

    def restore(self, entries: Iterator[ListEntry], now: float) -> None:
        """Take up the bans of an earlier worker that have not run out; who is exempt now is released by `sweep`."""
        for entry in entries:
            began = entry.added_at - self.wall_offset
            seconds = entry.expires_at - entry.added_at
            cause, _, rest = entry.reason.partition(": ")
            if began + seconds > now and len(self._bans) < self._maximum:
                if self._is_exempt(entry.value.partition("/")[0]):
                    seconds = 0.0
                count = rest.partition(" ")[0]
                self._bans[entry.value] = Ban(cause, int(count) if count.isdigit() else 0, began, seconds)
        self._slots[counters.BANNED] = len(self._bans)

    def lift(self, address: str, now: float) -> int:
        """End the ban of the address, or network of 64 bits, or all of them when it is empty; return how many."""
        wanted = list(self._bans) if not address else [address if "/" in address else address_of(address)]
        found = [each for each in wanted if each in self._bans]
        for each in found:
            self._release(each, now)
            del self._former[each]
        return len(found)

    def rows(self, now: float) -> Iterator[BanRow]:
        """Yield the bans in force."""
        for address, ban in list(self._bans.items()):
            yield BanRow(
                address=address,
                cause=ban.cause,
                attempts=ban.attempts,
                banned_at=ban.began + self.wall_offset,
                expires_at=ban.began + ban.seconds + self.wall_offset,
                dropped=ban.dropped,
                quiet_s=int(now - ban.heard),
            )

    def explain(self, host: str, now: float) -> ListVerdictRow:
        """Say whether an address that no list names is banned, and why or why never."""
        address = address_of(host)
        ban = self._bans.get(address)
        if self._is_exempt(host):
            return ListVerdictRow(ADDRESS, host, "passes", "exempt", "", "", "never banned by itself", None)
        if ban is None:
            return ListVerdictRow(ADDRESS, host, "passes", "", "", "", "", None)
        until = ban.began + ban.seconds + self.wall_offset
        reason = f"{ban.cause}: {ban.attempts} attempts"
        return ListVerdictRow(ADDRESS, host, "refused", "automatic", address, "", reason, until)

    def _length(self, address: str, rule: BanRule, now: float) -> float:
        seconds, ended = self._former.get(address, (0.0, 0.0))
        if not seconds or now - ended > LONGEST_S:
            return float(rule.seconds)
        return min(2 * max(seconds, float(rule.seconds)), float(LONGEST_S))

    def _ban(self, address: str, cause: str, attempts: int, seconds: float, now: float) -> None:
        self._bans[address] = Ban(cause, attempts, now, seconds)
        self._due = min(self._due, now + seconds)
        self._slots[counters.BANS_SET] += 1
        self._slots[counters.BANNED] = len(self._bans)
        self.changed = True
        self._out.append((NOTICE, AddressBanned(address, cause, attempts, int(seconds), now + self.wall_offset)))

    def _release(self, address: str, now: float) -> None:
        ban = self._bans.pop(address)
        self._former.pop(address, None)
        if len(self._former) >= MOST_REMEMBERED:
            del self._former[next(iter(self._former))]
        self._former[address] = (ban.seconds, now)
        self._slots[counters.BANNED] = len(self._bans)
        self.changed = True
        self._out.append((NOTICE, AddressReleased(address)))

    def _is_spared(self, host: str, now: float) -> bool:
        if self._is_exempt(host):
            return True
        return self._lists.addresses and self._lists.verdict(ADDRESS, host, now + self.wall_offset).colour == WHITE

    def _is_exempt(self, host: str) -> bool:
        packed = packed_address(host)
        number = int.from_bytes(packed, "big")
        for octets, mask, network in self._exempt:  # noqa: SIM110 - no generator in what is compiled
            if octets == len(packed) and number & mask == network:
                return True
        return False

    def _tell_full(self, now: float) -> None:
        if self._refused < 0:
            self._out.append((NOTICE, TableFull(table="bans", limit=self._maximum)))
        self._refused = now


def address_of(host: str) -> str:
    """Return what is watched and banned of a numeric address: itself, of IPv6 its network of 64 bits."""
    if ":" not in host:
        return host
    packed = packed_address(host)
    if len(packed) != 16:
        return ".".join([str(octet) for octet in packed])
    return str(IPv6Network((int.from_bytes(packed, "big") >> 64 << 64, 64)))


def _mask_of(text: str) -> tuple[int, int, int]:
    network = ip_network(text)
    return len(network.network_address.packed), int(network.netmask), int(network.network_address)


def explain(lists: Lists, bans: Bans, kind: str, value: str, now: float) -> ListVerdictRow:
    """Say what lists and bans have to say of one value, and why."""
    verdict = lists.verdict(kind, value, now + bans.wall_offset)
    entry = verdict.entry
    if entry is not None:
        until = entry.expires_at or None
        outcome = "refused" if verdict.refused else "passes"
        return ListVerdictRow(kind, value, outcome, verdict.colour, entry.value, entry.owner, entry.reason, until)
    if kind == ADDRESS:
        return bans.explain(value, now)
    reason = "no entry of the white list fits" if verdict.refused else ""
    return ListVerdictRow(kind, value, "refused" if verdict.refused else "passes", "", "", "", reason, None)


def spared(settings: Settings, listeners: Iterable[Listener]) -> tuple[str, ...]:
    """Return the networks that are never banned by themselves: this server's own, and those of trunks."""
    found = ["127.0.0.1", "::1", *[listener.address for listener in listeners]]
    for trunk in settings.trunks:
        found += trunk.sources
        found += [host for host in [_host_of(text) for text in trunk.addresses] if packed_address(host)]
    return tuple(found)


def _host_of(text: str) -> str:
    try:
        return known_uri(text).host.strip("[]")
    except WireError:
        return ""
