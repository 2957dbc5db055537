"""Where our objects are in the tree of object identifiers.

enterprises.ENTERPRISE          sipctl
  .1                            sipctlProducts       values of sysObjectID
  .2                            sipctlModules
     .1                         sipctlMIB            the module
        .0                      notifications        the zero lets SNMPv1 traps be converted without loss (RFC 3584 §3)
        .1                      objects, by group
        .2                      conformance
"""

from __future__ import annotations

from typing import Final

Oid = tuple[int, ...]
MOST_ARCS: Final = 128
MOST_ARC: Final = 2**32 - 1
"""How long an OID may be, and how large an arc (RFC 3416 §4.1)."""

ENTERPRISE: Final = 32473
"""Private enterprise number. 32473 is reserved for documentation (RFC 5612): it stands here until one is registered
with IANA, and everything that bears it (MIB, files for NMSs, agent) is made from this constant."""

MIB_2: Final[Oid] = (1, 3, 6, 1, 2, 1)
SNMP_MODULES: Final[Oid] = (1, 3, 6, 1, 6, 3)
SIPCTL: Final[Oid] = (1, 3, 6, 1, 4, 1, ENTERPRISE)
PRODUCTS: Final[Oid] = (*SIPCTL, 1)
SERVER: Final[Oid] = (*PRODUCTS, 1)
"""sysObjectID of the server."""
MODULE: Final[Oid] = (*SIPCTL, 2, 1)
NOTIFICATIONS: Final[Oid] = (*MODULE, 0)
OBJECTS: Final[Oid] = (*MODULE, 1)
CONFORMANCE: Final[Oid] = (*MODULE, 2)


# Groups of objects; numbers are never given twice.
SYSTEM: Final[Oid] = (*OBJECTS, 1)
PROCESSES: Final[Oid] = (*OBJECTS, 2)
LISTENERS: Final[Oid] = (*OBJECTS, 3)
TRUNKS: Final[Oid] = (*OBJECTS, 4)
ROUTE_GROUPS: Final[Oid] = (*OBJECTS, 5)
DESTINATIONS: Final[Oid] = (*OBJECTS, 6)
METHODS: Final[Oid] = (*OBJECTS, 7)
RESPONSES: Final[Oid] = (*OBJECTS, 8)
REGISTRAR: Final[Oid] = (*OBJECTS, 9)
SUBSCRIBERS: Final[Oid] = (*OBJECTS, 10)
PEERS: Final[Oid] = (*OBJECTS, 11)
TRAFFIC_CONTROLS: Final[Oid] = (*OBJECTS, 12)
MEASUREMENT: Final[Oid] = (*OBJECTS, 13)
KPIS: Final[Oid] = (*OBJECTS, 14)
ALARMS: Final[Oid] = (*OBJECTS, 15)
CONFIGURATION: Final[Oid] = (*OBJECTS, 16)
SESSIONS: Final[Oid] = (*OBJECTS, 17)
AREAS: Final[dict[str, Oid]] = {
    "sipctlSystem": SYSTEM,
    "sipctlProcesses": PROCESSES,
    "sipctlListeners": LISTENERS,
    "sipctlTrunks": TRUNKS,
    "sipctlRouteGroups": ROUTE_GROUPS,
    "sipctlDestinations": DESTINATIONS,
    "sipctlMethods": METHODS,
    "sipctlResponses": RESPONSES,
    "sipctlRegistrar": REGISTRAR,
    "sipctlSubscribers": SUBSCRIBERS,
    "sipctlPeers": PEERS,
    "sipctlTrafficControls": TRAFFIC_CONTROLS,
    "sipctlMeasurement": MEASUREMENT,
    "sipctlKpis": KPIS,
    "sipctlAlarms": ALARMS,
    "sipctlConfiguration": CONFIGURATION,
    "sipctlSessions": SESSIONS,
}
"""Their names in the MIB; a group of scalars that is the whole area has the same name."""


def dotted(oid: Oid) -> str:
    """Write an OID as `1.3.6.1`."""
    return ".".join(map(str, oid))
