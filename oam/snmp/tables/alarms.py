"""Alarms: the active ones, what happened to them, and the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from oam.snmp import convention, oids, syntax
from oam.snmp.object import HIDDEN, NOTIFY, WRITE, Column, Table
from oam.snmp.tables.alarm_rows import ActiveRow, active, catalogue, history, status


def _acknowledge(row: ActiveRow, value: bool) -> Sequence[str]:
    """Give the order that makes an alarm be acknowledged, or not; none when it is so."""
    if value == row.acknowledged:
        return ()
    return (f"alarm {'acknowledge' if value else 'unacknowledge'} {row.id}",)


STATUS: Final = Table(
    (*oids.ALARMS, 1),
    "sipctlAlarmStatus",
    "How many alarms there are, and what tells a manager that it has missed something.",
    (
        Column(
            1, "sipctlAlarmLastSequence", syntax.UNSIGNED, "sequence",
            "Sequence number of the last event of an alarm. A manager that remembers a lower one has missed what lies "
            "between: sipctlAlarmHistoryTable has it, sipctlAlarmTable what is active now. Numbers rise by one with "
            "each event, acknowledgements included, which are not notified; after the server was killed some may be "
            "left out.",
        ),
        Column(
            2, "sipctlAlarmActiveCount", syntax.GAUGE, "active",
            "Active alarms: the rows of sipctlAlarmTable. Neither what is shelved nor what another alarm explains is "
            "among them.", "alarms",
        ),
        Column(3, "sipctlAlarmCriticalCount", syntax.GAUGE, "critical", "Those that are critical.", "alarms"),
        Column(4, "sipctlAlarmMajorCount", syntax.GAUGE, "major", "Those that are major.", "alarms"),
        Column(5, "sipctlAlarmMinorCount", syntax.GAUGE, "minor", "Those that are minor.", "alarms"),
        Column(6, "sipctlAlarmWarningCount", syntax.GAUGE, "warning", "Those that are warnings.", "alarms"),
        Column(
            7, "sipctlAlarmIndeterminateCount", syntax.GAUGE, "indeterminate",
            "Those of which nobody knows how grave they are.", "alarms",
        ),
        Column(
            8, "sipctlAlarmTableLastChange", syntax.TIME_STAMP, "changed_at",
            "When something last happened to an alarm; 0: nothing has since management started.",
        ),
        Column(
            9, "sipctlAlarmLastEvent", syntax.DATE, "last_at",
            "The same moment as a date in UTC; there is no instance where nothing has happened.",
        ),
        Column(
            10, "sipctlAlarmAcknowledgedCount", syntax.GAUGE, "acknowledged",
            "Active alarms that an operator has acknowledged.", "alarms",
        ),
        Column(
            11, "sipctlAlarmUnknownCount", syntax.GAUGE, "unknown",
            "Raised alarms that nothing measures now: they stay as they were last seen.", "alarms",
        ),
        Column(
            12, "sipctlAlarmShelvedCount", syntax.GAUGE, "shelved",
            "Raised alarms that an operator has put aside for a while.", "alarms",
        ),
        Column(
            13, "sipctlAlarmSuppressedCount", syntax.GAUGE, "suppressed",
            "Raised alarms that another alarm explains.", "alarms",
        ),
        Column(
            14, "sipctlAlarmHistorySize", syntax.GAUGE, "history",
            "Most rows of sipctlAlarmHistoryTable; the server keeps more, which its shell shows.", "events",
        ),
        Column(15, "sipctlAlarmRaisedTotal", syntax.COUNTER, "raised", "Alarms raised.", "alarms"),
        Column(16, "sipctlAlarmChangedTotal", syntax.COUNTER, "changed", "Changes of severity notified.", "events"),
        Column(17, "sipctlAlarmClearedTotal", syntax.COUNTER, "cleared", "Alarms that were cleared.", "alarms"),
        Column(
            18, "sipctlAlarmRefusedTotal", syntax.COUNTER, "refused",
            "Conditions that found no place among the alarms: nobody hears of them.", "conditions",
        ),
        Column(
            19, "sipctlAlarmDiscontinuityTime", syntax.TIME_STAMP, "began_at",
            "Since when the counters of this group count.",
        ),
        Column(
            20, "sipctlNotifyAddress", syntax.text(64), "address",
            "Address of the manager that an authenticationFailure is about.", access=NOTIFY,
        ),
        Column(21, "sipctlNotifyText", syntax.TEXT, "words", "What a test notification says.", access=NOTIFY),
    ),
    status,
    lifetime_s=0,
)  # fmt: skip

ACTIVE: Final = Table(
    (*oids.ALARMS, 2),
    "sipctlAlarmTable",
    "What is wrong now: what a manager walks to know all active alarms. A row is here from the raising of an alarm to "
    "its clearing; neither what is shelved nor what another alarm explains is here.",
    (
        Column(1, "sipctlAlarmIndex", syntax.INDEX, "id", "The same as sipctlAlarmId.", access=HIDDEN),
        Column(
            2, "sipctlAlarmSequence", syntax.UNSIGNED, "sequence",
            "Sequence number of the last event of this alarm. In a notification: that of the event it tells of, or, "
            "when all alarms are sent again, the number that was told before.",
        ),
        Column(
            3, "sipctlAlarmId", syntax.UNSIGNED, "id",
            "Number of this alarm: the same from its raising to its clearing, and never given again.",
        ),
        Column(
            4, "sipctlAlarmNumber", syntax.UNSIGNED, "number",
            "Kind of the alarm: its number in sipctlAlarmCatalogueTable.",
        ),
        Column(5, "sipctlAlarmName", syntax.text(64), "name", "Kind of the alarm as a word: trunk-unreachable."),
        Column(
            6, "sipctlAlarmObject", syntax.text(200), "object",
            "What the alarm is about: the kind of the object and its name, as the shell has it; `system` is the "
            "server as a whole. Kind of alarm and object together are what a raise and its clear have in common.",
        ),
        Column(
            7, "sipctlAlarmSeverity", convention.SEVERITY.syntax, "severity",
            "Perceived severity; in the notification of a clear it is cleared(1).",
        ),
        Column(
            8, "sipctlAlarmEventType", convention.EVENT_TYPE.syntax, "event_type", "Type of the event (X.733, X.736).",
        ),
        Column(
            9, "sipctlAlarmProbableCause", convention.PROBABLE_CAUSE.syntax, "cause", "Probable cause (X.733, M.3100).",
        ),
        Column(
            10, "sipctlAlarmText", convention.TEXT.syntax, "text", "What was found; in a clear, what ended it.",
        ),
        Column(
            11, "sipctlAlarmChanged", syntax.DATE, "changed_at",
            "When its severity last changed, or it was raised; in a notification, when what it tells of happened. UTC.",
        ),
        Column(12, "sipctlAlarmRaisedAt", syntax.DATE, "raised_at", "When it was raised, in UTC."),
        Column(
            13, "sipctlAlarmAcknowledged", syntax.TRUTH, "acknowledged",
            "Whether an operator takes care of it. It ends when the alarm gets graver. Setting it acknowledges the "
            "alarm, or takes that back, as the operator whom the configuration names for managers.",
            access=WRITE, write=_acknowledge,
        ),
        Column(
            14, "sipctlAlarmAcknowledgedBy", syntax.text(64), "acknowledged_by",
            "The operator who has acknowledged it; empty: nobody has.",
        ),
        Column(
            15, "sipctlAlarmAcknowledgedAt", syntax.DATE, "acknowledged_at",
            "When it was acknowledged, in UTC; there is no instance while it is not.",
        ),
        Column(
            16, "sipctlAlarmAcknowledgedText", convention.TEXT.syntax, "acknowledged_text",
            "What the operator said of it.",
        ),
        Column(
            17, "sipctlAlarmOccurrences", syntax.GAUGE, "occurrences",
            "How often its condition has come while it was active.", "occurrences",
        ),
        Column(
            18, "sipctlAlarmTrend", convention.TREND.syntax, "trend",
            "Whether its severity rose or fell at its last change (X.733).",
        ),
        Column(
            19, "sipctlAlarmUnknown", syntax.TRUTH, "unknown",
            "Whether nothing measures it now, so that it stays as it was last seen.",
        ),
        Column(
            20, "sipctlAlarmFlapping", syntax.GAUGE, "flapping",
            "Changes of its condition while it comes and goes; 0: it does not. It stays raised until it is quiet.",
            "changes",
        ),
        Column(21, "sipctlAlarmTitle", syntax.TEXT, "title", "Kind of the alarm in words."),
        Column(22, "sipctlAlarmMeaning", syntax.TEXT, "meaning", "What has happened when there is such an alarm."),
        Column(23, "sipctlAlarmEffect", syntax.TEXT, "effect", "What users and operators notice of it."),
        Column(24, "sipctlAlarmRepairAction", syntax.TEXT, "action", "What an operator does about it."),
    ),
    active,
    ("sipctlAlarmIndex",),
    lifetime_s=0,
)  # fmt: skip

EVENTS: Final = Table(
    (*oids.ALARMS, 3),
    "sipctlAlarmHistoryTable",
    "The last events of alarms: sipctlAlarmHistorySize of them, those of before a restart included. A manager that has "
    "seen number N asks for what follows N.",
    (
        Column(
            1, "sipctlAlarmHistorySequence", syntax.INDEX, "sequence", "Sequence number of the event.", access=HIDDEN,
        ),
        Column(
            2, "sipctlAlarmHistoryHappening", convention.HAPPENING.syntax, "happening", "What happened to the alarm.",
        ),
        Column(3, "sipctlAlarmHistoryId", syntax.UNSIGNED, "id", "The alarm: sipctlAlarmId while it is active."),
        Column(4, "sipctlAlarmHistoryNumber", syntax.UNSIGNED, "number", "Its number in sipctlAlarmCatalogueTable."),
        Column(5, "sipctlAlarmHistoryName", syntax.text(64), "name", "Kind of the alarm as a word."),
        Column(6, "sipctlAlarmHistoryObject", syntax.text(200), "object", "What the alarm is about."),
        Column(
            7, "sipctlAlarmHistorySeverity", convention.SEVERITY.syntax, "severity",
            "Perceived severity from then on; cleared(1) when it was over.",
        ),
        Column(
            8, "sipctlAlarmHistoryBefore", convention.SEVERITY.syntax, "before",
            "Perceived severity until then; cleared(1) when the alarm was new.",
        ),
        Column(9, "sipctlAlarmHistoryEventType", convention.EVENT_TYPE.syntax, "event_type", "Type of the event."),
        Column(
            10, "sipctlAlarmHistoryProbableCause", convention.PROBABLE_CAUSE.syntax, "cause", "Probable cause.",
        ),
        Column(11, "sipctlAlarmHistoryText", convention.TEXT.syntax, "text", "What was found or said."),
        Column(12, "sipctlAlarmHistoryTime", syntax.DATE, "at", "When it happened, in UTC."),
        Column(
            13, "sipctlAlarmHistoryUser", syntax.text(64), "user", "The operator who did it; empty: nobody did.",
        ),
    ),
    history,
    ("sipctlAlarmHistorySequence",),
    lifetime_s=0,
)  # fmt: skip

CATALOGUE: Final = Table(
    (*oids.ALARMS, 4),
    "sipctlAlarmCatalogueTable",
    "Every kind of alarm that the server knows, with what an operator needs to know of it.",
    (
        Column(
            1, "sipctlAlarmCatalogueNumber", syntax.INDEX, "number",
            "Number of the kind; it stays the same for ever.", access=HIDDEN,
        ),
        Column(2, "sipctlAlarmCatalogueName", syntax.text(64), "name", "Its name, one word."),
        Column(3, "sipctlAlarmCatalogueTitle", syntax.TEXT, "title", "Its name in words."),
        Column(4, "sipctlAlarmCatalogueEventType", convention.EVENT_TYPE.syntax, "event_type", "Type of its events."),
        Column(
            5, "sipctlAlarmCatalogueProbableCause", convention.PROBABLE_CAUSE.syntax, "cause", "Its probable cause.",
        ),
        Column(
            6, "sipctlAlarmCatalogueSeverity", convention.SEVERITY.syntax, "severity",
            "Perceived severity that it mostly has, where no alarm profile sets another.",
        ),
        Column(
            7, "sipctlAlarmCatalogueSeverities", syntax.TEXT, "severities",
            "All severities that it may have, separated by blanks.",
        ),
        Column(8, "sipctlAlarmCatalogueMeaning", syntax.TEXT, "meaning", "What has happened when it is raised."),
        Column(9, "sipctlAlarmCatalogueEffect", syntax.TEXT, "effect", "What users and operators notice of it."),
        Column(10, "sipctlAlarmCatalogueAction", syntax.TEXT, "action", "What an operator does about it."),
        Column(11, "sipctlAlarmCatalogueClear", syntax.TEXT, "clear", "When it is cleared."),
        Column(
            12, "sipctlAlarmCatalogueManualClear", syntax.TRUTH, "manual",
            "Whether it tells of something that happened, so that an operator clears it.",
        ),
        Column(
            13, "sipctlAlarmCatalogueNotification", syntax.OID, "notification",
            "The notification of this kind alone, which is sent where that is configured.",
        ),
    ),
    catalogue,
    ("sipctlAlarmCatalogueNumber",),
    lifetime_s=3600,
)  # fmt: skip

TABLES: Final = (STATUS, ACTIVE, EVENTS, CATALOGUE)
