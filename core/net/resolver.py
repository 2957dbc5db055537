"""Finds where the names of next hops lead (RFC 3263 §4.2) without holding the loop, or another name, up.

/etc/hosts comes first, then the cache, then DNS. Questions for one name share a look-up, at most MAX_OUTSTANDING
names are looked up at a time, and each is given up after a while: one that hangs delays nobody else.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module
from random import Random
from typing import Final

from core.effect import TRANSPORTS
from core.net.dns_cache import FAILED, FOUND, DnsCache, Found, Key, Place, in_order
from core.net.hosts import HostsFile
from core.northbound import counters
from core.northbound.orders import Row
from core.northbound.routing_settings import DnsSettings
from core.northbound.rows import HostRow

log = logging.getLogger("net")

MAX_OUTSTANDING: Final = 256
"""Names being looked up; a question for one more is answered as not found."""
_LONGEST_S: Final = 15.0
"""How long a name may take, whatever servers there are."""
_PHASES: Final = 2
"""SRV, then addresses: each may wait for every server."""

_SYSTEM_SERVERS: Final = 3
"""Most that resolv.conf may name."""

Find = Callable[[str, str], Awaitable[Found]]


class Resolver:
    """Answers each question once, through `answer(token, [(address, port), ...])`."""

    def __init__(
        self,
        answer: Callable[[int, list[tuple[str, int]]], None],
        settings: DnsSettings,
        slots: memoryview,
        *,
        find: Find | None = None,
        hosts: HostsFile | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._answer = answer
        self._settings = settings
        self._slots = slots
        self._clock = clock
        self._random = Random(os.urandom(16))
        self._hosts = hosts or HostsFile()
        self._cache = DnsCache(settings.cache_maximum)
        self._find = find
        self._waiting: dict[Key, list[tuple[int, int]]] = {}
        """Token and port of the questions that wait, by what is being looked up."""
        self._tasks: dict[Key, asyncio.Task[None]] = {}

    def resolve(self, token: int, host: str, port: int, transport: int) -> None:
        """Take a question. The answer comes in a later turn of the loop, never in this one."""
        host = _plain(host)
        key = (host, "" if port else TRANSPORTS[transport])
        now = self._clock()
        addresses = self._hosts.find(host, now)
        if addresses:
            self._later(token, port, (Place(0, 0, 0, addresses),))
            return
        known = self._cache.fresh(key, now)
        if known is not None:
            self._slots[counters.LOOKUPS_CACHED] += 1
            self._later(token, port, known.places)
        elif not self._start(key):
            self._slots[counters.LOOKUPS_FAILED] += 1
            self._later(token, port, ())
        else:
            self._waiting.setdefault(key, []).append((token, port))

    def look_up(self, host: str, port: int, transport: int) -> bool:
        """Ask anew for a name, for management to see what `rows` says then; False when too many are being asked for."""
        host = _plain(host)
        if self._hosts.find(host, self._clock()):
            return True
        return self._start((host, "" if port else TRANSPORTS[transport]))

    def configure(self, settings: DnsSettings) -> None:
        """Take new settings; what other servers said is forgotten."""
        if settings == self._settings:
            return
        if settings.servers != self._settings.servers:
            self._cache.forget("")
        self._settings = settings
        self._cache.bound(settings.cache_maximum)
        if isinstance(self._find, _LazyClient):
            self._find = None

    def forget(self, host: str) -> int:
        """Remove what is known of one host, of all when it is empty; return how many entries went."""
        return self._cache.forget(_plain(host))

    def rows(self, match: str) -> Iterator[Row]:
        """Return what is known, what is being looked up, and what /etc/hosts says of exactly `match`."""
        now = self._clock()
        match = _plain(match)
        addresses = self._hosts.find(match, now) if match else ()
        if addresses:
            yield HostRow(match, "", "hosts", ", ".join(addresses), None)
        for host, service in list(self._tasks):
            if match in host:
                yield HostRow(host, service, "asked", "", None)
        for (host, service), entry in self._cache.entries():
            if match in host and (host, service) not in self._tasks:
                state = entry.found.state
                if state == FOUND and entry.expires <= now:
                    state = "expired" if now < entry.stale_until else "old"
                ttl_s = max(0, round(entry.expires - now))
                yield HostRow(host, service, state, _written(entry.found.places), ttl_s)

    def addresses(self, host: str) -> set[str]:
        """Return every address that is known of `host` now, of all its services; asks nobody."""
        host = _plain(host)
        found = set(self._hosts.find(host, self._clock()))
        for (name, _), entry in self._cache.entries():
            if name == host:
                found.update(address for place in entry.found.places for address in place.addresses)
        return found

    def close(self) -> None:
        """Answer nothing any more."""
        self._waiting.clear()
        for task in self._tasks.values():
            task.cancel()

    def _later(self, token: int, port: int, places: tuple[Place, ...]) -> None:
        asyncio.get_running_loop().call_soon(self._answer, token, in_order(places, port, self._random))

    def _start(self, key: Key) -> bool:
        """See that a name is being looked up."""
        if key in self._tasks:
            return True
        if len(self._tasks) >= MAX_OUTSTANDING:
            return False
        if self._find is None:
            self._find = _LazyClient(self._settings, self._clock, self._count)
        self._tasks[key] = asyncio.create_task(self._run(key, self._find))
        return True

    async def _run(self, key: Key, find: Find) -> None:
        found = Found(FAILED)
        servers = len(self._settings.servers) or _SYSTEM_SERVERS
        limit = min(_LONGEST_S, _PHASES * servers * self._settings.timeout_s + 1)
        try:
            async with asyncio.timeout(limit):
                found = await find(*key)
        except TimeoutError:
            log.warning("look-up of %s took longer than %g s", ascii(key[0]), limit)
        except Exception as fault:
            log.error("look-up of %s failed", ascii(key[0]), exc_info=fault)
        self._tasks.pop(key, None)
        if found.state != FOUND:
            self._slots[counters.LOOKUPS_FAILED] += 1
        self._slots[counters.LOOKUPS_UNANSWERED if found.state == FAILED else counters.LOOKUPS_ANSWERED] += 1
        found = self._cache.take(key, found, self._clock())
        for token, port in self._waiting.pop(key, ()):
            self._answer(token, in_order(found.places, port, self._random))

    def _count(self) -> None:
        self._slots[counters.LOOKUPS] += 1


class _LazyClient:
    """Loads the DNS library, off the loop, when the first name is asked for."""

    def __init__(self, settings: DnsSettings, clock: Callable[[], float], count: Callable[[], None]) -> None:
        self._given = (settings, clock, count)
        self._making: asyncio.Task[Find] | None = None

    async def __call__(self, host: str, service: str) -> Found:
        if self._making is None:
            self._making = asyncio.create_task(self._make())
        find = await asyncio.shield(self._making)
        return await find(host, service)

    async def _make(self) -> Find:
        module = await asyncio.to_thread(import_module, "core.net.dns_query")
        find: Find = module.DnsClient(*self._given).find
        return find


def _plain(host: str) -> str:
    return host.lower().removesuffix(".")


def _written(places: tuple[Place, ...]) -> str:
    """Write places as `show hosts` does, in the order of their priorities."""
    texts: list[str] = []
    for place in sorted(places):
        addresses = ", ".join(place.addresses)
        texts.append(f"{place.priority}/{place.weight} {addresses} port {place.port}" if place.port else addresses)
    return "; ".join(texts)
