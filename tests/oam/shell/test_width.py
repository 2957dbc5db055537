"""Columns that text takes."""

from __future__ import annotations

from oam.shell.width import columns, padded


def test_wide_and_combining_signs_count_as_the_terminal_shows_them() -> None:
    assert columns("abc") == 3
    assert columns("é") == 1
    assert columns("e\u0301") == 1
    assert columns("中文") == 4


def test_filling_counts_columns() -> None:
    assert padded("中", 4) == "中  "
    assert padded("7", 3, right=True) == "  7"
    assert padded("too long", 3) == "too long"
