"""Mode `protection`: addresses banned by themselves, and white lists that are required."""

from __future__ import annotations

from typing import Final

from core.northbound.traffic_settings import BanRule
from oam.commands.registry import config, section

PROTECTION: Final = section("protection", "Addresses banned by themselves, and white lists that are required.")

_RULE: Final = "<attempts (1-100000)$attempts within (1-3600)$within_s for (1-86400)$seconds>"
"""One part, so that `no ban CAUSE` needs none of it."""
_WORDS: Final = {
    "ban": "Ban an address by itself",
    "authentication": "Wrong credentials",
    "malformed": "What is no SIP message",
    "scan": "Requests of and to users who do not exist, or to domains that are not served",
    "flood": "Requests refused because they are too many",
    "attempts": "How many of them …",
    "within": "… in so many seconds …",
    "for": "… ban it for so many seconds",
}
_NONE: Final = BanRule()


@config(f"ban authentication {_RULE}", mode=PROTECTION, field="authentication", without=_NONE, words=_WORDS)
def ban_authentication() -> None:
    """Ban an address whose credentials are wrong too often; `no` bans nobody for that.

    What it sends is dropped unread, calls in progress included. An address that is banned again within a day is
    banned for twice the time, a day at most. A ban ends when its time is over and the address is quiet, or after
    twice its time. The server's own addresses, trunks, exempt networks and white-listed ones are never banned.
    Phones behind one address are banned together, and the source of a datagram can be forged: mind both.
    By default 20 in 60 seconds ban for 600.

    Example: ban authentication attempts 20 within 60 for 600
    """


@config(f"ban malformed {_RULE}", mode=PROTECTION, field="malformed", without=_NONE, words=_WORDS)
def ban_malformed() -> None:
    """Ban an address that sends what is no SIP message too often; by default 50 in 60 seconds, for 600."""


@config(f"ban scan {_RULE}", mode=PROTECTION, field="scan", without=_NONE, words=_WORDS)
def ban_scan() -> None:
    """Ban an address that looks for users; by default 50 attempts in 60 seconds, for 600.

    An attempt is a request of or to a user who does not exist, or to a domain that is not served. What subscribers
    who have authenticated dial, and what comes by a trunk, is none.
    """


@config(f"ban flood {_RULE}", mode=PROTECTION, field="flood", without=_NONE, words=_WORDS)
def ban_flood() -> None:
    """Ban an address too many of whose requests are refused for load; by default nobody is.

    Example: ban flood attempts 1000 within 10 for 60
    """


@config(
    "exempt NETWORK$value",
    mode=PROTECTION,
    field="exempt",
    words={"exempt": "Never banned by themselves"},
    arguments={"value": "Network, as 192.0.2.0/24, or one address"},
)
def exempt() -> None:
    """Never ban the addresses of a network by themselves; a black list may name them all the same.

    Example: exempt 192.0.2.0/24
    """


@config(
    "maximum bans (1-100000)$value",
    mode=PROTECTION,
    field="maximum",
    words={"bans": "Addresses banned by themselves at one time"},
)
def maximum_bans() -> None:
    """Addresses banned by themselves at one time; beyond it none is banned, and none is released for another."""


@config(
    "whitelist required <calling|called|user-agent|subscriber>$value",
    mode=PROTECTION,
    field="required",
    words={
        "whitelist": "Who is not refused, and never banned",
        "required": "Only what is on it may pass",
        "calling": "Number or user that calls",
        "called": "Number or user that is called",
        "user-agent": "What phones and programs call themselves",
        "subscriber": "One subscriber",
    },
)
def whitelist_required() -> None:
    """Refuse whatever is not on the white list of a kind; emergency calls and requests within calls pass.

    Example: whitelist required called
    """
