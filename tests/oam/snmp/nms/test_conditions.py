"""Conditions speak of objects that there are, in words that these have."""

from __future__ import annotations

import pytest

from oam.fault.event import SEVERITIES
from oam.snmp.nms.conditions import CONDITIONS, Condition
from oam.snmp.nms.polled import STATE, TRUTH, kind, labels, number_of, polled
from oam.snmp.objects import COLUMNS
from oam.snmp.syntax import label

READABLE = {column.name: table.table for table in polled(transient=False) for column in table.columns}


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda each: each.name)
def test_a_condition_can_hold(condition: Condition) -> None:
    assert condition.object in READABLE
    assert condition.severity in SEVERITIES
    assert condition.relation in ("=", ">", "<")
    column = COLUMNS[condition.object][1]
    assert (kind(column) in (STATE, TRUTH)) == isinstance(condition.value, str)
    if isinstance(condition.value, str):
        assert labels(column)[number_of(column, condition.value)] == label(condition.value)
    if condition.samples:
        assert READABLE[condition.samples] is READABLE[condition.object]
        assert condition.samples_least > 0


def test_names_are_unique() -> None:
    assert len({each.name for each in CONDITIONS}) == len(CONDITIONS)
