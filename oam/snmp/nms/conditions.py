"""What is worth waking somebody for: one table, from which alert rules and triggers are made.

The server raises alarms for these itself; whoever takes its notifications needs no second opinion. They are for an NMS
that only polls, and for what an alarm cannot tell: that the server does not answer.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Condition(NamedTuple):
    """One condition on one object."""

    name: str
    """Of the alert: `TrunkDown`."""
    object: str
    relation: str
    """`=`, `>`, `<`."""
    value: float | str
    """In the unit after scaling; of an enumeration or a truth its word."""
    lasts_s: int
    """How long it must hold."""
    severity: str
    """Perceived severity."""
    title: str
    """What is the matter, without what it is about."""
    samples: str = ""
    """Object that counts what a share was made of."""
    samples_least: int = 0
    """Of fewer nothing is said."""
    where: tuple[tuple[str, str], ...] = ()
    """Rows that it is about: parts of the index, and the word that they must have."""


_OVER: Final = (("sipctlKpiPeriod", "previous"),)
"""The quarter-hour that is over."""

CONDITIONS: Final = (
    Condition("SignallingDown", "sipctlStatusState", "=", "down", 60, "critical", "signalling does not run"),
    Condition("ListenerDown", "sipctlListenerState", "=", "down", 60, "critical", "the SIP listener is down"),
    Condition("RouteGroupDown", "sipctlRouteGroupState", "=", "down", 60, "critical", "no trunk of it takes calls"),
    Condition("TrunkDown", "sipctlTrunkState", "=", "down", 120, "major", "the trunk is down"),
    Condition("TrunkFull", "sipctlTrunkOccupancy", ">", 90, 300, "minor", "the trunk is nearly full"),
    Condition("ProcessDies", "sipctlProcessState", "=", "backoff", 60, "major", "the process dies again and again"),
    Condition("PeerDown", "sipctlPeerState", "=", "down", 300, "minor", "the server does not answer"),
    Condition("Overload", "sipctlOverloadLevel", ">", 0, 60, "major", "overload control refuses requests"),
    Condition("Processor", "sipctlLoadCpu", ">", 85, 300, "minor", "signalling uses most of a processor"),
    Condition("LoopLag", "sipctlLoadLoopLag", ">", 0.5, 120, "major", "signalling is woken late"),
    Condition(
        "LowAsr", "sipctlKpiAsr", "<", 30, 300, "minor", "few calls are answered", "sipctlKpiAsrSamples", 50, _OVER
    ),
    Condition(
        "LowNer", "sipctlKpiNer", "<", 80, 300, "minor", "many calls fail", "sipctlKpiNerSamples", 50, _OVER
    ),
    Condition(
        "SlowSetup", "sipctlKpiSetupP95", ">", 8, 300, "minor", "calls are set up slowly",
        "sipctlKpiSetupP95Samples", 50, _OVER,
    ),
    Condition("Unsaved", "sipctlConfigSaved", "=", "false", 3600, "warning", "the configuration is not saved"),
    Condition("CriticalAlarm", "sipctlAlarmCriticalCount", ">", 0, 60, "critical", "critical alarms are active"),
    Condition("MajorAlarm", "sipctlAlarmMajorCount", ">", 0, 60, "major", "major alarms are active"),
)  # fmt: skip
"""Numbers are what suits most sites: macros in Zabbix, and in alerts.yml to be changed in a copy."""
