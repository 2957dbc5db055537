"""The template has what Zabbix's import asks for, and speaks of items that there are."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from support.yaml_files import parsed

from oam.snmp import syntax
from oam.snmp.nms.conditions import CONDITIONS
from oam.snmp.nms.zabbix import template, template_yaml
from oam.snmp.nms.zabbix_common import TEMPLATE, uuid
from oam.snmp.notifications import LEADING
from oam.snmp.objects import COLUMNS, TABLES, oid_of
from oam.snmp.oids import dotted

EXPORT = template()
BODY = EXPORT["zabbix_export"]["templates"][0]

UUID = {"type": "string", "pattern": "^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$"}
TEXT = {"type": "string", "minLength": 1}
NAME = TEXT | {"maxLength": 255}
KEY = TEXT | {"maxLength": 2048}
TAGS = {
    "type": "array",
    "items": {"type": "object", "required": ["tag", "value"], "properties": {"tag": NAME, "value": NAME}},
}
STEP = {
    "type": "object",
    "required": ["type", "parameters"],
    "properties": {
        "type": {
            "enum": [
                "SNMP_WALK_VALUE",
                "SNMP_WALK_TO_JSON",
                "MULTIPLIER",
                "CHANGE_PER_SECOND",
                "DISCARD_UNCHANGED_HEARTBEAT",
                "JAVASCRIPT",
            ]
        },
        "parameters": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "error_handler": {"enum": ["DISCARD_VALUE"]},
    },
    "additionalProperties": False,
}
TRIGGER = {
    "type": "object",
    "required": ["uuid", "expression", "name", "priority"],
    "properties": {
        "uuid": UUID,
        "expression": TEXT | {"maxLength": 2048},
        "recovery_mode": {"enum": ["RECOVERY_EXPRESSION"]},
        "recovery_expression": TEXT | {"maxLength": 2048},
        "correlation_mode": {"enum": ["TAG_VALUE"]},
        "correlation_tag": NAME,
        "name": NAME,
        "event_name": TEXT | {"maxLength": 2048},
        "priority": {"enum": ["INFO", "WARNING", "AVERAGE", "HIGH", "DISASTER"]},
        "type": {"enum": ["MULTIPLE"]},
        "manual_close": {"enum": ["YES"]},
        "description": TEXT,
        "tags": TAGS,
    },
    "additionalProperties": False,
    "dependentRequired": {"recovery_expression": ["recovery_mode"], "correlation_tag": ["correlation_mode"]},
}
FILTER = {
    "type": "object",
    "required": ["evaltype", "conditions"],
    "properties": {
        "evaltype": {"const": "AND"},
        "conditions": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["macro", "value", "formulaid"],
                "properties": {"macro": {"type": "string", "pattern": r"^\{#[A-Z0-9_.]+\}$"}},
            },
        },
    },
    "additionalProperties": False,
}
MASTER = {"type": "object", "required": ["key"], "properties": {"key": KEY}, "additionalProperties": False}
ITEM_PROPERTIES = {
    "uuid": UUID,
    "name": NAME,
    "type": {"enum": ["SNMP_AGENT", "DEPENDENT", "SNMP_TRAP", "INTERNAL"]},
    "snmp_oid": TEXT | {"maxLength": 512},
    "key": KEY,
    "delay": TEXT,
    "history": TEXT,
    "trends": TEXT,
    "value_type": {"enum": ["FLOAT", "CHAR", "LOG", "TEXT"]},
    "units": NAME,
    "description": TEXT,
    "valuemap": {"type": "object", "required": ["name"], "properties": {"name": NAME}, "additionalProperties": False},
    "preprocessing": {"type": "array", "items": STEP, "minItems": 1},
    "master_item": MASTER,
    "tags": TAGS,
}
OF_TYPE = {
    "allOf": [
        {
            "if": {"properties": {"type": {"const": "DEPENDENT"}}},
            "then": {"required": ["master_item"], "properties": {"delay": {"const": "0"}}},
        },
        {"if": {"properties": {"type": {"const": "SNMP_AGENT"}}}, "then": {"required": ["snmp_oid"]}},
    ]
}


def item(triggers: str) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["uuid", "name", "type", "key"],
        "properties": ITEM_PROPERTIES | {triggers: {"type": "array", "items": TRIGGER, "minItems": 1}},
        "additionalProperties": False,
        **OF_TYPE,
    }


RULE = {
    "type": "object",
    "required": ["uuid", "name", "type", "key", "item_prototypes", "master_item", "preprocessing"],
    "properties": {
        "uuid": UUID,
        "name": NAME,
        "type": {"const": "DEPENDENT"},
        "key": KEY,
        "delay": {"const": "0"},
        "description": TEXT,
        "item_prototypes": {"type": "array", "items": item("trigger_prototypes"), "minItems": 1},
        "master_item": MASTER,
        "preprocessing": {"type": "array", "items": STEP, "minItems": 1},
        "filter": FILTER,
        "trigger_prototypes": {"type": "array", "items": TRIGGER, "minItems": 1},
    },
    "additionalProperties": False,
}
MAP = {
    "type": "object",
    "required": ["uuid", "name", "mappings"],
    "properties": {
        "uuid": UUID,
        "name": NAME | {"maxLength": 64},
        "mappings": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "object", "required": ["value", "newvalue"], "properties": {"value": TEXT}},
        },
    },
    "additionalProperties": False,
}
SCHEMA = {
    "type": "object",
    "required": ["zabbix_export"],
    "properties": {
        "zabbix_export": {
            "type": "object",
            "required": ["version", "template_groups", "templates"],
            "properties": {
                "version": {"const": "6.4"},
                "template_groups": {"type": "array", "items": {"required": ["uuid", "name"]}, "minItems": 1},
                "templates": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["uuid", "template", "name", "groups", "items"],
                        "properties": {
                            "uuid": UUID,
                            "template": NAME,
                            "name": NAME,
                            "description": TEXT,
                            "vendor": {"type": "object", "required": ["name", "version"]},
                            "groups": {"type": "array", "items": {"required": ["name"]}, "minItems": 1},
                            "items": {"type": "array", "items": item("triggers"), "minItems": 1},
                            "discovery_rules": {"type": "array", "items": RULE},
                            "tags": TAGS,
                            "macros": {
                                "type": "array",
                                "items": {
                                    "type": "object",
                                    "required": ["macro", "value"],
                                    "properties": {"macro": {"type": "string", "pattern": r"^\{\$[A-Z0-9_.]+\}$"}},
                                },
                            },
                            "valuemaps": {"type": "array", "items": MAP},
                        },
                        "additionalProperties": False,
                    },
                },
            },
            "additionalProperties": False,
        }
    },
    "additionalProperties": False,
}
"""Zabbix manual, "Configuration export/import"; lengths: its database schema."""


def items() -> Iterator[dict[str, Any]]:
    yield from BODY["items"]
    for rule in BODY.get("discovery_rules", []):
        yield from rule["item_prototypes"]


def triggers() -> Iterator[dict[str, Any]]:
    for each in items():
        yield from each.get("triggers", [])
        yield from each.get("trigger_prototypes", [])
    for rule in BODY.get("discovery_rules", []):
        yield from rule.get("trigger_prototypes", [])


def test_the_file_is_what_is_imported() -> None:
    read = parsed(template_yaml())
    assert read == EXPORT
    jsonschema.validate(read, SCHEMA)


def test_uuids_are_unique() -> None:
    found = re.findall(r"uuid: '?([0-9a-f]{32})", template_yaml())
    assert len(found) == template_yaml().count("uuid:") == len(set(found))


def test_keys_are_unique_and_masters_are_there() -> None:
    keys = [each["key"] for each in [*items(), *BODY.get("discovery_rules", [])]]
    assert len(set(keys)) == len(keys)
    masters = {each["key"] for each in BODY["items"] if each["type"] == "SNMP_AGENT"}
    for each in [*items(), *BODY.get("discovery_rules", [])]:
        assert each["type"] != "DEPENDENT" or each["master_item"]["key"] in masters


def test_value_maps_are_there_and_used() -> None:
    used = {each["valuemap"]["name"] for each in items() if "valuemap" in each}
    assert used == {each["name"] for each in BODY.get("valuemaps", [])}


def test_triggers_ask_for_items_and_macros_that_there_are() -> None:
    keys = {each["key"] for each in items()}
    macros = {each["macro"] for each in BODY["macros"]}
    for each in triggers():
        for key in re.findall(rf"/{TEMPLATE}/((?:[a-z.A-Z]+)(?:\[(?:\"[^\"]*\"|[^\]\"]*)*\])?),", each["expression"]):
            assert key in keys, each["expression"]
        for macro in re.findall(r"\{\$[A-Z._0-9]+\}", each["expression"]):
            assert macro in macros
    names = [each["name"] for each in triggers()]
    assert len(set(names)) == len(names)


def test_a_trigger_stands_with_its_item_or_with_the_rule_of_several() -> None:
    for each in items():
        for trigger in (*each.get("triggers", []), *each.get("trigger_prototypes", [])):
            assert set(re.findall(r"sipctl[.]sipctl\w+", trigger["expression"])) <= {each["key"].partition("[")[0]}
    found = [trigger for rule in BODY["discovery_rules"] for trigger in rule.get("trigger_prototypes", [])]
    assert {each["uuid"] for each in found} == {
        uuid("trigger", condition.name) for condition in CONDITIONS if condition.samples
    }


def walked(key: str) -> list[str]:
    oid = next(each["snmp_oid"] for each in BODY["items"] if each["key"] == key)
    return str(oid).removeprefix("walk[").removesuffix("]").split(",")


def test_what_is_walked_holds_what_is_taken_of_it() -> None:
    for each in [*items(), *BODY.get("discovery_rules", [])]:
        if each["type"] != "DEPENDENT":
            continue
        trees = walked(each["master_item"]["key"])
        parameters = each["preprocessing"][0]["parameters"]
        taken = parameters[1::3] if each["preprocessing"][0]["type"] == "SNMP_WALK_TO_JSON" else parameters[:1]
        for oid in taken:
            assert any(oid == tree or oid.startswith(f"{tree}.") for tree in trees), each["key"]


def test_walks_are_of_tables_and_groups() -> None:
    starts = {dotted(table.oid) for table in TABLES} | {dotted(oid_of(name)) for name in COLUMNS}
    for each in BODY["items"]:
        if each["type"] == "SNMP_AGENT":
            assert set(walked(each["key"])) <= starts


def test_rows_are_named_and_chosen_by_macros_that_there_are() -> None:
    for rule in BODY["discovery_rules"]:
        steps = {each["type"]: each["parameters"] for each in rule["preprocessing"]}
        macros = {"{#SNMPINDEX}", *steps["SNMP_WALK_TO_JSON"][::3]}
        macros |= set(re.findall(r'row\["(\{#\w+\})"\] = ', "".join(steps.get("JAVASCRIPT", []))))
        used = {each["macro"] for each in rule.get("filter", {}).get("conditions", [])}
        for each in rule["item_prototypes"]:
            used |= set(re.findall(r"\{#\w+\}", each["name"] + each["key"]))
        assert used <= macros
        assert len(steps["SNMP_WALK_TO_JSON"]) % 3 == 0


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("node") is None, reason="no node to run JavaScript")
def test_numbers_become_words() -> None:
    (rule,) = (each for each in BODY["discovery_rules"] if "sipctlKpiTable" in each["key"])
    (script,) = (each["parameters"][0] for each in rule["preprocessing"] if each["type"] == "JAVASCRIPT")
    rows = json.dumps([{"{#SNMPINDEX}": "7.2", "{#KPIKIND}": "3", "{#KPINAME}": "PSTN"}])
    program = f"console.log((function (value) {{{script}}})({json.dumps(rows)}))"
    done = subprocess.run(["node", "-e", program], capture_output=True, text=True, check=True, timeout=20)
    assert json.loads(done.stdout) == [
        {"{#SNMPINDEX}": "7.2", "{#KPIKIND}": "trunkIn", "{#KPINAME}": "PSTN", "{#KPIPERIOD}": "previous"}
    ]


def test_values_fit_their_objects() -> None:
    for each in items():
        found = re.fullmatch(r"sipctl\.(sipctl\w+?)(?:\[\{#SNMPINDEX\}\])?", each["key"])
        if found is None:
            continue
        table, column = COLUMNS[found[1]]
        assert each["key"].endswith("[{#SNMPINDEX}]") == bool(table.indexed)
        steps = {step["type"]: step["parameters"] for step in each["preprocessing"]}
        counter = column.syntax.is_counter and column.syntax.text != syntax.GAUGE_64.text
        assert ("CHANGE_PER_SECOND" in steps) == counter
        if column.syntax is syntax.HUNDREDTHS:
            assert steps["MULTIPLIER"] == ["0.01"]
            assert each["units"] == "%"
        if column.syntax.names is not None:
            (mapped,) = (known for known in BODY.get("valuemaps", []) if known["name"] == each["valuemap"]["name"])
            numbers = {int(pair["value"]) for pair in mapped["mappings"]}
            assert numbers == set(column.syntax.names.values())


def test_no_pattern_has_a_backslash() -> None:
    """Versions differ in what they make of it."""
    for each in triggers():
        assert "\\" not in each["expression"] + each.get("recovery_expression", "")
    assert LEADING[5] == "sipctlAlarmSeverity"
