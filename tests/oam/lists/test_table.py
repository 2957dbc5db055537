"""Lists as CSV: what is read, what is refused with its line, and that what is written is read again."""

from __future__ import annotations

import pytest

from core.northbound.lists import ListEntry
from oam import csv_table
from oam.csv_table import TableError
from oam.lists.table import Reader, at, render

NOW = 1_700_000_000.0


def read(text: str) -> list[ListEntry]:
    return Reader("admin", NOW).read(text.splitlines(keepends=True))


def test_columns_come_in_any_order_and_values_in_their_one_form() -> None:
    found = read("Value,kind,reason\n+49 30-1*,calling,fraud\n192.0.2.1,address,\n\nScanner,user-agent,x\n")
    assert found == [
        ListEntry("calling", "+49301*", NOW, 0.0, "admin", "fraud"),
        ListEntry("address", "192.0.2.1/32", NOW, 0.0, "admin", ""),
        ListEntry("user-agent", "scanner", NOW, 0.0, "admin", "x"),
    ]


def test_times_are_seconds_or_moments() -> None:
    found = read("kind,value,until,added\ncalled,1,2026-12-31T18:00,1600000000\ncalled,2,1800000000,\n")
    assert [(each.expires_at, each.added_at) for each in found] == [
        (at("2026-12-31T18:00"), 1_600_000_000.0),
        (1_800_000_000.0, NOW),
    ]
    assert at("2026-12-31T18:00") == 1_798_740_000.0


FAULTS = [
    ("", "line 1: the first line must name"),
    ("kind\n", "line 1: the first line must name"),
    ("kind,value,colour\n", "line 1: unknown column 'colour'"),
    ("kind,kind,value\n", "line 1: a column is named twice"),
    ("kind,value\nfax,1\n", "line 2: kind 'fax'"),
    ("kind,value\ncalling\n", "line 2: 1 fields, the header has 2"),
    ("kind,value\naddress,192.0.2.1/24\n", "line 2: address '192.0.2.1/24': has bits set"),
    ("kind,value\ncalled,1\ncalled,1\n", "line 3: called 1 is on line 2 already"),
    ("kind,value,until\ncalled,1,soon\n", "line 2: until 'soon': not a time"),
    ("kind,value,reason\ncalled,1," + "x" * 201 + "\n", "line 2: reason: at most"),
    ('kind,value\ncalled,"1\n', "line 2: unexpected end"),
]


@pytest.mark.parametrize(("text", "expected"), FAULTS)
def test_faults_are_told_with_their_line(text: str, expected: str) -> None:
    with pytest.raises(TableError) as caught:
        read(text)
    assert caught.value.faults[0].startswith(expected)


def test_many_faults_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "MAX_FAULTS", 2)
    with pytest.raises(TableError) as caught:
        read("kind,value\n" + "fax,1\n" * 5)
    assert len(caught.value.faults) == 3
    assert caught.value.faults[-1] == "... and 3 more"


def test_what_is_written_is_read_again() -> None:
    entries = [
        ListEntry("calling", "+49301*", NOW - 5, NOW + 60, "eve", 'of "them", all'),
        ListEntry("address", "2001:db8::/32", NOW, 0.0, "admin", ""),
    ]
    assert read("".join(render(entries))) == entries
    assert len(list(render([ListEntry("called", str(each), NOW) for each in range(2500)]))) == 3


def test_reading_can_be_stopped() -> None:
    reader = Reader("admin", NOW)
    reader.stopped = True
    with pytest.raises(TableError, match="interrupted"):
        reader.read(["kind,value\n", "called,1\n"])
    assert reader.news() == "2 lines read"
