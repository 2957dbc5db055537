"""Headings of rounds, and what fits on a screen."""

from __future__ import annotations

import re

from oam.context import Again
from oam.shell.again import CLEAR, Screenful, heading


def test_headings() -> None:
    watching = Again("show clock", 0, 2)
    assert re.fullmatch(
        r"--- \d\d:\d\d:\d\d UTC, every 2 s: show clock \(a key ends it\)\r\n", heading(watching, 1, False)
    )
    assert heading(watching, 1, True).startswith(CLEAR)
    assert heading(Again("show clock", 3, 0), 2, False) == "--- 2 of 3: show clock\r\n"
    assert heading(Again("show clock", 1, 0), 1, False) == ""


def test_what_fits_is_shown_and_the_rest_not_wanted() -> None:
    screen = Screenful(5, 10)
    assert screen.feed(["a", "b" * 15]) == "a\r\n" + "b" * 15 + "\r\n"
    assert screen.feed(["c"]) == ""
    assert screen.quit
    assert not screen.waiting


def test_where_nothing_is_drawn_everything_is_shown() -> None:
    screen = Screenful(0, 10)
    assert screen.feed(["a"] * 100).count("a\r\n") == 100
    assert not screen.quit
