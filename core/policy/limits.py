"""Bounds of those who call: subscriber groups, by calls at one time and by rate; single sources, by rate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from core.dialog.call import Call, CallObserver
from core.northbound.routing_settings import SubscriberGroup
from core.northbound.traffic_settings import SourceLimit
from core.policy.leaky_bucket import LeakyBucket

SOURCES_MAXIMUM: Final = 10_000
CALLS: Final = "has as many calls as it may"
RATE: Final = "calls too often"
TOO_MANY: Final = "sends too many calls"
CROWDED: Final = "is one of too many addresses that call"


class GroupLimit(CallObserver):
    """The bounds of one subscriber group, and the calls its subscribers have."""

    __slots__ = ("_bucket", "calls", "settings")

    def __init__(self) -> None:
        self.settings: SubscriberGroup = SubscriberGroup("")
        self.calls: int = 0
        """At this time, early and answered."""
        self._bucket: LeakyBucket | None = None

    def configure(self, settings: SubscriberGroup) -> None:
        """Take other bounds; calls in progress count on."""
        if settings == self.settings:
            return
        old, self._bucket = self._bucket, None
        if settings.rate:
            self._bucket = LeakyBucket(settings.rate, 1, settings.burst or settings.rate)
            if old is not None:
                self._bucket.follow(old)
        self.settings = settings

    def refusal(self, now: float, real: bool) -> str:
        """Say why no further call may be made; empty: one may, and counts for the rate if it is `real`."""
        if self.settings.calls_maximum and self.calls >= self.settings.calls_maximum:
            return CALLS
        bucket = self._bucket
        if bucket is None or (bucket.offer(now) if real else bucket.peek(now)):
            return ""
        return RATE

    def begin(self, call: Call) -> None:
        """Count a call until it ends."""
        self.calls += 1
        call.observe(self)

    def answered(self, call: Call, wall: float) -> None:
        pass

    def ended(self, call: Call, wall: float) -> None:
        self.calls -= 1


class Limits:
    """All bounds of callers."""

    __slots__ = ("_others", "_source", "_sources", "active", "groups")

    def __init__(self) -> None:
        self.groups: dict[str, GroupLimit] = {}
        """Of the groups that have a bound."""
        self._source: SourceLimit = SourceLimit()
        self._sources: dict[str, LeakyBucket] = {}
        self._others: LeakyBucket | None = None
        """Of all addresses together that are not remembered."""
        self.active: bool = False

    def configure(self, groups: tuple[SubscriberGroup, ...], source: SourceLimit, calls: Iterable[Call]) -> None:
        """Take new bounds; of a group that had none until now the calls in progress are counted."""
        bounded = [group for group in groups if group.calls_maximum or group.rate]
        new: set[str] = {group.name for group in bounded if group.name not in self.groups}
        kept: dict[str, GroupLimit] = {}
        for group in bounded:
            limit = kept[group.name] = self.groups.get(group.name) or GroupLimit()
            limit.configure(group)
        self.groups = kept
        if new:
            self.adopt(calls, new)
        if source != self._source:
            self._source = source
            self._sources.clear()
            self._others = _bucket_of(source) if source.rate else None
        self.active = bool(kept) or source.rate > 0

    def adopt(self, calls: Iterable[Call], names: Iterable[str]) -> None:
        """Count calls in progress for these groups, which have not counted them yet."""
        wanted = {name: self.groups[name] for name in names}
        for call in calls:
            limit = wanted.get(call.group) if call.group else None
            if limit is not None:
                limit.begin(call)

    def begun(self, call: Call) -> None:
        """Take note of a call that has begun."""
        limit = self.groups.get(call.group)
        if limit is not None:
            limit.begin(call)

    def group_refusal(self, group: str, now: float, real: bool) -> str:
        """Say why a subscriber of `group` may make no further call; empty: he may."""
        limit = self.groups.get(group) if group else None
        return "" if limit is None else limit.refusal(now, real)

    def source_refusal(self, host: str, now: float, real: bool) -> str:
        """Say why no further call may come from an address; empty: one may.

        Addresses for which there is no room share what a single one may: only a flood has so many at a time.
        """
        others = self._others
        if others is None:
            return ""
        bucket = self._sources.get(host)
        if bucket is None:
            if len(self._sources) >= SOURCES_MAXIMUM:
                return "" if (others.offer(now) if real else others.peek(now)) else CROWDED
            if not real:
                return ""
            bucket = self._sources[host] = _bucket_of(self._source)
        return "" if (bucket.offer(now) if real else bucket.peek(now)) else TOO_MANY

    def sweep(self, now: float) -> None:
        """Forget addresses whose bucket is empty. Once a second or so."""
        for host in [host for host, bucket in self._sources.items() if bucket.is_empty(now)]:
            del self._sources[host]


def _bucket_of(source: SourceLimit) -> LeakyBucket:
    return LeakyBucket(source.rate, 1, source.burst or source.rate)
