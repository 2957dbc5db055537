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
        except FULL:
            self._again(writes, grow)
        self._journal += writes

    def commit(self) -> None:
        """Make the turn's writes durable against the end of the process; nothing to do when there are none.

        Raises StoreFull when the disk is full: then none of the turn's writes is stored.
        """
        if self.transaction is None:
            return
        try:
            self.transaction.commit()
        except FULL:
            self._again([], True)
            self._commit_or_drop()
        except lmdb.Error as error:
            self._drop()
            raise StoreFull(str(error)) from error
        self._journal = []
        self.transaction = None

    def abandon(self) -> None:
        """Undo the turn's writes."""
        if self.transaction is not None:
            self.transaction.abort()
        self._drop()

    def _again(self, writes: list[Write], beyond: bool) -> None:
        """Put a new transaction in place of the voided one: more room, the turn's writes, then `writes`.

        Raises StoreFull when there is no more room; the turn's writes are in place all the same.
        """
        assert self.transaction is not None
        self.transaction.abort()
        try:
            self._environment.grow(beyond)
        except StoreFull:
            self._replay([])
            raise
        try:
            self._replay(writes)
        except StoreFull:
            self._again(writes, beyond)

    def _replay(self, writes: list[Write]) -> None:
        self.transaction = self._environment.write()
        try:
            _apply(self.transaction, self._journal)
            _apply(self.transaction, writes)
        except FULL as error:
            raise StoreFull(str(error)) from error

    def _commit_or_drop(self) -> None:
        assert self.transaction is not None
        try:
            self.transaction.commit()
        except lmdb.Error as error:
            self._drop()
            raise StoreFull(str(error)) from error

    def _drop(self) -> None:
        self._journal = []
        self.transaction = None


def _apply(transaction: Transaction, writes: list[Write]) -> None:
    for table, key, value in writes:
        if value is None:
            transaction.delete(key, db=table)
        else:
            transaction.put(key, value, True, True, False, table)  # dupdata, overwrite, append
