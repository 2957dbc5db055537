"""Lines that are no commands, kept without what may be a secret in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oam.commands.registry import EXEC, load
from oam.grammar.result import Match

REGISTRY = load()


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("username bob secrte 0 hunter2", "username bob secrte *"),
        ("username bob secrte hunter2", "username bob secrte *"),
        ("usrname bob secret 0 hunter2", "usrname *"),
        ("username bob privilege 99 secret 0 hunter2", "username bob privilege 99 *"),
        ("username b@b secret hunter2", "username *"),
        ("u bob secret 0 hunter2", "u bob secret *"),
        ("do username bob secrte 0 hunter2", "do username bob secrte *"),
        ("no usrname bob secret 0 hunter2", "no usrname *"),
        ("username bob totp 0 hunter2", "username bob totp 0 *"),
        ("e secret hunter2", "e secret *"),
        ("enabel secret 0 hunter2", "enabel *"),
        ("hunters hunter2", "hunters *"),
        ("hunter1 hunter2", "*"),
        ("Hunter-Two!", "*"),
        ("enable hunter2", "enable *"),
        ("enable hunter", "enable hunter"),
        ("kee hunter2", "kee *"),
        ("test aaa group radius bob hunter 2", "test aaa group radius bob *"),
        ("  secret 0 hunter2 x", "  secret 0 *"),
        ("scret hunter2", "scret *"),
        ("show runing-config section sip", "show runing-config section sip"),
        ("sohw version", "sohw version"),
        ("show calls detial", "show calls detial"),
        ("show", "show"),
        ("hotsname sip1", "hotsname sip1"),
        ("repeat 2 test aaa group radius bob hunter2 x", "repeat 2 test aaa group radius bob *"),
        ("repaet 2 show calls", "repaet *"),
        ("", ""),
        ("do", "do"),
    ],
)
def test_what_is_kept_of_a_line(line: str, kept: str) -> None:
    assert REGISTRY.masked(line) == kept


def test_a_secret_in_a_question_for_help_is_masked() -> None:
    outcome = REGISTRY.graphs[EXEC].match("help test aaa group radius bob hunter2", 15)
    assert isinstance(outcome, Match)
    assert outcome.secret
    assert outcome.canonical == "help test aaa group radius bob *"


@given(st.text())
def test_any_line_can_be_masked(line: str) -> None:
    REGISTRY.masked(line)
