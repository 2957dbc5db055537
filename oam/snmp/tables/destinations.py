"""Destinations: the prefixes that are called, of which the busiest have statistics of their own. Rows come and go.

A prefix has the same index whenever it has a row; a row that began anew is told by its discontinuity.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound.statistics import DESTINATION, KINDS, REST
from oam.snmp import oids, syntax
from oam.snmp.object import HIDDEN, Column, Table
from oam.snmp.rows.counts import Counts, columns, counted

if TYPE_CHECKING:
    from oam.context import Manager

KIND: Final = KINDS[DESTINATION]


class DestinationsRow(msgspec.Struct, frozen=True):
    """All destinations together."""

    rows: int
    maximum: int


async def _summary(manager: Manager) -> Sequence[DestinationsRow]:
    rows = await manager.statistics.rows((KIND,))
    own = sum(1 for each in rows if each.name != REST)
    return (DestinationsRow(own, manager.configuration.running.statistics.destinations_maximum),)


async def _counts(manager: Manager) -> Sequence[Counts]:
    return await counted(manager, KIND)


SUMMARY: Final = Table(
    (*oids.DESTINATIONS, 1),
    "sipctlDestinationSummary",
    "All destinations together.",
    (
        Column(
            1, "sipctlDestinationsRows", syntax.GAUGE, "rows",
            "Destinations that are counted by themselves now; all others are counted together, as 'other'.",
            "destinations",
        ),
        Column(
            2, "sipctlDestinationsMaximum", syntax.GAUGE, "maximum",
            "Most destinations that are counted by themselves. One that has not been called for a quarter of an hour "
            "gives way to one that is.",
            "destinations",
        ),
    ),
    _summary,
)  # fmt: skip

DESTINATIONS: Final = Table(
    (*oids.DESTINATIONS, 2),
    "sipctlDestinationTable",
    "What is counted of the calls to each of the busiest destinations: prefixes of called numbers, as number analysis "
    "finds them. Each bid is refused here or becomes a seizure; each seizure ends in exactly one way or is answered. A "
    "destination that is called no more loses its row; when it is called again it has the same index and counts from "
    "zero, which sipctlDestinationDiscontinuityTime tells.",
    (
        Column(
            1, "sipctlDestinationIndex", syntax.INDEX, "index",
            "Number of the destination, the same for its prefix for as long as the server is installed.",
            access=HIDDEN,
        ),
        *columns("sipctlDestination", "destination: the prefix, 'any' for the empty one, 'other' for all the rest"),
    ),
    _counts,
    indexed=("sipctlDestinationIndex",),
)  # fmt: skip

TABLES: Final = (SUMMARY, DESTINATIONS)
