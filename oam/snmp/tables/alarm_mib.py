"""ALARM-MIB (RFC 3877): a view of the alarms that `show alarms` shows, and of those that are over.

One list of alarms, whose name is empty. An alarm's model is its kind: alarmModelIndex is its number in the catalogue,
alarmModelState its severity, 1 clear, 2 indeterminate, 3 warning, 4 minor, 5 major, 6 critical. The notification of
each kind is that of SIPCTL-MIB, where sipctlAlarmSeverity tells the state and sipctlAlarmObject the resource.
alarmActiveDateAndTime moves when an alarm changes its state.

Everything is read-only: what alarms there are is in the catalogue, how long the history is in the configuration. The
notifications alarmActiveState and alarmClearState are not sent, for each kind of alarm has one of its own.
"""

from __future__ import annotations

from typing import Final

from oam.snmp import ber, syntax
from oam.snmp.object import HIDDEN, Column, Table
from oam.snmp.oids import MIB_2, Oid
from oam.snmp.standard import ADDRESS, ADDRESS_TYPE, POINTER, ROW_STATUS, TICKS_AT, encoded, octets_of
from oam.snmp.syntax import Syntax
from oam.snmp.tables import alarm_mib_rows as rows
from oam.snmp.tables.alarm_mib_rows import ACTIVE_OID, CLEAR_OID, MODEL_OID, MODULE

ALARM: Final[Oid] = (*MIB_2, 118, 1)

_LIST: Final = Column(1, "alarmListName", syntax.text(32), "list_name", "Empty: there is one list.", access=HIDDEN)
_ENGINE: Final = octets_of("LocalSnmpEngineOrZeroLenStr", MODULE)
_RESOURCE: Final = Syntax("ResourceId", ber.OBJECT_IDENTIFIER, syntax.OID.encode, imported=((MODULE, "ResourceId"),))
_ZERO_BASED: Final = Syntax(
    "ZeroBasedCounter32", ber.GAUGE32, syntax.GAUGE.encode, imported=(("RMON2-MIB", "ZeroBasedCounter32"),)
)
"""Of RFC 2021, where it is a Gauge32."""


def _engine(first: int, prefix: str) -> tuple[Column, ...]:
    """Make the columns that tell where an alarm comes from: always from here."""
    return (
        Column(first, f"{prefix}EngineID", _ENGINE, "engine_id", "The engine of this agent."),
        Column(first + 1, f"{prefix}EngineAddressType", ADDRESS_TYPE, "address_type", "Type of its address."),
        Column(
            first + 2, f"{prefix}EngineAddress", ADDRESS, "address",
            "Address that the agent listens to first; empty when that is all addresses.",
        ),
        Column(first + 3, f"{prefix}ContextName", syntax.text(32), "context", "Empty: the default context."),
    )  # fmt: skip


MODEL_CHANGED: Final = Table(
    (*ALARM, 1),
    "alarmModel",
    "The kinds of alarms.",
    (Column(1, "alarmModelLastChanged", TICKS_AT, "at", "0: they do not change while the server runs."),),
    rows.model_changed,
    module=MODULE,
    lifetime_s=60,
)

MODEL: Final = Table(
    MODEL_OID,
    "alarmModelTable",
    "The kinds of alarms in all states they may be in.",
    (
        Column(1, "alarmModelIndex", syntax.INDEX, "number", "Number in the catalogue.", access=HIDDEN),
        Column(2, "alarmModelState", syntax.INDEX, "state", "Severity: the higher the graver.", access=HIDDEN),
        Column(3, "alarmModelNotificationId", syntax.OID, "notification", "Its notification in SIPCTL-MIB."),
        Column(
            4, "alarmModelVarbindIndex", syntax.UNSIGNED, "varbind",
            "Where sipctlAlarmSeverity stands in it, sysUpTime and snmpTrapOID included.",
        ),
        Column(5, "alarmModelVarbindValue", syntax.INTEGER, "value", "What sipctlAlarmSeverity is in this state."),
        Column(6, "alarmModelDescription", syntax.TEXT, "description", "The kind of alarm and the severity, in words."),
        Column(7, "alarmModelSpecificPointer", POINTER, "specific", "ituAlarmEventType of the same kind and severity."),
        Column(8, "alarmModelVarbindSubtree", syntax.OID, "subtree", "sipctlAlarmObject: it tells the resource."),
        Column(9, "alarmModelResourcePrefix", syntax.OID, "prefix", "0.0: the resource is what that variable names."),
        Column(10, "alarmModelRowStatus", ROW_STATUS, "status", "active."),
    ),
    rows.models,
    indexed=("alarmListName", "alarmModelIndex", "alarmModelState"),
    module=MODULE,
    lifetime_s=60,
)  # fmt: skip

ACTIVE_CHANGED: Final = Table(
    (*ALARM, 2),
    "alarmActive",
    "The active alarms as a whole.",
    (
        Column(
            1, "alarmActiveLastChanged", TICKS_AT, "changed_at",
            "When an alarm last came, went or changed its state; 0: none has since management was started.",
        ),
        Column(
            5, "alarmActiveOverflow", syntax.COUNTER_32, "refused", "Alarms that found no place in the list.",
            "active alarms",
        ),
    ),
    rows.active_changed,
    module=MODULE,
    lifetime_s=0,
)  # fmt: skip

