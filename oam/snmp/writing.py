"""SET (RFC 3416 §4.2.5): everything is checked, then carried out as lines of the shell, with the rights of an operator.

`snmp-server write operator` names the operator. Lines take the shell's way, `oam.dispatch`: role, privilege, locks, AAA
servers, audit. All lines of the configuration of one SET are in force together or not at all; orders follow, one after
the other. What an order has done cannot be undone: where a later one fails, the answer is undoFailed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from oam.commands.registry import DENIED, FAILED, LOCKED, SYNTAX, CommandError
from oam.config.candidate import Candidate
from oam.dispatch import execute, finish
from oam.result import Result
from oam.security.login import SNMP, Identity, Source
from oam.shell import entrance
from oam.shell.entrance import LineError
from oam.snmp.engine.message import VERSION_3
from oam.snmp.engine.status import (
    COMMIT_FAILED,
    GEN_ERR,
    INCONSISTENT_VALUE,
    NO_ACCESS,
    NO_CREATION,
    NO_ERROR,
    NOT_WRITABLE,
    RESOURCE_UNAVAILABLE,
    UNDO_FAILED,
    WRONG_VALUE,
)
from oam.snmp.mib import Found, Stale
from oam.snmp.object import WRITE
from oam.snmp.oids import Oid, dotted
from oam.snmp.values import BadValue, decoded

if TYPE_CHECKING:
    from oam.context import Manager, Session
    from oam.snmp.engine.engine import Asker

_IN_A_CHECK: Final = {
    SYNTAX: WRONG_VALUE,
    DENIED: NO_ACCESS,
    LOCKED: RESOURCE_UNAVAILABLE,
    FAILED: INCONSISTENT_VALUE,
}
"""Exit code of a line that is only checked -> error-status."""
_IN_EARNEST: Final = {DENIED: NO_ACCESS, LOCKED: RESOURCE_UNAVAILABLE}
"""Exit code of a line that was to be carried out, and has changed nothing -> error-status, where not commitFailed."""
_CONFIGURES: Final = "configure"
"""What the lines of a variable that is configuration begin with."""


class Refused(Exception):  # noqa: N818
    """A SET is answered by an error; `index` counts its variables from 1, 0 is none of them."""

    def __init__(self, status: int, index: int) -> None:
        super().__init__(status, index)
        self.status = status
        self.index = index


class Change(NamedTuple):
    """One variable and the lines that set it."""

    variable: int
    """Counted from 1."""
    lines: Sequence[str]

    @property
    def configures(self) -> bool:
        """Whether it is configuration, not an order."""
        return self.lines[0].startswith(_CONFIGURES)


class Writer:
    """Sets objects for managers, one SET after the other."""

    def __init__(self, manager: Manager, clock: Callable[[], float] = time.monotonic) -> None:
        self._manager = manager
        self._clock = clock
        self._one = asyncio.Lock()

    async def set(self, asked: Sequence[tuple[Oid, bytes]], who: Asker) -> tuple[int, int]:
        """Set objects: names and encoded values -> error-status and error-index; 0, 0 when all are set."""
        async with self._one:
            told: list[str] = []
            status, index = GEN_ERR, 0
            try:
                changes = await self._changes(asked, told)
                await self._carried_out(changes, who)
                status, index = NO_ERROR, 0
            except Refused as refused:
                status, index = refused.status, refused.index
            finally:
                self._manager.snmp.mib.forget()
                self._manager.audit.record(
                    "set",
                    user=self._manager.configuration.running.snmp.operator,
                    origin=SNMP,
                    address=who.address,
                    command=f"{', '.join(told)} by {_called(who)}",
                    code=status,
                )
        return status, index

    async def _changes(self, asked: Sequence[tuple[Oid, bytes]], told: list[str]) -> list[Change]:
        """Check every variable; return what is to be done, and tell it. Raises Refused."""
        self._manager.snmp.mib.forget()
        changes = []
        values: dict[Oid, bytes] = {}
        for index, (oid, value) in enumerate(asked, 1):
            if values.get(oid, value) != value:
                raise Refused(INCONSISTENT_VALUE, index)
            if oid in values:
                continue
            values[oid] = value
            lines = await self._lines(oid, value, index, told)
            if lines:
                changes.append(Change(index, lines))
        return changes

    async def _lines(self, oid: Oid, value: bytes, index: int, told: list[str]) -> Sequence[str]:
        place = self._manager.snmp.mib.place(oid)
        if place is None or place.column.access != WRITE or place.column.write is None:
            raise Refused(NOT_WRITABLE, index)
        name = f"{place.column.name}.{dotted(oid[len(place.oid) :])}"
        try:
            meant = decoded(place.column.syntax, value)
        except BadValue as error:
            told.append(f"{name} = ?")
            raise Refused(error.status, index) from error
        told.append(f"{name} = {meant}")
        found = await self._found(oid)
        if found is None:
            raise Refused(NO_CREATION, index)
        try:
            return place.column.write(found.row, meant)
        except ValueError as error:
            raise Refused(WRONG_VALUE, index) from error

    async def _found(self, oid: Oid) -> Found | None:
        mib, asked_at = self._manager.snmp.mib, self._clock()
        while True:
            try:
                return mib.get(oid, asked_at)
            except Stale as stale:
                await mib.refresh(stale.table)

    async def _carried_out(self, changes: Sequence[Change], who: Asker) -> None:
        """Check all lines, then give them. Raises Refused."""
        operator = self._manager.configuration.running.snmp.operator
        if not operator:
            raise Refused(NOT_WRITABLE, 1)
        if not changes:
            return
        configuring = [each for each in changes if each.configures]
        orders = [each for each in changes if not each.configures]
        try:
            identity = self._manager.automation.jobs.identity(operator)
            await _checked(self._session(identity, who), configuring, atomic=True)
            await _checked(self._session(identity, who), orders, atomic=False)
            session = self._session(identity, who)
            async with entrance.present(session):
                await _configured(session, configuring)
                await _ordered(session, orders, bool(configuring))
        except CommandError as error:
            raise Refused(NO_ACCESS, changes[0].variable) from error
        except LineError as error:
            raise Refused(RESOURCE_UNAVAILABLE, changes[0].variable) from error

    def _session(self, identity: Identity, who: Asker) -> Session:
        return entrance.without_shell(self._manager, identity, Source(SNMP, who.address))


async def _checked(session: Session, changes: Sequence[Change], *, atomic: bool) -> None:
    """See whether lines would be taken, and change nothing. Raises Refused."""
    session.check_only = True
    code, index = await _given(session, changes, atomic=atomic)
    if code:
        raise Refused(_IN_A_CHECK.get(code, GEN_ERR), index)


async def _configured(session: Session, changes: Sequence[Change]) -> None:
    """Put lines of the configuration in force, all or none. Raises Refused."""
    code, index = await _given(session, changes, atomic=True)
    if code:
        raise Refused(_IN_EARNEST.get(code, COMMIT_FAILED), index)


async def _ordered(session: Session, changes: Sequence[Change], anything_done: bool) -> None:
    """Give orders one after the other. Raises Refused."""
    for change in changes:
        for line in change.lines:
            code = await _run(session, line, change)
            if code and anything_done:
                raise Refused(UNDO_FAILED, 0)
            if code:
                raise Refused(_IN_EARNEST.get(code, COMMIT_FAILED), change.variable)
            anything_done = True


async def _given(session: Session, changes: Sequence[Change], *, atomic: bool) -> tuple[int, int]:
    """Give all lines, together when `atomic`; return the first exit code that is an error, and whose it is."""
    session.atomic, session.candidate = atomic, Candidate() if atomic else None
    try:
        for change in changes:
            for line in change.lines:
                if code := await _run(session, line, change):
                    return code, change.variable
        # The manager tries again by itself; it would have given up long before another operator has finished.
        session.lock_wait_s = 0
        result = await finish(session)
    finally:
        session.atomic, session.candidate = False, None
    if not result.code:
        return 0, 0
    return result.code, int(result.source) if result.source.isdecimal() else changes[0].variable


async def _run(session: Session, line: str, change: Change) -> int:
    """Give one line; return its exit code, what it shows being nobody's."""
    session.source = str(change.variable)
    result = await execute(session, line)
    return result.code or await _shown(result)


async def _shown(result: Result) -> int:
    if result.rows is None:
        return 0
    try:
        async for _ in result.rows:
            pass
    except CommandError as error:
        return error.code
    return 0


def _called(who: Asker) -> str:
    """Say who it was, for the audit: the community itself never."""
    return f"user {who.rights.name}" if who.version == VERSION_3 else who.rights.name
