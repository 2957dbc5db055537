"""Conditions speak of objects that there are, in words that these have."""

from __future__ import annotations

import pytest

from oam.fault.event import SEVERITIES
from oam.snmp.nms.conditions import CONDITIONS, Condition
from oam.snmp.nms.polled import polled
from oam.snmp.objects import COLUMNS

READABLE = {column.name: table.table for table in polled(transient=False) for column in table.columns}


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda each: each.name)
def test_a_condition_can_hold(condition: Condition) -> None:
    assert condition.object in READABLE
    assert condition.severity in SEVERITIES
    assert condition.relation in ("=", ">", "<")
    names = COLUMNS[condition.object][1].syntax.names
    assert (names is not None) == isinstance(condition.value, str)
    assert names is None or condition.value in names
    if condition.samples:
        assert READABLE[condition.samples] is READABLE[condition.object]
        assert condition.samples_least > 0


def test_names_are_unique() -> None:
    assert len({each.name for each in CONDITIONS}) == len(CONDITIONS)
