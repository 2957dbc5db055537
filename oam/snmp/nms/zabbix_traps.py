"""Notifications in the template for Zabbix: items that take them, and triggers that are raised and cleared by alarms.

Patterns have `[.]` for a dot: which versions want a backslash doubled differs.
"""

from __future__ import annotations

from typing import Any, Final

from oam.fault.event import SEVERITIES
from oam.snmp import oids
from oam.snmp.nms.polled import oid_of
from oam.snmp.nms.zabbix_common import PRIORITIES, TEMPLATE, uuid
from oam.snmp.notifications import FIRST_SPECIFIC, TEST

_NOTIFICATIONS: Final = oids.NOTIFICATIONS[len(oids.SIPCTL) - 1 :]
"""From the enterprise number on: what is before it is written in several ways."""
_STANDARD: Final[oids.Oid] = (1, 1, 5)
"""End of snmpTraps, below snmpModules."""
_START: Final = {"coldStart": 1, "warmStart": 2, "authenticationFailure": 5}
"""Standard notifications, below snmpTraps (RFC 3418)."""
_TRAP_OID: Final = "(?:snmpTrapOID|[.]1[.]1[.]4[.]1)[.]0"
"""With SNMPv2-MIB loaded and without it: snmpTrapOID.0, snmpModules.1.1.4.1.0, .1.3.6.1.6.3.1.1.4.1.0."""
_STRING: Final = "[0-9]+ [^:]*STRING: (?:(?=[!-#])[^!#])?((?:[!#]|(?![!-#]).)*)"
"""The rest of a varbind that is text, without quotes: these are not written here, since they are quoted by backslashes,
which versions take in different ways."""


def _dots(oid_: str) -> str:
    return oid_.replace(".", "[.]")


def alarm_key() -> str:
    """Return the key of the item that takes every notification of an alarm: the two generic ones and those by kind."""
    return _key(f"::sipctlAlarm[A-Za-z]+|{_tree(_NOTIFICATIONS)}(?:1|2|{FIRST_SPECIFIC // 1000}[0-9][0-9][0-9])")


def test_key() -> str:
    """Return the key of the item that takes test notifications."""
    return _key(f"::{TEST.name}|{_tree(_NOTIFICATIONS)}{TEST.number}")


def start_key(name: str) -> str:
    """Return the key of the item that takes a standard notification."""
    return _key(f"::{name}|{_tree(_STANDARD)}{_START[name]}")


def _tree(oid_: oids.Oid) -> str:
    """Return a pattern for the end of an OID, and the dot behind it."""
    return f"[.]{'[.]'.join(map(str, oid_))}[.]"


def _key(notification: str) -> str:
    return f'snmptrap["{_TRAP_OID}.*(?:{notification})(?:$|[^0-9A-Za-z.])"]'


def varbind(name: str) -> str:
    """Return a pattern for an object in the text of a notification, up to its index, with and without a MIB loaded."""
    number = oid_of(name).partition(f".{oids.ENTERPRISE}.")[2]
    return f"(?:{name}|[.]{oids.ENTERPRISE}[.]{_dots(number)})[.]"


def severity_pattern(severity: str) -> str:
    """Return a pattern for a notification of an alarm of this severity."""
    return f"{varbind('sipctlAlarmSeverity')}[0-9]+ [^:]*INTEGER: (?:{severity}[(])?{SEVERITIES[severity]}"


def traps() -> list[dict[str, Any]]:
    key = alarm_key()
    return [
        _trap(key, "Notifications of alarms", [_alarm_trigger(key, each) for each in PRIORITIES]),
        _trap(test_key(), "Test notifications", []),
        *(_trap(start_key(name), f"Notification {name}", [_told(name)]) for name in _START),
    ]


def _trap(key: str, name: str, triggers: list[dict[str, Any]]) -> dict[str, Any]:
    found = {
        "uuid": uuid("item", key),
        "name": name,
        "type": "SNMP_TRAP",
        "key": key,
        "delay": "0",
        "trends": "0",
        "value_type": "LOG",
        "tags": [{"tag": "component", "value": "alarms"}],
    }
    return found | ({"triggers": triggers} if triggers else {})


def _alarm_trigger(key: str, severity: str) -> dict[str, Any]:
    """Return the trigger of one severity: a problem for each alarm, until that alarm has another severity."""
    pattern = severity_pattern(severity)
    found = f'find(/{TEMPLATE}/{key},#1,"regexp","{pattern}")'
    part = '{{{{ITEM.VALUE}}.regsub("{0}", \\1)}}'.format
    return {
        "uuid": uuid("trigger", "alarm", severity),
        "expression": f"{found}=1",
        "recovery_mode": "RECOVERY_EXPRESSION",
        "recovery_expression": f"{found}=0",
        "correlation_mode": "TAG_VALUE",
        "correlation_tag": "alarm",
        "name": f"sipctl: {severity} alarm",
        "event_name": f"sipctl: {severity} alarm: {part(varbind('sipctlAlarmObject') + _STRING)}: "
        f"{part(varbind('sipctlAlarmText') + _STRING)}",
        "priority": PRIORITIES[severity],
        "type": "MULTIPLE",
        "manual_close": "YES",
        "tags": [
            {"tag": "alarm", "value": part(f"{varbind('sipctlAlarmSeverity')}([0-9]+)")},
            {"tag": "name", "value": part(varbind("sipctlAlarmName") + _STRING)},
            {"tag": "scope", "value": "availability"},
        ],
    }


def _told(name: str) -> dict[str, Any]:
    key = start_key(name)
    return {
        "uuid": uuid("trigger", "told", name),
        "expression": f"nodata(/{TEMPLATE}/{key},15m)=0",
        "name": f"sipctl: {name} in the last 15 minutes",
        "priority": "WARNING" if name == "authenticationFailure" else "INFO",
        "manual_close": "YES",
        "tags": [{"tag": "scope", "value": "security" if name == "authenticationFailure" else "notice"}],
    }
