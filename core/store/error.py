"""What the store refuses, as its callers tell it apart."""

from __future__ import annotations


class StoreError(Exception):
    """The store could not do what was asked; nothing of it has been done."""


class StoreFull(StoreError):  # noqa: N818
    """No room left in the store or on the disk."""


class StoreConflict(StoreError):  # noqa: N818
    """A name or number means another subscriber already."""

    def __init__(self, word: str, holder: str) -> None:
        super().__init__(f"{word} already belongs to subscriber {holder}")
        self.word = word
        """The name or number."""
        self.holder = holder
        """Name of the subscriber that has it."""
