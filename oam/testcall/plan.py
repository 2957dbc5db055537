"""What a test call is made of: its two parties, and the steps it reports."""

from __future__ import annotations

from typing import Final

import msgspec

CALLER: Final = 0
CALLEE: Final = 1
NAMES: Final = ("caller", "callee")

Address = tuple[str, int]


class Party(msgspec.Struct, frozen=True):
    """One user agent and the subscriber it plays."""

    user: str
    """User part of its address-of-record: the subscriber's name or number."""
    username: str
    realm: str
    ha1: dict[str, str]
    local: Address
    """Where its socket is bound."""


class Plan(msgspec.Struct, frozen=True):
    """All that a test call needs to know."""

    server: Address
    domain: str
    caller: Party
    callee: Party
    timeout_s: float = 10.0


class StepRow(msgspec.Struct, frozen=True):
    """One step of a test call."""

    step: int
    agent: str
    """`caller`, `callee`: the user agent that saw it."""
    event: str
    delay_ms: float
    """Since the message that led to it was sent."""


def bracket(host: str) -> str:
    """Return `host` as URIs and Via write it: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host
