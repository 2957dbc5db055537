"""Rows of `show calls` and `show call`, as `core.northbound.rows` has those of all else."""

from __future__ import annotations

import msgspec


class CallRow(msgspec.Struct, frozen=True, tag=True):
    """One call."""

    state: str
    """`early`, `answered`."""
    caller: str
    callee: str
    started_at: float
    answered_at: float | None
    duration_s: int
    """Since the answer; since the INVITE while early."""
    call_id: str


class CallDetailRow(msgspec.Struct, frozen=True, tag=True):
    """One call with all we know of it."""

    state: str
    caller: str
    callee: str
    request_uri: str
    call_id: str
    from_tag: str
    to_tag: str
    source: str
    """Flow of the caller."""
    destination: str
    """Flow of the callee."""
    status: int
    started_at: float
    ringing_at: float | None
    answered_at: float | None
    worker: int
    trunk_in: str = ""
    trunk_out: str = ""


class CallHistoryRow(msgspec.Struct, frozen=True, tag=True):
    """One call of the last ones, or one that goes on; or an attempt that was refused."""

    id: str
    """Of its record; of a refused attempt, which has none, a number with `r` before it."""
    started_at: float
    state: str
    """`early`, `answered`, `ended`, `failed`, `refused`."""
    caller: str
    callee: str
    trunk_in: str
    trunk_out: str
    status: int
    duration_s: float
    """From the answer on."""
    ended_by: str
    call_id: str


class CallTrailRow(msgspec.Struct, frozen=True, tag=True):
    """One call with all that is known of it."""

    id: str
    state: str
    """As in CallHistoryRow."""
    caller: str
    callee: str
    request_uri: str
    call_id: str
    from_tag: str
    to_tag: str
    source: str
    """Flow of the caller."""
    destination: str
    """Flow of the callee."""
    call_class: str
    """`ordinary`, `priority`, `emergency`."""
    subscriber: str
    """Who has proved to be the caller."""
    group: str
    trunk_in: str
    trunk_out: str
    route_group: str
    number: str
    """Called number as translation has left it."""
    status: int
    reason: str
    """Reason phrase of a refusal of ours, where it has one of its own."""
    ended_by: str
    started_at: float
    ringing_at: float | None
    answered_at: float | None
    ended_at: float | None
    setup_ms: float | None
    """From the INVITE to its final response."""
    duration_s: float
    repeats: int | None
    """How often its INVITE came again; None: not known any more, as of a call before this worker."""
    resent: int | None
    """How often an answer to it was sent again."""


class CallLegRow(msgspec.Struct, frozen=True, tag=True):
    """One attempt of a call to reach somebody."""

    id: str
    """Of the call."""
    leg: int
    """In the order in which they were begun."""
    trunk: str
    """Empty: a registered contact, or a next hop."""
    target: str
    """URI that it was for."""
    address: str
    """Flow it went by; empty: it did not go out."""
    sent_ms: float | None
    """Since the beginning of the call, as the next ones."""
    heard_ms: float | None
    """First response."""
    ringing_ms: float | None
    cancelled_ms: float | None
    ended_ms: float | None
    resent: int
    status: int | None
    """Final; our own where nothing came."""
    cause: str
    """Reason header field of a failure (RFC 3326)."""
    result: str
    """Why it ended; empty: it has not."""


class CallStageRow(msgspec.Struct, frozen=True, tag=True):
    """One thing that a stage found or decided about a call."""

    id: str
    """Of the call."""
    number: int
    at_ms: float
    """Since the beginning of the call."""
    stage: str
    object: str
    """What decided: a list's entry, a control, a table, a trunk."""
    result: str
