"""Writing what management keeps and the worker reads: each change a transaction of its own, all or none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from core.store.environment import Environment, Transaction
from core.store.error import StoreError, StoreFull
from core.store.turn import FULL


class Writer:
    """Writes to one environment and raises its generation, a number that readers look at."""

    __slots__ = ("_environment", "_generation", "_readonly", "_what")

    def __init__(self, environment: Environment, generation: memoryview, what: str, readonly: bool) -> None:
        self._environment: Environment = environment
        self._generation: memoryview = generation
        self._what: str = what
        self._readonly: bool = readonly
        if not readonly:
            generation[0] += 1  # an earlier writer may have been killed before it did

    @contextmanager
    def transaction(self, told: bool = True) -> Iterator[Transaction]:
        """Give a write transaction; commit it, or undo it when anything is raised. Raises StoreError, StoreFull.

        Not `told`: the generation stays, readers need not look again.
        """
        if self._readonly:
            raise StoreError(f"{self._what} are read-only here")
        transaction = self._environment.write()
        try:
            yield transaction
            transaction.commit()
        except FULL as error:
            transaction.abort()
            raise StoreFull(str(error)) from error
        except BaseException:
            transaction.abort()
            raise
        if told:
            self._generation[0] += 1
