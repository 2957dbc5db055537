"""Who is kept out for a while after too many failed logins: accounts, and addresses they came from.

An account is locked wherever the guesses come from, an address whatever accounts they are for.
The console is never asked here. The tables are bounded: names and addresses come from the network.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from ipaddress import ip_address, ip_network
from typing import Final

import msgspec

from oam.settings.operators import LoginSettings

MAXIMUM: Final = 4096
"""Entries of each table; the one that failed longest ago goes first."""
ACCOUNT: Final = "account"
ADDRESS: Final = "address"
_NAME_SIGNS: Final = 64


class FailureRow(msgspec.Struct, frozen=True):
    """A row of `show login failures`."""

    kind: str
    """`account` or `address`."""
    name: str
    failures: int
    """Since the last success, or since it was cleared."""
    last_from: str
    """Where the last one came from, or which account it was for."""
    last_s: int
    """How long ago that was, seconds."""
    locked_s: int
    """For how much longer it is locked, seconds; 0: it is not."""


class _Failures:
    """The failures of one account or address."""

    __slots__ = ("count", "last", "last_from", "locked_until", "recent")

    def __init__(self) -> None:
        self.count = 0
        self.last = 0.0
        self.last_from = ""
        self.locked_until = 0.0
        self.recent: deque[float] = deque()


class Lockout:
    """The failed logins of one server."""

    def __init__(self, settings: Callable[[], LoginSettings], clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._tables: dict[str, OrderedDict[str, _Failures]] = {ACCOUNT: OrderedDict(), ADDRESS: OrderedDict()}
        self.refused = 0
        """Logins refused unseen because the account or the address was locked."""
        self.forgotten = 0
        """Entries dropped because a table was full."""

    def locked(self, account: str, address: str) -> bool:
        """Whether nobody may log in to `account`, or from `address`, now."""
        now = self._clock()
        for table, name in ((ACCOUNT, _account(account)), (ADDRESS, _network(address))):
            entry = self._tables[table].get(name)
            if entry is not None and entry.locked_until > now:
                self.refused += 1
                return True
        return False

    def failed(self, account: str, address: str, *, inside: bool = False) -> list[str]:
        """Note a failure, an empty `account` being none; return what it locks (`account bob`, `address 192.0.2.1`).

        `inside`: of somebody who is logged in already, which says nothing about others at his address.
        """
        account, network = _account(account), _network(address)
        found = [self._noted(ACCOUNT, account, network or "-")] if account else []
        if network and not inside:
            found.append(self._noted(ADDRESS, network, account or "-"))
        return [each for each in found if each]

    def _noted(self, table: str, name: str, other: str) -> str:
        block, now, entries = self._settings().block, self._clock(), self._tables[table]
        entry = entries.setdefault(name, _Failures())
        entries.move_to_end(name)
        if len(entries) > MAXIMUM:
            entries.popitem(last=False)
            self.forgotten += 1
        entry.count += 1
        entry.last, entry.last_from = now, other
        entry.recent.append(now)
        while len(entry.recent) > block.attempts or entry.recent[0] < now - block.within_s:
            entry.recent.popleft()
        if not block.seconds or len(entry.recent) < block.attempts or entry.locked_until > now:
            return ""
        entry.locked_until = now + block.seconds
        entry.recent.clear()
        return f"{table} {name}"

    def succeeded(self, account: str) -> None:
        """Forget the failures of an account. Those of the address stay: one right password excuses no guessing."""
        self._tables[ACCOUNT].pop(_account(account), None)

    def clear(self, name: str = "") -> int:
        """Forget the failures of an account or address, without a name all; return how many entries that were."""
        gone = 0
        for entries in self._tables.values():
            chosen = [name] if name else list(entries)
            gone += sum(entries.pop(each, None) is not None for each in chosen)
        return gone

    def locked_now(self, table: str) -> int:
        """Count what is locked of ACCOUNT or ADDRESS."""
        now = self._clock()
        return sum(entry.locked_until > now for entry in self._tables[table].values())

    def rows(self) -> Iterator[FailureRow]:
        """List what is remembered, what failed last first."""
        now = self._clock()
        for table, entries in self._tables.items():
            for name, entry in reversed(list(entries.items())):
                locked_s = max(0, int(entry.locked_until - now + 0.999))
                yield FailureRow(table, name, entry.count, entry.last_from, int(now - entry.last), locked_s)


def _account(name: str) -> str:
    """Return a name as it is kept: what the network sends is not kept at any length, nor with what breaks a table."""
    return "".join(each if each.isprintable() else "?" for each in name[:_NAME_SIGNS])


def _network(address: str) -> str:
    """Return what an address counts as: an IPv6 client has its whole /64 to come from."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:_NAME_SIGNS]
    if found.version == 6 and found.ipv4_mapped is None:
        return str(ip_network((int(found), 64), strict=False))
    return str(getattr(found, "ipv4_mapped", None) or found)
