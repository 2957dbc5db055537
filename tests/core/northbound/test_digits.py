"""Patterns of digits: what they match, what is refused, and that none takes long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.northbound.digits import check_replacement, compile_pattern, span


@pytest.mark.parametrize(
    ("pattern", "matched", "others"),
    [
        ("0([1-9].+)", ["0123"], ["0", "01", "0023", "10123"]),
        ("[2-57*#]+", ["2", "457*#"], ["1", "6", ""]),
        ("A.#", ["A1#"], ["1A#"]),
        ("*21*(.+)#", ["*21*5#"], ["21*5#", "*21*#"]),
    ],
)
def test_a_pattern_is_about_the_whole_number(pattern: str, matched: list[str], others: list[str]) -> None:
    compiled = compile_pattern(pattern)
    assert [text for text in (*matched, *others) if compiled.fullmatch(text)] == matched


@pytest.mark.parametrize(
    "pattern",
    ["", "+", "0++", "(0", "0)", "()", "((0))", "(0)+", "0?", "0{2}", "[0", "[]", "[9-0]", "x", "0|1", "^0", r"\1",
     ".+.+.+", "0" * 129],
)  # fmt: skip
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        compile_pattern(pattern)


def test_the_worst_pattern_is_quick() -> None:
    compiled = compile_pattern(".+.+1")
    began = time.process_time()
    for _ in range(100):
        assert compiled.fullmatch("0" * 28) is None
    assert time.process_time() - began < 0.5


@given(st.text("0123456789*#AD.[]()+-", max_size=12), st.text("0123456789*#AD", max_size=28))
def test_any_text_is_a_pattern_or_refused(pattern: str, number: str) -> None:
    try:
        compiled = compile_pattern(pattern)
    except ValueError:
        return
    compiled.fullmatch(number)


def test_replacements() -> None:
    pattern = compile_pattern("(1)(2)")
    check_replacement(pattern, r"0\2*\1")
    for wrong in ("", r"\3", "x", "\\"):
        with pytest.raises(ValueError, match="digits"):
            check_replacement(pattern, wrong)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [((5, 0, 2, False), (0, 2)), ((5, 4, 9, False), (4, 5)), ((5, 9, 1, False), (5, 5)), ((5, 0, 2, True), (3, 5)),
     ((5, 4, 3, True), (0, 1)), ((5, 9, 1, True), (0, 0))],
)  # fmt: skip
def test_span(arguments: tuple[int, int, int, bool], expected: tuple[int, int]) -> None:
    assert span(*arguments) == expected
