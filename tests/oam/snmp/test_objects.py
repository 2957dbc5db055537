"""The managed objects that families declare keep the rules of SMIv2 (RFC 2578) and ours."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from oam.snmp import oids
from oam.snmp.convention import CONVENTIONS, PROBABLE_CAUSE, Convention
from oam.snmp.object import HIDDEN, MODULE, NOTIFY, WRITE, Table, below
from oam.snmp.objects import COLUMNS, TABLES, oid_of
from oam.snmp.oids import dotted
from oam.snmp.syntax import label

OWN = tuple(table for table in TABLES if table.module == MODULE)
MOST_INDEX_OCTETS = 100
"""An OID has at most 128 arcs (RFC 2578 §3.5); ours use 12 before the index."""


def repeated(names: list[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def test_no_name_is_given_twice() -> None:
    names = [column.name for table in TABLES for column in table.columns]
    names += [table.name for table in TABLES if table.name not in oids.AREAS]
    names += [table.entry_name for table in TABLES if table.indexed]
    names += [*oids.AREAS, *(each.name for each in CONVENTIONS)]
    assert repeated([name.lower() for name in names]) == []


def test_no_oid_is_given_twice() -> None:
    found = [dotted(oid_of(column.name)) for table in TABLES for column in table.columns]
    found += [dotted(table.oid) for table in TABLES]
    assert repeated(found) == []


@pytest.mark.parametrize("table", OWN, ids=lambda table: table.name)
def test_a_table_of_ours(table: Table) -> None:
    assert bool(table.indexed) == table.name.endswith("Table"), "a table is named ...Table, a group of scalars is not"
    assert below(table.oid, oids.OBJECTS)
    place = len(table.oid) - len(oids.OBJECTS)
    assert place == 2 or (place == 1 and not table.indexed), "a table is a number below its area (see oids.AREAS)"
    assert table.oid[len(oids.OBJECTS) + 1 :] < (100,), "the number of its conformance group is made of it"
    numbers = [column.number for column in table.columns]
    assert numbers == sorted(set(numbers)), "columns stand in the order of their numbers"
    assert numbers[0] >= 1
    assert any(column.access not in (HIDDEN, NOTIFY) for column in table.columns), "nothing of it can be read"
    check_text(table.help)


@pytest.mark.parametrize("table", [table for table in OWN if table.indexed], ids=lambda table: table.name)
def test_its_index(table: Table) -> None:
    octets = 0
    for name in table.indexed:
        assert name in COLUMNS, f"{name} is no object"
        owner, column = COLUMNS[name]
        assert column.syntax.arcs is not None, f"{name} cannot be an index"
        assert column.access == HIDDEN, (
            f"{name} is an index: not-accessible (RFC 2578 §7.7); say it in a column besides"
        )
        assert owner.name == table.name or owner.module == table.module, f"import {name}'s table"
        size = re.search(r"SIZE \(\d+\.\.(\d+)\)", column.syntax.text)
        octets += int(size[1]) + 1 if size else 1
    assert octets <= MOST_INDEX_OCTETS, "its OIDs may be longer than 128 arcs"
    if table.augments:
        base = next(each for each in TABLES if each.name == table.augments)
        assert table.indexed == base.indexed, "it augments the rows of another: the index is that one's"


@pytest.mark.parametrize("table", OWN, ids=lambda table: table.name)
def test_its_objects(table: Table) -> None:
    for column in table.columns:
        assert re.fullmatch(r"sipctl[A-Z][A-Za-z0-9]{0,57}", column.name), "sipctl..., letters and digits"
        check_text(column.help)
        assert column.units.isascii(), column.name
        assert '"' not in column.units, column.name
        assert not column.syntax.text.startswith("Counter32"), f"{column.name}: ours count in 64 bits"
        assert (column.access == WRITE) == (column.write is not None), f"{column.name}: what can be set says how"
        if column.access == HIDDEN:
            assert column.name in table.indexed, f"{column.name}: only an index need not be readable"
        if column.syntax.names:
            check_names(column.syntax.names)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_its_rows_have_the_fields_that_are_served(table: Table) -> None:
    """As far as the source names their type; what makes its fields by names is walked in the tests of its family."""
    source = inspect.unwrap(table.source)
    given = getattr(source, "__annotations__", {}).get("return", "")
    row = eval(given, source.__globals__).__args__[0] if given else Any
    if row is not Any and not hasattr(row, "__getattr__"):
        assert [column.field for column in table.columns if not hasattr(row, column.field)] == []


@pytest.mark.parametrize("convention", CONVENTIONS, ids=lambda each: each.name)
def test_a_textual_convention(convention: Convention) -> None:
    assert re.fullmatch(r"Sipctl[A-Z][A-Za-z0-9]*", convention.name)
    check_text(convention.help)
    if convention.syntax.names:
        check_names(convention.syntax.names)


def test_rows_of_counters_tell_when_they_began_anew() -> None:
    """RFC 4181 §4.6.1.2: who computes a rate must know of a discontinuity."""
    for table in OWN:
        if any(column.syntax.is_counter for column in table.columns):
            kinds = {column.syntax.text for column in table.columns}
            assert kinds & {"TimeStamp", "DateAndTime"}, f"{table.name} has counters, and no discontinuity time"


def check_text(text: str) -> None:
    """A DESCRIPTION is ASCII, and a sentence."""
    assert text.isascii(), [sign for sign in text if not sign.isascii()]
    assert text.endswith("."), text
    assert '"' not in text, "quotation marks end a string of SMI"
    assert text == " ".join(text.split())


def check_names(names: Mapping[str, int]) -> None:
    numbers = list(names.values())
    borrowed = names == PROBABLE_CAUSE.syntax.names
    assert borrowed or min(numbers) == 1, "enumerations begin with 1 (RFC 2578 §7.1.1)"
    assert min(numbers) > 0
    assert repeated([str(number) for number in numbers]) == []
    labels = [label(word) for word in names]
    assert repeated(labels) == []
    assert all(re.fullmatch(r"[a-z][A-Za-z0-9]{0,63}", each) for each in labels), labels
    words = {"current", "deprecated", "obsolete", "mandatory", "optional"}
    assert not words & set(labels), "words of the SMI: net-snmp loses such a label"
