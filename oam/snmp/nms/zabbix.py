"""Template of Zabbix 6.4 and later, in the export format 6.4, which 7.0 imports too.

One `walk[…]` for each table, all else depends on it. The format: Zabbix manual, "Configuration export/import".
"""

from __future__ import annotations

import json
from typing import Any, Final

from oam.snmp.nms import yaml_text
from oam.snmp.nms.conditions import CONDITIONS, Condition
from oam.snmp.nms.polled import (
    COUNTER,
    DURATION,
    GAUGE,
    STATE,
    TEXT,
    TRUTH,
    Name,
    Polled,
    index,
    kind,
    labels,
    number_of,
    oid,
    own_names,
    polled,
    scale,
    telling,
    unit,
    words,
)
from oam.snmp.nms.zabbix_common import PRIORITIES, TEMPLATE, uuid
from oam.snmp.nms.zabbix_traps import traps
from oam.snmp.object import Column
from oam.snmp.objects import COLUMNS

GROUP: Final = "Templates/SIP"
"""One of our own: a group that Zabbix has already must be given with Zabbix's UUID."""
OID_OCTETS: Final = 512
"""Most that Zabbix keeps of an SNMP OID."""
FILTERS: Final = {"sipctlKpiTable": {"{#KPIPERIOD}": "^previous$", "{#KPIKIND}": "{$SIPCTL.KPI.KINDS}"}}
"""Rows that are discovered: the quarter-hour that is over, of objects that there are few of."""
_MASTER: Final = {
    "type": "SNMP_AGENT",
    "delay": "{$SIPCTL.INTERVAL}",
    "history": "0",
    "trends": "0",
    "value_type": "TEXT",
}
_RELATIONS: Final = {"=": ("min", "="), ">": ("min", ">"), "<": ("max", "<")}
"""Relation -> the function that is true when it held all the time."""


def template() -> dict[str, Any]:
    """Return the export."""
    tables = polled(transient=False)
    items = [*_availability(), *(item for each in tables for item in _items(each)), *traps()]
    found = {
        "uuid": uuid("template"),
        "template": TEMPLATE,
        "name": TEMPLATE,
        "description": "SIP proxy and registrar sipctl by SIPCTL-MIB. The host needs an SNMP interface with the "
        "address that notifications come from (snmp-server trap-source).",
        "vendor": {"name": "sipctl", "version": "6.4-1"},
        "groups": [{"name": GROUP}],
        "items": items,
        "discovery_rules": [_rule(each) for each in tables if each.table.indexed],
        "tags": [{"tag": "class", "value": "telephony"}, {"tag": "target", "value": "sipctl"}],
        "macros": [
            {"macro": "{$SIPCTL.INTERVAL}", "value": "1m", "description": "How often each table is walked."},
            {"macro": "{$SNMP.TIMEOUT}", "value": "5m", "description": "How long the agent may be silent."},
            {
                "macro": "{$SIPCTL.KPI.KINDS}",
                "value": "^(system|listener|trunkIn|trunkOut|routeGroup)$",
                "description": "Kinds of objects whose indicators are items (SipctlObjectKind).",
            },
            *(_macro(each) for each in CONDITIONS if not isinstance(each.value, str)),
        ],
        "valuemaps": [_value_map(name, column) for name, column in _mapped().items()],
    }
    return {
        "zabbix_export": {
            "version": "6.4",
            "template_groups": [{"uuid": uuid("group"), "name": GROUP}],
            "templates": [{key: value for key, value in found.items() if value}],
        }
    }


def _macro_name(condition: Condition) -> str:
    return (
        "{$SIPCTL."
        + "".join(f"_{each}" if each.isupper() else each for each in condition.name).strip("_").upper()
        + "}"
    )


def _macro(condition: Condition) -> dict[str, str]:
    return {
        "macro": _macro_name(condition),
        "value": f"{condition.value:g}",
        "description": f"{words(condition.object)} {condition.relation}: {condition.title}.",
    }


def _availability() -> list[dict[str, Any]]:
    key = "zabbix[host,snmp,available]"
    return [
        {
            "uuid": uuid("item", key),
            "name": "SNMP agent availability",
            "type": "INTERNAL",
            "key": key,
            "history": "7d",
            "description": "0: no answer, 1: answers, 2: not known yet.",
            "tags": [{"tag": "component", "value": "health"}],
            "triggers": [
                {
                    "uuid": uuid("trigger", key),
                    "expression": f"max(/{TEMPLATE}/{key},{{$SNMP.TIMEOUT}})=0",
                    "name": "sipctl: the SNMP agent does not answer",
                    "priority": "HIGH",
                    "tags": [{"tag": "scope", "value": "availability"}],
                }
            ],
        }
    ]


