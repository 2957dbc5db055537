"""`--More--`, octet for octet."""

from __future__ import annotations

from oam.shell.pager import ERASE, MORE, Pager

LINES = [f"line {number}" for number in range(1, 21)]


def shown(first: int, last: int) -> str:
    return "".join(line + "\r\n" for line in LINES[first - 1 : last])


def test_the_octets_are_those_of_ios() -> None:
    assert MORE == " --More-- "
    assert ERASE == "\b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\b"


def test_a_screenful_a_line_and_the_end() -> None:
    pager = Pager(6, 80)
    assert pager.feed(LINES) == shown(1, 5) + MORE
    assert pager.waiting
    assert pager.press(" ") == ERASE + shown(6, 10) + MORE
    assert pager.press("\r") == ERASE + shown(11, 11) + MORE
    assert pager.press("x") == "\a"
    assert pager.press("q") == ERASE
    assert pager.quit
    assert not pager.waiting


def test_output_that_fits_is_not_paged() -> None:
    pager = Pager(6, 80)
    assert pager.feed(LINES[:5]) == shown(1, 5)
    assert not pager.waiting
    assert pager.feed(LINES[5:6]) == MORE
    assert pager.press(" ") == ERASE + shown(6, 6)


def test_length_zero_pages_nothing() -> None:
    pager = Pager(0, 80)
    assert pager.feed(LINES) == shown(1, 20)


def test_a_wrapped_line_takes_the_rows_it_takes() -> None:
    pager = Pager(4, 10)
    assert pager.feed(["x" * 25, "next"]) == "x" * 25 + "\r\n" + MORE


def test_search_goes_on_with_the_first_match() -> None:
    pager = Pager(4, 80)
    pager.feed(LINES)
    assert pager.press("/") == ERASE + "/"
    assert "".join(pager.press(key) for key in "1[78]") == "1[78]"
    assert pager.press("\r") == "\r\nskipping...\r\n" + shown(17, 19) + MORE
    assert pager.press("q") == ERASE
    assert pager.finish() == ""


def test_a_search_that_finds_nothing_says_so_at_the_end() -> None:
    pager = Pager(4, 80)
    pager.feed(LINES)
    for key in "/nothing":
        pager.press(key)
    assert pager.press("\r") == "\r\nskipping...\r\n"
    assert pager.feed(["more", "lines"]) == ""
    assert pager.finish() == "% Pattern not found\r\n"


def test_a_search_can_be_mended_and_left() -> None:
    pager = Pager(4, 80)
    pager.feed(LINES)
    assert [pager.press(key) for key in "/a\x7f\x7f"] == [ERASE + "/", "a", "\b \b", "\b \b" + MORE]
    assert [pager.press(key) for key in "/("] == [ERASE + "/", "("]
    assert pager.press("\r") == "\r\n% Not a regular expression: missing )\r\n" + MORE
    assert pager.waiting
    assert pager.press(" ") == ERASE + shown(4, 6) + MORE


def test_one_row_still_makes_progress() -> None:
    pager = Pager(1, 80)
    assert pager.feed(LINES[:2]) == shown(1, 1) + MORE
    assert pager.press(" ") == ERASE + shown(2, 2)
