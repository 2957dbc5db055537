"""OpenNMS: definitions of the notifications as events (eventconf.xsd) and what it collects (datacollection-config.xsd).

The severity of an event is fixed in its definition, so each notification has one for every severity, told apart by the
varbind. All of one alarm have one reduction key, whichever notifications are sent; the clear ends it by that key.
"""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree

from oam.fault.catalogue import ALARMS
from oam.fault.event import SEVERITIES
from oam.snmp import objects, oids
from oam.snmp.nms.polled import COUNTER, NUMBERS, STATE, TRUTH, Polled, kind, oid, own_names, polled, telling
from oam.snmp.notifications import CLEARED, FIRST_SPECIFIC, LEADING, NOTIFICATIONS, RAISED, TEST
from oam.snmp.object import Column, Notification

UEI: Final = "uei.opennms.org/vendor/sipctl"
LEVELS: Final = {
    "critical": "Critical",
    "major": "Major",
    "minor": "Minor",
    "warning": "Warning",
    "indeterminate": "Indeterminate",
}
_EVENTS: Final = "http://xmlns.opennms.org/xsd/eventconf"
_COLLECTION: Final = "http://xmlns.opennms.org/xsd/config/datacollection"
_NOTE: Final = " Made by python -m oam.reference; do not edit. "
"""Two hyphens would end the comment."""
NAME_OCTETS: Final = 19
"""Longest name of a data source in RRDtool."""


def _parameter(name: str) -> str:
    """Return how OpenNMS writes the value of an object of a notification; it counts from the third varbind on."""
    return f"%parm[#{LEADING.index(name) + 1}]%"


KEY: Final = f"{UEI}/alarm:%dpname%:%nodeid%:{_parameter('sipctlAlarmId')}"
"""Reduction key of an alarm, from its raising to its clearing."""


