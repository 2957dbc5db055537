"""Facts a worker tells management unasked."""

from __future__ import annotations

import msgspec


class WorkerStarted(msgspec.Struct, frozen=True, tag=True):
    """The worker answers calls from now on."""

    worker: int
    compiled: bool
    restored_calls: int


class TableFull(msgspec.Struct, frozen=True, tag=True):
    """A bounded table refused something for the first time in the last minute."""

    table: str
    """`transactions`, `calls`, `connections`, `partials`, `bindings`, `bans`."""
    limit: int


class TableRelieved(msgspec.Struct, frozen=True, tag=True):
    """A table named in TableFull has refused nothing for a minute."""

    table: str


class InternalError(msgspec.Struct, frozen=True, tag=True):
    """A fault of ours was caught; the message it struck was dropped."""

    where: str
    what: str


class AddressBanned(msgspec.Struct, frozen=True, tag=True):
    """An address is banned by itself; from now on what it sends is dropped unread."""

    address: str
    """An IPv4 address, or the IPv6 network of 64 bits."""
    cause: str
    """As in the rule: `authentication`, `malformed`, `scan`, `flood`."""
    attempts: int
    seconds: int
    """How long."""
    banned_at: float
    """Seconds since 1970."""


class AddressReleased(msgspec.Struct, frozen=True, tag=True):
    """The ban of an address is over."""

    address: str


class TrunkDown(msgspec.Struct, frozen=True, tag=True):
    """Monitoring has taken a trunk out of service."""

    trunk: str
    reason: str


class TrunkUp(msgspec.Struct, frozen=True, tag=True):
    """A trunk named in TrunkDown answers again."""

    trunk: str


class OverloadBegan(msgspec.Struct, frozen=True, tag=True):
    """New requests are refused to keep the rest going; told once for each level on the way up."""

    level: int
    """1: calls, 2: registrations too, 3: calls of priority too."""
    indicator: str
    """What was too high: `cpu`, `lag`, `queue`, `memory`, `calls`, `rate`."""
    limit: int
    """New calls a second that are let in."""


class OverloadEnded(msgspec.Struct, frozen=True, tag=True):
    """No level is in force any more."""

    seconds: int
    """How long it lasted."""


class TraceEnded(msgspec.Struct, frozen=True, tag=True):
    """A trace has stopped by itself."""

    trace: int
    why: str
    """`time` or `messages`."""
    taken: int
    """Messages written for it since this worker has run it."""


class EmergencyFailed(msgspec.Struct, frozen=True, tag=True):
    """A call of the class emergency was refused or failed; told at most once a second."""

    number: str
    """As it was dialled; the service urn where that was."""
    status: int
    """What its caller was answered."""
    call_id: str


Notice = (
    WorkerStarted
    | TableFull
    | TableRelieved
    | InternalError
    | AddressBanned
    | AddressReleased
    | TrunkDown
    | TrunkUp
    | OverloadBegan
    | OverloadEnded
    | TraceEnded
    | EmergencyFailed
)
