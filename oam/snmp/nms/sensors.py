"""What LibreNMS keeps as sensors: for each row one graph and, for states, one check. Few, so that it stays quick."""

from __future__ import annotations

from typing import Final

SENSORS: Final[dict[str, tuple[str, ...]]] = {
    "Server": (
        "sipctlStatusState",
        "sipctlConfigSaved",
        "sipctlSystemCalls",
        "sipctlSystemCallRatePeak",
        "sipctlSystemTransactions",
        "sipctlSystemConnections",
        "sipctlOverloadLevel",
        "sipctlOverloadRefused",
        "sipctlLoadQueue",
        "sipctlLoadLoopLag",
        "sipctlLoadBannedAddresses",
    ),
    "Processes": ("sipctlProcessState",),
    "Listeners": ("sipctlListenerState", "sipctlListenerConnections"),
    "Trunks": (
        "sipctlTrunksUp",
        "sipctlTrunksDown",
        "sipctlTrunkState",
        "sipctlTrunkAdminState",
        "sipctlTrunkCalls",
        "sipctlTrunkOccupancy",
        "sipctlTrunkProbeDelay",
    ),
    "Route groups": ("sipctlRouteGroupState", "sipctlRouteGroupMembersUsable"),
    "Registrar": ("sipctlRegistrarBindings", "sipctlRegistrarUsers", "sipctlRegistrarRecentDelay"),
    "Peers": ("sipctlPeerState", "sipctlPeerWaiting"),
    "Alarms": (
        "sipctlAlarmCriticalCount",
        "sipctlAlarmMajorCount",
        "sipctlAlarmMinorCount",
        "sipctlAlarmWarningCount",
    ),
}
"""Objects by the group that LibreNMS shows them under."""
PROCESSORS: Final = {"sipctlLoadCpu": "Signalling"}
"""Objects that are the load of a processor, and what LibreNMS calls that."""

OK, WARNING, CRITICAL, UNKNOWN = range(4)
GENERIC: Final[dict[str, int]] = {
    "true": OK,
    "false": WARNING,
    "up": OK,
    "running": OK,
    "down": CRITICAL,
    "backoff": CRITICAL,
    "stopped": CRITICAL,
    "starting": WARNING,
    "stopping": WARNING,
    "shutdown": WARNING,
    "draining": WARNING,
    "incomplete": WARNING,
    "unknown": UNKNOWN,
    "cleared": OK,
    "indeterminate": UNKNOWN,
    "critical": CRITICAL,
    "major": CRITICAL,
    "minor": WARNING,
    "warning": WARNING,
}
"""Words of states -> generic states of LibreNMS."""
