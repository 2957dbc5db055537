"""Alert rules ask for metrics that there are, and say what is the matter."""

from __future__ import annotations

import jsonschema
import pytest
from support.promql import asked
from support.yaml_files import parsed

from oam.snmp.nms.alerts import alerts_yml, expression, rules
from oam.snmp.nms.conditions import CONDITIONS, Condition

TEXT = {"type": "string", "minLength": 1}
TEXTS = {"type": "object", "additionalProperties": TEXT}
RULE = {
    "type": "object",
    "properties": {
        "alert": {"type": "string", "pattern": "^Sipctl[A-Z][A-Za-z]+$"},
        "expr": TEXT,
        "for": {"type": "string", "pattern": r"^\d+[sm]$"},
        "labels": TEXTS | {"required": ["severity"]},
        "annotations": TEXTS | {"required": ["summary", "description"]},
    },
    "required": ["alert", "expr", "for", "labels", "annotations"],
    "additionalProperties": False,
}
SCHEMA = {
    "type": "object",
    "properties": {
        "groups": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"name": TEXT, "rules": {"type": "array", "items": RULE, "minItems": 1}},
                "required": ["name", "rules"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["groups"],
    "additionalProperties": False,
}
"""Prometheus documentation, "Defining recording rules"."""


def test_the_file_is_what_prometheus_loads() -> None:
    read = parsed(alerts_yml())
    assert read == rules()
    jsonschema.validate(read, SCHEMA)
    names = [each["alert"] for each in read["groups"][0]["rules"]]
    assert len(set(names)) == len(names) == len(CONDITIONS) + 1


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda each: each.name)
def test_a_condition_is_of_a_metric(condition: Condition) -> None:
    assert asked(expression(condition)) == {condition.object, condition.samples or condition.object}


def test_how_conditions_become_expressions() -> None:
    count = Condition("X", "sipctlAlarmMajorCount", ">", 2, 60, "major", "")
    assert expression(count) == "sipctlAlarmMajorCount > 2"
    state = Condition("X", "sipctlAlarmTrend", "=", "more-severe", 60, "major", "")
    assert expression(state) == 'sipctlAlarmTrend{sipctlAlarmTrend="moreSevere"} == 1'
    share = count._replace(samples="sipctlAlarmMinorCount", samples_least=50)
    assert expression(share) == "sipctlAlarmMajorCount > 2 and sipctlAlarmMinorCount >= 50"
    truth = Condition("X", "sipctlConfigSaved", "=", "false", 60, "major", "")
    assert expression(truth) == "sipctlConfigSaved == 2"
    some = count._replace(where=(("sipctlKpiPeriod", "previous"),))
    assert expression(some) == 'sipctlAlarmMajorCount{sipctlKpiPeriod="previous"} > 2'
