"""prometheus/snmp_exporter (0.26 and later): generator.yml, and the snmp.yml that its generator would make of it.

Enumerations become state sets, text only labels, shares per cent, times seconds.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from oam.snmp import ber
from oam.snmp.nms import yaml_text
from oam.snmp.nms.polled import (
    COUNTER,
    DATE,
    NAMES,
    OTHER,
    STAMP,
    STATE,
    TEXT,
    Name,
    Polled,
    index,
    kind,
    labels,
    names,
    oid,
    polled,
    readable,
    scale,
    sentence,
)
from oam.snmp.object import NOTIFY, Column

NAME: Final = "sipctl"
FIGURES: Final = "sipctl_figures"
"""Of the modules: what Prometheus asks the exporter for with `?module=`."""
WALK: Final = {"max_repetitions": 50, "retries": 2, "timeout": "5s"}

MOST_STATES: Final = 10
"""An enumeration of more labels stays a number: a state set has a series for each of them."""

_NAMING: Final = frozenset(name for found in NAMES.values() for name in found)
_IGNORED: Final = frozenset({TEXT, OTHER, STAMP})
_TYPES: Final = {COUNTER: "counter", STATE: "EnumAsStateSet", DATE: "DateAndTime"}


class Lookup(NamedTuple):
    """A name that is looked up."""

    name: Name
    is_last: bool
    """The last one by its indexes: then these are dropped."""


class Module(NamedTuple):
    """What is read in one go."""

    name: str
    tables: tuple[Polled, ...]

    @property
    def metrics(self) -> list[tuple[Polled, Column]]:
        """Columns that are metrics."""
        return [(table, column) for table, column in readable(self.tables) if kind(column) not in _IGNORED]

    @property
    def lookups(self) -> list[Lookup]:
        """Names that are looked up, in order."""
        found = {name.column.name: name for each in self.tables for name in names(each.table)}
        last = {name.by: name.column.name for name in found.values()}
        return [Lookup(name, last[name.by] == name.column.name) for name in found.values()]


def modules() -> tuple[Module, ...]:
    """Return the modules: what is read each time, and the tables of figures, which are large."""
    tables = polled()
    return (
        Module(NAME, tuple(each for each in tables if not each.is_heavy)),
        Module(FIGURES, tuple(each for each in tables if each.is_heavy)),
    )


def metrics() -> list[tuple[Polled, Column]]:
    """Return all columns that are metrics, of whatever module."""
    return [each for module in modules() for each in module.metrics]


def configuration() -> dict[str, Any]:
    """Return snmp.yml."""
    return {"modules": {each.name: _module(each) for each in modules() if each.tables}}


def _module(module: Module) -> dict[str, Any]:
    walked = [each.oid for each in module.tables if each.table.indexed]
    looks = module.lookups
    looked = dict.fromkeys(_number(name) for each in module.tables for name in names(each.table))
    found = {
        "walk": [*walked, *(each for each in looked if not any(each.startswith(f"{tree}.") for tree in walked))],
        "get": [f"{oid(table.table, column)}.0" for table, column in module.metrics if not table.table.indexed],
        "metrics": [_metric(table, column, looks) for table, column in module.metrics],
        **WALK,
    }
    return {key: value for key, value in found.items() if value}


def _number(name: Name) -> str:
    return oid(name.table, name.column)


def _metric(table: Polled, column: Column, looks: list[Lookup]) -> dict[str, Any]:
    number = oid(table.table, column)
    found: dict[str, Any] = {
        "name": column.name,
        "oid": number,
        "type": metric_type(column),
        "help": f"{sentence(column)} - {number}",
    }
    if table.table.indexed:
        found["indexes"] = [_index(each) for each in index(table.table)]
        found["lookups"] = _lookups(table, looks)
    if labels(column):
        found["enum_values"] = labels(column)
    if scale(column) != 1:
        found["scale"] = scale(column)
    return {key: value for key, value in found.items() if value != []}


def _index(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {"labelname": column.name, "type": "gauge"}
    if column.syntax.names is not None:
        found |= {"type": "EnumAsInfo", "enum_values": labels(column)}
    elif column.syntax.tag == ber.OCTET_STRING:
        found["type"] = "DisplayString"
        if column.syntax.implied:
            found["implied"] = True
    return found


def metric_type(column: Column) -> str:
    """Return the type of the exporter that a column has; an enumeration among the names stays a number."""
    if kind(column) == STATE and (len(labels(column)) > MOST_STATES or column.name in _NAMING):
        return "gauge"
    return _TYPES.get(kind(column), "gauge")


def _lookups(table: Polled, looks: list[Lookup]) -> list[dict[str, Any]]:
    """Return the lookups of names by indexes, and those that drop the indexes, which then say nothing more.

    A name that is an enumeration is looked up as its number: the exporter has no words for it there.
    """
    looked = [each for each in looks if set(each.name.by) <= set(table.table.indexed)]
    found = [
        {
            "labels": list(name.by),
            "labelname": name.column.name,
            "oid": _number(name),
            "type": "DisplayString" if kind(name.column) == TEXT else "gauge",
        }
        for name, _ in looked
    ]
    return found + [{"labels": [], "labelname": index_} for name, is_last in looked if is_last for index_ in name.by]


def generator() -> dict[str, Any]:
    """Return generator.yml."""
    return {"modules": {each.name: _generated(each) for each in modules() if each.tables}}


def _generated(module: Module) -> dict[str, Any]:
    walked = [each.table.name for each in module.tables if each.table.indexed]
    scalars = [column.name for table, column in module.metrics if not table.table.indexed]
    lookups = [
        {"source_indexes": list(name.by), "lookup": name.column.name, "drop_source_indexes": is_last}
        for name, is_last in module.lookups
    ]
    shown = {column.name for _, column in readable(module.tables)}
    hidden = (column for each in module.tables for column in each.table.columns if column.name not in shown)
    skipped = {column.name: _hidden(column) for column in hidden if column.access != NOTIFY}
    overrides = {column.name: each for _, column in readable(module.tables) if (each := _override(column))}
    found = {"walk": walked + scalars, **WALK, "lookups": lookups, "overrides": skipped | overrides}
    return {key: value for key, value in found.items() if value}


def _hidden(column: Column) -> dict[str, Any]:
    """Return the override of a column that is no metric; an enumeration that is an index has words for labels."""
    return {"ignore": True} if column.syntax.names is None else {"ignore": True, "type": "EnumAsInfo"}


def _override(column: Column) -> dict[str, Any]:
    if kind(column) in _IGNORED:
        return {"ignore": True}
    found: dict[str, Any] = {}
    if metric_type(column) in (_TYPES[STATE], _TYPES[DATE]):
        found["type"] = metric_type(column)
    if scale(column) != 1:
        found["scale"] = scale(column)
    return found


def snmp_yml() -> str:
    """Write snmp.yml."""
    return yaml_text.text(
        configuration(),
        "Module of prometheus/snmp_exporter for sipctl, made by python -m oam.reference --write; do not edit.",
        "Communities and users stand in a file of their own: --config.file=auth.yml --config.file=snmp.yml",
    )


def generator_yml() -> str:
    """Write generator.yml."""
    return yaml_text.text(
        generator(),
        "For the generator of prometheus/snmp_exporter, made by python -m oam.reference --write; do not edit.",
    )
