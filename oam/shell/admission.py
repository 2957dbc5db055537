"""Who may knock: access lists, and how many strangers are borne at a time.

A connection is a stranger's until it has logged in. Strangers cost work and memory and owe
nothing, so there is a bound to all of them and to those of one source; operators who are logged
in are bounded by the lines' session limits instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, NamedTuple

from oam.settings.access import AccessList, AccessRule

THIS_HOST: Final = AccessList("this-host", (AccessRule("permit", "127.0.0.0/8"), AccessRule("permit", "::1/128")))
NOBODY: Final = AccessList("nobody")
SITE_BITS: Final = 64
"""Prefix of an IPv6 address that counts as one source: a host may take any address of its network."""


class Limits(NamedTuple):
    """What is admitted; read anew for every connection."""

    access_list: AccessList | None
    """None: everybody."""
    unauthenticated_maximum: int
    source_maximum: int


def chosen(lists: tuple[AccessList, ...], name: str, default: AccessList | None) -> AccessList | None:
    """Return the list called `name`, `default` for no name; a list that is not there admits nobody."""
    if not name:
        return default
    return next((each for each in lists if each.name == name), NOBODY)


def permitted(access_list: AccessList | None, address: str) -> bool:
    """Tell whether `access_list` lets `address` (numeric, without port) connect; None lets everybody."""
    if access_list is None:
        return True
    client = _plain(address)
    for rule in access_list.rules:
        if rule.network == "any" or client in ip_network(rule.network):
            return rule.action == "permit"
    return False


class Admission:
    """Counts the strangers of one transport."""

    def __init__(self, limits: Callable[[], Limits]) -> None:
        self._limits = limits
        self._strangers: Counter[str] = Counter()
        self.refused_acl = 0
        """Connections that the access list refused."""
        self.refused_total = 0
        """Connections refused because of all that had not logged in."""
        self.refused_source = 0
        """The same, of those of one source."""

    @property
    def unauthenticated(self) -> int:
        """Connections that have not logged in."""
        return self._strangers.total()

    def enter(self, address: str) -> bool:
        """Tell whether a new connection from `address` is taken; it is then a stranger's."""
        limits = self._limits()
        source = _source(address)
        if not permitted(limits.access_list, address):
            self.refused_acl += 1
        elif self._strangers[source] >= limits.source_maximum:
            self.refused_source += 1
        elif self._strangers.total() >= limits.unauthenticated_maximum:
            self.refused_total += 1
        else:
            self._strangers[source] += 1
            return True
        self._strangers += Counter()  # forgets the zero that looking has made
        return False

    def authenticated(self, address: str) -> None:
        """A connection that was taken has logged in: it counts no more, and is not to `leave`."""
        self._less(address)

    def leave(self, address: str) -> None:
        """A connection that was taken is over and never logged in."""
        self._less(address)

    def _less(self, address: str) -> None:
        source = _source(address)
        self._strangers[source] -= 1
        if self._strangers[source] <= 0:
            del self._strangers[source]


def _plain(address: str) -> IPv4Address | IPv6Address:
    found = ip_address(address.partition("%")[0])
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _source(address: str) -> str:
    """Return whose connections are counted together."""
    found = _plain(address)
    return str(found if isinstance(found, IPv4Address) else IPv6Network((found, SITE_BITS), strict=False))
