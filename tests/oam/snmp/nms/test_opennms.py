"""Events and data collection of OpenNMS: every notification, each severity, and names that RRDtool takes."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from oam.fault.event import SEVERITIES
from oam.snmp.nms.opennms import KEY, LEVELS, NAME_OCTETS, UEI, alias, collection, events
from oam.snmp.notifications import CLEARED, LEADING, NOTIFICATIONS, RAISED, TEST
from oam.snmp.objects import COLUMNS, TABLES, oid_of
from oam.snmp.oids import MODULE, SERVER, dotted

_EVENTS = "{http://xmlns.opennms.org/xsd/eventconf}"
_GROUP = "{http://xmlns.opennms.org/xsd/config/datacollection}"
EVENTS = ElementTree.fromstring(events())
COLLECTION = ElementTree.fromstring(collection())


def text(element: ElementTree.Element, path: str) -> str:
    found = element.findtext("/".join(f"{_EVENTS}{each}" for each in path.split("/")))
    assert found, path
    return found


def mask(event: ElementTree.Element) -> tuple[tuple[str, str], ...]:
    """Return what an event is told by."""
    named = [(text(each, "mename"), text(each, "mevalue")) for each in event.iter(f"{_EVENTS}maskelement")]
    bound = [(text(each, "vbnumber"), text(each, "vbvalue")) for each in event.iter(f"{_EVENTS}varbind")]
    return (*named, *bound)


def test_an_event_has_what_the_schema_asks_for() -> None:
    """eventconf.xsd: these elements, severities with a capital letter, dest=logndisplay, alarm-type 1 or 2."""
    assert EVENTS.tag == f"{_EVENTS}events"
    known = {"mask", "uei", "event-label", "descr", "logmsg", "severity", "operinstruct", "alarm-data"}
    for event in EVENTS:
        assert {each.tag.removeprefix(_EVENTS) for each in event} <= known
        assert text(event, "uei").startswith(f"{UEI}/")
        assert text(event, "event-label")
        assert text(event, "descr")
        assert text(event, "logmsg")
        assert text(event, "severity") in {*LEVELS.values(), "Normal"}


def test_every_notification_of_every_severity_is_one_event() -> None:
    masks = [mask(event) for event in EVENTS]
    assert len(set(masks)) == len(masks)
    assert len({text(event, "uei") for event in EVENTS}) == len(masks)
    wanted: set[tuple[tuple[str, str], ...]] = set()
    for each in NOTIFICATIONS:
        told = (("id", f".{dotted(MODULE)}"), ("generic", "6"), ("specific", str(each.number)))
        if each is TEST:
            wanted.add(told)
            continue
        for severity, number in SEVERITIES.items():
            if (severity == "cleared" and each is not RAISED) or (severity != "cleared" and each is not CLEARED):
                wanted.add((*told, (str(LEADING.index("sipctlAlarmSeverity") + 1), str(number))))
    assert set(masks) == wanted


def test_a_clear_ends_what_any_notification_raised() -> None:
    for event in EVENTS:
        data = event.find(f"{_EVENTS}alarm-data")
        if data is None:
            assert text(event, "uei") == f"{UEI}/{TEST.name}"
        elif text(event, "uei").endswith("/cleared"):
            assert data.attrib["alarm-type"] == "2"
            assert data.attrib["clear-key"] == KEY != data.attrib["reduction-key"]
            assert text(event, "severity") == "Normal"
        else:
            assert data.attrib["alarm-type"] == "1"
            assert data.attrib["reduction-key"] == KEY
            severity = text(event, "uei").rpartition("/")[2]
            assert text(event, "severity") == LEVELS[severity]


def test_parameters_are_those_that_are_carried() -> None:
    for event in EVENTS:
        whole = ElementTree.tostring(event, encoding="unicode")
        for number in re.findall(r"%parm\[#(\d+)\]%", whole):
            assert 1 <= int(number) <= len(LEADING)
    assert KEY.endswith(f"%parm[#{LEADING.index('sipctlAlarmId') + 1}]%")


def test_the_group_has_what_the_schema_asks_for() -> None:
    """datacollection-config.xsd: resourceType, group, systemDef, in this order."""
    assert COLLECTION.tag == f"{_GROUP}datacollection-group"
    order = [each.tag.removeprefix(_GROUP) for each in COLLECTION]
    assert order == sorted(order, key=["resourceType", "group", "systemDef"].index)
    (system,) = COLLECTION.findall(f"{_GROUP}systemDef")
    assert f".{dotted(SERVER)}".startswith(system.findtext(f"{_GROUP}sysoidMask", "?"))
    included = [each.text for each in system.iter(f"{_GROUP}includeGroup")]
    assert included == [each.attrib["name"] for each in COLLECTION.findall(f"{_GROUP}group")]


def test_collected_objects_are_of_their_kind() -> None:
    types = {each.attrib["name"] for each in COLLECTION.findall(f"{_GROUP}resourceType")}
    assert types <= {table.name for table in TABLES if table.indexed}
    by_number = {dotted(oid_of(name)): name for name in COLUMNS}
    for group in COLLECTION.findall(f"{_GROUP}group"):
        for each in group:
            table, column = COLUMNS[by_number[each.attrib["oid"].removeprefix(".")]]
            assert (each.attrib["instance"] == "0") == (not table.indexed)
            assert each.attrib["instance"] == "0" or each.attrib["instance"] in types
            assert (group.attrib["ifType"] == "ignore") == (not table.indexed)
            if each.attrib["type"] == "counter":
                assert column.syntax.is_counter
            assert each.attrib["type"] in ("counter", "gauge", "string")
            assert each.attrib["alias"] == alias(column.name)


def test_names_of_data_sources_are_short() -> None:
    for name in (each for each in COLUMNS if each.startswith("sipctl")):
        assert re.fullmatch(r"[A-Za-z0-9_]+", alias(name))
        assert len(alias(name)) <= NAME_OCTETS


def test_names_of_data_sources_are_unique() -> None:
    ours = [name for name in COLUMNS if name.startswith("sipctl")]
    assert len({alias(name) for name in ours}) == len(ours)
