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
    """`transactions`, `calls`, `connections`, `partials`, `bindings`."""
    limit: int


class TableRelieved(msgspec.Struct, frozen=True, tag=True):
    """A table named in TableFull has refused nothing for a minute."""

    table: str


class InternalError(msgspec.Struct, frozen=True, tag=True):
    """A fault of ours was caught; the message it struck was dropped."""

    where: str
    what: str


Notice = WorkerStarted | TableFull | TableRelieved | InternalError
