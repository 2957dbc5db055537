"""Via values (RFC 3261 §20.42, RFC 3581)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from core.effect import UDP, Flow
from core.wire.address import parse_params
from core.wire.error import WireError
from core.wire.scalar import TOKEN_CHARS, is_value
from core.wire.uri import HOST, host_text, ipv6_text, port_number

_COMMON = re.compile(r"SIP/2\.0/([A-Z]++) ([A-Za-z0-9_.\-]++)(?::([0-9]{1,5}))?").fullmatch
_LONGEST_KNOWN: Final = 128
_GENERAL = re.compile(
    rf"[ \t]*+[{TOKEN_CHARS}]++[ \t]*+/[ \t]*+[{TOKEN_CHARS}]++[ \t]*+/[ \t]*+"
    rf"([{TOKEN_CHARS}]++)[ \t]++({HOST})(?:[ \t]*+:[ \t]*+([0-9]++))?[ \t]*+(;.*+)?",
    re.DOTALL,
).fullmatch


class Via:
    """One Via value: which way a response goes back."""

    __slots__ = ("branch", "host", "port", "received", "rport", "sent_by", "text", "transport")

    def __init__(
        self,
        transport: str,
        host: str,
        port: int,
        branch: str,
        received: str,
        rport: int,
        sent_by: str,
        text: str,
    ) -> None:
        self.transport = transport
        """Upper case."""
        self.host = host
        """Sent-by host: lower case; an IPv6 address without brackets, in the form of RFC 5952."""
        self.port = port
        """Sent-by port, 0 if there is none."""
        self.branch = branch
        """Empty for a peer that knows RFC 2543 only."""
        self.received = received
        """Address without brackets, "" when absent."""
        self.rport = rport
        """RFC 3581: -1 absent, 0 present without value."""
        self.sent_by = sent_by
        """Host and port in one spelling, to compare by."""
        self.text = text
        """The whole value as it came."""

    def __repr__(self) -> str:
        return f"Via({self.text!r})"


def parse_via(text: str) -> Via:
    """Take one Via value apart, unfolded and split from its list. Raises WireError.

    The part before the branch names the hop and is the same in all its messages: it is looked up.
    """
    head, mark, branch = text.partition(";branch=")
    rport = -1
    if branch.endswith(";rport"):
        branch = branch[:-6]
        rport = 0
    if not mark or not is_value(branch):
        return _parse_general(text)
    hop = _hop(head) if len(head) < _LONGEST_KNOWN else None
    if hop is None:
        return _parse_general(text)
    transport, host, port, sent_by = hop
    return Via(transport, host, port, branch, "", rport, sent_by, text)


@lru_cache(maxsize=4096)
def _hop(head: str) -> tuple[str, str, int, str] | None:
    """Read `SIP/2.0/UDP host:port` as nearly everybody writes it; None for anything else."""
    match = _COMMON(head)
    if match is None:
        return None
    transport, host, digits = match.groups()
    port = int(digits or "0")
    if digits is not None and not 0 < port < 65536:
        raise WireError(400, "Port out of range")
    return transport, host.lower(), port, _sent_by(host.lower(), port)


def _sent_by(host: str, port: int) -> str:
    return f"{host}:{port}"


def is_behind_nat(via: Via, flow: Flow) -> bool:
    """Tell whether a sender is reached by the flow it came by only (RFC 3581 §4): asked for, and not where Via says.

    A stream is always taken back: behind it is the connection, and often no open port.
    """
    if flow.transport != UDP:
        return True
    return via.rport != -1 and (via.host != flow.host or (via.port or 5060) != flow.port)


def _parse_general(text: str) -> Via:
    match = _GENERAL(text)
    if match is None:
        raise WireError(400, "Malformed Via")
    # Any protocol name and version: a request of another version is answered 505, along its Via.
    transport, host, digits, tail = match.groups()
    port = 0 if digits is None else port_number(digits)
    return _with_params(transport.upper(), host_text(host), port, tail or "", text)


def _with_params(transport: str, host: str, port: int, tail: str, text: str) -> Via:
    params = parse_params(tail)
    received = params.get("received", "")
    if ":" in received:
        received = _received(received)
    rport = _rport(params["rport"]) if "rport" in params else -1
    return Via(transport, host, port, params.get("branch", ""), received, rport, _sent_by(host, port), text)


def _received(text: str) -> str:
    """Return an IPv6 `received`; RFC 5118 §4.5 wants it taken with and without brackets."""
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    return ipv6_text(text)


def _rport(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit()):
        raise WireError(400, "Malformed rport")
    return port_number(text)
