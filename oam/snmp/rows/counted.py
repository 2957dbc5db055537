"""Groups of scalars made from `core.northbound.counters`: one Counter64 for each counter of signalling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from core.northbound.counters import COUNTERS, OVERLOAD_DROPPED, OVERLOAD_REFUSED
from oam.snmp import syntax
from oam.snmp.object import Column, Table
from oam.snmp.oids import Oid
from oam.snmp.rows.asking import total

if TYPE_CHECKING:
    from oam.context import Manager

DISCONTINUITY: Final = 1000
"""Number of the column that tells when the counters of a group began anew; those of counters are their slots and 1."""
SINCE: Final = (
    "Value of sysUpTime when one of the counters of this group last began anew. They outlive the processes of the "
    "server, so that it is 0 unless their file was lost."
)

_DESCRIPTORS: Final = {
    OVERLOAD_REFUSED: "sipctlOverloadRequestsRefused",
    OVERLOAD_DROPPED: "sipctlOverloadRequestsDropped",
}
"""Of counters whose name alone would be that of something else."""


def group(oid: Oid, name: str, help_: str, discontinuity: str, counted: Mapping[int, str]) -> Table:
    """Make a group of scalars of the counters in `counted`: slot -> UNITS.

    `discontinuity` is the descriptor of the object that tells when they began anew.
    """
    fields = {field_of(slot): slot for slot in counted}

    async def source(manager: Manager) -> Sequence[Any]:
        values = {field: total(manager, slot) for field, slot in fields.items()}
        at = manager.snmp.discontinuities.of("counters", name, values.values())
        return (SimpleNamespace(**values, discontinuity_at=at),)

    columns = (*_columns(counted), Column(DISCONTINUITY, discontinuity, syntax.TIME_STAMP, "discontinuity_at", SINCE))
    return Table(oid, name, help_, columns, source, lifetime_s=0)


def _columns(counted: Mapping[int, str]) -> Iterator[Column]:
    for slot in sorted(counted):
        text = described(slot)
        yield Column(slot + 1, descriptor(slot), syntax.COUNTER, field_of(slot), text, counted[slot])


def field_of(slot: int) -> str:
    """Return the field that a counter is in a row."""
    return COUNTERS[slot].name.replace("-", "_")


def descriptor(slot: int) -> str:
    """Return the name that a counter has in the MIB."""
    return _DESCRIPTORS.get(slot) or f"sipctl{syntax.joined(COUNTERS[slot].name.split('-'))}"


def described(slot: int) -> str:
    """Return what a counter means, as a sentence of ASCII."""
    return COUNTERS[slot].help.replace("§", "section ").removesuffix(".") + "."
