"""The walker: match, incomplete, ambiguous, invalid with its place, and help."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oam.grammar.graph import Graph, GraphError
from oam.grammar.result import CR, Ambiguous, Incomplete, Invalid, Match
from oam.grammar.syntax import Argument, Keyword, parse


class Target:
    """A command by its syntax."""

    def __init__(self, syntax: str, privilege: int = 1) -> None:
        self.syntax = syntax
        self.privilege = privilege

    def __repr__(self) -> str:
        return self.syntax


SYNTAX = {
    "show version": 1,
    "show registrations [WORD$aor]": 1,
    "show running-config [<all$all|section WORD$section>]": 15,
    "show calls [detail]$detail": 1,
    "clear registration <all|WORD>$which": 15,
    "timer <t1|t2>$timer (10-100)$value": 1,
    "route <ADDRESS|DOMAIN>$to": 1,
    "secret 0 PASSWORD$text": 1,
    "name LINE$text": 1,
}


def help_of(element: Keyword | Argument) -> tuple[str, bool]:
    """Describe a word by itself."""
    return (element.type.help if isinstance(element, Argument) else f"the {element.word}"), False


def make_graph(syntax: dict[str, int]) -> Graph[Target]:
    """Return a graph of `syntax` lines with their privileges."""
    graph: Graph[Target] = Graph()
    for line, privilege in syntax.items():
        graph.add(parse(line), Target(line, privilege), help_of)
    return graph


GRAPH = make_graph(SYNTAX)


@pytest.mark.parametrize(
    ("line", "syntax", "arguments"),
    [
        ("show version", "show version", {}),
        ("  SHOW   Version ", "show version", {}),
        ("sh ver", "show version", {}),
        ("show registrations", "show registrations [WORD$aor]", {}),
        ("sh reg a@b", "show registrations [WORD$aor]", {"aor": "a@b"}),
        ("sh run all", "show running-config [<all$all|section WORD$section>]", {"all": "all"}),
        ("sh run sec sip", "show running-config [<all$all|section WORD$section>]", {"section": "sip"}),
        ("show calls d", "show calls [detail]$detail", {"detail": "detail"}),
        ("clear registration all", "clear registration <all|WORD>$which", {"which": "all"}),
        ("timer t2 100", "timer <t1|t2>$timer (10-100)$value", {"timer": "t2", "value": 100}),
        ("route ::1", "route <ADDRESS|DOMAIN>$to", {"to": "::1"}),
        ("route A.B", "route <ADDRESS|DOMAIN>$to", {"to": "a.b"}),
        ("name  Alice  Brown  ", "name LINE$text", {"text": "Alice  Brown"}),
    ],
)
def test_match(line: str, syntax: str, arguments: dict[str, object]) -> None:
    outcome = GRAPH.match(line, 15)
    assert isinstance(outcome, Match)
    assert repr(outcome.command) == syntax
    assert outcome.arguments == arguments


def test_where_a_word_is_free_a_keyword_is_never_abbreviated() -> None:
    outcome = GRAPH.match("clear registration al", 15)
    assert isinstance(outcome, Match)
    assert outcome.arguments == {"which": "al"}


@pytest.mark.parametrize("line", ["", "show", "timer t1", "sh run sec", "clear", "name", "secret 0"])
def test_incomplete(line: str) -> None:
    assert GRAPH.match(line, 15) == Incomplete(len(line))


@pytest.mark.parametrize(
    ("line", "offset", "candidates"),
    [("show r", 5, ("registrations", "running-config")), ("s", 0, ("secret", "show")), ("timer t 5", 6, ("t1", "t2"))],
)
def test_ambiguous(line: str, offset: int, candidates: tuple[str, ...]) -> None:
    assert GRAPH.match(line, 15) == Ambiguous(offset, candidates)


@pytest.mark.parametrize(
    ("line", "offset"),
    [
        ("foo", 0),
        ("  foo bar", 2),
        ("show foo", 5),
        ("show version x", 13),
        ("timer t1 5", 9),
        ("timer t1 50 60", 12),
        ("route a..b", 6),
        ("name x\x07", 5),
    ],
)
def test_invalid_points_at_the_word(line: str, offset: int) -> None:
    outcome = GRAPH.match(line, 15)
    assert isinstance(outcome, Invalid)
    assert outcome.offset == offset


def test_invalid_says_what_the_type_has_against_the_word() -> None:
    assert GRAPH.match("timer t1 5", 15) == Invalid(9, "not in the range 10 to 100")


def test_what_the_privilege_does_not_reach_is_not_there() -> None:
    assert GRAPH.match("show running-config", 1) == Invalid(5)
    assert GRAPH.match("clear registration all", 1) == Invalid(0)
    outcome = GRAPH.match("show r", 1)
    assert isinstance(outcome, Match)
    assert "running-config" not in [each.word for each in GRAPH.help("show ", 1)]


def test_canonical_line_spells_keywords_out_and_hides_secrets() -> None:
    outcome = GRAPH.match("sec 0 my  pass word", 15)
    assert isinstance(outcome, Match)
    assert outcome.canonical == "secret 0 *"
    assert outcome.secret
    assert not outcome.exact
    outcome = GRAPH.match("show reg bob", 15)
    assert isinstance(outcome, Match)
    assert outcome.canonical == "show registrations bob"
    assert outcome.exact


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["clear", "name", "route", "secret", "show", "timer"]),
        ("s", ["secret", "show"]),
        ("SH", ["show"]),
        ("show", ["show"]),
        ("show r", ["registrations", "running-config"]),
        ("show registrations ", ["WORD", "<cr>"]),
        ("show calls ", ["detail", "<cr>"]),
        ("show version ", ["<cr>"]),
        ("timer t1 ", ["<10-100>"]),
        ("timer t1 5", ["<10-100>"]),
        ("clear registration ", ["all", "WORD"]),
        ("name ", ["LINE"]),
        ("name Alice ", ["LINE", "<cr>"]),
        ("foo ", []),
        ("show r ", []),
        ("foo", []),
    ],
)
def test_help(text: str, words: list[str]) -> None:
    assert [each.word for each in GRAPH.help(text, 15)] == words


def test_help_ends_with_the_line_end() -> None:
    assert GRAPH.help("show registrations ", 15)[-1] == CR


def test_a_prefix_leads_into_another_graph() -> None:
    inner = make_graph({"show clock": 1})
    graph = make_graph({"domain WORD$x": 15})
    graph.prefixes["do"] = (inner, "run it there")
    outcome = graph.match("do sh cl", 15)
    assert isinstance(outcome, Match)
    assert outcome.canonical == "do show clock"
    assert graph.match("do show xx", 15) == Invalid(8)
    assert graph.match("do", 15) == Incomplete(2)
    assert [each.word for each in graph.help("do", 15)] == ["do", "domain"]
    assert [each.word for each in graph.help("do show ", 15)] == ["clock"]


def test_two_commands_of_the_same_words_are_refused() -> None:
    graph = make_graph({"a [b]": 1})
    with pytest.raises(GraphError):
        graph.add(parse("a b"), Target("other"), help_of)


def test_two_declared_helps_at_one_place_are_refused() -> None:
    graph: Graph[Target] = Graph()
    graph.add(parse("a b"), Target("one"), lambda element: ("one", True))
    with pytest.raises(GraphError, match="two helps"):
        graph.add(parse("a c"), Target("two"), lambda element: ("two", True))


def test_a_declared_help_goes_before_a_general_one() -> None:
    graph: Graph[Target] = Graph()
    graph.add(parse("a b"), Target("one"), lambda element: ("general", False))
    graph.add(parse("a c"), Target("two"), lambda element: ("own", True))
    graph.add(parse("a d"), Target("three"), lambda element: ("general", False))
    assert [each.help for each in graph.help("", 15)] == ["own"]


@given(st.text(), st.integers(0, 15))
def test_no_line_raises(line: str, privilege: int) -> None:
    outcome = GRAPH.match(line, privilege)
    assert isinstance(outcome, Match | Incomplete | Ambiguous | Invalid)
    if isinstance(outcome, Invalid | Ambiguous):
        assert 0 <= outcome.offset < len(line)
    GRAPH.help(line, privilege)


@given(st.lists(st.sampled_from([*" ".join(SYNTAX).split(), "sh", "s", "t1", "50", "x", "al"]), max_size=6))
def test_what_matches_matches_again_in_canonical_form(words: list[str]) -> None:
    outcome = GRAPH.match(" ".join(words), 15)
    if isinstance(outcome, Match) and not outcome.secret:
        again = GRAPH.match(outcome.canonical, 15)
        assert isinstance(again, Match)
        assert again[:3] == outcome[:3]
