"""The dashboard asks for metrics that there are, and its panels do not cover each other."""

from __future__ import annotations

import json
import re
from itertools import combinations
from typing import Any

import jsonschema
import pytest
from support.promql import METRICS, asked, labels

from oam.snmp.nms.grafana import dashboard, dashboard_json
from oam.snmp.nms.panels import PANELS
from oam.snmp.nms.polled import kind, unit
from oam.snmp.objects import COLUMNS

BOARD = dashboard()
NUMBER = {"type": "integer", "minimum": 0}
SCHEMA = {
    "type": "object",
    "required": ["title", "uid", "schemaVersion", "version", "panels", "templating", "time"],
    "properties": {
        "uid": {"type": "string", "maxLength": 40, "pattern": "^[a-z-]+$"},
        "schemaVersion": {"type": "integer", "minimum": 36},
        "templating": {
            "type": "object",
            "required": ["list"],
            "properties": {"list": {"type": "array", "items": {"required": ["name", "type", "query"]}}},
        },
        "panels": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "type", "title", "gridPos"],
                "properties": {
                    "id": {"type": "integer", "minimum": 1},
                    "type": {"enum": ["row", "stat", "timeseries"]},
                    "gridPos": {
                        "type": "object",
                        "required": ["h", "w", "x", "y"],
                        "properties": {"h": NUMBER, "w": NUMBER, "x": NUMBER, "y": NUMBER},
                        "additionalProperties": False,
                    },
                    "targets": {
                        "type": "array",
                        "minItems": 1,
                        "items": {"type": "object", "required": ["refId", "expr", "datasource"]},
                    },
                },
            },
        },
    },
}
"""Grafana documentation, "Dashboard JSON model"."""


def test_the_file_is_a_dashboard() -> None:
    assert json.loads(dashboard_json()) == BOARD
    jsonschema.validate(BOARD, SCHEMA)
    numbers = [each["id"] for each in BOARD["panels"]]
    assert len(set(numbers)) == len(numbers)


def test_no_panel_covers_another() -> None:
    def squares(panel: dict[str, Any]) -> set[tuple[int, int]]:
        place = panel["gridPos"]
        across = range(place["x"], place["x"] + place["w"])
        assert across.stop <= 24
        return {(x, y) for x in across for y in range(place["y"], place["y"] + place["h"])}

    for first, second in combinations(BOARD["panels"], 2):
        assert not squares(first) & squares(second), f"{first['title']} and {second['title']}"


@pytest.mark.parametrize(
    "panel", [each for each in BOARD["panels"] if each["type"] != "row"], ids=lambda each: each["title"]
)
def test_a_panel_asks_for_metrics(panel: dict[str, Any]) -> None:
    for target in panel["targets"]:
        known = {label for name in asked(target["expr"]) for label in labels(METRICS[name])}
        assert 'instance=~"$instance"' in target["expr"]
        for name in re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]):
            assert name in known
    assert [each["refId"] for each in panel["targets"]] == sorted({each["refId"] for each in panel["targets"]})


def test_panels_are_of_objects_whose_states_there_are() -> None:
    for panel in (each for row in PANELS.values() for each in row):
        for name in panel.objects:
            assert not panel.state or panel.state in (COLUMNS[name][1].syntax.names or {})


def test_what_one_panel_shows_is_of_one_kind() -> None:
    for panel in (each for row in PANELS.values() for each in row):
        columns = [COLUMNS[name][1] for name in panel.objects]
        assert len({(kind(each), unit(each) == "%", unit(each) == "s") for each in columns}) == 1, panel.title


def test_counters_are_shown_as_rates() -> None:
    for panel in BOARD["panels"]:
        for target in panel.get("targets", []):
            for name in re.findall(r"\b(sipctl[A-Za-z0-9]+)\{", target["expr"]):
                assert COLUMNS[name][1].syntax.is_counter == target["expr"].startswith("rate(")
