"""A candidate committed is the same as its lines given one by one, and its difference says what it does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oam.commands.registry import load
from oam.config.candidate import Candidate
from oam.config.diff import SAME, differences
from oam.config.edit import Draft
from oam.config.text import Parser, parse, render
from oam.config.tree import Configuration

REGISTRY = load()
LINE = next(iter(REGISTRY.targets.values()))
"""What the edits are lines of is asked for rights alone, which are no matter here."""
NAMES = st.sampled_from(["a", "b", "c"])
LINES = st.one_of(
    st.builds("hostname {}".format, NAMES),
    st.builds("ip access-list {}".format, NAMES),
    st.builds("no ip access-list {}".format, NAMES),
    st.builds("sip|domain {}.example.com".format, NAMES),
    st.builds("sip|no domain {}.example.com".format, NAMES),
    st.builds("ip access-list {}|permit 192.0.2.{}".format, NAMES, st.integers(0, 3)),
    st.builds("ip access-list {}|no permit 192.0.2.{}".format, NAMES, st.integers(0, 3)),
    st.sampled_from(["no sip", "default sip", "archive|maximum 7", "archive|no maximum", "no hostname"]),
)
SCRIPTS = st.lists(LINES, max_size=25)


class Recording(Draft[Configuration]):
    """A draft that keeps the edits it is given."""

    def __init__(self, base: Configuration, candidate: Candidate) -> None:
        super().__init__(base)
        self._candidate = candidate

    def apply(self, edit) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        self._candidate.take(edit, LINE)
        super().apply(edit)


def typed(script: list[str]) -> list[str]:
    return [line for each in script for line in [*each.split("|"), "exit"]]


@pytest.mark.slow
@given(SCRIPTS, SCRIPTS)
def test_committed_is_as_typed(before: list[str], script: list[str]) -> None:
    running, _ = parse(REGISTRY, typed(before))
    candidate = Candidate()
    parser = Parser(REGISTRY, running)
    parser.draft = Recording(running, candidate)
    for number, line in enumerate(typed(script), 1):
        parser.feed(number, line)
    assert parser.problems == []
    one_by_one = running
    for edit in candidate.edits:
        one_by_one = Draft(one_by_one).apply_all([edit]).freeze()
    assert candidate.made(running) == one_by_one
    found = differences(render(REGISTRY, running), render(REGISTRY, one_by_one))
    assert (found == [SAME]) == (render(REGISTRY, running) == render(REGISTRY, one_by_one))
