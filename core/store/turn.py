"""The write transaction of one loop turn: opened by the first write, ended by `commit`.

LMDB voids a whole transaction when one write finds no room. The turn keeps what it has
written so far and writes it again, so that only the one who asked for too much is refused.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import lmdb

from core.store.environment import Environment, Table, Transaction
from core.store.error import StoreFull

Write: TypeAlias = tuple[Table, bytes, bytes | None]
"""(table, key, value); None deletes the key, absent or not."""

FULL: Final = (lmdb.MapFullError, lmdb.DiskError)


class Turn:
    """Groups writes into one commit; `transaction` is None while nothing has been written."""

    __slots__ = ("_environment", "_journal", "transaction")

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._journal: list[Write] = []
        self.transaction: Transaction | None = None

    def write(self, writes: list[Write], grow: bool = False) -> None:
        """Do all of `writes` or, raising StoreFull, none; `grow` finds room for them beyond the bound.

        To remove something takes room too, hence `grow` for whatever makes the store smaller.
        """
        transaction = self.transaction
        if transaction is None:
            transaction = self.transaction = self._environment.write()
        try:
            _apply(transaction, writes)
        except FULL as error:
            self._again(grow)
            if not grow:
                raise StoreFull(str(error)) from error
            assert self.transaction is not None
            _apply(self.transaction, writes)
        self._journal += writes

    def commit(self) -> None:
        """Make the turn's writes durable against the end of the process; nothing to do when there are none.

        Raises StoreFull when the disk is full: then none of the turn's writes is stored.
        """
        if self.transaction is None:
            return
        try:
            self.transaction.commit()
        except lmdb.MapFullError:
            self._again(grow=True)
            self._commit_or_drop()
        except lmdb.Error as error:
            self._drop()
            raise StoreFull(str(error)) from error
        self._journal.clear()
        self.transaction = None

    def abandon(self) -> None:
        """Undo the turn's writes."""
        if self.transaction is not None:
            self.transaction.abort()
        self._drop()

    def _again(self, grow: bool) -> None:
        """Replace the voided transaction by a new one with the same writes in it."""
        assert self.transaction is not None
        self.transaction.abort()
        self.transaction = None
        try:
            if grow:
                self._environment.grow()
            self.transaction = self._environment.write()
            _apply(self.transaction, self._journal)
        except (lmdb.Error, StoreFull) as error:
            self.abandon()
            raise StoreFull(str(error)) from error

    def _commit_or_drop(self) -> None:
        assert self.transaction is not None
        try:
            self.transaction.commit()
        except lmdb.Error as error:
            self._drop()
            raise StoreFull(str(error)) from error

    def _drop(self) -> None:
        self._journal.clear()
        self.transaction = None


def _apply(transaction: Transaction, writes: list[Write]) -> None:
    for table, key, value in writes:
        if value is None:
            transaction.delete(key, db=table)
        else:
            transaction.put(key, value, db=table)
