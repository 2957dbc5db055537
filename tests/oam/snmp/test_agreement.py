"""What other programs read in the MIB is what the agent serves: OIDs, types, ranges, units, access, enumerations."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest
from support.mibs import STANDARD, needs_standard

from oam.snmp.convention import CONVENTIONS
from oam.snmp.mib_text import module_text, own_tables
from oam.snmp.notifications import NOTIFICATIONS
from oam.snmp.object import Column, Table
from oam.snmp.objects import TABLES, oid_of
from oam.snmp.oids import NOTIFICATIONS as BELOW
from oam.snmp.oids import dotted
from oam.snmp.syntax import label

_ACCESS = {
    "noaccess": "not-accessible",
    "notifyonly": "accessible-for-notify",
    "readonly": "read-only",
    "readwrite": "read-write",
}


class Read(NamedTuple):
    """An object as a program has read it."""

    oid: str
    type: str
    bounds: tuple[int, int] | None
    names: dict[str, int] | None
    units: str
    access: str


def declared(column: Column) -> Read:
    """Return an object as the family declares it."""
    text = column.syntax.text
    bounds = re.search(r"\((?:SIZE \()?(\d+)\.\.(\d+)\)", text)
    names = {label(word): number for word, number in (column.syntax.names or {}).items()}
    return Read(
        dotted(oid_of(column.name)),
        re.split(r" [({]", text)[0],
        (int(bounds[1]), int(bounds[2])) if bounds else None,
        names or None,
        column.units,
        column.access,
    )


def columns() -> Iterator[tuple[Table, Column]]:
    return ((table, column) for table in own_tables() for column in table.columns)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the module."""
    path = tmp_path_factory.mktemp("mib")
    (path / "SIPCTL-MIB").write_text(module_text(), encoding="ascii")
    return path


@pytest.fixture(scope="module")
def dumped(place: Path) -> ElementTree.Element:
    """The module as smidump reads it."""
    environment = {**os.environ, "SMIPATH": str(STANDARD)}
    command = ["smidump", "-q", "-f", "xml", str(place / "SIPCTL-MIB")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return ElementTree.fromstring(done.stdout)


@pytest.fixture(scope="module")
def compiled(place: Path) -> dict[str, Any]:
    """The module as pysmi compiles it."""
    pytest.importorskip("pysmi")
    from pysmi.codegen import JsonCodeGen
    from pysmi.compiler import MibCompiler
    from pysmi.parser import SmiV2Parser
    from pysmi.reader import FileReader
    from pysmi.writer import CallbackWriter

    made: dict[str, str] = {}
    compiler = MibCompiler(
        SmiV2Parser(), JsonCodeGen(), CallbackWriter(lambda name, text, _: made.update({name: text}))
    )
    compiler.add_sources(FileReader(str(place)), FileReader(str(STANDARD)))
    outcome = compiler.compile("SIPCTL-MIB", noDeps=True, genTexts=True)
    assert outcome["SIPCTL-MIB"] == "compiled"
    assert set(outcome.values()) <= {"compiled", "untouched"}, outcome
    found = json.loads(made["SIPCTL-MIB"])
    assert isinstance(found, dict)
    return found


def seen_by_smidump(element: ElementTree.Element, conventions: dict[str, dict[str, int]]) -> Read:
    syntax = element.find("syntax")
    assert syntax is not None
    typedef, named = syntax.find("typedef"), syntax.find("type")
    bounds = names = None
    if typedef is not None:
        parent, range_ = typedef.find("parent"), typedef.find("range")
        kind = parent.get("name", "") if parent is not None else typedef.get("basetype", "")
        if range_ is not None:
            bounds = (int(range_.get("min", "")), int(range_.get("max", "")))
        names = {each.get("name", ""): int(each.get("number", "")) for each in typedef.iter("namednumber")} or None
    else:
        assert named is not None
        kind = named.get("name", "")
        names = conventions.get(kind) or None
    kind = {"ObjectIdentifier": "OBJECT IDENTIFIER", "Enumeration": "INTEGER", "OctetString": "OCTET STRING"}.get(
        kind, kind
    )
    access = _ACCESS[element.findtext("access", "")]
    return Read(element.get("oid", ""), kind, bounds, names, element.findtext("units", ""), access)


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("smidump") is None, reason="smidump is not installed")
@needs_standard
def test_smidump_reads_every_object_as_it_is_served(dumped: ElementTree.Element) -> None:
    conventions = {
        str(each.get("name")): {str(n.get("name")): int(str(n.get("number"))) for n in each.iter("namednumber")}
        for each in dumped.iter("typedef")
        if each.get("name")
    }
    elements = {str(each.get("name")): each for kind in ("scalar", "column") for each in dumped.iter(kind)}
    assert set(elements) == {column.name for _, column in columns()}
    for _, column in columns():
        assert seen_by_smidump(elements[column.name], conventions) == declared(column), column.name


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("smidump") is None, reason="smidump is not installed")
@needs_standard
def test_smidump_reads_the_indexes_that_instances_have(dumped: ElementTree.Element) -> None:
    rows = {str(each.get("name")): each for each in dumped.iter("row")}
    tables = {table.entry_name: table for table in own_tables() if table.indexed}
    assert set(rows) == set(tables)
    for name, table in tables.items():
        linkage = rows[name].find("linkage")
        assert linkage is not None
        assert rows[name].get("oid") == dotted(table.entry)
        found = [each.get("name") for each in linkage.iter("index")]
        if (augmented := linkage.find("augments")) is not None:
            base = next(each for each in TABLES if each.name == table.augments)
            assert augmented.get("name") == base.entry_name
        else:
            assert found == list(table.indexed) or table.augments


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("smidump") is None, reason="smidump is not installed")
@needs_standard
def test_smidump_reads_the_notifications_that_are_sent(dumped: ElementTree.Element) -> None:
    found = {
        str(each.get("name")): (each.get("oid"), tuple(str(o.get("name")) for o in each.iter("object")))
        for each in dumped.iter("notification")
    }
    assert found == {each.name: (dotted((*BELOW, each.number)), each.objects) for each in NOTIFICATIONS}


@needs_standard
def test_pysmi_compiles_every_object_as_it_is_served(compiled: dict[str, Any]) -> None:
    objects = {name for name, each in compiled.items() if each.get("nodetype") in ("scalar", "column")}
    assert objects == {column.name for _, column in columns()}
    for _, column in columns():
        found, expected = compiled[column.name], declared(column)
        assert found["oid"] == expected.oid
        assert found["maxaccess"] == expected.access
        assert found.get("units", "") == expected.units
        assert found["syntax"]["type"] == expected.type
        assert " ".join(found["description"].split()) == column.help
        constraints = found["syntax"].get("constraints", {})
        if expected.bounds:
            [range_] = constraints.get("size") or constraints["range"]
            assert (range_["min"], range_["max"]) == expected.bounds
        if expected.names and expected.type == "INTEGER":
            assert constraints["enumeration"] == expected.names
    used = {column.syntax.text for _, column in columns()}
    for convention in CONVENTIONS:
        if convention.name in used and convention.base:
            assert compiled[convention.name]["displayhint"] == convention.hint
        elif convention.name in used:
            assert compiled[convention.name]["type"]["constraints"]["enumeration"] == {
                label(word): number for word, number in (convention.syntax.names or {}).items()
            }
