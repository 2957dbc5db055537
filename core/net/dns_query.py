"""Asks DNS servers through dnspython: SRV, then A and AAAA (RFC 3263 §4.2). Imported when the first name is asked for.

The library costs six megabytes and a twentieth of a second, which a server that knows only addresses need not pay.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

import dns.asyncresolver
import dns.exception
import dns.message
import dns.name
import dns.nameserver
import dns.rdatatype
import dns.resolver

from core.net.dns_cache import FAILED, FAILURE_S, FOUND, NOT_FOUND, Found, Place
from core.northbound.routing_settings import DnsSettings

RESOLV_CONF: Final = Path("/etc/resolv.conf")
PORT: Final = 53
"""Of the servers in it."""
_LOOK_S: Final = 5.0
"""How often that file is looked at."""
_MAX_PLACES: Final = 16
"""SRV records followed, lowest priority numbers first."""
_MAX_ADDRESSES: Final = 8
"""Addresses taken of one host and family."""
_OTHER_FAMILY_S: Final = 0.25
"""How long one family's addresses wait for the other's."""
_DOWN_S: Final = 30.0
"""How long a server that did not answer is asked last."""


class _Service(Protocol):
    """What of an SRV record counts."""

    priority: int


class Reply:
    """What the servers said to one question."""

    __slots__ = ("records", "response", "state", "ttl_s")

    def __init__(self, state: str, ttl_s: float = 0.0, answer: dns.resolver.Answer | None = None) -> None:
        self.state = state
        self.ttl_s = ttl_s
        self.records: list[Any] = list(answer) if answer is not None else []
        """Of the type asked for."""
        self.response = None if answer is None else answer.response


class DnsClient:
    """Asks the servers of one `DnsSettings`, one after another; those of the system where none is configured."""

    def __init__(self, settings: DnsSettings, clock: Callable[[], float], count: Callable[[], None]) -> None:
        self._clock = clock
        self._count = count
        """Called for each question."""
        self._down: dict[str, float] = {}
        """When a server that did not answer is trusted again, by name."""
        self._settings = settings
        self._of_the_system = not settings.servers
        self._timeout_s = settings.timeout_s
        self._looked = clock()
        self._state = _state()
        self._load()

    def _load(self) -> None:
        self._resolver = _resolver(self._settings)
        self._servers = [each for each in self._resolver.nameservers if isinstance(each, dns.nameserver.Nameserver)]
        self._resolver.timeout = self._timeout_s

    def _follow(self) -> None:
        """Read the system's servers again when it has others, as the C library does."""
        now = self._clock()
        if not self._of_the_system or now - self._looked < _LOOK_S:
            return
        self._looked = now
        state = _state()
        if state != self._state:
            self._state = state
            self._load()

    async def find(self, host: str, service: str) -> Found:
        """Look a name up: with `service` (`udp`, `tcp`) its SRV records first, else only addresses."""
        self._follow()
        if not self._servers:
            return Found(FAILED)
        if not service:
            return await self._addresses(host)
        reply = await self._ask(f"_sip._{service}.{host}", dns.rdatatype.SRV, host)
        if not reply.records:
            # Without an answer it is not known whether there are SRV records: going on without them is better than
            # failing, but must not be remembered for long.
            found = await self._addresses(host)
            ttl_s = FAILURE_S if reply.state == FAILED else reply.ttl_s
            return found._replace(ttl_s=min(found.ttl_s, ttl_s))
        return await self._services(reply)

    async def _services(self, reply: Reply) -> Found:
        """Find the addresses of what SRV named; `.` alone says that there is no such service (RFC 2782)."""
        records = sorted(reply.records, key=_priority)[:_MAX_PLACES]
        records = [record for record in records if record.target != dns.name.root and record.port]
        if not records:
            return Found(NOT_FOUND, (), reply.ttl_s)
        replies = await asyncio.gather(*[self._target(record.target, reply) for record in records])
        places = sorted(
            Place(record.priority, record.weight, record.port, found.places[0].addresses)
            for record, found in zip(records, replies, strict=True)
            if found.places
        )
        ttl_s = min([reply.ttl_s, *[found.ttl_s for found in replies]])
        if places:
            return Found(FOUND, tuple(places), ttl_s)
        return Found(FAILED if any(found.state == FAILED for found in replies) else NOT_FOUND, (), ttl_s)

    async def _target(self, target: dns.name.Name, reply: Reply) -> Found:
        """Find one host's addresses, in the additional section if they are there."""
        known: list[str] = []
        ttl_s = reply.ttl_s
        for rrset in reply.response.additional if reply.response is not None else ():
            if rrset.name == target and rrset.rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA):
                known.extend(record.address for record in list(rrset)[:_MAX_ADDRESSES])
                ttl_s = min(ttl_s, rrset.ttl)
        if known:
            return Found(FOUND, (Place(0, 0, 0, tuple(sorted(known, key=_family))),), ttl_s)
        return await self._addresses(target.to_text())

    async def _addresses(self, host: str) -> Found:
        """Find IPv4 and IPv6 addresses at the same time; IPv4 ones come first.

        Some servers never answer the question for AAAA: who has addresses waits a moment for the other family's.
        """
        kinds = (dns.rdatatype.A, dns.rdatatype.AAAA)
        tasks = [asyncio.create_task(self._ask(host, kind, host)) for kind in kinds]
        try:
            done, left = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            hurry = _OTHER_FAMILY_S if any(task.result().records for task in done) else None
            if left:
                await asyncio.wait(left, timeout=hurry)
            replies = [task.result() if task.done() else Reply(FAILED) for task in tasks]
        finally:
            for task in tasks:
                task.cancel()
        addresses = [record.address for reply in replies for record in reply.records[:_MAX_ADDRESSES]]
        if addresses:
            ttl_s = min(reply.ttl_s for reply in replies if reply.records)
            return Found(FOUND, (Place(0, 0, 0, tuple(addresses)),), ttl_s)
        if FAILED in [reply.state for reply in replies]:
            return Found(FAILED)
        return Found(NOT_FOUND, (), min(reply.ttl_s for reply in replies))

    async def _ask(self, name: str, kind: dns.rdatatype.RdataType, host: str) -> Reply:
        """Ask one question of the servers, in their order; those that did not answer lately last."""
        self._count()
        servers = self._ordered()
        self._resolver.nameservers = servers
        search = self._of_the_system and "." not in host
        lifetime = self._timeout_s * len(servers)
        try:
            answer = await self._resolver.resolve(
                name, kind, raise_on_no_answer=False, search=search, lifetime=lifetime
            )
        except dns.resolver.NXDOMAIN as error:
            said: dict[dns.name.Name, dns.message.QueryMessage] = error.responses()  # type: ignore[no-untyped-call]
            return Reply(NOT_FOUND, min(_ttl(response) for response in said.values()))
        except (dns.exception.DNSException, OSError, ValueError):
            return Reply(FAILED)
        self._note(servers, answer)
        if answer.rrset is None:
            return Reply(NOT_FOUND, answer.chaining_result.minimum_ttl)
        return Reply(FOUND, answer.chaining_result.minimum_ttl, answer)

    def _ordered(self) -> list[dns.nameserver.Nameserver]:
        now = self._clock()
        self._down = {name: until for name, until in self._down.items() if until > now}
        return sorted(self._servers, key=self._is_down)

    def _is_down(self, server: dns.nameserver.Nameserver) -> bool:
        return str(server) in self._down

    def _note(self, servers: list[dns.nameserver.Nameserver], answer: dns.resolver.Answer) -> None:
        """Take the servers before the one that answered for down."""
        for server in servers:
            if (server.answer_nameserver(), server.answer_port()) == (answer.nameserver, answer.port):
                self._down.pop(str(server), None)
                return
            self._down[str(server)] = self._clock() + _DOWN_S


def _resolver(settings: DnsSettings) -> dns.asyncresolver.Resolver:
    """Make the library's resolver; it has no servers where the system names none."""
    if settings.servers:
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers = [dns.nameserver.Do53Nameserver(each.address, each.port) for each in settings.servers]
        return resolver
    try:
        resolver = dns.asyncresolver.Resolver(str(RESOLV_CONF))
    except (dns.exception.DNSException, OSError, ValueError):
        return dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers = [
        dns.nameserver.Do53Nameserver(each, PORT) if isinstance(each, str) else each for each in resolver.nameservers
    ]
    return resolver


def _state() -> tuple[int, int]:
    """Return what changes when the system gets other servers."""
    try:
        status = RESOLV_CONF.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)


def _ttl(response: dns.message.QueryMessage) -> float:
    try:
        return float(response.resolve_chaining().minimum_ttl)
    except dns.exception.DNSException:
        return 0.0


def _priority(record: _Service) -> int:
    return record.priority


def _family(address: str) -> bool:
    return ":" in address
