"""What stands behind a `|`: read, offered, applied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oam.grammar.result import Ambiguous, Incomplete, Invalid
from oam.shell.filters import FILTERS, Chain, Filter, parse, stage, suggest

CONFIGURATION = [
    "hostname sip1",
    "!",
    "sip",
    " domain example.com",
    " timer t1 500",
    "!",
    "registrar",
    " expires minimum 60",
    "!",
    "end",
]


def read(text: str) -> list[Filter]:
    found = parse(f"show x |{text}", 8)
    assert isinstance(found, list), found
    return found


def filtered(text: str, lines: list[str]) -> list[str]:
    chain = Chain([stage(each) for each in read(text)])
    return chain.feed(lines) + chain.finish()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("include domain|timer", [" domain example.com", " timer t1 500"]),
        ("inc ^ .*5", [" timer t1 500"]),
        ("exclude ^[ ]", ["hostname sip1", "!", "sip", "!", "registrar", "!", "end"]),
        ("begin registrar", ["registrar", " expires minimum 60", "!", "end"]),
        ("section sip$", ["sip", " domain example.com", " timer t1 500"]),
        ("section timer", [" timer t1 500"]),
        ("count", ["Number of lines = 10"]),
        ("count !", ["Number of lines which match regexp = 3"]),
        ("section registrar | include 60 | count", ["Number of lines = 1"]),
        ("exclude !|example | begin sip$ | exclude end", ["sip", " timer t1 500", "registrar", " expires minimum 60"]),
    ],
)
def test_lines_that_pass(text: str, shown: list[str]) -> None:
    assert filtered(text, CONFIGURATION) == shown


@given(st.integers(1, 9), st.sampled_from(["include 5", "begin sip$", "section sip$", "count 0", "exclude !"]))
def test_slices_do_not_matter(size: int, text: str) -> None:
    chain = Chain([stage(each) for each in read(text)])
    lines = [line for at in range(0, 10, size) for line in chain.feed(CONFIGURATION[at : at + size])] + chain.finish()
    assert lines == filtered(text, CONFIGURATION)


def test_formats_and_files_are_told_apart() -> None:
    found = read(" json | include a b | tee out-1.txt | count")
    assert [(each.name, each.file) for each in found] == [
        ("json", ""),
        ("include", ""),
        ("tee", "out-1.txt"),
        ("count", ""),
    ]
    assert found[1].pattern is not None
    assert found[1].pattern.text == "a b"


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", Incomplete(8)),
        (" include", Incomplete(16)),
        (" include  ", Incomplete(18)),
        (" c", Ambiguous(9, ("count", "csv"))),
        (" grep x", Invalid(9)),
        (" json x", Invalid(14)),
        (" include (", Invalid(17, "not a regular expression: missing )")),
        (" include a[", Invalid(18, "not a regular expression: missing ]")),
        (" count | json", Invalid(17, "json must be the first filter")),
        (" redirect a | count", Invalid(22, "nothing is left to filter")),
        (" | count", Incomplete(9)),
        (" count | ", Incomplete(17)),
    ],
)
def test_refusals_name_their_place(text: str, refusal: object) -> None:
    assert parse(f"show x |{text}", 8) == refusal


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", ".hidden", "a/b", "a b", "-", "x" * 129, "a\\b"])
def test_files_have_plain_names(name: str) -> None:
    found = parse(f"show x | redirect {name}", 8)
    assert isinstance(found, Invalid)
    assert found.offset == 18


def words(text: str) -> list[str]:
    return [each.word for each in suggest(f"show x |{text}", 8)]


def test_what_may_come_next() -> None:
    assert words(" ") == sorted(FILTERS)
    assert words(" c") == ["count", "csv"]
    assert words(" include ") == ["LINE"]
    assert words(" include a ") == ["LINE", "|", "<cr>"]
    assert words(" json ") == ["|", "<cr>"]
    assert words(" redirect ") == ["FILE"]
    assert words(" json | in") == ["include"]
    assert words(" nonsense ") == []


@given(st.text(max_size=30))
def test_no_text_raises(text: str) -> None:
    parse("show x |" + text, 8)
    suggest("show x |" + text, 8)
