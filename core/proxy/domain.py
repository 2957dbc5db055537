"""What is ours: own names, own sockets, and the Via and Record-Route that say so.

Made anew whenever settings or listeners change; everything a message needs is text
prepared here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2s
from typing import Final

from core.effect import TCP, TRANSPORT_NUMBER, UDP, Flow
from core.northbound.settings import Listener, SipSettings
from core.wire.error import WireError
from core.wire.uri import Uri, host_port, host_text, known_uri

_DEFAULT_PORT: Final = 5060
_TOKEN_OCTETS: Final = 6
_OCTET: Final = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = re.compile(rf"(?:{_OCTET}\.){{3}}{_OCTET}").fullmatch


class OwnListener:
    """One local socket, and the header text that names it."""

    __slots__ = ("host", "is_v6", "name", "number", "port", "record_route", "route", "transport", "via")

    def __init__(self, number: int, listener: Listener) -> None:
        self.number: int = number
        self.name: str = listener.name
        self.transport: int = TRANSPORT_NUMBER[listener.transport]
        self.is_v6: bool = ":" in listener.address
        host = listener.advertise or listener.address
        self.host: str = host_text(f"[{host}]" if ":" in host else host)
        self.port: int = listener.port
        place = host_port(self.host, listener.port)
        transport = ";transport=tcp" if self.transport == TCP else ""
        self.via: str = f"Via: SIP/2.0/{listener.transport.upper()} {place};branch="
        self.route: str = f"<sip:{place}{transport};lr;d="
        self.record_route: str = f"Record-Route: {self.route}"


class Domain:
    """Names and sockets we answer for (RFC 3261 §16.4, §16.5)."""

    __slots__ = ("_hosts", "_names", "_ports", "_relays", "_tokens", "listeners", "shut")

    def __init__(self, settings: SipSettings, listeners: dict[int, Listener], key: bytes) -> None:
        self.listeners: dict[int, OwnListener] = {n: OwnListener(n, item) for n, item in listeners.items()}
        self.shut: dict[int, str] = {number: item.name for number, item in listeners.items() if item.shutdown}
        """Listeners that take nothing new: number and name."""
        self._names: set[str] = set(settings.domains)
        self._ports: set[int] = {own.port for own in self.listeners.values()}
        self._hosts: set[str] = set()
        for item in listeners.values():
            own = OwnListener(0, item)
            self._hosts.add(f"{own.host}|{own.port}")
            address = host_text(f"[{item.address}]" if ":" in item.address else item.address)
            self._hosts.add(f"{address}|{own.port}")
        self._relays: dict[str, str] = {relay.domain: _route_of(relay.next_hop) for relay in settings.relays}
        self._tokens = blake2s(key, digest_size=_TOKEN_OCTETS, person=b"token")
        """Begun with the secret, to be copied; BLAKE2 cannot be lengthened, so that this makes a seal (RFC 7693)."""

    def owns(self, uri: Uri) -> bool:
        """Tell whether a SIP URI names our domain: a `sip domain` at any of our ports, or a listener."""
        if uri.host in self._names:
            return uri.port == 0 or uri.port in self._ports
        return f"{uri.host}|{uri.port or _DEFAULT_PORT}" in self._hosts

    def relay(self, uri: Uri) -> str:
        """Return the Route value to the next hop configured for a foreign domain; empty when we refuse to relay."""
        return self._relays.get(uri.host, "")

    def choose(self, transport: int, host: str, inbound: int) -> OwnListener | None:
        """Choose the listener to send from: the one the request came by if it fits, else the first that does.

        One that is shut down comes last: only a call that has no other way is sent by it.
        """
        is_v6 = ":" in host
        own = self.listeners.get(inbound)
        if own is not None and own.transport == transport and own.is_v6 == is_v6:
            return own
        last: OwnListener | None = None
        for other in self.listeners.values():
            if other.transport == transport and other.is_v6 == is_v6:
                if other.number not in self.shut:
                    return other
                last = last or other
        return last

    def numbered(self, name: str) -> int:
        """Return the number of the listener with this name, -1 when it is gone."""
        for own in self.listeners.values():
            if own.name == name:
                return own.number
        return -1

    def token(self, call_id: str, tag: str) -> str:
        """Return what our Record-Route says to know its dialog again: nobody else can make it.

        `tag` is the From tag of the request that began the dialog.
        """
        seal = self._tokens.copy()
        seal.update((call_id + "|" + tag).encode("latin-1"))
        return seal.hexdigest()

    def knows(self, token: str, call_id: str, from_tag: str, to_tag: str) -> bool:
        """Tell whether `token` is ours for a dialog of this Call-ID that one of the two tags began."""
        return token != "" and (token == self.token(call_id, from_tag) or token == self.token(call_id, to_tag))

    def own_route(self, value: str) -> str | None:
        """Return the dialog token of a Route value that names us, empty if it has none; None if it is not ours."""
        for own in self.listeners.values():
            if value.startswith(own.route):
                return value[len(own.route) :].partition(">")[0].partition(";")[0]
        uri = route_uri(value)
        if uri.scheme != "sip" or not self.owns(uri):
            return None
        return uri.params.get("d", "")


def _route_of(next_hop: str) -> str:
    return f"<{next_hop}>" if ";lr" in next_hop else f"<{next_hop};lr>"


def route_uri(value: str) -> Uri:
    """Return the URI of a Route value. Raises WireError."""
    begin = value.find("<")
    end = value.find(">", begin)
    if begin < 0 or end < 0:
        raise WireError(400, "Bad Route")
    return known_uri(value[begin + 1 : end])


def flow_to(listener: int, transport: int, host: str, port: int) -> Flow:
    """Make the flow to a numeric host."""
    address: tuple[object, ...] = (host, port, 0, 0) if ":" in host else (host, port)
    return Flow(transport, listener, host, port, address)


@lru_cache(maxsize=4096)
def is_numeric(host: str) -> bool:
    """Tell an IP address from a name. What only looks like one is a name, which the resolver will not find."""
    return ":" in host or (host[-1:].isdigit() and _IPV4(host) is not None)


def transport_of(uri: Uri) -> int:
    """Return the transport a SIP URI asks for (RFC 3263 §4.1 without DNS); -1 for one we do not speak."""
    name = uri.params.get("transport", "udp").lower()
    if name == "udp":
        return UDP
    return TRANSPORT_NUMBER.get(name, -1)
