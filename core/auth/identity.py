"""Which identities a subscriber may use."""

from __future__ import annotations

from core.store.records import Subscriber


def may_use(subscriber: Subscriber, user: str) -> bool:
    """Tell whether `user`, the unescaped user part of a From or To URI, means this subscriber."""
    return user != "" and user in (subscriber.name, subscriber.number)
