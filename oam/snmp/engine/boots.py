"""How often the engine was started (snmpEngineBoots, RFC 3414 §2.2): kept, and raised before anything is sent."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path
from typing import Final

log = logging.getLogger("management")

FILE: Final = "boots"
LATCHED: Final = 2_147_483_647
"""Here it stays, and nobody is authenticated any more until the engine gets another ID (RFC 3414 §2.2.1)."""


def raised(state: Path) -> int:
    """Return the number of this start, written to the disk. Blocks for a write."""
    path = state / "snmp" / FILE
    boots = min(_last(path) + 1, LATCHED)
    try:
        _write(path, boots)
    except OSError as error:
        log.error("SNMP: the count of starts is not kept, managers may refuse answers after the next: %s", error)
    return boots


def _last(path: Path) -> int:
    try:
        return max(int(path.read_text("ascii")), 0)
    except FileNotFoundError:
        return 0
    except (OSError, ValueError) as error:
        # It must not be smaller than any before, or managers take every answer for an old one: no server was started
        # more than once a minute since 1970.
        log.error("SNMP: the count of starts cannot be read, %s: %s", path, error)
        return int(time.time() // 60)


def _write(path: Path, boots: int) -> None:
    path.parent.mkdir(mode=0o750, exist_ok=True)
    temporary = path.with_name(f".{FILE}.{os.getpid()}")
    with open(temporary, "w", encoding="ascii") as file:
        file.write(f"{boots}\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