def _shown(table: Polled) -> list[Column]:
    """Return the columns that become items."""
    return [
        each
        for each in table.chosen
        if kind(each) in (COUNTER, GAUGE, DURATION, STATE, TRUTH) or (kind(each) == TEXT and not table.table.indexed)
    ]


def _named(table: Polled) -> tuple[Name, ...]:
    """Return the names that are found by the whole index of the table, which is all that Zabbix can join by."""
    return own_names(table.table)


def _walk_key(table: Polled) -> str:
    return f"sipctl.walk[{table.table.name}]"


def _walk(table: Polled) -> str:
    """Return what is walked: the columns that are shown, or the whole table when these are too many to list."""
    if not table.table.indexed:
        return f"walk[{table.oid}]"
    named = [oid(each.table, each.column) for each in _named(table)]
    columns = f"walk[{','.join(dict.fromkeys([*named, *(oid(table.table, each) for each in _shown(table))]))}]"
    others = [each for each in named if not each.startswith(f"{table.oid}.")]
    return columns if len(columns) <= OID_OCTETS else f"walk[{','.join([table.oid, *others])}]"


def _items(table: Polled) -> list[dict[str, Any]]:
    """Return the walk of a table, and what depends on it when it is a group of scalars."""
    key = _walk_key(table)
    master = {
        "uuid": uuid("item", key),
        "name": f"Walk of {table.table.name}",
        "key": key,
        "snmp_oid": _walk(table),
        "description": table.table.help,
        "tags": [{"tag": "component", "value": "raw"}],
        **_MASTER,
    }
    return [master, *(_item(table, each) for each in ([] if table.table.indexed else _shown(table)))]


def _item(table: Polled, column: Column) -> dict[str, Any]:
    """Return a dependent item: of a scalar, or the prototype of a column."""
    indexed = bool(table.table.indexed)
    suffix = "{#SNMPINDEX}" if indexed else "0"
    key = _key_of(column, table)
    steps: list[dict[str, Any]] = [
        {
            "type": "SNMP_WALK_VALUE",
            "parameters": [f"{oid(table.table, column)}.{suffix}", "0"],
            "error_handler": "DISCARD_VALUE",
        }
    ]
    steps += _steps(column)
    found = {
        "uuid": uuid("prototype" if indexed else "item", key),
        "name": f"{_row(table)}{words(column.name)}",
        "type": "DEPENDENT",
        "key": key,
        "delay": "0",
        "history": "30d",
        "description": column.help,
        "preprocessing": steps,
        "master_item": {"key": _walk_key(table)},
        "tags": [{"tag": "component", "value": table.stem.lower()}],
        **_type(column),
    }
    triggers = [_trigger(each, table, key) for each in CONDITIONS if each.object == column.name and not each.samples]
    if triggers:
        found["trigger_prototypes" if indexed else "triggers"] = triggers
    return found


def _key_of(column: Column, table: Polled) -> str:
    return f"sipctl.{column.name}[{{#SNMPINDEX}}]" if table.table.indexed else f"sipctl.{column.name}"


def _row(table: Polled) -> str:
    """Return what the names of a row's items begin with."""
    if not table.table.indexed:
        return ""
    return f"[{' '.join(_macros(table)) or '{#SNMPINDEX}'}] "


def _macro_of(column: Column) -> str:
    return "{#" + column.name.removeprefix("sipctl").upper() + "}"


def _macros(table: Polled) -> list[str]:
    """Return what names a row: its names, and the parts of its index that say something."""
    return [_macro_of(each) for each in (*(name.column for name in _named(table)), *telling(table.table))]


def _steps(column: Column) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if kind(column) == COUNTER:
        found.append({"type": "CHANGE_PER_SECOND", "parameters": [""]})
    if kind(column) == TEXT:
        found.append({"type": "DISCARD_UNCHANGED_HEARTBEAT", "parameters": ["1h"]})
    if scale(column) != 1:
        found.append({"type": "MULTIPLIER", "parameters": [f"{scale(column):g}"]})
    return found


