"""Words with their helps, as `?` lists them."""

from __future__ import annotations

from oam.help.layout import listed
from oam.shell.width import columns


def test_help_is_wrapped_to_the_terminal() -> None:
    assert listed([("word", "one two three four five six seven")], 42) == [
        "  word              one two three four",
        "                    five six seven",
    ]


def test_a_long_word_moves_the_column_of_all() -> None:
    assert listed([("a-word-that-is-very-long", "text"), ("b", "text")], 80) == [
        "  a-word-that-is-very-long  text",
        "  b                         text",
    ]


def test_wide_signs_are_aligned_and_wrapped() -> None:
    lines = listed([("中文", "显示当前配置"), ("sip", "显示当前生效的配置，不含默认值")], 42)
    assert lines[0] == "  中文              显示当前配置"
    assert columns(lines[0].partition("显")[0]) == 20
    assert all(columns(line) < 42 for line in lines)
    assert lines[2].strip() == "不含默认值"


def test_a_narrow_terminal_still_gets_words() -> None:
    assert all(line.strip() for line in listed([("word", "one two three")], 10))
