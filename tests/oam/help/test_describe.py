"""What is said of a command."""

from __future__ import annotations

import pytest

from oam.commands.registry import PRIVILEGED, Command, Registry, Target, load, order
from oam.grammar.result import Match
from oam.grammar.syntax import parse
from oam.help.describe import examples, explained, facts, paragraphs, parts, written


def command(syntax: str) -> Command:
    return next(each for each in load().commands if written(each.elements) == syntax)


@pytest.mark.parametrize(
    ("syntax", "text"),
    [
        ("listener <udp|tcp>$t ADDRESS$a [advertise HOST$h]", "listener <udp|tcp> ADDRESS [advertise HOST]"),
        ("timer t1 (10-100)$v", "timer t1 <10-100>"),
    ],
)
def test_syntax_for_people(syntax: str, text: str) -> None:
    assert written(parse(syntax)) == text


def test_facts_of_a_line_and_of_a_command() -> None:
    assert [str(each) for each in facts(command("timer t1 <10-10000>"))] == ["Default: 500."]
    assert [str(each) for each in facts(command("algorithm <sha-256|md5>"))] == [
        "Default: sha-256, md5.",
        "May be given several times.",
    ]
    assert [str(each) for each in facts(command("show clock"))] == ["For everybody."]
    assert [str(each) for each in facts(command("clear counters"))] == [
        "Privilege 15.",
        "Asks for confirmation, except in scripts.",
    ]
    assert [str(each) for each in facts(command("sip"))] == ["Enters mode sip."]


def test_every_value_is_explained_also_two_of_one_type() -> None:
    found = explained(load(), command("test call SUBSCRIBER SUBSCRIBER [force]"))
    assert [each.word for each in found] == ["SUBSCRIBER", "SUBSCRIBER", "force"]
    assert found[0].help != found[1].help


def test_words_that_must_stand_there_need_no_help_of_their_own() -> None:
    found = [each.word for each in explained(load(), command("show running-config [all] [section SECTION]"))]
    assert found == ["all", "section", "SECTION"]


def test_examples_are_told_apart_from_the_text() -> None:
    registry = Registry()

    @order("sing WORD$song", registry=registry, words={"sing": "Sing"})
    def sing(context: object, song: str) -> None:
        """Sing a song.

        It is heard
        everywhere.
        Example: sing hymn
        """

    assert paragraphs(registry.commands[0]) == ["Sing a song.", "It is heard everywhere."]
    assert examples(registry.commands[0]) == ["sing hymn"]


def test_parts_begin_with_exec_and_configuration() -> None:
    titles = [part.title for part in parts(load())]
    assert titles[:2] == ["EXEC commands", "Configuration commands"]
    assert "Mode sip, prompt (config-sip)#" in titles


def test_examples_are_lines_of_their_command() -> None:
    registry = load()
    for command in registry.commands:
        for example in examples(command):
            outcome = registry.graphs[command.mode].match(example.partition(" | ")[0], PRIVILEGED)
            assert isinstance(outcome, Match), example
            assert isinstance(outcome.command, Target)
            assert outcome.command.command.handler is command.handler, example


def test_every_help_is_a_sentence() -> None:
    assert [each for each in load().commands if not each.help.endswith(".") or each.help[:1].islower()] == []
