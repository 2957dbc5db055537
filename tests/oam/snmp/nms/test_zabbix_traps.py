"""Patterns find notifications as snmptrapd hands them over: with the MIB, without it, and as numbers alone."""

from __future__ import annotations

import re

import pytest

from oam.fault.event import SEVERITIES
from oam.snmp.nms import zabbix_traps
from oam.snmp.nms.zabbix_common import PRIORITIES
from oam.snmp.notifications import NOTIFICATIONS, TEST
from oam.snmp.object import Notification
from oam.snmp.objects import COLUMNS, oid_of
from oam.snmp.oids import NOTIFICATIONS as BELOW
from oam.snmp.oids import dotted


def received(notification: Notification, severity: str, style: str) -> str:
    """Return the text that Zabbix gets of a notification."""
    if style == "one line":
        lines = received(notification, severity, "plain").splitlines()
        return ", ".join(re.sub(r" type=\d+ value=", " = ", line) for line in lines)
    number = dotted((*BELOW, notification.number))
    enterprise = number.removeprefix("1.3.6.1.4.1.")
    name = {
        "names": f"SIPCTL-MIB::{notification.name}",
        "plain": f"SNMPv2-SMI::enterprises.{enterprise}",
        "numbers": f".{number}",
    }[style]
    told = {
        "names": "SNMPv2-MIB::snmpTrapOID.0",
        "plain": "SNMPv2-SMI::snmpModules.1.1.4.1.0",
        "numbers": ".1.3.6.1.6.3.1.1.4.1.0",
    }[style]
    lines = [f"{told} type=6 value=OID: {name}"]
    for each in notification.objects:
        tail = dotted(oid_of(each)).removeprefix("1.3.6.1.4.1.")
        instance = {
            "names": f"SIPCTL-MIB::{each}.17",
            "plain": f"SNMPv2-SMI::enterprises.{tail}.17",
            "numbers": f".1.3.6.1.4.1.{tail}.17",
        }[style]
        if each == "sipctlAlarmSeverity":
            value = f"{severity}({SEVERITIES[severity]})" if style == "names" else str(SEVERITIES[severity])
            lines.append(f"{instance} type=2 value=INTEGER: {value}")
        elif COLUMNS[each][1].syntax.tag == 4:
            text = f"text of {each}"
            lines.append(f"{instance} type=4 value=STRING: {text if style == 'names' else f'{chr(34)}{text}{chr(34)}'}")
        else:
            lines.append(f"{instance} type=66 value=Gauge32: 4")
    return "\n".join(lines)


def pattern(key: str) -> re.Pattern[str]:
    return re.compile(key.removeprefix('snmptrap["').removesuffix('"]'))


STYLES = ("names", "plain", "numbers", "one line")


@pytest.mark.parametrize("style", STYLES)
def test_every_notification_has_its_item(style: str) -> None:
    for each in NOTIFICATIONS:
        text = received(each, "major", style)
        assert bool(pattern(zabbix_traps.alarm_key()).search(text)) == (each is not TEST), each.name
        assert bool(pattern(zabbix_traps.test_key()).search(text)) == (each is TEST), each.name


@pytest.mark.parametrize(("name", "number"), [("coldStart", 1), ("warmStart", 2), ("authenticationFailure", 5)])
def test_standard_notifications_have_their_items(name: str, number: int) -> None:
    for oid in (f"SNMPv2-MIB::{name}", f"SNMPv2-SMI::snmpModules.1.1.5.{number}", f".1.3.6.1.6.3.1.1.5.{number}"):
        text = f"SNMPv2-MIB::snmpTrapOID.0 type=6 value=OID: {oid}"
        assert pattern(zabbix_traps.start_key(name)).search(text)
        assert not pattern(zabbix_traps.alarm_key()).search(text)
        assert not pattern(zabbix_traps.start_key(name)).search(f"{text}0")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("severity", SEVERITIES)
def test_one_trigger_takes_a_severity(style: str, severity: str) -> None:
    text = received(NOTIFICATIONS[0], severity, style)
    taken = [each for each in PRIORITIES if re.search(zabbix_traps.severity_pattern(each), text)]
    assert taken == ([] if severity == "cleared" else [severity])


@pytest.mark.parametrize("style", STYLES)
def test_raise_and_clear_have_the_same_tag(style: str) -> None:
    (item,) = (each for each in zabbix_traps.traps() if each["key"] == zabbix_traps.alarm_key())
    (trigger,) = (each for each in item["triggers"] if each["priority"] == "HIGH")
    (tag,) = (each["value"] for each in trigger["tags"] if each["tag"] == trigger["correlation_tag"])
    inside = re.fullmatch(r'\{\{ITEM\.VALUE\}\.regsub\("(.*)", \\1\)\}', tag)
    assert inside is not None
    for notification, severity in ((NOTIFICATIONS[0], "major"), (NOTIFICATIONS[1], "cleared")):
        found = re.search(inside[1], received(notification, severity, style))
        assert found is not None
        assert found[1] == "17", "the ID of the alarm"


@pytest.mark.parametrize("style", STYLES)
def test_the_name_of_the_problem_says_what_and_why(style: str) -> None:
    (item,) = (each for each in zabbix_traps.traps() if each["key"] == zabbix_traps.alarm_key())
    text = received(NOTIFICATIONS[0], "major", style)
    name = re.sub(
        r'\{\{ITEM\.VALUE\}\.regsub\("(.*?)", \\1\)\}',
        lambda macro: (found := re.search(macro[1], text)) and found[1],  # type: ignore[arg-type, return-value]
        item["triggers"][1]["event_name"],
    )
    assert name == "sipctl: major alarm: text of sipctlAlarmObject: text of sipctlAlarmText"
