"""What one trace takes, compiled to the cheapest tests: first octets, a look into a set, one search."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Final

from core.northbound.trace import TraceFilter

_REMEMBERED: Final = 4096
"""Hosts of which is remembered whether they belong to a filter; any host may send."""
_BEFORE: Final = (b"sip:", b"ips:", b"tel:")
_AFTER: Final = b'@;>":?, \r\n'


class Places:
    """Addresses and networks, and which hosts are in them."""

    __slots__ = ("_memo", "_networks", "texts")

    def __init__(self, texts: tuple[str, ...]) -> None:
        self.texts: tuple[str, ...] = texts
        self._networks: list[tuple[int, int, int]] = []
        """IP version, bits of the host part, and the network shifted by these."""
        self._memo: dict[str, bool] = {}
        for text in texts:
            network = ip_network(text, strict=False)
            bits = network.max_prefixlen - network.prefixlen
            self._networks.append((network.version, bits, int(network.network_address) >> bits))

    def has(self, host: str) -> bool:
        """Tell whether `host`, a numeric address, is one of them."""
        found = self._memo.get(host)
        if found is None:
            if len(self._memo) >= _REMEMBERED:
                self._memo.clear()
            found = self._search(host)
            self._memo[host] = found
        return found

    def _search(self, host: str) -> bool:
        try:
            address = ip_address(host)
        except ValueError:
            return False
        number, version = int(address), address.version
        return any(wanted == version and number >> bits == network for wanted, bits, network in self._networks)


class Trace:
    """One running trace."""

    __slots__ = ("bit", "by", "call_id", "digits", "filter", "left", "maximum", "method", "number", "places",
                 "started_at", "takes_all", "until", "users")  # fmt: skip

    def __init__(
        self, number: int, wanted: TraceFilter, places: Places | None, until: float, left: int, by: str, at: float
    ) -> None:
        """`until`: monotonic seconds; `left`: messages until it stops, -1 without bound; `at`: seconds since 1970."""
        self.number: int = number
        self.bit: int = 1 << (number - 1)
        self.filter: TraceFilter = wanted
        self.until: float = until
        self.left: int = left
        self.maximum: int = left
        self.by: str = by
        self.started_at: float = at
        self.places: Places | None = places
        """Of peers; None: any peer."""
        self.method: bytes = wanted.method.encode("latin-1", "replace") + b" " if wanted.method else b""
        self.call_id: bytes = wanted.call_id.encode("utf-8", "replace")
        self.users: list[bytes] = [user.lower().encode("utf-8", "replace") for user in wanted.users]
        self.digits: bytes = wanted.number.lower().encode("latin-1", "replace")
        self.takes_all: bool = places is None and wanted == TraceFilter()

    def names_users(self) -> bool:
        """Whether it looks for user parts, in requests that may begin something."""
        return bool(self.users or self.digits)

    def begins(self, data: bytes, host: str) -> bool:
        """Tell whether the message fits, `host` being the peer's address; calls that do are followed from then on."""
        if self.method and not data.startswith(self.method):
            return False
        if self.places is not None and not self.places.has(host):
            return False
        if self.call_id and data.find(self.call_id) < 0:
            return False
        if self.digits or self.users:
            return may_begin(data) and self._names(data)
        return True

    def _names(self, data: bytes) -> bool:
        if self.digits and not (data.find(self.digits) >= 0 and has_user(data.lower(), self.digits)):
            return False
        if not self.users:
            return True
        low = data.lower()
        return any(low.find(user) >= 0 and has_user(low, user) for user in self.users)


def may_begin(data: bytes) -> bool:
    """Tell whether this is a request that may begin a call, registration or subscription; seen by its first octets."""
    first = data[0]
    if first == 0x49:  # INVITE, not INFO
        return data.startswith(b"INV")
    if first == 0x53:  # SUBSCRIBE, not SIP/2.0
        return data.startswith(b"SU")
    if first == 0x50:  # PUBLISH, not PRACK
        return data.startswith(b"PU")
    return first == 0x52 or first == 0x4D or first == 0x4F or first == 0x4E  # REGISTER, REFER, MESSAGE, OPTIONS, NOTIFY


def has_user(low: bytes, user: bytes) -> bool:
    """Tell whether `user` is the whole user part of a URI, `+` before it apart, or a name in credentials.

    `low` is a message in lower case.
    """
    size = len(user)
    at = low.find(user)
    while at > 0:
        end = at + size
        if end >= len(low) or low[end] in _AFTER:
            start = at - 1 if low[at - 1] == 0x2B else at
            if low[start - 4 : start] in _BEFORE or low[start - 1] == 0x22:
                return True
        at = low.find(user, at + 1)
    return False


def call_id_of(data: bytes) -> bytes:
    """Return the message's Call-ID as it was written; empty when it has none."""
    at = data.find(b"\r\nCall-ID:")
    if at >= 0:
        at += 10
    else:
        at, width = data.find(b"\r\ni:"), 4
        if at < 0:
            low = data.lower()
            at, width = low.find(b"\r\ncall-id"), 9
            if at < 0:
                at, width = low.find(b"\r\ni "), 3
            if at < 0:
                return b""
        at += width
    end = data.find(b"\r\n", at)
    if end < 0:
        end = len(data)
    return data[at:end].strip(b" \t:")
