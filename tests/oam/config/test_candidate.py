"""A candidate is a list of edits, made on whatever runs when it is committed."""

from __future__ import annotations

import pytest

from oam.commands.registry import Target, load
from oam.config import candidate
from oam.config.candidate import Candidate, CandidateFull
from oam.config.edit import Edit
from oam.config.tree import Configuration

TARGET = Target(next(each for each in load().commands if each.syntax.startswith("hostname ")))


def hostname(value: str, source: str = "", section: str = "hostname") -> Edit:
    command = next(each for each in load().commands if each.syntax.startswith("hostname "))
    return Edit("", command.binding, {"value": value}, section, source, f"hostname {value}")


def test_its_edits_are_made_on_what_runs_then() -> None:
    mine = Candidate()
    assert not mine
    mine.take(hostname("a"), TARGET)
    assert mine
    running = Configuration(enable_secret="other")
    assert mine.made(running) == Configuration(hostname="a", enable_secret="other")


def test_a_whole_configuration_replaces_what_runs_and_takes_edits() -> None:
    mine = Candidate()
    mine.take(hostname("a"), TARGET)
    mine.replace(Configuration(enable_secret="whole"))
    assert mine.made(Configuration(hostname="r")) == Configuration(enable_secret="whole")
    mine.take(hostname("b"), TARGET)
    assert mine.made(Configuration()).hostname == "b"
    mine.clear()
    assert not mine


def test_it_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidate, "MAX_EDITS", 1)
    mine = Candidate()
    mine.take(hostname("a"), TARGET)
    with pytest.raises(CandidateFull):
        mine.take(hostname("b"), TARGET)


def test_the_last_edit_of_the_section_is_to_blame() -> None:
    mine = Candidate()
    assert mine.blamed({}, "sip: wrong") is None
    mine.take(hostname("a", "f:1", "ssh"), TARGET)
    mine.take(hostname("b", "f:2", "ssh"), TARGET)
    mine.take(hostname("c", "f:3"), TARGET)
    names = {"ssh": "management ssh"}
    for problem, source in (("management ssh: no such list", "f:2"), ("something else", "f:3")):
        blamed = mine.blamed(names, problem)
        assert blamed is not None
        assert blamed.source == source
