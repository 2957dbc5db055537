"""Columns that text takes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from oam.shell.width import columns, padded, wrapped


def test_wide_and_combining_signs_count_as_the_terminal_shows_them() -> None:
    assert columns("abc") == 3
    assert columns("é") == 1
    assert columns("e\u0301") == 1
    assert columns("中文") == 4


def test_filling_counts_columns() -> None:
    assert padded("中", 4) == "中  "
    assert padded("7", 3, right=True) == "  7"
    assert padded("too long", 3) == "too long"


def test_wrapping_cuts_at_spaces_and_between_wide_signs() -> None:
    assert wrapped("show what it is", 9) == ["show what", "it is"]
    assert wrapped("显示当前配置", 8) == ["显示当前", "配置"]
    assert wrapped("显示 sip 配置", 8) == ["显示 sip", "配置"]
    assert wrapped("", 8) == [""]


def test_no_line_begins_with_a_sign_that_closes() -> None:
    assert wrapped("显示配置。好", 8) == ["显示配", "置。好"]
    assert wrapped("显示（配置）好", 8) == ["显示（配", "置）好"]


def test_what_is_too_long_is_cut() -> None:
    assert wrapped("abcdefghij kl", 4) == ["abcd", "efgh", "ij", "kl"]


@given(st.text(alphabet="ab 中文。（「", max_size=60), st.integers(4, 30))
def test_wrapping_loses_nothing_and_keeps_the_width(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(columns(line) <= width for line in lines)
