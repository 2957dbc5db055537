"""snmp.yml is what the exporter loads; each metric fits its object."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from oam.snmp import syntax
from oam.snmp.nms.exporter import NAME, configuration, generator, generator_yml, metrics, snmp_yml
from oam.snmp.nms.polled import polled
from oam.snmp.objects import COLUMNS, TABLES, oid_of
from oam.snmp.oids import dotted

yaml = pytest.importorskip("yaml")

TYPES = ["gauge", "counter", "DisplayString", "DateAndTime", "EnumAsStateSet", "EnumAsInfo"]
OID = {"type": "string", "pattern": r"^1(\.\d+)+$"}
LABEL = {"type": "string", "pattern": "^[a-zA-Z_][a-zA-Z0-9_]*$"}
ENUMERATION = {"type": "object", "patternProperties": {r"^\d+$": {"type": "string"}}, "additionalProperties": False}


def record(required: dict[str, Any], **optional: object) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": required | optional,
        "required": list(required),
        "additionalProperties": False,
    }


def array(items: object) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1}


METRIC = record(
    {"name": LABEL, "oid": OID, "type": {"enum": TYPES}, "help": {"type": "string"}},
    indexes=array(record({"labelname": LABEL, "type": {"enum": TYPES}}, enum_values=ENUMERATION)),
    lookups=array(
        record({"labels": {"type": "array", "items": LABEL}, "labelname": LABEL}, oid=OID, type={"enum": TYPES})
    ),
    enum_values=ENUMERATION,
    scale={"type": "number"},
)
LIMITS = {
    "max_repetitions": {"type": "integer", "minimum": 1},
    "retries": {"type": "integer"},
    "timeout": {"type": "string", "pattern": r"^\d+s$"},
}
SCHEMA = record(
    {"modules": record({NAME: record({"metrics": array(METRIC), **LIMITS}, walk=array(OID), get=array(OID))})}
)
"""config/config.go of the exporter: it refuses any other key."""


def textual(value: object) -> object:
    """Return it with keys that are text, which alone schemas know."""
    if isinstance(value, dict):
        return {str(key): textual(each) for key, each in value.items()}
    return [textual(each) for each in value] if isinstance(value, list) else value


MODULE = configuration()["modules"][NAME]


def test_the_file_is_what_the_exporter_loads() -> None:
    read = yaml.safe_load(snmp_yml())
    assert read == configuration()
    jsonschema.validate(textual(read), SCHEMA)


def test_names_are_unique_and_oids_theirs() -> None:
    names = [each["name"] for each in MODULE["metrics"]]
    assert len(set(names)) == len(names)
    for each in MODULE["metrics"]:
        assert each["oid"] == dotted(oid_of(each["name"]))


def test_what_is_walked_is_a_table_and_what_is_got_a_scalar() -> None:
    tables = {dotted(table.oid) for table in TABLES if table.indexed}
    assert set(MODULE["walk"]) <= tables
    scalars = {f"{dotted(oid_of(name))}.0" for name, (table, _) in COLUMNS.items() if not table.indexed}
    assert set(MODULE["get"]) <= scalars
    for each in MODULE["metrics"]:
        below = any(each["oid"].startswith(f"{walked}.1.") for walked in MODULE["walk"])
        assert below != (f"{each['oid']}.0" in MODULE["get"]), f"{each['name']} is read once"


@pytest.mark.parametrize("metric", MODULE["metrics"], ids=lambda each: each["name"])
def test_a_metric_fits_its_object(metric: dict[str, Any]) -> None:
    table, column = COLUMNS[metric["name"]]
    its = column.syntax
    assert (metric["type"] == "counter") == (its.is_counter and its.text != syntax.GAUGE_64.text)
    assert (metric["type"] == "DateAndTime") == (its.text == "DateAndTime")
    if metric["type"] == "EnumAsStateSet":
        words = {number: syntax.label(word) for word, number in (its.names or {}).items()}
        assert metric["enum_values"] == words
        assert words
    if its is syntax.HUNDREDTHS or its.text == "TimeTicks":
        assert metric["scale"] == 0.01
    assert [each["labelname"] for each in metric.get("indexes", [])] == list(table.indexed)


@pytest.mark.parametrize("metric", MODULE["metrics"], ids=lambda each: each["name"])
def test_labels_say_which_row_it_is(metric: dict[str, Any]) -> None:
    """Without the index that a name stands for, and with every index that none stands for."""
    indexes = [each["labelname"] for each in metric.get("indexes", [])]
    dropped = [each["labelname"] for each in metric.get("lookups", []) if not each["labels"]]
    assert set(dropped) <= set(indexes)
    for look in metric.get("lookups", []):
        if look["labels"]:
            assert set(look["labels"]) <= set(dropped)
            assert look["oid"] == dotted(oid_of(look["labelname"]))
    for index in dropped:
        assert any(index in look["labels"] for look in metric["lookups"])


def test_the_generator_would_make_the_same() -> None:
    """Names of tables and scalars, lookups and overrides: what its README says of them, done here by hand."""
    read = yaml.safe_load(generator_yml())
    assert read == generator()
    module = read["modules"][NAME]
    walked = set(module["walk"])
    assert {table.table.name for table in polled() if table.table.indexed} <= walked
    made = {
        column.name
        for table in polled()
        for column in table.columns
        if (table.table.name in walked or column.name in walked)
        and not module["overrides"].get(column.name, {}).get("ignore")
    }
    assert made == {column.name for _, column in metrics()}
    for each in MODULE["metrics"]:
        override = module["overrides"].get(each["name"], {})
        assert override.get("scale", 1) == each.get("scale", 1)
        assert override.get("type", each["type"]) == each["type"]
    looks = {each["lookup"]: each["source_indexes"] for each in module.get("lookups", [])}
    for each in MODULE["metrics"]:
        for look in each.get("lookups", []):
            assert not look["labels"] or looks[look["labelname"]] == look["labels"]
