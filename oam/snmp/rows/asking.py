"""Asking the other processes for the rows of tables: bounded in time and number, never an exception."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Final, TypeVar

from core.northbound.client import NorthboundError
from core.northbound.counters import STARTED_AT
from core.northbound.orders import Ping

if TYPE_CHECKING:
    from core.northbound.orders import Order
    from core.northbound.rows import ProcessRow
    from oam.context import Manager

T = TypeVar("T")

ANSWER_S: Final = 2.0
"""How long an answer may take; without an answer tables show what management knows by itself."""
SILENT_S: Final = 10.0
"""How long signalling that did not answer in time is not asked again: else each table of a walk would wait for it."""
ROWS_MAX: Final = 20_000
"""Rows taken of one answer."""


async def asked(manager: Manager, order: Order, kind: type[T]) -> list[T] | None:
    """Return the rows of `kind` that signalling answers `order` with; None: it does not answer in time."""
    found: list[T] = []
    if time.monotonic() < manager.snmp.silent_until:
        return None
    try:
        async with asyncio.timeout(ANSWER_S), contextlib.aclosing(manager.worker.order(order)) as answer:
            async for row in answer:
                if isinstance(row, kind):
                    found.append(row)
                if len(found) >= ROWS_MAX:
                    break
    except TimeoutError:
        manager.snmp.silent_until = time.monotonic() + SILENT_S
        return None
    except NorthboundError:
        return None
    return found


async def answers(manager: Manager) -> bool:
    """Tell whether signalling says anything at all."""
    return await asked(manager, Ping(), object) is not None


async def processes(manager: Manager) -> list[ProcessRow] | None:
    """Return what the supervisor says of the processes; None: it does not answer in time."""
    try:
        async with asyncio.timeout(ANSWER_S):
            return await manager.supervisor.processes()
    except (TimeoutError, NorthboundError):
        return None


def total(manager: Manager, *slots: int) -> int:
    """Return the sum of counters of all signalling processes, which are there without asking."""
    return sum(block[slot] for block in manager.counters for slot in slots)


def started_at(manager: Manager) -> float:
    """Return when signalling was started, seconds since 1970: what it alone remembers counts since then."""
    return float(max(block[STARTED_AT] for block in manager.counters))
