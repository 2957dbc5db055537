"""A disk that takes nothing more, for tests of the store that run on the compiled form too."""

from __future__ import annotations

import os
from collections.abc import Callable

import lmdb
import pytest

from core.store.turn import Turn


class NoRoom:
    """A write transaction whose `operation` finds no room, once it was done `before` times."""

    def __init__(self, inner: object, operation: str, before: int) -> None:
        self.inner = inner
        self.operation = operation
        self.before = before

    def __getattr__(self, name: str) -> Callable[..., object]:
        if name == self.operation:
            self.before -= 1
            if self.before < 0:
                raise lmdb.MapFullError(name)
        return getattr(self.inner, name)  # type: ignore[no-any-return]


def no_room(turn: Turn, operation: str, before: int = 0) -> None:
    """Let `operation` (put, delete, commit) of the transaction of `turn`, which has begun, find no room."""
    assert turn.transaction is not None
    turn.transaction = NoRoom(turn.transaction, operation, before)  # type: ignore[assignment]


def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every octet more, until the patch is undone."""

    def refuse(fd: int, offset: int, length: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "posix_fallocate", refuse)
