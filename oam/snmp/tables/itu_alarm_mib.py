"""ITU-ALARM-MIB (RFC 3877 §5): type, probable cause, severity and trend of the alarms of ALARM-MIB, from the same rows.

Not served:
- ituAlarmActiveDetector, ituAlarmActiveServiceProvider, ituAlarmActiveServiceUser: they are of security alarms (X.736)
  and name parties by OIDs, which none here has;
- ituAlarmActiveStatsIndeterminates and the four like it: what was raised is counted by kind of alarm, not by severity
  (sipctlAlarmEventTable has the events).
"""

from __future__ import annotations

from typing import Final

from oam.snmp import convention, syntax
from oam.snmp.object import HIDDEN, Column, Table
from oam.snmp.oids import MIB_2, Oid
from oam.snmp.standard import POINTER
from oam.snmp.syntax import Syntax
from oam.snmp.tables import alarm_mib_rows as rows

MODULE: Final = "ITU-ALARM-MIB"
ITU: Final[Oid] = (*MIB_2, 121, 1)


def _standard(of: Syntax, name: str, module: str) -> Syntax:
    """Return one of our conventions under the name of that whose numbers it has."""
    return of._replace(text=name, imported=((module, name),))


_IANA: Final = "IANA-ITU-ALARM-TC-MIB"
_TC: Final = "ITU-ALARM-TC-MIB"
_SEVERITY: Final = _standard(convention.SEVERITY.syntax, "ItuPerceivedSeverity", _TC)


def _now(number: int, word: str) -> Column:
    name = f"ituAlarmActiveStats{word}Current"
    return Column(
        number, name, syntax.GAUGE, word.lower(), f"Active alarms of this severity: {word.lower()}.", "alarms"
    )


MODEL: Final = Table(
    rows.ITU_MODEL_OID,
    "ituAlarmTable",
    "The kinds of alarms in all severities they may have.",
    (
        Column(1, "ituAlarmPerceivedSeverity", _SEVERITY, "severity", "The severity.", access=HIDDEN),
        Column(
            2, "ituAlarmEventType", _standard(convention.EVENT_TYPE.syntax, "IANAItuEventType", _IANA), "event_type",
            "Type of the event (X.733, X.736).",
        ),
        Column(
            3, "ituAlarmProbableCause", _standard(convention.PROBABLE_CAUSE.syntax, "IANAItuProbableCause", _IANA),
            "cause", "Probable cause (X.733, M.3100).",
        ),
        Column(4, "ituAlarmAdditionalText", syntax.TEXT, "meaning", "What has happened when there is such an alarm."),
        Column(5, "ituAlarmGenericModel", POINTER, "generic", "alarmModelNotificationId of the same kind and state."),
    ),
    rows.models,
    indexed=("alarmListName", "alarmModelIndex", "ituAlarmPerceivedSeverity"),
    module=MODULE,
    lifetime_s=60,
)  # fmt: skip

ACTIVE: Final = Table(
    rows.ITU_ACTIVE_OID,
    "ituAlarmActiveTable",
    "More of the active alarms.",
    (
        Column(
            1, "ituAlarmActiveTrendIndication",
            _standard(convention.TREND.syntax, "ItuTrendIndication", _TC), "trend",
            "Whether its severity rose or fell at its last change.",
        ),
    ),
    rows.active,
    indexed=("alarmListName", "alarmActiveDateAndTime", "alarmActiveIndex"),
    module=MODULE,
    lifetime_s=0,
)  # fmt: skip

STATISTICS: Final = Table(
    (*ITU, 2, 2),
    "ituAlarmActiveStatsTable",
    "How many active alarms there are of each severity.",
    tuple(
        _now(number, word) for number, word in enumerate(("Indeterminate", "Critical", "Major", "Minor", "Warning"), 1)
    ),
    rows.statistics,
    indexed=("alarmListName",),
    module=MODULE,
    lifetime_s=0,
)

TABLES: Final = (MODEL, ACTIVE, STATISTICS)
