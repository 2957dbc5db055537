"""What was counted of methods and responses at the last `clear statistics`: the counters themselves never fall."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from core.northbound.statistics import KINDS, METHOD, RECEIVED, RECEIVED_AGAIN, SENT, SENT_AGAIN
from oam.statistics.period import Figures, ObjectKey

_METHOD: Final = KINDS[METHOD]
R = TypeVar("R", "ResponseRow", "MethodRow")


class ResponseRow(msgspec.Struct, frozen=True):
    """How often one response was received and sent."""

    method: str
    status: int
    received: int
    sent: int


class MethodRow(msgspec.Struct, frozen=True):
    """How often requests of one method were received and sent."""

    method: str
    received: int
    sent: int
    received_again: int
    """Retransmissions among what came."""
    sent_again: int


class Cleared(msgspec.Struct, frozen=True):
    """Counts at the last clearing."""

    methods: tuple[MethodRow, ...] = ()
    responses: tuple[ResponseRow, ...] = ()

    def since(self, now: Cleared) -> Cleared:
        """Return what `now` is more; a count that is less began anew."""
        methods = {each.method: each for each in self.methods}
        responses = {(each.method, each.status): each for each in self.responses}
        return Cleared(
            tuple(_risen(each, methods.get(each.method)) for each in now.methods),
            tuple(_risen(each, responses.get((each.method, each.status))) for each in now.responses),
        )


def counted(totals: dict[ObjectKey, Figures], codes: Iterable[tuple[str, int, int, int]]) -> Cleared:
    """Return the counts as they are, sorted."""
    methods = tuple(
        MethodRow(key.name, *(figures.values[slot] for slot in (RECEIVED, SENT, RECEIVED_AGAIN, SENT_AGAIN)))
        for key, figures in sorted(totals.items())
        if key.kind == _METHOD
    )
    return Cleared(methods, tuple(ResponseRow(*each) for each in codes))


def _risen(now: R, before: R | None) -> R:
    if before is None:
        return now
    counts = [name for name in now.__struct_fields__ if name not in ("method", "status")]
    return msgspec.structs.replace(now, **{name: _less(getattr(now, name), getattr(before, name)) for name in counts})


def _less(now: int, before: int) -> int:
    return now - before if now >= before else now


def load(state: Path) -> Cleared:
    """Return the counts at the last clearing; nothing when there was none."""
    try:
        return msgspec.json.decode(_path(state).read_bytes(), type=Cleared)
    except (OSError, msgspec.MsgspecError, UnicodeError):
        return Cleared()


def save(state: Path, now: Cleared) -> None:
    """Keep the counts. A file system that refuses it costs the memory of it at the next restart, no more."""
    path = _path(state)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        temporary.write_bytes(msgspec.json.encode(now))
        temporary.replace(path)


def _path(state: Path) -> Path:
    return state / "run" / "statistics-baseline"
