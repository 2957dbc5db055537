"""LibreNMS: how it knows the server (os_detection) and which sensors it makes of it (os_discovery).

The formats: resources/definitions/schema of LibreNMS, and "Adding support for a new OS" in its documentation.
"""

from __future__ import annotations

from typing import Any, Final

from oam.snmp import oids
from oam.snmp.nms import yaml_text
from oam.snmp.nms.polled import STATE, TRUTH, index, is_share, kind, labels, names, oid, scale, unit, words
from oam.snmp.nms.sensors import GENERIC, OK, SENSORS
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
        "discovery_modules": dict.fromkeys(("ports", "processors", "mempools", "storage"), False),
        "poller_modules": dict.fromkeys(("ports", "processors", "mempools", "storage"), False),
    }


def discovery() -> dict[str, Any]:
    """Return what it makes of the objects."""
    found: dict[str, list[dict[str, Any]]] = {}
    fetched: dict[str, None] = {}
    for group, chosen in SENSORS.items():
        for name in chosen:
            table, column = COLUMNS[name]
            found.setdefault(sensor_class(column), []).append(_sensor(group, table, column))
            fetched |= {f"{MODULE}::{each.column.name}": None for each in names(table) if each.table is not table}
    sensors: dict[str, Any] = {"pre-cache": {"data": [{"oid": list(fetched)}]}} if fetched else {}
    sensors |= {class_: {"data": data} for class_, data in sorted(found.items())}
    return {"mib": MODULE, "modules": {"os": {"version": f"{MODULE}::{VERSION}.0"}, "sensors": sensors}}


def sensor_class(column: Column) -> str:
    """Return the class of sensor that a column is."""
    if kind(column) in (STATE, TRUTH):
        return "state"
    if is_share(column):
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
    parts = [_reference(table, each.by, each.table is table, each.column) for each in names(table)]
    what = words(column.name)
    if not parts:
        return f"{what} {{{{ $index }}}}" if table.indexed else what
    return " ".join([*parts, words("sipctl" + column.name.removeprefix(table.name.removesuffix("Table"))).lower()])


def _reference(table: Table, by: tuple[str, ...], own: bool, column: Column) -> str:
    """Return a reference to the name of a row; of another table that has part of the index, by the position of this."""
    if own or by == table.indexed:
        return f"{{{{ ${MODULE}::{column.name} }}}}"
    position = [each.name for each in index(table)].index(by[0])
    return f"{{{{ ${MODULE}::{column.name}:{position} }}}}"


def states(column: Column) -> list[dict[str, Any]]:
    """Return the states of an enumeration and what LibreNMS makes of them."""
    generic = {label(word): value for word, value in GENERIC.items()}
    return [
        {"value": number, "generic": generic.get(word, OK), "graph": 0, "descr": word}
        for number, word in labels(column).items()
    ]


def detection_yaml() -> str:
    """Write the detection."""
    return yaml_text.text(detection(), _NOTE)


def discovery_yaml() -> str:
    """Write the discovery."""
    return yaml_text.text(discovery(), _NOTE)
