"""Ctrl-R, without a terminal."""

from __future__ import annotations

from oam.shell.editor_search import Search, exchange

HISTORY = ["show calls", "show clock", "reload", "show clock detail"]


def test_the_newest_line_first_then_older_ones() -> None:
    search = Search(HISTORY, "typed")
    assert search.found == "typed"
    assert search.type("C")
    assert search.found == "show clock detail"
    assert search.type("l")
    assert search.older()
    assert search.found == "show clock"
    assert not search.older()
    assert search.found == "show clock"
    assert not search.type("x")
    assert search.pattern == "Cl"


def test_erasing_widens_the_search_again() -> None:
    search = Search(HISTORY, "")
    for sign in "calls":
        assert search.type(sign)
    assert search.found == "show calls"
    for _ in range(3):
        assert search.erase()
    assert search.found == "show calls"
    assert search.pattern == "ca"
    assert search.erase()
    assert search.found == "show clock detail"
    assert search.erase()
    assert not search.erase()


def test_an_empty_history() -> None:
    search = Search([], "")
    assert not search.type("x")
    assert not search.older()


def test_only_what_differs_is_exchanged() -> None:
    assert exchange("abcd", "abxy") == ("cd", "xy")
    assert exchange("ab", "abxy") == ("", "xy")
    assert exchange("abcd", "") == ("abcd", "")
