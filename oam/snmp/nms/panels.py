"""What a dashboard shows: one table of rows of panels, by names of objects."""

from __future__ import annotations

from typing import Final, NamedTuple


class Panel(NamedTuple):
    """One panel."""

    title: str
    objects: tuple[str, ...]
    state: str = ""
    """Of an enumeration: the state whose rows are counted."""
    where: tuple[tuple[str, str], ...] = ()
    """Rows that are shown: enumerations among the labels, and the word that they must have."""
    single: bool = False
    """The last value is shown as a number, not a curve."""


_SYSTEM: Final = (("sipctlKpiPeriod", "previous"), ("sipctlObjectType", "system"))
_TRUNKS_OUT: Final = (("sipctlKpiPeriod", "previous"), ("sipctlObjectType", "trunk-out"))

PANELS: Final[dict[str, tuple[Panel, ...]]] = {
    "Server": (
        Panel("Calls", ("sipctlSystemCalls",), single=True),
        Panel("Registered contacts", ("sipctlRegistrarBindings",), single=True),
        Panel("Trunks down", ("sipctlTrunksDown",), single=True),
        Panel("Overload level", ("sipctlOverloadLevel",), single=True),
        Panel("Critical alarms", ("sipctlAlarmCriticalCount",), single=True),
        Panel("Major alarms", ("sipctlAlarmMajorCount",), single=True),
        Panel("Uptime of signalling", ("sipctlSystemUptime",), single=True),
        Panel("Signalling works", ("sipctlStatusState",), "up", single=True),
    ),
    "Calls": (
        Panel("Calls at one time", ("sipctlSystemCalls", "sipctlSystemCallsMaximum")),
        Panel("Calls per second", ("sipctlSystemBids", "sipctlSystemSeizures", "sipctlSystemAnswers")),
        Panel("Most calls in one second", ("sipctlSystemCallRatePeak",)),
        Panel("ASR, NER and ABR, last quarter-hour", ("sipctlKpiAsr", "sipctlKpiNer", "sipctlKpiAbr"), "", _SYSTEM),
        Panel("Set-up delay, last quarter-hour", ("sipctlKpiSetupP50", "sipctlKpiSetupP95"), "", _SYSTEM),
        Panel("Traffic, last quarter-hour", ("sipctlKpiErlang",), "", _SYSTEM),
        Panel(
            "Refused per second",
            ("sipctlCallsBlocked", "sipctlCallsLimited", "sipctlOverloadRequestsRefused", "sipctlRoutesExhausted"),
        ),
        Panel("Emergency calls", ("sipctlEmergencyCalls", "sipctlEmergencyFailed")),
    ),
    "Trunks": (
        Panel("Up and down", ("sipctlTrunksUp", "sipctlTrunksDown", "sipctlTrunksShutdown")),
        Panel("Calls", ("sipctlTrunkCalls",)),
        Panel("Occupancy", ("sipctlTrunkOccupancy",)),
        Panel("Probe delay", ("sipctlTrunkProbeDelay",)),
        Panel("Bids per second", ("sipctlTrunkStatsBids",)),
        Panel("ASR to trunks, last quarter-hour", ("sipctlKpiAsr",), "", _TRUNKS_OUT),
        Panel("NER to trunks, last quarter-hour", ("sipctlKpiNer",), "", _TRUNKS_OUT),
        Panel("Route groups down", ("sipctlRouteGroupState",), "down"),
    ),
    "Registrar": (
        Panel("Registered", ("sipctlRegistrarBindings", "sipctlRegistrarUsers")),
        Panel("Registrations per second", ("sipctlRegistrationsAccepted", "sipctlRegistrationsRefused")),
        Panel("Credentials per second", ("sipctlAuthenticationsAccepted", "sipctlAuthenticationsRefused")),
        Panel("Delay in the last minute", ("sipctlRegistrarRecentDelay",)),
    ),
    "Load": (
        Panel("Processor of signalling", ("sipctlLoadCpu",)),
        Panel("Overload level", ("sipctlOverloadLevel",)),
        Panel("Offered and carried", ("sipctlOverloadOffered", "sipctlOverloadCarried")),
        Panel("Loop lag", ("sipctlLoadLoopLag",)),
        Panel("Requests per second", ("sipctlMethodReceived",)),
        Panel("Retransmissions per second", ("sipctlRetransmissionsReceived", "sipctlRetransmissionsSent")),
        Panel("Memory of processes", ("sipctlProcessMemory",)),
        Panel("Restarts of processes", ("sipctlProcessRestarts",)),
    ),
    "Alarms": (
        Panel(
            "Active alarms",
            (
                "sipctlAlarmCriticalCount",
                "sipctlAlarmMajorCount",
                "sipctlAlarmMinorCount",
                "sipctlAlarmWarningCount",
            ),
        ),
        Panel("Raised and cleared per second", ("sipctlAlarmRaisedTotal", "sipctlAlarmClearedTotal")),
        Panel("Peers down", ("sipctlPeerState",), "down"),
    ),
}
"""By the title of their row."""
