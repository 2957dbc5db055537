"""What an NMS is told of columns: their kind, unit, scale, labels, and what their rows are called."""

from __future__ import annotations

import re

import pytest

from oam.snmp import convention, oids, syntax
from oam.snmp.nms import polled
from oam.snmp.nms.polled import UNPOLLED, kind, labels, names, scale, sentence, unit, words
from oam.snmp.object import HIDDEN, MODULE, NOTIFY, Column, below
from oam.snmp.objects import COLUMNS, TABLES


def column(its: syntax.Syntax, units: str = "") -> Column:
    return Column(1, "sipctlX", its, "x", "What it is. More of it.", units)


@pytest.mark.parametrize(
    ("its", "units", "what", "factor", "shown"),
    [
        (syntax.COUNTER, "calls", "counter", 1.0, "calls"),
        (syntax.GAUGE_64, "bytes", "gauge", 1.0, "bytes"),
        (syntax.GAUGE, "milliseconds", "gauge", 0.001, "s"),
        (syntax.HUNDREDTHS, "", "gauge", 0.01, "%"),
        (syntax.TICKS, "", "duration", 0.01, "s"),
        (syntax.UNSIGNED, "", "gauge", 1.0, ""),
        (syntax.TRUTH, "", "truth", 1.0, ""),
        (syntax.DATE, "", "date", 1.0, ""),
        (syntax.TIME_STAMP, "", "stamp", 1.0, ""),
        (syntax.TEXT, "", "text", 1.0, ""),
        (syntax.OID, "", "other", 1.0, ""),
        (convention.STATE.syntax, "", "state", 1.0, ""),
    ],
)
def test_kinds(its: syntax.Syntax, units: str, what: str, factor: float, shown: str) -> None:
    each = column(its, units)
    assert (kind(each), scale(each), unit(each)) == (what, factor, shown)


def test_labels_are_in_the_order_of_their_numbers() -> None:
    found = labels(column(convention.SEVERITY.syntax))
    assert list(found) == sorted(found)
    assert found[3] == "critical"
    assert labels(column(syntax.TRUTH)) == {1: "true", 2: "false"}


def test_texts() -> None:
    assert sentence(column(syntax.GAUGE)) == "What it is"
    assert words("sipctlTrunkCallsAnswered") == "Trunk calls answered"
    assert words("sipctlKpiAsr") == "KPI ASR"
    assert words("sipctlKpiSetupP95") == "KPI setup P95"
    assert words("sipctlTrunkStatsFailed408") == "Trunk stats failed408"


def test_an_alarm_is_called_by_its_kind_and_object() -> None:
    found = names(COLUMNS["sipctlAlarmSeverity"][0])
    assert [each.column.name for each in found] == ["sipctlAlarmName", "sipctlAlarmObject"]


def test_what_is_only_set_says_nothing() -> None:
    assert "sipctlConfigSave" in COLUMNS
    assert all(column.name != "sipctlConfigSave" for table in polled.polled() for column in table.columns)


def test_what_cannot_be_read_is_not_polled() -> None:
    for table in polled.polled():
        assert all(each.access not in (HIDDEN, NOTIFY) and not each.obsolete for each in table.columns)
        assert table.table.module == "SIPCTL-MIB"
        personal = any(below(table.table.oid, area) for area in (oids.SUBSCRIBERS, oids.SESSIONS))
        assert not (table.table.indexed and personal), "a store of figures has no names of persons"


def test_choices_are_of_tables_that_there_are() -> None:
    known = {table.name for table in TABLES}
    assert set(UNPOLLED) | set(polled.TRANSIENT) | set(polled.NAMES) <= known
    for each in polled.NAMES.values():
        assert set(each) <= set(COLUMNS)


DIVIDED = {
    name: int(found[1])
    for name, (table, each) in COLUMNS.items()
    if table.module == MODULE
    and not each.units.endswith("seconds")
    and (found := re.search(r"(?:divisor is|divide by) (\d+)", each.help))
}


def test_a_divisor_that_the_mib_tells_is_applied() -> None:
    # Of a time it leads to milliseconds or seconds, while an NMS has seconds always: test_kinds.
    assert {name: round(1 / scale(COLUMNS[name][1])) for name in DIVIDED} == DIVIDED
    assert len(DIVIDED) > 40
