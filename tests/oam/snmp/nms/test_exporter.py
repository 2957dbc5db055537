"""snmp.yml is what the exporter loads; each metric fits its object."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support.mibs import STANDARD, needs_standard
from support.yaml_files import parsed

from oam.snmp import syntax
from oam.snmp.mib_text import module_text
from oam.snmp.nms.exporter import FIGURES, NAME, configuration, generator, generator_yml, snmp_yml
from oam.snmp.nms.yaml_text import text
from oam.snmp.object import HIDDEN, NOTIFY
from oam.snmp.objects import COLUMNS, TABLES, oid_of
from oam.snmp.oids import dotted

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
    indexes=array(
        record({"labelname": LABEL, "type": {"enum": TYPES}}, enum_values=ENUMERATION, implied={"const": True})
    ),
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
    {
        "modules": {
            "type": "object",
            "propertyNames": {"enum": [NAME, FIGURES]},
            "additionalProperties": record({"metrics": array(METRIC), **LIMITS}, walk=array(OID), get=array(OID)),
        }
    }
)
"""config/config.go of the exporter: it refuses any other key."""


def textual(value: object) -> object:
    """Return it with keys that are text, which alone schemas know."""
    if isinstance(value, dict):
        return {str(key): textual(each) for key, each in value.items()}
    return [textual(each) for each in value] if isinstance(value, list) else value


MODULES: dict[str, dict[str, Any]] = configuration()["modules"]
METRICS = [each for module in MODULES.values() for each in module["metrics"]]


def test_the_file_is_what_the_exporter_loads() -> None:
    read = parsed(snmp_yml())
    assert read == configuration()
    jsonschema.validate(textual(read), SCHEMA)


def test_names_are_unique_and_oids_theirs() -> None:
    names = [each["name"] for each in METRICS]
    assert len(set(names)) == len(names)
    for each in METRICS:
        assert each["oid"] == dotted(oid_of(each["name"]))


@pytest.mark.parametrize("name", sorted(MODULES))
def test_what_is_walked_is_a_table_and_what_is_got_a_scalar(name: str) -> None:
    module = MODULES[name]
    tables = {dotted(table.oid) for table in TABLES if table.indexed}
    looked_up = {look["oid"] for each in module["metrics"] for look in each.get("lookups", []) if look["labels"]}
    assert set(module["walk"]) <= tables | looked_up
    scalars = {f"{dotted(oid_of(name))}.0" for name, (table, _) in COLUMNS.items() if not table.indexed}
    assert set(module.get("get", [])) <= scalars
    for each in module["metrics"]:
        below = [walked for walked in module["walk"] if each["oid"].startswith(f"{walked}.1.")]
        assert len(below) + (f"{each['oid']}.0" in module.get("get", [])) == 1, f"{each['name']} is read once"


@pytest.mark.parametrize("name", sorted(MODULES))
def test_what_is_looked_up_is_read_in_the_same_go(name: str) -> None:
    """The exporter looks up in what it has just read."""
    for each in MODULES[name]["metrics"]:
        for look in each.get("lookups", []):
            if look["labels"]:
                assert any(f"{look['oid']}.".startswith(f"{tree}.") for tree in MODULES[name]["walk"])


def test_metrics_fit_their_objects() -> None:
    for metric in METRICS:
        check_metric(metric)


def check_metric(metric: dict[str, Any]) -> None:
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
    if column.units.startswith("0.001 ") or column.units == "milliseconds":
        assert metric["scale"] == 0.001
    assert [each["labelname"] for each in metric.get("indexes", [])] == list(table.indexed)


def test_labels_say_which_row_it_is() -> None:
    for metric in METRICS:
        check_labels(metric)


def check_labels(metric: dict[str, Any]) -> None:
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


@pytest.mark.parametrize("name", sorted(MODULES))
def test_the_generator_would_make_the_same(name: str) -> None:
    """Names of tables and scalars, lookups and overrides: what its README says of them, done here by hand."""
    read = parsed(generator_yml())
    assert read == generator()
    module = read["modules"][name]
    walked = set(module["walk"])
    made = {
        column.name
        for column, table in ((column, table) for table, column in COLUMNS.values())
        if (table.name in walked or column.name in walked)
        and column.access not in (HIDDEN, NOTIFY)
        and not module["overrides"].get(column.name, {}).get("ignore")
    }
    metrics_of = MODULES[name]["metrics"]
    assert made == {each["name"] for each in metrics_of}
    looks = {each["lookup"]: each["source_indexes"] for each in module.get("lookups", [])}
    for each in metrics_of:
        override = module["overrides"].get(each["name"], {})
        assert override.get("scale", 1) == each.get("scale", 1)
        assert override.get("type", each["type"]) == each["type"]
        for look in each.get("lookups", []):
            assert not look["labels"] or looks[look["labelname"]] == look["labels"]


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("prometheus-snmp-generator") is None, reason="no generator of snmp_exporter")
@needs_standard
def test_the_generator_makes_the_same(tmp_path: Path) -> None:
    """The program itself, by net-snmp's reading of the MIB. Debian's 0.21 does not know `scale`."""
    asked = generator()
    for module in asked["modules"].values():
        for override in module["overrides"].values():
            override.pop("scale", None)
        module["overrides"] = {name: each for name, each in module["overrides"].items() if each}
    (tmp_path / "generator.yml").write_text(text(asked))
    (tmp_path / "SIPCTL-MIB.txt").write_text(module_text())
    environment = {**os.environ, "MIBDIRS": f"{STANDARD}:{tmp_path}", "MIBS": "ALL"}
    done = subprocess.run(
        ["prometheus-snmp-generator", "generate"], cwd=tmp_path, env=environment, capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()
    made = parsed((tmp_path / "snmp.yml").read_text())
    for name, module in made.get("modules", made).items():
        ours = [
            {key: each for key, each in metric.items() if key not in ("help", "scale")}
            for metric in MODULES[name]["metrics"]
        ]
        theirs = [{key: each for key, each in metric.items() if key != "help"} for metric in module["metrics"]]
        assert {each["name"]: each for each in theirs} == {each["name"]: each for each in ours}
        assert set(module["walk"]) == set(MODULES[name]["walk"])
        assert set(module.get("get", [])) == set(MODULES[name].get("get", []))


def test_rows_that_share_an_index_share_labels() -> None:
    """So that PromQL joins a trunk's counters with its state."""
    labels = {
        each["name"]: [look["labelname"] for look in each["lookups"] if look["labels"]]
        for each in METRICS
        if "lookups" in each
    }
    assert labels["sipctlTrunkState"] == labels["sipctlTrunkStatsBids"] == ["sipctlTrunkName"]
    assert labels["sipctlKpiAsr"] == ["sipctlObjectType", "sipctlObjectName"]
