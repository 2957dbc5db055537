"""Bulk prefixes of number analysis as management reads and writes them.

Management is the only writer; a worker's next lookup sees what was committed.
"""

from __future__ import annotations

from pathlib import Path

from core.store.error import StoreError, StoreFull
from core.store.prefixes import Changes, PrefixStore, leads_on, merged, references, row_key, row_of, shares

__all__ = [
    "Changes",
    "PrefixStore",
    "StoreError",
    "StoreFull",
    "leads_on",
    "merged",
    "open_prefixes",
    "references",
    "row_key",
    "row_of",
    "shares",
]


def open_prefixes(state_dir: Path) -> PrefixStore:
    """Open the bulk prefixes of a state directory for reading and writing. Raises StoreError."""
    return PrefixStore(state_dir / "prefixes")
