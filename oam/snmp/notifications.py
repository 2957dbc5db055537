"""Which notifications there are: two for all alarms, one for each kind of alarm of the catalogue, and a test."""

from __future__ import annotations

from typing import Final

from oam.fault.catalogue import ALARMS
from oam.snmp.object import Notification
from oam.snmp.syntax import joined

LEADING: Final = (
    "sipctlAlarmSequence",
    "sipctlAlarmId",
    "sipctlAlarmNumber",
    "sipctlAlarmName",
    "sipctlAlarmObject",
    "sipctlAlarmSeverity",
    "sipctlAlarmEventType",
    "sipctlAlarmProbableCause",
    "sipctlAlarmText",
    "sipctlAlarmChanged",
)
"""What every notification of an alarm carries, in this order: columns of sipctlAlarmTable, which is indexed by the
alarm's ID. They say the same in a clear, also when the row is gone."""

RAISED: Final = Notification(1, "sipctlAlarmRaised", LEADING, "An alarm has been raised, or its severity has changed.")
CLEARED: Final = Notification(2, "sipctlAlarmCleared", LEADING, "An alarm is over: sipctlAlarmSeverity is cleared(1).")
TEST: Final = Notification(
    3,
    "sipctlTestNotification",
    ("sipctlNotifyText",),
    "An operator tests whether notifications arrive (`test snmp trap`): it tells of nothing that has happened.",
)
FIRST_SPECIFIC: Final = 1000
"""Number of the notification of alarm 0, if there were one."""


def _specific(number: int, name: str, title: str) -> Notification:
    words = joined(name.split("-"))
    text = (
        f"{title}: alarm {number} of the catalogue was raised, has changed its severity, or is over (severity cleared)."
    )
    return Notification(FIRST_SPECIFIC + number, f"sipctlAlarm{words}", LEADING, text)


SPECIFIC: Final = {number: _specific(number, each.name, each.title) for number, each in ALARMS.items()}
"""By number of the alarm: sent besides or instead of the two above, as configured."""
NOTIFICATIONS: Final = (RAISED, CLEARED, TEST, *SPECIFIC.values())
