"""Dashboard of Grafana (schema version 39) for what snmp_exporter reads (`oam.snmp.nms.exporter`)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from oam.snmp.nms.panels import PANELS, Panel
from oam.snmp.nms.polled import COUNTER, DATE, kind, names, telling, unit, words
from oam.snmp.objects import COLUMNS
from oam.snmp.syntax import label

_SOURCE: Final = {"type": "prometheus", "uid": "${datasource}"}
_INSTANCE: Final = 'instance=~"$instance"'
_COLUMNS: Final = 24
"""Width of a dashboard."""
_UNITS: Final = {"%": "percent", "s": "s", "bytes": "bytes", "KiB": "kbytes"}


def dashboard() -> dict[str, Any]:
    """Return the dashboard."""
    return {
        "title": "sipctl",
        "uid": "sipctl-snmp",
        "tags": ["sip", "snmp"],
        "schemaVersion": 39,
        "version": 1,
        "editable": True,
        "refresh": "1m",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "templating": {"list": [_source(), _instance()]},
        "annotations": {"list": []},
        "panels": list(_panels()),
    }


def _source() -> dict[str, Any]:
    return {"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus"}


def _instance() -> dict[str, Any]:
    query = "label_values(sipctlSystemUptime, instance)"
    return {
        "name": "instance",
        "label": "Server",
        "type": "query",
        "datasource": _SOURCE,
        "definition": query,
        "query": {"query": query, "refId": "instance"},
        "refresh": 2,
        "sort": 1,
    }


def _panels() -> Iterator[dict[str, Any]]:
    number, top = 1, 0
    for title, row in PANELS.items():
        yield {
            "id": number,
            "type": "row",
            "title": title,
            "collapsed": False,
            "gridPos": {"h": 1, "w": _COLUMNS, "x": 0, "y": top},
            "panels": [],
        }
        number, top = number + 1, top + 1
        height = 4 if all(each.single for each in row) else 8
        width = _COLUMNS // min(len(row), 4)
        for position, panel in enumerate(row):
            left = position * width % (width * min(len(row), 4))
            place = {"h": height, "w": width, "x": left, "y": top + height * (position // 4)}
            yield {"id": number, "gridPos": place, **_panel(panel)}
            number += 1
        top += height * -(-len(row) // 4)


def _panel(panel: Panel) -> dict[str, Any]:
    column = COLUMNS[panel.objects[0]][1]
    if kind(column) == DATE:
        shown = "dateTimeAsIso"
    elif kind(column) == COUNTER:
        shown = "cps" if unit(column) != "bytes" else "Bps"
    else:
        shown = "short" if panel.state else _UNITS.get(unit(column), "short")
    return {
        "title": panel.title,
        "description": column.help,
        "type": "stat" if panel.single else "timeseries",
        "datasource": _SOURCE,
        "fieldConfig": {"defaults": {"unit": shown, "min": 0}, "overrides": []},
        "options": {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}} if panel.single else {},
        "targets": [
            {
                "refId": chr(ord("A") + position),
                "datasource": _SOURCE,
                "expr": expression(panel, name),
                "legendFormat": _legend(panel, name),
            }
            for position, name in enumerate(panel.objects)
        ],
    }


def expression(panel: Panel, name: str) -> str:
    """Return what a panel shows of an object in PromQL."""
    column = COLUMNS[name][1]
    if panel.state:
        return f'sum({name}{{instance=~"$instance",{name}="{label(panel.state)}"}})'
    chosen = f"{name}{{{','.join([_INSTANCE, *(_label(*each) for each in panel.where)])}}}"
    if kind(column) == COUNTER:
        return f"rate({chosen}[$__rate_interval])"
    return f"{chosen} * 1000" if kind(column) == DATE else chosen


def _label(name: str, word: str) -> str:
    """Return a label of rows: the word of an index, the number of what was looked up (`exporter`)."""
    table, column = COLUMNS[name]
    number = (column.syntax.names or {})[word]
    return f'{name}="{label(word) if name in table.indexed else number}"'


def _legend(panel: Panel, name: str) -> str:
    table = COLUMNS[name][0]
    shown = [*(each.column for each in names(table)), *telling(table)]
    chosen = {name for name, _ in panel.where}
    rows = "" if panel.state else " ".join(f"{{{{{each.name}}}}}" for each in shown if each.name not in chosen)
    what = panel.state if panel.state and len(panel.objects) == 1 else words(name)
    return " ".join(f"{rows} {what if len(panel.objects) > 1 or not rows else ''}".split())


def dashboard_json() -> str:
    """Write the dashboard."""
    return json.dumps(dashboard(), indent=2) + "\n"
