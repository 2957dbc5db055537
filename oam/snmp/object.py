"""What a managed object is: records that the agent, the MIB and the files for NMSs are all made from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from oam.snmp.oids import Oid
from oam.snmp.syntax import Syntax

if TYPE_CHECKING:
    from oam.context import Manager

HIDDEN: Final = "not-accessible"
NOTIFY: Final = "accessible-for-notify"
READ: Final = "read-only"
WRITE: Final = "read-write"

MODULE: Final = "SIPCTL-MIB"

Source = Callable[["Manager"], Awaitable[Sequence[Any]]]
"""Gives the rows of a table as they are now; a row has the fields of the columns, in any class. One that gives the very
same sequence as before says that nothing has changed. Raises nothing for what signalling or the supervisor does not
answer: it gives what it has."""


class Column(NamedTuple):
    """One object: a column of a table, or a scalar of a group."""

    number: int
    """Last arc; never given to another object."""
    name: str
    """Descriptor in the MIB: `sipctlTrunkState`."""
    syntax: Syntax
    field: str
    """Attribute of the row; its value None: there is no such instance."""
    help: str
    """DESCRIPTION, whole sentences; says the divisor where the unit has one."""
    units: str = ""
    access: str = READ
    write: Callable[[Any, Any], Sequence[str]] | None = None
    """Of one that is WRITE: (row, new value as the row would hold it) -> the lines of the shell that do it. Raises
    ValueError for a value that cannot be set."""
    obsolete: bool = False
    """Given up: it stays in the MIB, so that nobody gets its number, and has no instances."""


class Table(NamedTuple):
    """A conceptual table, or a group of scalars when it has no index."""

    oid: Oid
    """Of the table; the entry is below it at 1. Of a group: of the group."""
    name: str
    """`sipctlTrunkTable`; of a group `sipctlSystem`."""
    help: str
    columns: tuple[Column, ...]
    """In the order of their numbers; those of an index that are columns of this table are among them, HIDDEN or not."""
    source: Source
    indexed: tuple[str, ...] = ()
    """Names of the columns that are its index, of this table or of that which it AUGMENTS or whose index it shares."""
    augments: str = ""
    """Name of the table whose rows these are more columns of."""
    module: str = MODULE
    lifetime_s: float = 2.0
    """How long its rows may be served again; 0: read for each request, for sources that cost microseconds."""

    @property
    def entry(self) -> Oid:
        """What the numbers of the columns are added to."""
        return (*self.oid, 1) if self.indexed else self.oid

    @property
    def entry_name(self) -> str:
        """`sipctlTrunkEntry`."""
        return self.name.removesuffix("Table") + "Entry"


class Notification(NamedTuple):
    """One kind of notification."""

    number: int
    """Last arc, below `oids.NOTIFICATIONS`."""
    name: str
    objects: tuple[str, ...]
    """Names of the objects it carries, in their order."""
    help: str


def below(oid: Oid, tree: Oid) -> bool:
    """Whether `oid` is `tree` or lies in it."""
    return oid[: len(tree)] == tree
