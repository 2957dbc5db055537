"""Lines looked up from a mode outwards."""

from __future__ import annotations

import pytest

from oam.commands.registry import CONFIG, EXEC, Mode, Registry, order, show
from oam.config.resolve import resolve
from oam.context import Context
from oam.grammar.result import Incomplete, Invalid, Match

INNER = Mode("inner", "config-inner", CONFIG)
WORDS = dict.fromkeys(("sip", "sipper", "timer", "domain", "clock"), "Word")


def helped(context: Context, **arguments: object) -> None:
    """Do something."""


@pytest.fixture
def registry() -> Registry:
    registry = Registry()
    show("show clock", words=WORDS, registry=registry)(helped)
    order("sip", mode=CONFIG, registry=registry)(helped)
    order("timer (1-9)$value", mode=CONFIG, registry=registry)(helped)
    order("sipper", mode=INNER, registry=registry)(helped)
    order("domain WORD$name", mode=INNER, registry=registry)(helped)
    registry.compile()
    return registry


@pytest.mark.parametrize(
    ("mode", "line", "found", "canonical"),
    [
        (INNER, "domain x", INNER, "domain x"),
        (INNER, "sip", CONFIG, "sip"),
        (INNER, "sipp", INNER, "sipper"),
        (INNER, "si", INNER, "sipper"),
        (CONFIG, "si", CONFIG, "sip"),
        (INNER, "t 5", CONFIG, "timer 5"),
        (INNER, "do show clock", INNER, "do show clock"),
        (EXEC, "sh c", EXEC, "show clock"),
    ],
)
def test_the_nearest_command_wins_unless_another_is_typed_in_full(
    registry: Registry, mode: Mode, line: str, found: Mode, canonical: str
) -> None:
    outcome, where = resolve(registry, mode, line, 15)
    assert isinstance(outcome, Match)
    assert (where, outcome.canonical) == (found, canonical)


def test_exec_commands_are_not_seen_from_configuration(registry: Registry) -> None:
    assert resolve(registry, INNER, "show clock", 15)[0] == Invalid(0)


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("timer 10", Invalid(6, "not in the range 1 to 9")),
        ("timer", Incomplete(5)),
        ("domain", Incomplete(6)),
        ("bogus", Invalid(0)),
    ],
)
def test_the_complaint_that_got_furthest_is_given(registry: Registry, line: str, outcome: object) -> None:
    found, mode = resolve(registry, INNER, line, 15)
    assert (found, mode) == (outcome, INNER)
