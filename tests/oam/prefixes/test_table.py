"""Bulk prefixes as CSV: what lines mean, and every fault with its line."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.northbound.number_checks import Names
from core.northbound.prefixes import row_key, row_of
from core.northbound.routing_settings import (
    AnalysisTable,
    Member,
    PrefixEntry,
    RouteGroup,
    SubscriberGroup,
    TimeTable,
    TranslationRule,
    Trunk,
)
from core.northbound.settings import Settings
from oam.csv_table import TableError
from oam.prefixes.table import COLUMNS, Reader, render

NAMES = Names(
    Settings(
        tables=(AnalysisTable("B"),),
        route_groups=(RouteGroup("PSTN", members=(Member("T"),)), RouteGroup("EMPTY")),
        trunks=(Trunk("T"),),
        subscriber_groups=(SubscriberGroup("G"),),
        time_tables=(TimeTable("NIGHT"),),
        translation_rules=(TranslationRule("R"),),
    )
)


def read(*lines: str) -> dict[bytes, bytes]:
    reader = Reader(NAMES)
    reader.read(f"{line}\n" for line in lines)
    return reader.rows


def test_lines_make_prefixes() -> None:
    assert read(
        "prefix,action,target",
        "49,route-group,PSTN",
        "any,local,",
        "#31,REJECT,603",
        "0a,redirect,sip:host;transport=tcp",
    ) == {
        row_key("default", "49"): row_of([PrefixEntry("49", action="route-group", target="PSTN")]),
        row_key("default", ""): row_of([PrefixEntry("", action="local")]),
        row_key("default", "#31"): row_of([PrefixEntry("#31", action="reject", target="603")]),
        row_key("default", "0A"): row_of([PrefixEntry("0A", action="redirect", target="sip:host;transport=tcp")]),
    }


def test_all_columns_in_any_order() -> None:
    values = {
        "table": "B", "prefix": "49", "minimum": "4", "maximum": "12", "nature": "international", "trunk": "T",
        "group": "", "calling": "30", "time": "NIGHT", "percent": "40", "translate": "R", "action": "table",
        "target": "B",
    }  # fmt: skip
    entry = PrefixEntry("49", 4, 12, "international", "T", "", "30", "NIGHT", 40, "R", "table", "B")
    for order in (COLUMNS, COLUMNS[::-1]):
        found = read(",".join(order), ",".join(values[each] for each in order))
        assert found == {row_key("B", "49"): row_of([entry])}


def test_lines_of_one_prefix_are_its_entries() -> None:
    found = read(
        "prefix,percent,group,action,target",
        "49,30,,route-group,PSTN",
        "50,,,local,",
        "49,70,,reject,503",
        "49,,G,local,",
    )
    assert found[row_key("default", "49")] == row_of(
        [
            PrefixEntry("", action="route-group", target="PSTN", percent=30),
            PrefixEntry("", action="reject", target="503", percent=70),
            PrefixEntry("", action="local", group="G"),
        ]
    )


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("B,1x,,,local,", "prefix '1X': digits 0-9 * # A-D, at most 28"),
        (f"B,{'1' * 29},,,local,", f"prefix '{'1' * 29}': digits 0-9 * # A-D, at most 28"),
        ("X,1,,,local,", "table 'X': there is no number-analysis X"),
        ("B,1,,,route-group,GONE", "there is no route-group GONE"),
        ("B,1,,,route-group,EMPTY", "route-group EMPTY has no trunk"),
        ("B,1,,,route-group,", "action route-group needs a target"),
        ("B,1,,,local,x", "action local takes no target"),
        ("B,1,,,dial,x", "action 'dial': one of route-group, table, redirect, reject, local"),
        ("B,1,,,reject,200", "target '200': not a status code, 400 to 699"),
        ("B,1,,,redirect,http://x", "target 'http://x': not a SIP URI"),
        ("B,1,5,4,local,", "the minimum 5 is above the maximum 4"),
        ("B,123,,2,local,", "prefix 123: no number that begins so has at most 2 digits"),
        ("B,1,-1,,local,", "minimum '-1': a number from 0 to 28"),
        ("B,1,,29,local,", "maximum '29': a number from 0 to 28"),
        ("B,1,local,", "4 fields, the header has 6"),
        (
            "B,2,,,reject,403",
            "prefix 2: another line decides about the same calls; of several each needs its percent, "
            "100 together at most",
        ),
    ],
)
def test_faults(line: str, fault: str) -> None:
    with pytest.raises(TableError) as caught:
        read("table,prefix,minimum,maximum,action,target", "B,2,,,local,", line, "B,3,,,local,")
    assert caught.value.faults == [f"line 3: {fault}"]


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        ("prefix,action,colour", "unknown column 'colour'"),
        ("prefix,prefix,action", "a column is named twice"),
        ("prefix,target", "'prefix' and 'action' among them"),
    ],
)
def test_faults_of_the_header(header: str, fault: str) -> None:
    with pytest.raises(TableError, match=fault):
        read(header)


ENTRY = st.builds(
    PrefixEntry,
    st.just(""),
    st.integers(0, 3),
    st.integers(6, 28),
    st.sampled_from(("", "national")),
    st.sampled_from(("", "T")),
    st.sampled_from(("", "G")),
    st.text("0123456789", max_size=3),
    st.sampled_from(("", "NIGHT")),
    st.integers(1, 100),
    st.sampled_from(("", "R")),
    st.just("route-group"),
    st.just("PSTN"),
)


@given(st.dictionaries(st.text("0123*#A", max_size=6), ENTRY, max_size=8))
@settings(max_examples=50)
def test_what_is_written_is_read_again(entries: dict[str, PrefixEntry]) -> None:
    rows = {row_key("B", prefix): row_of([entry]) for prefix, entry in entries.items()}
    stored = [("B", [msgspec.structs.replace(entry, prefix=prefix)]) for prefix, entry in entries.items()]
    text = "".join(render(stored))
    assert read(*text.splitlines()) == rows


CONFIGURED = Names(
    Settings(
        tables=(
            AnalysisTable("default", (PrefixEntry("4", action="table", target="B"),)),
            AnalysisTable("B"),
        ),
        translation_rules=(TranslationRule("R"),),
    )
)


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (
            ("B,49,,table,default",),
            "line 2: prefix 49 table default: the tables go round in a circle: default -> B -> default",
        ),
        (("B,5,,table,B",), "line 2: prefix 5 table B: the tables go round in a circle: B -> B"),
        (("B,5,,table,default", "default,50,,table,B"), "the tables go round in a circle"),
        (("B,5,,table,default",), ""),
        (("B,49,R,table,default",), ""),
    ],
)
def test_calls_must_not_go_round(lines: tuple[str, ...], fault: str) -> None:
    reader = Reader(CONFIGURED)
    faults = ""
    try:
        reader.read(["table,prefix,translate,action,target\n", *(f"{line}\n" for line in lines)])
    except TableError as error:
        faults = str(error)
    assert (fault in faults) if fault else faults == ""
