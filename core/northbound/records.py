"""The call record: one line of JSON for every attempt, in the files of `core.net.records`."""

from __future__ import annotations

import msgspec


class CallRecord(msgspec.Struct):
    """One attempt. Times are seconds since 1970, null for what never happened."""

    id: str
    """Unique over workers and restarts."""
    caller: str
    callee: str
    request_uri: str
    call_id: str
    source: str
    destination: str
    started_at: float
    ringing_at: float | None
    answered_at: float | None
    ended_at: float
    duration_s: float
    """From the answer on; 0 without one."""
    status: int
    """Of the final response to the INVITE."""
    ended_by: str
    """`attempt`, `caller`, `callee`, `server`, `unseen`."""
    trunk_in: str = ""
    """Trunk the call came by; empty: none."""
    trunk_out: str = ""
    """Trunk that took it; empty: none."""
