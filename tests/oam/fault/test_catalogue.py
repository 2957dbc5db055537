"""The catalogue: complete, consistent, and of use."""

from __future__ import annotations

import pytest

from oam.fault.catalogue import ALARMS, CAUSES, EVENT_TYPES, NAMES, TRENDS, Definition
from oam.fault.event import GRAVITY, LEVELS, SEVERITIES

CAUSES_OF_THE_FIELD = {
    1: 505, 2: 22, 3: 612, 4: 26, 5: 541, 6: 541, 7: 202, 8: 537, 9: 509, 10: 162, 11: 151, 12: 73, 13: 160, 14: 545,
    15: 542, 16: 505, 17: 554, 18: 161, 19: 603, 20: 77, 21: 81, 22: 159, 23: 159, 24: 609, 25: 76, 26: 549, 27: 549,
    28: 204, 29: 205, 30: 614, 31: 604, 32: 600, 33: 607, 34: 600, 35: 607, 36: 2, 37: 1024, 38: 532, 39: 614, 40: 161,
}  # fmt: skip
"""Number -> probable cause, as the table of the requirements has them."""

each_alarm = pytest.mark.parametrize("definition", ALARMS.values(), ids=lambda each: each.name)


def test_numbers_are_those_that_were_given_out() -> None:
    assert list(ALARMS) == list(range(1, len(ALARMS) + 1))
    assert len(ALARMS) >= 48
    assert {number: ALARMS[number].cause for number in CAUSES_OF_THE_FIELD} == CAUSES_OF_THE_FIELD


def test_names_are_unique() -> None:
    assert len(NAMES) == len(ALARMS)


@each_alarm
def test_it_is_classified_in_known_terms(definition: Definition) -> None:
    assert definition.event_type in EVENT_TYPES
    assert definition.cause in CAUSES
    assert set(definition.severities) <= set(GRAVITY) - {"cleared", "indeterminate"}


@each_alarm
def test_it_says_what_an_operator_needs(definition: Definition) -> None:
    for text in (definition.meaning, definition.effect, definition.action, definition.clear):
        assert text.endswith(".")
        assert "  " not in text


@each_alarm
def test_what_explains_it_is_an_alarm(definition: Definition) -> None:
    assert all(parent.number in ALARMS for parent in definition.parents)


def test_severities_are_one_set_everywhere() -> None:
    assert set(SEVERITIES) == set(LEVELS) == set(GRAVITY)


def test_trends_have_the_names_of_the_standard() -> None:
    assert sorted(TRENDS.values()) == ["lessSevere", "moreSevere", "noChange"]
