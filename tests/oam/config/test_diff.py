"""Differences of configuration texts: what makes the second of the first, in its context."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oam.config.diff import HEADER, SAME, differences


def test_lines_stand_in_their_section() -> None:
    old = ["version 1.0", "!", "hostname a", "!", "sip", " domain a.b", " domain c.d", "!", "registrar", " x 1", "end"]
    new = ["! comment", "hostname b", "sip", " domain a.b", " domain e.f", "logging level errors", "end"]
    assert differences(old, new) == [
        HEADER,
        "-hostname a",
        "+hostname b",
        "sip",
        " -domain c.d",
        " +domain e.f",
        "+logging level errors",
        "-registrar",
        " -x 1",
    ]


def test_nothing_is_said_of_what_is_the_same() -> None:
    lines = ["hostname a", "sip", " domain a.b", "end"]
    assert differences(lines, ["Building configuration...", "", "!", *lines]) == [SAME]


def test_a_rule_that_moves_is_seen() -> None:
    old = ["ip access-list A", " permit 192.0.2.0/24", " deny any"]
    assert differences(old, [old[0], old[2], old[1]]) == [HEADER, old[0], " +deny any", " -deny any"]


def patched(old: list[str], found: list[str]) -> list[str]:
    """Take the lines that went out of `old`, and add those that came, order aside."""
    lines = sorted(old)
    for line in found:
        if line.startswith("-"):
            lines.remove(line[1:])
        elif line.startswith("+"):
            lines.append(line[1:])
    return sorted(lines)


LINES = st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), max_size=12)


@pytest.mark.slow
@given(LINES, LINES)
def test_the_difference_leads_from_one_to_the_other(old: list[str], new: list[str]) -> None:
    found = differences(old, new)
    if found == [SAME]:
        assert old == new
    else:
        assert patched(old, found) == sorted(new)
