"""Detection and discovery have what the schemas of LibreNMS ask for; each sensor fits its object."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest
from support.yaml_files import parsed

from oam.snmp import syntax
from oam.snmp.nms.librenms import detection, detection_yaml, discovery, discovery_yaml, states
from oam.snmp.nms.sensors import GENERIC, SENSORS
from oam.snmp.objects import COLUMNS, oid_of
from oam.snmp.oids import SERVER, dotted

TEXT = {"type": "string", "minLength": 1}
SWITCHES = {"type": "object", "additionalProperties": {"type": "boolean"}}
DETECTION = {
    "type": "object",
    "properties": {
        "os": TEXT,
        "text": TEXT,
        "type": {"enum": ["network", "server", "appliance"]},
        "icon": TEXT,
        "mib_dir": TEXT,
        "over": {"type": "array", "items": {"type": "object", "required": ["graph", "text"]}},
        "discovery": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "sysObjectID": {"type": "array", "items": {"type": "string", "pattern": r"^(\.\d+)+\.?$"}}
                },
                "additionalProperties": False,
            },
        },
        "discovery_modules": SWITCHES,
        "poller_modules": SWITCHES,
    },
    "required": ["os", "text", "type", "discovery"],
    "additionalProperties": False,
}
"""resources/definitions/schema/os_schema.json"""
NUM_OID = {"type": "string", "pattern": r"^(\.\d+)+(\.?\{\{ \$index \}\})?(\.\d+)*$"}
SENSOR_PROPERTIES = {
    "oid": TEXT,
    "value": TEXT,
    "num_oid": NUM_OID,
    "index": TEXT,
    "descr": TEXT,
    "group": TEXT,
}
SENSOR = {
    "type": "object",
    "properties": SENSOR_PROPERTIES | {"divisor": {"type": "integer", "minimum": 2}},
    "required": ["descr", "num_oid", "oid"],
    "additionalProperties": False,
}
STATES = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "properties": {
            "value": {"type": "integer"},
            "generic": {"enum": [0, 1, 2, 3]},
            "graph": {"const": 0},
            "descr": TEXT,
        },
        "required": ["value", "generic", "graph", "descr"],
        "additionalProperties": False,
    },
}
STATE = {
    "type": "object",
    "properties": SENSOR_PROPERTIES | {"state_name": TEXT, "states": STATES},
    "required": ["descr", "num_oid", "oid", "states", "state_name"],
    "additionalProperties": False,
}


PROCESSOR = {
    "type": "object",
    "properties": {
        "oid": TEXT,
        "num_oid": NUM_OID,
        "index": TEXT,
        "descr": TEXT,
        "precision": {"type": "integer", "minimum": 1},
    },
    "required": ["oid", "num_oid"],
    "additionalProperties": False,
}


def data(items: object) -> dict[str, Any]:
    array = {"type": "array", "items": items, "minItems": 1}
    return {"type": "object", "properties": {"data": array}, "required": ["data"], "additionalProperties": False}


CACHE = {"type": "object", "properties": {"oid": {"type": "array", "items": TEXT}}, "required": ["oid"]}
DISCOVERY = {
    "type": "object",
    "properties": {
        "mib": TEXT,
        "modules": {
            "type": "object",
            "properties": {
                "os": {"type": "object", "properties": {"version": TEXT}, "additionalProperties": False},
                "processors": data(PROCESSOR),
                "sensors": {
                    "type": "object",
                    "properties": {
                        "pre-cache": data(CACHE),
                        "state": data(STATE),
                        **{each: data(SENSOR) for each in ("count", "percent", "delay")},
                    },
                    "additionalProperties": False,
                },
            },
            "required": ["os", "sensors"],
            "additionalProperties": False,
        },
    },
    "required": ["modules"],
    "additionalProperties": False,
}
"""resources/definitions/schema/discovery_schema.json"""

SENSORS_MADE: list[tuple[str, dict[str, Any]]] = [
    (class_, each)
    for class_, part in discovery()["modules"]["sensors"].items()
    if class_ != "pre-cache"
    for each in part["data"]
]


def test_the_files_are_what_librenms_loads() -> None:
    for written, made, schema in (
        (detection_yaml(), detection(), DETECTION),
        (discovery_yaml(), discovery(), DISCOVERY),
    ):
        read = parsed(written)
        assert read == made
        jsonschema.validate(read, schema)


def test_the_server_is_known_by_its_sysobjectid() -> None:
    (prefix,) = detection()["discovery"][0]["sysObjectID"]
    assert f".{dotted(SERVER)}".startswith(prefix)


@pytest.mark.parametrize(("class_", "sensor"), SENSORS_MADE, ids=[each["index"] for _, each in SENSORS_MADE])
def test_a_sensor_fits_its_object(class_: str, sensor: dict[str, Any]) -> None:
    name = sensor["value"].removeprefix("SIPCTL-MIB::")
    table, column = COLUMNS[name]
    assert sensor["num_oid"] == f".{dotted(oid_of(name))}.{{{{ $index }}}}"
    assert sensor["oid"] == f"SIPCTL-MIB::{table.name if table.indexed else name}"
    assert (class_ == "percent") == column.units.endswith("percent")
    assert (class_ == "state") == (column.syntax.names is not None or column.syntax is syntax.TRUTH)
    if column.syntax is syntax.HUNDREDTHS:
        assert sensor["divisor"] == 100
    if column.syntax.names is not None:
        assert {each["value"] for each in sensor["states"]} == set(column.syntax.names.values())
    assert not column.syntax.is_counter, "a sensor is what is now"


def test_rows_have_names() -> None:
    cached = discovery()["modules"]["sensors"].get("pre-cache", {"data": [{"oid": []}]})["data"][0]["oid"]
    for _, sensor in SENSORS_MADE:
        for name in re.findall(r"\{\{ \$(SIPCTL-MIB::\w+) \}\}", sensor["descr"]):
            table, _column = COLUMNS[name.removeprefix("SIPCTL-MIB::")]
            own = sensor["oid"] == f"SIPCTL-MIB::{table.name}"
            assert own or name in cached
        (described,) = {bool("{{" in sensor["descr"])}
        assert described == bool(COLUMNS[sensor["value"].removeprefix("SIPCTL-MIB::")][0].indexed)


def test_sensors_are_unique() -> None:
    indexes = [each["index"] for _, each in SENSORS_MADE]
    assert len(set(indexes)) == len(indexes) == sum(map(len, SENSORS.values()))


def test_what_is_wrong_is_not_told_as_well() -> None:
    found = {each["descr"]: each["generic"] for each in states(COLUMNS["sipctlAlarmSeverity"][1])}
    assert found["critical"] == found["major"] == 2
    assert found["minor"] == found["warning"] == 1
    assert found["cleared"] == 0
    assert set(GENERIC.values()) == {0, 1, 2, 3}
