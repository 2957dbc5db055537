"""Syntax lines read into elements."""

from __future__ import annotations

import pytest

from oam.grammar.syntax import Argument, Choice, Keyword, Optional, SyntaxLineError, keywords, names, parse
from oam.grammar.types import TYPES


def test_keywords_and_typed_arguments() -> None:
    assert parse("show registrations WORD$aor") == (
        Keyword("show"),
        Keyword("registrations"),
        Argument(TYPES["WORD"], "aor"),
    )


def test_range_is_a_whole_number_between_its_bounds() -> None:
    (element,) = parse("(60-86400)$seconds")
    assert isinstance(element, Argument)
    assert element.name == "seconds"
    assert element.type.name == "<60-86400>"
    assert element.type.convert("60") == 60


def test_name_behind_a_choice_belongs_to_every_alternative() -> None:
    assert parse("<all|WORD>$which") == (Choice(((Keyword("all", "which"),), (Argument(TYPES["WORD"], "which"),))),)


def test_name_behind_an_optional_word_belongs_to_the_word() -> None:
    assert parse("show [detail]$detail") == (Keyword("show"), Optional((Keyword("detail", "detail"),)))
    assert parse("show [detail$detail]") == parse("show [detail]$detail")


def test_nested_parts() -> None:
    elements = parse("a [<b WORD$x|c> [d]] e$y")
    assert names(elements) == ["x", "y"]
    assert keywords(elements) == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    "text",
    ["", "a [", "a [b", "a <b|", "a <b", "a ]", "a |", "a [] b", "NOSUCHTYPE$x", "a <b c|d>$x", "Mixed", "(5)", "a $x"],
)
def test_what_is_not_in_the_language_is_refused(text: str) -> None:
    with pytest.raises(SyntaxLineError):
        parse(text)
