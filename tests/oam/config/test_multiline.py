"""Lines that are one command, as every reader of lines puts them together."""

from __future__ import annotations

import pytest

from oam.commands.registry import CONFIG, EXEC, load
from oam.config.multiline import begun
from oam.config.text import parse, render
from oam.config.tree import Configuration
from oam.settings.lines import BANNER_CHARACTERS, Banners


def test_a_banner_goes_on_until_its_delimiter() -> None:
    held = begun(load(), CONFIG, "ban mo @")
    assert held is not None
    assert held.end == "@"
    assert held.feed("Hello") is None
    assert held.feed(" exit") is None
    assert held.feed("@") == "ban mo @\nHello\n exit\n@"


@pytest.mark.parametrize("line", ["banner motd @Hello@", "banner motd", "hostname b", "banner", "boot x y", ""])
def test_other_lines_stand_alone(line: str) -> None:
    assert begun(load(), CONFIG, line) is None


def test_there_are_no_banners_in_exec() -> None:
    assert begun(load(), EXEC, "banner motd @") is None


def test_too_long_a_text_is_not_held_and_still_ends() -> None:
    held = begun(load(), CONFIG, "banner motd @")
    assert held is not None
    for _ in range(1000):
        assert held.feed("x" * 100) is None
    whole = held.feed("@")
    assert whole is not None
    assert BANNER_CHARACTERS < len(whole) < 3 * BANNER_CHARACTERS


def test_banners_are_written_as_they_are_pasted_back() -> None:
    settings = Configuration(banners=Banners(motd="Hello\n ! you\n\nend", exec="x"))
    lines = render(load(), settings)
    assert lines[lines.index("banner motd ^C") :][:6] == ["banner motd ^C", "Hello", " ! you", "", "end", "^C"]
    assert parse(load(), lines) == (settings, [])
    assert parse(load(), render(load(), settings, everything=True)) == (settings, [])


def test_a_text_without_its_end_is_named() -> None:
    _, problems = parse(load(), ["hostname x", "banner motd @", "Hello"])
    assert [str(each) for each in problems] == ["line 2: a text does not end: its delimiter @ is missing"]
