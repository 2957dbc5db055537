"""All managed objects: OID -> field of a row, as the families in `oam.snmp.tables` declare them."""

from __future__ import annotations

from typing import Final

from oam.snmp.object import Column, Table
from oam.snmp.oids import Oid
from oam.snmp.tables import (
    alarm_mib,
    alarms,
    configuration,
    destinations,
    itu_alarm_mib,
    kpis,
    listeners,
    measurement,
    messages,
    network_services,
    notification_log,
    peers,
    processes,
    registrar,
    route_groups,
    sessions,
    sip_common,
    sip_server,
    standard_system,
    subscribers,
    system,
    traffic_controls,
    trunks,
)

FAMILIES: Final = (
    system,
    processes,
    listeners,
    trunks,
    route_groups,
    destinations,
    messages,
    registrar,
    subscribers,
    peers,
    traffic_controls,
    measurement,
    kpis,
    alarms,
    configuration,
    sessions,
    standard_system,
    network_services,
    sip_common,
    sip_server,
    alarm_mib,
    itu_alarm_mib,
    notification_log,
)
TABLES: Final[tuple[Table, ...]] = tuple(table for family in FAMILIES for table in family.TABLES)
"""Every table and group of scalars that the agent serves, ours and standard ones."""

COLUMNS: Final[dict[str, tuple[Table, Column]]] = {
    column.name: (table, column) for table in TABLES for column in table.columns
}
"""Objects by their names."""


def oid_of(name: str) -> Oid:
    """Return the OID of an object; of a scalar without its final 0."""
    table, column = COLUMNS[name]
    return (*table.entry, column.number)
