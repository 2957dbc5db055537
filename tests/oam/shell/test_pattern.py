"""Regular expressions of the filters: they mean what `re` means, and no pattern is slow."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oam.shell.pattern import MAX_PATTERN, Pattern, PatternError

ATOMS = st.sampled_from(
    [
        "a",
        "b",
        "-",
        " ",
        ".",
        "[ab]",
        "[^a]",
        "[a-c]",
        "[]a]",
        r"[\d-]",
        r"\w",
        r"\W",
        r"\d",
        r"\s",
        r"\S",
        r"\.",
        "^",
        "$",
        r"\b",
    ]
)
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("({})".format, inner),
        st.builds("(?:{}){}".format, inner, st.sampled_from(["*", "+", "?", "*?", "{2}", "{1,}", "{,2}", "{1,3}"])),
        st.builds("{}|{}".format, inner, inner),
        st.lists(inner, max_size=4).map("".join),
    ),
    max_leaves=8,
)
LINES = st.text(alphabet="abc- .1_é", max_size=12)


@given(PATTERNS, LINES)
def test_agrees_with_re(pattern: str, line: str) -> None:
    assume(len(pattern) <= MAX_PATTERN)
    assert Pattern(pattern).search(line) == bool(re.search(pattern, line))


@pytest.mark.filterwarnings("ignore:Possible")
@given(st.text(alphabet="ab()[]{}|*+?^$\\,-12.", max_size=20), LINES)
def test_any_text_is_a_pattern_or_refused_and_never_means_other_than_re(pattern: str, line: str) -> None:
    try:
        found = Pattern(pattern).search(line)
        expected = bool(re.search(pattern, line))
    except (PatternError, re.error):  # `re` refuses a repeated anchor, harmless here
        return
    assert found == expected


@pytest.mark.parametrize(
    ("pattern", "reason", "offset"),
    [
        ("(", "missing )", 0),
        ("a)", "unbalanced )", 1),
        ("[a", "missing ]", 0),
        ("*a", "nothing to repeat", 0),
        ("a**", "multiple repeat", 2),
        ("a\\", "the pattern ends too early", 2),
        (r"(a)\1", r"\1 is not supported", 3),
        ("(?=a)", "look-around, names and flags are not supported", 0),
        ("[b-a]", "bad range of characters", 1),
        ("a{3,1}", "the largest count is below the smallest", 1),
        ("a{9999}", "the count is too large", 1),
        ("(a{30}){30}", "the pattern is too large", 0),
        ("(" * 41, "too many parentheses", 40),
        ("x" * (MAX_PATTERN + 1), "the pattern is longer than 256 characters", MAX_PATTERN),
    ],
)
def test_says_what_is_wrong_and_where(pattern: str, reason: str, offset: int) -> None:
    with pytest.raises(PatternError) as caught:
        Pattern(pattern)
    assert (caught.value.reason, caught.value.offset) == (reason, offset)


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(a|aa)+$", "(a|a)*b", "(.*)*x", "(a?){60}a{60}b", "((((a*)*)*)*)*b", "((){400}){400}b", "(.*,){20}b"],
)
def test_patterns_that_make_re_hang_take_no_time(pattern: str) -> None:
    compiled = Pattern(pattern)
    line = "a" * 4000 + "!"
    started = time.process_time()
    assert not compiled.search(line)
    assert time.process_time() - started < 0.2


def test_the_table_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oam.shell.pattern.MAX_ENTRIES", 100)
    compiled = Pattern("x.*y")
    text = "x" + "".join(map(chr, range(0x4E00, 0x4E00 + 1000)))
    assert not compiled.search(text)
    assert compiled._entries <= 100
    assert compiled.search(text + "y")


def test_case_counts() -> None:
    assert not Pattern("Alice").search("alice")
    assert Pattern("alice").search("sip:alice@example.com")
