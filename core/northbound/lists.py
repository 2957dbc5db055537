"""Black and white lists as management reads and writes them, and the automatic bans it keeps for the worker.

Management is the only writer; a worker takes up what was committed within a second, or at once when told
(`core.northbound.orders.ReadLists`).
"""

from __future__ import annotations

from pathlib import Path

from core.policy.lists import KINDS, normal
from core.store.error import StoreError, StoreFull
from core.store.lists import AUTOMATIC, BLACK, WHITE, ListStore, key_of_entry
from core.store.records import ListEntry

__all__ = [
    "AUTOMATIC",
    "BLACK",
    "KINDS",
    "WHITE",
    "ListEntry",
    "ListStore",
    "StoreError",
    "StoreFull",
    "key_of_entry",
    "normal",
    "open_lists",
]


def open_lists(state_dir: Path) -> ListStore:
    """Open the lists of a state directory for reading and writing. Raises StoreError."""
    return ListStore(state_dir / "lists")
