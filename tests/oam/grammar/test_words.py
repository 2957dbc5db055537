"""Lines cut into words."""

from __future__ import annotations

from oam.grammar.words import Word, is_comment, split, without_secrets


def test_words_carry_their_place() -> None:
    assert split("  show\tsip  ") == [Word("show", 2), Word("sip", 7)]


def test_a_quote_is_a_letter_like_any_other() -> None:
    assert split("""a "b 'c""") == [Word("a", 0), Word('"b', 2), Word("'c", 5)]


def test_comments_and_empty_lines() -> None:
    assert all(is_comment(line) for line in ("", "  ", "!", " ! x", "# x"))
    assert not is_comment("a ! b")


def test_a_misspelt_word_does_not_give_its_secret_away() -> None:
    for line in ("secret 0 Hidden", "secrett 0 Hidden", " scret 0 Hidden words", "no sercet 0 Hidden", "sec 7 Hidden"):
        assert "Hidden" not in without_secrets(line)
    for line in ("timer t1 0 x", "called delete 0 1 x", "hostname x"):
        assert without_secrets(line) == line
