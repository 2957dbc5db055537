"""Names of the tree as operators write them: of objects, tables, notifications and the nodes above them."""

from __future__ import annotations

from typing import Final

from oam.snmp import oids
from oam.snmp.notifications import NOTIFICATIONS
from oam.snmp.objects import COLUMNS, TABLES
from oam.snmp.oids import Oid

NODES: Final[dict[str, Oid]] = {
    "iso": (1,),
    "internet": (1, 3, 6, 1),
    "mgmt": (1, 3, 6, 1, 2),
    "mib-2": oids.MIB_2,
    "system": (*oids.MIB_2, 1),
    "snmp": (*oids.MIB_2, 11),
    "transmission": (*oids.MIB_2, 10),
    "private": (1, 3, 6, 1, 4),
    "enterprises": (1, 3, 6, 1, 4, 1),
    "snmpV2": (1, 3, 6, 1, 6),
    "snmpModules": oids.SNMP_MODULES,
    "snmpTraps": (*oids.SNMP_MODULES, 1, 1, 5),
    "coldStart": (*oids.SNMP_MODULES, 1, 1, 5, 1),
    "warmStart": (*oids.SNMP_MODULES, 1, 1, 5, 2),
    "authenticationFailure": (*oids.SNMP_MODULES, 1, 1, 5, 5),
    "sipctl": oids.SIPCTL,
    "sipctlMIB": oids.MODULE,
    "sipctlObjects": oids.OBJECTS,
    "sipctlNotifications": oids.NOTIFICATIONS,
}
"""Nodes of the tree that are no objects."""
_NAMED: Final[dict[str, Oid]] = {
    **{name: (*table.entry, column.number) for name, (table, column) in COLUMNS.items()},
    **{table.entry_name: table.entry for table in TABLES if table.indexed},
    **{table.name: table.oid for table in TABLES},
    **{each.name: (*oids.NOTIFICATIONS, each.number) for each in NOTIFICATIONS},
    **oids.AREAS,
    **NODES,
}


def resolved(tree: str) -> Oid | None:
    """Return the OID of a subtree written as numbers, as the name of an object, table or node, or as name and numbers.

    None: there is no such name, or it is no OID.
    """
    name, _, rest = tree.removeprefix(".").partition(".")
    try:
        if name.isdecimal():
            found = tuple(map(int, tree.removeprefix(".").split(".")))
        else:
            found = (*_NAMED[name], *(map(int, rest.split(".")) if rest else ()))
    except (KeyError, ValueError):
        return None
    return found if all(0 <= arc <= oids.MOST_ARC for arc in found) and len(found) <= oids.MOST_ARCS else None
