"""Bulk prefixes: longest match, writes that touch only what differs, names in use, readers of other processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.opened import OPENED

from core.northbound.routing_settings import PrefixEntry
from core.store.error import StoreError, StoreFull
from core.store.prefixes import PrefixStore, entries_of, merged, references, row_key, row_of


@pytest.fixture
def store(tmp_path: Path) -> PrefixStore:
    opened = PrefixStore(tmp_path)
    OPENED.append(opened.close)
    return opened


def to(target: str, **more: object) -> PrefixEntry:
    return PrefixEntry("", action="route-group", target=target, **more)  # type: ignore[arg-type]


def rows(**prefixes: str) -> dict[bytes, bytes]:
    """Make rows of `default`: `_49="G"` is prefix 49 to route group G."""
    return {row_key("default", prefix[1:]): row_of([to(target)]) for prefix, target in prefixes.items()}


PREFIXES = st.sets(st.text("01", max_size=7), max_size=30)


@given(PREFIXES, st.lists(st.text("012", max_size=9), max_size=10))
@settings(max_examples=60, deadline=None)
def test_the_longest_is_that_of_a_search_through_all(
    tmp_path_factory: pytest.TempPathFactory, prefixes: set[str], numbers: list[str]
) -> None:
    store = PrefixStore(tmp_path_factory.mktemp("p"))
    try:
        store.write({row_key("t", prefix): row_of([to(f"G{prefix}")]) for prefix in prefixes}, False)
        store.write({row_key(other, "0"): row_of([to("other")]) for other in ("s", "t2", "u")}, False)
        for number in numbers:
            longest = max((len(each) for each in prefixes if number.startswith(each)), default=-1)
            assert store.longest("t", number) == longest
            if longest >= 0:
                assert entries_of("", store.value())[0].target == f"G{number[:longest]}"
    finally:
        store.close()


def test_entries_come_back_as_they_were() -> None:
    entries = [
        PrefixEntry("49", 4, 12, "national", "T", "G", "30", "HOURS", 40, "DROP", "table", "B"),
        PrefixEntry("49", action="local"),
        PrefixEntry("49", action="reject", target="603", time="HOURS"),
    ]
    assert entries_of("49", row_of(entries)) == entries


def test_only_what_differs_is_written(store: PrefixStore) -> None:
    store.write(rows(_1="A", _2="B", _3="C"), False)
    changes = store.write(rows(_1="A", _2="X", _4="D"), False)
    assert (changes.added, changes.changed, changes.removed) == (1, 1, 0)
    changes = store.write(rows(_1="A", _2="X", _5="E"), True)
    assert (changes.added, changes.changed, changes.removed) == (1, 0, 2)
    assert [entries[0].prefix for _, entries in store.iterate()] == ["1", "2", "5"]


def test_uses_of_names_are_counted(store: PrefixStore) -> None:
    store.write(rows(_1="A", _2="A", _3="B"), False)
    assert [store.uses("route-group", name) for name in "ABC"] == [2, 1, 0]
    assert store.uses("number-analysis", "default") == 3
    store.write(rows(_1="B"), False)
    assert [store.uses("route-group", name) for name in "ABC"] == [1, 2, 0]
    assert store.clear("default", "3") == 1
    assert store.clear("default", "3") == 0
    store.write(rows(_1="B"), True)
    assert [store.uses("route-group", name) for name in "ABC"] == [0, 1, 0]
    assert store.clear("default") == 1
    assert [store.uses("route-group", "B"), store.uses("number-analysis", "default"), store.count] == [0, 0, 0]


def onward(target: str, **more: object) -> bytes:
    return row_of([PrefixEntry("", action="table", target=target, **more)])  # type: ignore[arg-type]


def test_which_table_leads_to_which_is_counted(store: PrefixStore) -> None:
    leading = {row_key("a", f"{n}"): onward("b") for n in range(1500)}
    store.write(
        {**leading, row_key("b", "1"): onward("default"), row_key("default", "2"): onward("b", translate="R")}, False
    )
    assert store.onward() == [("a", "b"), ("b", "default")]
    assert [entry.prefix for _, entry in store.hops("b", {"default"})] == ["1"]
    assert sum(1 for _ in store.hops("a", {"b"})) == 1500
    assert list(store.hops("a", {"c"})) == list(store.hops("default", {"b"})) == []
    store.write({row_key("b", "1"): row_of([to("A")]), row_key("a", "1"): row_of([to("A")])}, False)
    assert store.onward() == [("a", "b")]
    store.clear("a")
    assert store.onward() == []


def test_references() -> None:
    entry = PrefixEntry("1", trunk="T", group="G", time="H", translate="R", action="table", target="B")
    assert references(entry) == [
        ("translation-rule", "R"), ("trunk", "T"), ("subscriber-group", "G"), ("time-table", "H"),
        ("number-analysis", "B"),
    ]  # fmt: skip
    assert references(PrefixEntry("1", action="redirect", target="sip:x")) == []


def test_merged_adds_to_a_row() -> None:
    key = row_key("default", "1")
    assert [each.target for each in entries_of("", merged({}, key, to("A")))] == ["A"]
    assert [each.target for each in entries_of("", merged(rows(_1="A"), key, to("B")))] == ["A", "B"]


def test_a_part_is_gone_through_in_pages(store: PrefixStore) -> None:
    store.write({row_key(table, f"{n:05}"): row_of([to("A")]) for table in ("a", "b") for n in range(2500)}, False)
    assert sum(1 for _ in store.iterate()) == 5000
    assert sum(1 for _ in store.iterate("a")) == 2500

    assert {table for table, _ in store.iterate("b")} == {"b"}
    assert len(list(store.iterate("b", "0124"))) == 10


def test_a_reader_sees_what_was_committed(tmp_path: Path, store: PrefixStore) -> None:
    code = (
        "import sys; from pathlib import Path; from core.store.prefixes import PrefixStore;"
        "store = PrefixStore(Path(sys.argv[1]), readonly=True)\n"
        "for line in sys.stdin: print(store.longest('default', line.strip()), flush=True)"
    )
    with subprocess.Popen(
        [sys.executable, "-P", "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdin
        assert reader.stdout

        def asked(number: str) -> str:
            assert reader.stdin
            assert reader.stdout
            print(number, file=reader.stdin, flush=True)
            return reader.stdout.readline().strip()

        assert asked("123") == "-1"
        store.write(rows(_12="A"), False)
        assert asked("123") == "2"
        store.clear("default", "12")
        assert asked("123") == "-1"
        reader.stdin.close()


def test_a_writer_that_is_killed_leaves_what_was_there(tmp_path: Path, store: PrefixStore) -> None:
    store.write(rows(_1="A"), False)
    store.close()
    OPENED.remove(store.close)
    code = (
        "import os, signal, sys; from pathlib import Path; from core.store.prefixes import PrefixStore, row_key\n"
        "class Rows(dict):\n"
        "    def items(self):\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "store = PrefixStore(Path(sys.argv[1])); store.write(Rows({row_key('default', '2'): b'x'}), True)"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    again = PrefixStore(tmp_path)
    OPENED.append(again.close)
    assert [(table, entries[0].target) for table, entries in again.iterate()] == [("default", "A")]
    again.write(rows(_3="C"), False)
    assert again.count == 2


def test_a_full_file_refuses_and_keeps_what_was_there(tmp_path: Path) -> None:
    store = PrefixStore(tmp_path, max_octets=256 * 1024)
    OPENED.append(store.close)
    store.write(rows(_1="A"), False)
    with pytest.raises(StoreFull):
        store.write({row_key("default", f"{n}"): row_of([to("G" * 40)]) for n in range(20_000)}, False)
    assert store.count == 1
    assert store.longest("default", "15") == 1


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    store = PrefixStore(tmp_path, readonly=True)
    OPENED.append(store.close)
    with pytest.raises(StoreError):
        store.write(rows(_1="A"), False)


def test_a_held_snapshot_is_let_go(store: PrefixStore) -> None:
    store.write(rows(_1="A"), False)
    assert store.longest("default", "1") == 1
    store.let_go()
    used = store.octets
    for n in range(50):
        store.write(rows(_1=f"G{n}"), False)
        assert store.longest("default", "1") == 1
    assert store.octets <= used + 64 * os.sysconf("SC_PAGE_SIZE")
