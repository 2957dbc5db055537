"""What an expression of PromQL asks snmp_exporter for, judged by snmp.yml."""

from __future__ import annotations

import re
from typing import Any

from oam.snmp.nms.exporter import configuration
from oam.snmp.objects import COLUMNS

METRICS: dict[str, dict[str, Any]] = {
    metric["name"]: metric for module in configuration()["modules"].values() for metric in module["metrics"]
}


def labels(metric: dict[str, Any]) -> dict[str, set[str] | None]:
    """Return the labels of a metric with the values that they can have; None: whatever."""
    found: dict[str, set[str] | None] = {"instance": None}
    dropped = {each["labelname"] for each in metric.get("lookups", []) if not each["labels"]}
    for each in metric.get("indexes", []):
        if each["labelname"] not in dropped:
            found[each["labelname"]] = set(each["enum_values"].values()) if "enum_values" in each else None
    for each in metric.get("lookups", []):
        if each["labels"]:
            numbers = COLUMNS[each["labelname"]][1].syntax.names
            found[each["labelname"]] = None if numbers is None else {str(number) for number in numbers.values()}
    if metric["type"] == "EnumAsStateSet":
        found[metric["name"]] = set(metric["enum_values"].values())
    return found


def asked(expression: str) -> set[str]:
    """Return the metrics that an expression asks for; fails for a metric, a label or a word that there is not."""
    found = set()
    for name, chosen in re.findall(r"\b(sipctl[A-Z]\w*)(?!\w|=)(?:\{([^}]*)\})?", expression):
        known = labels(METRICS[name])
        for label, word in re.findall(r'(\w+)=~?"([^"]*)"', chosen):
            assert label in known, f"{name} has no label {label}"
            values = known[label]
            assert values is None or word in values, f"{label} is never {word}"
        found.add(name)
    assert found, expression
    return found
