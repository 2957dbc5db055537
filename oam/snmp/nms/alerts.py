"""Rules of Prometheus for what snmp_exporter reads (`oam.snmp.nms.exporter`)."""

from __future__ import annotations

from typing import Any, Final

from oam.snmp.nms import yaml_text
from oam.snmp.nms.conditions import CONDITIONS, Condition
from oam.snmp.nms.polled import TRUTH, kind, names, number_of, telling, unit
from oam.snmp.objects import COLUMNS
from oam.snmp.syntax import label

JOB: Final = "sipctl"
"""Job of the scrape, as README.md sets it up."""


def rules() -> dict[str, Any]:
    """Return the file of rules."""
    return {"groups": [{"name": "sipctl", "rules": [_silent(), *map(_rule, CONDITIONS)]}]}


def _silent() -> dict[str, Any]:
    return {
        "alert": "SipctlNoAnswer",
        "expr": f'up{{job="{JOB}"}} == 0',
        "for": "3m",
        "labels": {"severity": "critical"},
        "annotations": {
            "summary": "{{ $labels.instance }}: no answer by SNMP",
            "description": "The agent of sipctl does not answer the SNMP exporter, or the exporter is gone.",
        },
    }


def expression(condition: Condition) -> str:
    """Return the condition in PromQL. A state set has 1 for the state that holds."""
    column = COLUMNS[condition.object][1]
    if isinstance(condition.value, str) and kind(column) == TRUTH:
        found = f"{_chosen(condition, condition.object)} == {number_of(column, condition.value)}"
    elif isinstance(condition.value, str):
        found = f"{_chosen(condition, condition.object, (condition.object, condition.value))} == 1"
    else:
        relation = "==" if condition.relation == "=" else condition.relation
        found = f"{_chosen(condition, condition.object)} {relation} {condition.value:g}"
    if condition.samples:
        return f"{found} and {_chosen(condition, condition.samples)} >= {condition.samples_least}"
    return found


def _chosen(condition: Condition, name: str, *state: tuple[str, str]) -> str:
    """Return a metric with the labels of the rows that a condition is about."""
    labels = ",".join(f'{each}="{label(word)}"' for each, word in (*condition.where, *state))
    return f"{name}{{{labels}}}" if labels else name


def _rule(condition: Condition) -> dict[str, Any]:
    table, column = COLUMNS[condition.object]
    chosen = {name for name, _ in condition.where}
    shown = [*(each.column for each in names(table)), *(each for each in telling(table) if each.name not in chosen)]
    row = " ".join(f"{{{{ $labels.{each.name} }}}}" for each in shown)
    percent = "%" if unit(column) == "%" else ""
    value = "" if isinstance(condition.value, str) else f" (now {{{{ $value }}}}{percent})"
    return {
        "alert": f"Sipctl{condition.name}",
        "expr": expression(condition),
        "for": f"{condition.lasts_s}s",
        "labels": {"severity": condition.severity},
        "annotations": {
            "summary": " ".join(f"{{{{ $labels.instance }}}}: {row} {condition.title}{value}".split()),
            "description": column.help,
        },
    }


def alerts_yml() -> str:
    """Write the file of rules."""
    return yaml_text.text(
        rules(), "Rules of Prometheus for sipctl by SNMP, made by python -m oam.reference --write; do not edit."
    )
