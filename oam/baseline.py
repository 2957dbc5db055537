"""What the counters stood at when the operator last cleared them: kept over a restart of management."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec


def load(state: Path) -> list[int]:
    """Return the sums by slot at the last `clear counters`; empty when there was none."""
    try:
        return msgspec.json.decode(_path(state).read_bytes(), type=list[int])
    except (OSError, msgspec.MsgspecError, UnicodeError):
        return []


def save(state: Path, sums: Sequence[int]) -> None:
    """Keep `sums`. A file system that refuses it costs the memory of it at the next restart, no more."""
    path = _path(state)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        temporary.write_bytes(msgspec.json.encode(list(sums)))
        temporary.replace(path)


def _path(state: Path) -> Path:
    return state / "run" / "counter-baseline"
