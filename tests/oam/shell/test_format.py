"""Rows as tables, records, JSON and CSV: the same facts in each, slices of any size, nothing that steers a terminal."""

from __future__ import annotations

import csv
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oam.shell.format import Csv, Json, Records, Table, cell, for_people, heading, json_text, moment
from oam.shell.printable import clean


class Row(msgspec.Struct, frozen=True, tag=True):
    name: str
    age_s: int | None
    enabled: bool
    registered_at: float
    load: float = 0.5


ROWS = [
    Row("alice", 7, True, 1_700_000_000.0),
    Row("", None, False, 0.0, 12.25),
    Row("中文", 123456, True, 1_700_000_000.9, 1.0),
]
TEXT = st.text(max_size=8)
ANY_ROWS = st.lists(
    st.builds(Row, TEXT, st.none() | st.integers(0, 10**6), st.booleans(), st.floats(0, 2e9), st.floats(0, 99)),
    max_size=7,
)


def test_a_table() -> None:
    table = Table(Row)
    assert table.rows(ROWS) + table.finish() == [
        "Name   Age (s)  Enabled  Registered             Load",
        "-----  -------  -------  --------------------  -----",
        "alice        7  yes      2023-11-14T22:13:20Z    0.5",
        "-            -  no       -                     12.25",
        "中文    123456  yes      2023-11-14T22:13:20Z      1",
    ]


def test_later_slices_keep_the_columns_of_the_first() -> None:
    whole = Table(Row)
    sliced = Table(Row)
    assert sliced.rows(ROWS[:2]) + sliced.rows(ROWS[2:]) == whole.rows(ROWS)


def test_an_empty_table_is_its_heading() -> None:
    assert Table(Row).finish()[0].split() == ["Name", "Age", "(s)", "Enabled", "Registered", "Load"]


def test_a_narrow_table_leaves_out_what_says_nothing_then_what_is_right() -> None:
    silent = [Row("alice", None, True, 1_700_000_000.0)]
    table = Table(Row, 45)
    assert table.rows(silent) + table.finish() == [
        "Name   Enabled  Registered            Load",
        "-----  -------  --------------------  ----",
        "alice  yes      2023-11-14T22:13:20Z   0.5",
        "(not shown for want of width: Age (s))",
    ]
    narrow = Table(Row, 10)
    assert narrow.rows(ROWS)[0] == "Name   Age (s)"
    assert narrow.finish() == ["(not shown for want of width: Enabled, Registered, Load)"]


def test_free_text_at_the_end_runs_over_the_edge_sooner_than_it_is_left_out() -> None:
    told = msgspec.defstruct("Told", [("kind", str), ("address", str), ("text", str)])
    rows = [told("login-failed", "192.0.2.1", "the operator alice did not know her secret")]
    narrow = Table(told, 39)
    assert narrow.rows(rows)[2] == "login-failed  the operator alice did not know her secret"
    assert narrow.finish() == ["(not shown for want of width: Address)"]
    assert Table(told, 60).rows(rows)[2].endswith("192.0.2.1  the operator alice did not know her secret")


def test_the_key_at_the_end_stays_and_what_a_peer_wrote_is_cut() -> None:
    told = msgspec.defstruct(
        "Told", [("method", str), ("caller", str), ("callee", str), ("age_s", int), ("call_id", str)]
    )
    rows = [
        told("INVITE", "1001", "x" * 7000, 7, "a84b4c76e66710@pc33.example.com"),
        told("BYE", "中" * 99, "2", 7, "b"),
    ]
    narrow = Table(told, 52)
    assert narrow.rows(rows[:1]) + narrow.rows(rows[1:]) == [
        "Method  Caller  Callee            Call-ID",
        "------  ------  ----------------  ------------------",
        "INVITE  1001    xxxxxxxxxxxxxx..  a84b4c76e66710@pc33.example.com",
        "BYE     中中中中中中中..  2                 b",
    ]
    assert narrow.finish() == ["(not shown for want of width: Age (s))"]
    assert "x" * 7000 in Table(told).rows(rows)[2]