ACTIVE: Final = Table(
    ACTIVE_OID,
    "alarmActiveTable",
    "The active alarms; neither what is shelved nor what another alarm explains is here.",
    (
        _LIST,
        Column(
            2,
            "alarmActiveDateAndTime",
            rows.DATE_INDEX,
            "at",
            "When it was raised or changed its state.",
            access=HIDDEN,
        ),
        Column(3, "alarmActiveIndex", syntax.INDEX, "id", "Number of the alarm, sipctlAlarmId.", access=HIDDEN),
        *_engine(4, "alarmActive"),
        Column(8, "alarmActiveVariables", syntax.UNSIGNED, "variables", "Its rows of alarmActiveVariableTable."),
        Column(9, "alarmActiveNotificationID", syntax.OID, "notification", "Its notification in SIPCTL-MIB."),
        Column(10, "alarmActiveResourceId", _RESOURCE, "resource", "sipctlAlarmObject of the alarm."),
        Column(11, "alarmActiveDescription", syntax.TEXT, "description", "What it is about, and what was found."),
        Column(12, "alarmActiveLogPointer", POINTER, "log", "nlmLogTime of its last notification, or 0.0."),
        Column(13, "alarmActiveModelPointer", POINTER, "model", "alarmModelNotificationId of its kind and state."),
        Column(14, "alarmActiveSpecificPointer", POINTER, "specific", "ituAlarmActiveTrendIndication of the alarm."),
    ),
    rows.active,
    indexed=("alarmListName", "alarmActiveDateAndTime", "alarmActiveIndex"),
    module=MODULE,
    lifetime_s=0,
)

VARIABLES: Final = Table(
    (*ALARM, 2, 3),
    "alarmActiveVariableTable",
    "The variables that the last notification of each active alarm has, sent or not.",
    (
        Column(1, "alarmActiveVariableIndex", syntax.INDEX, "number", "Place of the variable.", access=HIDDEN),
        Column(2, "alarmActiveVariableID", syntax.OID, "name", "Name of the variable."),
        Column(
            3, "alarmActiveVariableValueType",
            syntax.enumeration({kind: number for number, kind in enumerate(rows.KINDS, 1)}), "kind",
            "Type of the value: which of the next columns has it.",
        ),
        *(
            Column(place, f"alarmActiveVariable{word}Val", encoded(word, rows.KINDS[kind]), kind, f"{word} value.")
            for place, word, kind in rows.VALUES
        ),
    ),
    rows.variables,
    indexed=("alarmListName", "alarmActiveIndex", "alarmActiveVariableIndex"),
    module=MODULE,
)  # fmt: skip

STATISTICS: Final = Table(
    (*ALARM, 2, 4),
    "alarmActiveStatsTable",
    "How many alarms there are, and were.",
    (
        Column(1, "alarmActiveStatsActiveCurrent", syntax.GAUGE, "active", "Active alarms.", "alarms"),
        Column(
            2, "alarmActiveStatsActives",
            _ZERO_BASED,
            "raised", "Alarms raised since management was started.", "alarms",
        ),
        Column(3, "alarmActiveStatsLastRaise", TICKS_AT, "raised_at", "When one was last raised; 0: none was."),
        Column(4, "alarmActiveStatsLastClear", TICKS_AT, "cleared_at", "When one was last cleared; 0: none was."),
    ),
    rows.statistics,
    indexed=("alarmListName",),
    module=MODULE,
    lifetime_s=0,
)  # fmt: skip

CLEAR_MAXIMUM: Final = Table(
    (*ALARM, 3),
    "alarmClear",
    "The alarms that are over, as a whole.",
    (
        Column(
            1, "alarmClearMaximum", syntax.UNSIGNED, "most",
            "Events of alarms among which those are looked for that tell of an end, the newest.", "alarms",
        ),
    ),
    rows.clear_maximum,
    module=MODULE,
    lifetime_s=60,
)  # fmt: skip

CLEAR: Final = Table(
    CLEAR_OID,
    "alarmClearTable",
    "The alarms that are over.",
    (
        Column(1, "alarmClearIndex", syntax.INDEX, "id", "Number that the alarm had.", access=HIDDEN),
        Column(2, "alarmClearDateAndTime", rows.DATE_INDEX, "at", "When it was over.", access=HIDDEN),
        *_engine(3, "alarmClear"),
        Column(7, "alarmClearNotificationID", syntax.OID, "notification", "Its notification in SIPCTL-MIB."),
        Column(8, "alarmClearResourceId", _RESOURCE, "resource", "sipctlAlarmObject of the alarm, as it was."),
        Column(9, "alarmClearLogIndex", syntax.UNSIGNED, "log", "nlmLogIndex of its last notification, or 0."),
        Column(10, "alarmClearModelPointer", POINTER, "model", "alarmModelNotificationId of its kind, clear."),
    ),
    rows.cleared,
    indexed=("alarmListName", "alarmClearDateAndTime", "alarmClearIndex"),
    module=MODULE,
)

TABLES: Final = (
    MODEL_CHANGED,
    MODEL,
    ACTIVE_CHANGED,
    ACTIVE,
    VARIABLES,
    STATISTICS,
    CLEAR_MAXIMUM,
    CLEAR,
)
