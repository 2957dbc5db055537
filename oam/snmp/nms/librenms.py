"""LibreNMS: how it knows the server (os_detection) and which sensors it makes of it (os_discovery).

The formats: resources/definitions/schema of LibreNMS, and "Adding support for a new OS" in its documentation.
"""

from __future__ import annotations

from typing import Any, Final

from oam.snmp import oids
from oam.snmp.nms import yaml_text
from oam.snmp.nms.polled import STATE, TEXT, TRUTH, kind, labels, oid, own_names, scale, unit, words
from oam.snmp.nms.sensors import GENERIC, PROCESSORS, SENSORS
from oam.snmp.object import MODULE, Column, Table
from oam.snmp.objects import COLUMNS
from oam.snmp.syntax import label

OS: Final = "sipctl"
_NOTE: Final = "Made by python -m oam.reference --write of sipctl; do not edit."
VERSION: Final = "sipctlSystemVersion"


def detection() -> dict[str, Any]:
    """Return what tells the server from others."""
    return {
        "os": OS,
        "text": "sipctl",
        "type": "server",
        "icon": "generic",
        "mib_dir": OS,
        "over": [{"graph": "device_count", "text": "Calls"}],
        "discovery": [{"sysObjectID": [f".{oids.dotted(oids.PRODUCTS)}."]}],
        "discovery_modules": dict.fromkeys(("ports", "mempools", "storage"), False),
        "poller_modules": dict.fromkeys(("ports", "mempools", "storage"), False),
    }


def discovery() -> dict[str, Any]:
    """Return what it makes of the objects."""
    found: dict[str, list[dict[str, Any]]] = {}
    fetched: dict[str, None] = {}
    for group, chosen in SENSORS.items():
        for name in chosen:
            table, column = COLUMNS[name]
            found.setdefault(sensor_class(column), []).append(_sensor(group, table, column))
            fetched |= {f"{MODULE}::{each.column.name}": None for each in own_names(table) if each.table is not table}
    sensors: dict[str, Any] = {"pre-cache": {"data": [{"oid": list(fetched)}]}} if fetched else {}
    sensors |= {class_: {"data": data} for class_, data in sorted(found.items())}
    processors = {"data": [_processor(name, title) for name, title in PROCESSORS.items()]}
    version = {"version": f"{MODULE}::{VERSION}.0"}
    return {"mib": MODULE, "modules": {"os": version, "processors": processors, "sensors": sensors}}


def _processor(name: str, title: str) -> dict[str, Any]:
    table, column = COLUMNS[name]
    return {
        "oid": f"{MODULE}::{name}",
        "num_oid": f".{oid(table, column)}.{{{{ $index }}}}",
        "index": f"{name}.{{{{ $index }}}}",
        "descr": title,
        "precision": round(1 / scale(column)),
    }


def sensor_class(column: Column) -> str:
    """Return the class of sensor that a column is."""
    if kind(column) in (STATE, TRUTH):
        return "state"
    if unit(column) == "%":
        return "percent"
    return "delay" if unit(column) == "s" else "count"


def _sensor(group: str, table: Table, column: Column) -> dict[str, Any]:
    number = f".{oid(table, column)}"
    found: dict[str, Any] = {
        "oid": f"{MODULE}::{table.name if table.indexed else column.name}",
        "value": f"{MODULE}::{column.name}",
        "num_oid": f"{number}.{{{{ $index }}}}",
        "index": f"{column.name}.{{{{ $index }}}}",
        "descr": description(table, column),
        "group": group,
    }
    if kind(column) in (STATE, TRUTH):
        found["state_name"] = column.syntax.text if column.syntax.text.startswith("Sipctl") else column.name
        found["states"] = states(column)
    elif scale(column) != 1:
        found["divisor"] = round(1 / scale(column))
    return found


def description(table: Table, column: Column) -> str:
    """Return what a sensor is called, with the name of its row."""
    # Enumerations come as numbers, which say nothing in a name.
    parts = [f"{{{{ ${MODULE}::{each.column.name} }}}}" for each in own_names(table) if kind(each.column) == TEXT]
    what = words(column.name)
    if not parts:
        return f"{what} {{{{ $index }}}}" if table.indexed else what
    return " ".join([*parts, words("sipctl" + column.name.removeprefix(table.name.removesuffix("Table"))).lower()])


def states(column: Column) -> list[dict[str, Any]]:
    """Return the states of an enumeration and what LibreNMS makes of them."""
    generic = {label(word): value for word, value in GENERIC.items()}
    return [
        {"value": number, "generic": generic[word], "graph": 0, "descr": word}
        for number, word in labels(column).items()
    ]


def detection_yaml() -> str:
    """Write the detection."""
    return yaml_text.text(detection(), _NOTE)


def discovery_yaml() -> str:
    """Write the discovery."""
    return yaml_text.text(discovery(), _NOTE)
