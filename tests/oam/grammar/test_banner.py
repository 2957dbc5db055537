"""Texts between delimiters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oam.grammar.banner import Unfinished, convert, delimiter, render


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("^CHello^C", "Hello"),
        ("@Hello@ and what IOS ignores", "Hello"),
        ("#\nHello,\n you\n#", "Hello,\n you"),
        ("^C\n\nHello  \n^C", "Hello"),
    ],
)
def test_the_text_stands_between_two_equal_signs(typed: str, text: str) -> None:
    assert convert(typed) == text


def test_a_text_goes_on_until_its_sign_comes_again() -> None:
    assert isinstance(convert("@Hello"), Unfinished)
    assert isinstance(convert("^C"), Unfinished)
    assert delimiter("^CHello") == "^C"
    assert delimiter("@Hello") == "@"


@pytest.mark.parametrize("typed", ["@@", "@ \n @", "@bell\a@", "@^C@", "@\x1b[2J@"])
def test_texts_that_are_none(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        convert(typed)


@given(st.text(st.characters(categories=("L", "N", "P", "Zs", "S")) | st.just("\n"), max_size=200))
def test_what_is_written_is_read_back(text: str) -> None:
    try:
        value = convert(f"\x01{text}\x01")
    except ValueError:
        return
    assert convert(render(value)) == value