def _type(column: Column) -> dict[str, Any]:
    """Return the type of the values, their unit and what they mean."""
    its = kind(column)
    if its == TEXT:
        return {"value_type": "CHAR", "trends": "0"}
    if its in (STATE, TRUTH):
        return {"valuemap": {"name": _map_name(column)}}
    found: dict[str, Any] = {"value_type": "FLOAT"} if its == COUNTER or scale(column) != 1 else {}
    units = f"{unit(column)}/s" if its == COUNTER and unit(column) else unit(column)
    return found | ({"units": f"!{units}" if units not in ("%", "s") else units} if units else {})


def _map_name(column: Column) -> str:
    return column.syntax.text if column.syntax.text.isalpha() else column.name


def _mapped() -> dict[str, Column]:
    """Return a column for each value map."""
    return {
        _map_name(column): column
        for each in polled(transient=False)
        for column in _shown(each)
        if kind(column) in (STATE, TRUTH)
    }


def _value_map(name: str, column: Column) -> dict[str, Any]:
    return {
        "uuid": uuid("valuemap", name),
        "name": name,
        "mappings": [{"value": str(number), "newvalue": word} for number, word in labels(column).items()],
    }


def _rule(table: Polled) -> dict[str, Any]:
    """Return the discovery of the rows of a table."""
    key = f"sipctl.discovery[{table.table.name}]"
    columns = [(_macro_of(each.column), oid(each.table, each.column)) for each in _named(table)]
    if not columns:
        columns = [("{#VALUE}", oid(table.table, _shown(table)[0]))]
    prototypes = [_item(table, each) for each in _shown(table)]
    found = {
        "uuid": uuid("rule", key),
        "name": f"Discovery of {table.table.name}",
        "type": "DEPENDENT",
        "key": key,
        "delay": "0",
        "description": table.table.help,
        "item_prototypes": prototypes,
        "master_item": {"key": _walk_key(table)},
        "preprocessing": [
            {"type": "SNMP_WALK_TO_JSON", "parameters": [part for each in columns for part in (*each, "0")]},
            *_worded(table),
            {"type": "DISCARD_UNCHANGED_HEARTBEAT", "parameters": ["1h"]},
        ],
    }
    conditions = [
        {"macro": macro, "value": value, "formulaid": chr(ord("A") + place)}
        for place, (macro, value) in enumerate(FILTERS.get(table.table.name, {}).items())
    ]
    # Triggers of one item stand with it, those of several here.
    triggers = [
        _trigger(each, table, _key_of(COLUMNS[each.object][1], table))
        for each in CONDITIONS
        if each.samples and COLUMNS[each.object][0] is table.table
    ]
    found |= {"trigger_prototypes": triggers} if triggers else {}
    return found | ({"filter": {"evaltype": "AND", "conditions": conditions}} if conditions else {})


def _worded(table: Polled) -> list[dict[str, Any]]:
    """Return the step that puts words for numbers: of names that are enumerations, and of the parts of the index."""
    named = {_macro_of(each.column): (None, each.column) for each in _named(table) if each.column.syntax.names}
    parts = index(table.table)
    named |= {_macro_of(each): (place, each) for place, each in enumerate(parts) if each.syntax.names}  # type: ignore[misc]
    if not named:
        return []
    lines = ["return JSON.stringify(JSON.parse(value).map(function (row) {"]
    for macro, (place, column) in named.items():
        number = f'row["{macro}"]' if place is None else f'row["{{#SNMPINDEX}}"].split(".")[{place}]'
        lines.append(f'    row["{macro}"] = {json.dumps(labels(column))}[{number}] || {number};')
    return [{"type": "JAVASCRIPT", "parameters": ["\n".join([*lines, "    return row;", "}));"])]}]


def _trigger(condition: Condition, table: Polled, key: str) -> dict[str, Any]:
    function, relation = _RELATIONS[condition.relation]
    its = COLUMNS[condition.object][1]
    value = str(number_of(its, condition.value)) if isinstance(condition.value, str) else ""
    expression = f"{function}(/{TEMPLATE}/{key},{condition.lasts_s}s){relation}{value or _macro_name(condition)}"
    if value:
        expression = f"{expression} and max(/{TEMPLATE}/{key},{condition.lasts_s}s)={value}"
    if condition.samples:
        samples = key.replace(condition.object, condition.samples)
        expression = f"{expression} and last(/{TEMPLATE}/{samples})>={condition.samples_least}"
    return {
        "uuid": uuid("trigger", condition.name),
        "expression": expression,
        "name": f"sipctl: {_row(table)}{condition.title}",
        "priority": PRIORITIES[condition.severity],
        "tags": [{"tag": "scope", "value": "availability" if its.syntax.names else "performance"}],
    }


def template_yaml() -> str:
    """Write the template."""
    return yaml_text.text(template())