def _child(parent: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> ElementTree.Element:
    found = ElementTree.SubElement(parent, tag, {key.replace("_", "-"): each for key, each in attributes.items()})
    found.text = text or None
    return found


def _written(root: ElementTree.Element) -> str:
    root.insert(0, ElementTree.Comment(_NOTE))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def events() -> str:
    """Write the definitions of events."""
    root = ElementTree.Element("events", xmlns=_EVENTS)
    _tested(root)
    for notification in NOTIFICATIONS:
        if notification is TEST:
            continue
        if notification is not CLEARED:
            for severity in LEVELS:
                _raised(root, notification, severity)
        if notification is not RAISED:
            _cleared(root, notification)
    return _written(root)


def _tested(root: ElementTree.Element) -> None:
    event = _child(root, "event")
    _mask(event, TEST)
    _child(event, "uei", f"{UEI}/{TEST.name}")
    _child(event, "event-label", f"SIPCTL-MIB defined trap event: {TEST.name}")
    _child(event, "descr", f"<p>{TEST.help}</p><p>%parm[all]%</p>")
    _child(event, "logmsg", "Test: %parm[#1]%", dest="logndisplay")
    _child(event, "severity", "Normal")


def _raised(root: ElementTree.Element, notification: Notification, severity: str) -> None:
    event = _event(root, notification, severity, f"{UEI}/{notification.name}/{severity}")
    _child(event, "severity", LEVELS[severity])
    _instructions(event, notification)
    _child(event, "alarm-data", reduction_key=KEY, alarm_type="1", auto_clean="false")


def _cleared(root: ElementTree.Element, notification: Notification) -> None:
    event = _event(root, notification, "cleared", f"{UEI}/{notification.name}/cleared")
    _child(event, "severity", "Normal")
    key = KEY.replace(f"{UEI}/alarm:", f"{UEI}/cleared:")
    _child(event, "alarm-data", reduction_key=key, alarm_type="2", clear_key=KEY, auto_clean="false")


def _event(root: ElementTree.Element, notification: Notification, severity: str, uei: str) -> ElementTree.Element:
    event = _child(root, "event")
    mask = _mask(event, notification)
    varbind = _child(mask, "varbind")
    _child(varbind, "vbnumber", str(LEADING.index("sipctlAlarmSeverity") + 1))
    _child(varbind, "vbvalue", str(SEVERITIES[severity]))
    _child(event, "uei", uei)
    _child(event, "event-label", f"SIPCTL-MIB defined trap event: {notification.name} ({severity})")
    _child(event, "descr", _description(notification))
    text = f"{_parameter('sipctlAlarmObject')}: {_parameter('sipctlAlarmText')}"
    _child(event, "logmsg", text if severity != "cleared" else f"Cleared: {text}", dest="logndisplay")
    return event


def _mask(event: ElementTree.Element, notification: Notification) -> ElementTree.Element:
    mask = _child(event, "mask")
    # Of an OID whose last arc but one is 0 these become enterprise and specific trap (RFC 3584 §3.2).
    for name, value in (
        ("id", f".{oids.dotted(oids.MODULE)}"),
        ("generic", "6"),
        ("specific", str(notification.number)),
    ):
        element = _child(mask, "maskelement")
        _child(element, "mename", name)
        _child(element, "mevalue", value)
    return mask


def _description(notification: Notification) -> str:
    """Return the description, HTML as OpenNMS shows it: what it means, and all the notification carries."""
    definition = ALARMS.get(notification.number - FIRST_SPECIFIC)
    text = f"{definition.meaning} {definition.effect}" if definition else notification.help
    return f"<p>{text}</p><p>%parm[all]%</p>"


def _instructions(event: ElementTree.Element, notification: Notification) -> None:
    definition = ALARMS.get(notification.number - FIRST_SPECIFIC)
    _child(
        event, "operinstruct", definition.action if definition else "`show alarms` and the alarm catalogue tell more."
    )


def collection() -> str:
    """Write the group of data collection."""
    root = ElementTree.Element("datacollection-group", xmlns=_COLLECTION, name="sipctl")
    tables = [each for each in polled(transient=False) if _collected(each)]
    for table in tables:
        if table.table.indexed:
            _resource_type(root, table)
    for table in tables:
        _group(root, table)
    system = _child(root, "systemDef", name="sipctl")
    _child(system, "sysoidMask", f".{oids.dotted(oids.PRODUCTS)}.")
    collect = _child(system, "collect")
    for table in tables:
        _child(collect, "includeGroup", _group_name(table))
    return _written(root)


def alias(name: str) -> str:
    """Return the name of an object's data source: shortened, and unique by the end of its OID."""
    tail = "_".join(str(arc) for arc in objects.oid_of(name)[len(oids.OBJECTS) :])
    short = "".join(each for each in name.removeprefix("sipctl") if each not in "aeiou")
    return f"{short[: NAME_OCTETS - 1 - len(tail)]}_{tail}"


def _collected(table: Polled) -> list[Column]:
    return [each for each in table.chosen if kind(each) in NUMBERS or kind(each) in (STATE, TRUTH)]


def _group_name(table: Polled) -> str:
    return f"sipctl-{table.stem}"


def _resource_type(root: ElementTree.Element, table: Polled) -> None:
    named = own_names(table.table)
    label = " ".join([*("${" + alias(each.column.name) + "}" for each in named), *_indexes(table, bool(named))])
    found = _child(root, "resourceType", name=table.table.name, label=f"sipctl {table.stem}", resourceLabel=label)
    support = "org.opennms.netmgt.collection.support"
    _child(found, "persistenceSelectorStrategy", **{"class": f"{support}.PersistAllSelectorStrategy"})
    _child(found, "storageStrategy", **{"class": f"{support}.IndexStorageStrategy"})


def _indexes(table: Polled, named: bool) -> list[str]:
    """Return what tells rows of one name apart: in and out are 1 and 2 behind the name."""
    if not named:
        return ["${index}"]
    return ["(${index})"] if telling(table.table) else []


def _group(root: ElementTree.Element, table: Polled) -> None:
    indexed = bool(table.table.indexed)
    group = _child(root, "group", name=_group_name(table), ifType="all" if indexed else "ignore")
    instance = table.table.name if indexed else "0"
    for name in own_names(table.table) if indexed else ():
        number = f".{oid(name.table, name.column)}"
        _child(group, "mibObj", oid=number, instance=instance, alias=alias(name.column.name), type="string")
    for column in _collected(table):
        _child(
            group,
            "mibObj",
            oid=f".{oid(table.table, column)}",
            instance=instance,
            alias=alias(column.name),
            type="counter" if kind(column) == COUNTER else "gauge",
        )