def test_records() -> None:
    records = Records(Row)
    assert records.rows(ROWS[:1]) + records.rows(ROWS[:1]) + records.finish() == [
        "Name        alice",
        "Age (s)     7",
        "Enabled     yes",
        "Registered  2023-11-14T22:13:20Z",
        "Load        0.5",
        "",
        "Name        alice",
        "Age (s)     7",
        "Enabled     yes",
        "Registered  2023-11-14T22:13:20Z",
        "Load        0.5",
    ]


def test_rows_of_many_fields_are_shown_as_records() -> None:
    many = msgspec.defstruct("Many", [(f"f{number}", int) for number in range(11)])
    assert isinstance(for_people(many), Records)
    assert isinstance(for_people(Row), Table)


def test_rows_may_say_how_they_are_laid_out() -> None:
    fields = [(f"f{number}", int) for number in range(11)]
    assert isinstance(for_people(msgspec.defstruct("Wide", fields, namespace={"layout": "table"})), Table)
    assert isinstance(for_people(msgspec.defstruct("Long", fields[:2], namespace={"layout": "records"})), Records)
    assert isinstance(for_people(msgspec.defstruct("Named", [("layout", str)])), Table)


@given(ANY_ROWS, st.integers(1, 4))
def test_json_is_the_rows_whatever_the_slices(rows: list[Row], size: int) -> None:
    form = Json()
    lines = [line for at in range(0, len(rows), size) for line in form.rows(rows[at : at + size])] + form.finish()
    assert json.loads("\n".join(lines)) == [msgspec.structs.asdict(row) for row in rows]
    assert all(line.isprintable() for line in lines)


def test_json_of_no_rows_is_an_empty_array() -> None:
    assert Json().finish() == ["[]"]


def test_csv_reads_back() -> None:
    form = Csv(Row)
    lines = form.rows([*ROWS, Row('a "b", c', 1, True, 1.5)]) + form.finish()
    assert list(csv.reader(lines)) == [
        ["name", "age_s", "enabled", "registered_at", "load"],
        ["alice", "7", "true", "1700000000.0", "0.5"],
        ["", "", "false", "0.0", "12.25"],
        ["中文", "123456", "true", "1700000000.9", "1.0"],
        ['a "b", c', "1", "true", "1.5", "0.5"],
    ]
    assert Csv(Row).finish() == ["name,age_s,enabled,registered_at,load"]


@given(ANY_ROWS)
def test_nothing_a_peer_sent_steers_the_terminal(rows: list[Row]) -> None:
    for form in (Table(Row), Table(Row, 30), Records(Row), Csv(Row)):
        assert all(line.isprintable() for line in form.rows(rows) + form.finish())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 中", "plain é 中"),
        ("\x1b[31m", "\\u001b[31m"),
        ("\x9b", "\\u009b"),
        ("a\u202eb", "a\\u202eb"),
        ("\U000e0001", "\\udb40\\udc01"),
        ("\udc80", "\\udc80"),
    ],
)
def test_unprintable_signs_are_escaped(text: str, shown: str) -> None:
    assert clean(text) == shown
    assert json.loads(f'"{shown}"') == text


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ("aor", "AOR"),
        ("call_id", "Call-ID"),
        ("request_uri", "Request URI"),
        ("expires_s", "Expires (s)"),
        ("delay_ms", "Delay (ms)"),
        ("memory_octets", "Memory (octets)"),
        ("registered_at", "Registered"),
        ("address", "Address"),
    ],
)
def test_headings(field: str, shown: str) -> None:
    assert heading(field) == shown


def test_cells() -> None:
    assert cell("load", 0.12345) == "0.123"
    assert cell("peers", ("a", "b")) == "a, b"
    assert cell("peers", ()) == "-"
    assert moment(1e30) == "-"


def test_any_value_as_json() -> None:
    assert json.loads("\n".join(json_text({"text": "a\x7f", "n": [1]}))) == {"text": "a\x7f", "n": [1]}
