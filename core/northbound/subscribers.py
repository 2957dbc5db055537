"""Subscribers as management reads and writes them.

Management is the only writer; a worker's next read sees what was committed.
"""

from __future__ import annotations

from pathlib import Path

from core.auth.digest import make_ha1
from core.store.error import StoreConflict, StoreError, StoreFull
from core.store.records import KEY_OCTETS, Subscriber
from core.store.subscribers import SubscriberStore

__all__ = [
    "KEY_OCTETS",
    "StoreConflict",
    "StoreError",
    "StoreFull",
    "Subscriber",
    "SubscriberStore",
    "make_ha1",
    "must_set_secret",
    "open_subscribers",
]


def open_subscribers(state_dir: Path) -> SubscriberStore:
    """Open the subscribers of a state directory for reading and writing. Raises StoreError."""
    return SubscriberStore(state_dir / "subscribers")


def must_set_secret(subscriber: Subscriber, realm: str) -> bool:
    """Tell whether the subscriber cannot authenticate in `realm`: no secret yet, or one made for another realm."""
    return not subscriber.ha1 or subscriber.realm != realm
