"""The indicators that jobs and thresholds may name."""

from __future__ import annotations

import pytest

from oam.fault.catalogue import ALARMS
from oam.measurement.indicators import ALARM_OF, OTHER, USUAL, applying, find
from oam.settings.measurement import BUILT_IN, CHOICES


def test_every_indicator_that_is_named_here_exists() -> None:
    for name in (*USUAL, *ALARM_OF, *(each.indicator for each in BUILT_IN)):
        assert find(name) is not None, name


@pytest.mark.parametrize("kind", sorted({kind for kinds in CHOICES.values() for kind in kinds}))
def test_every_kind_of_object_has_usual_indicators(kind: str) -> None:
    assert applying(kind, ())


def test_an_indicator_that_objects_do_not_have_is_left_out() -> None:
    assert [each.name for each in applying("method", ("asr", "received"))] == ["received"]
    assert [each.name for each in applying("system", ("asr", "received"))] == ["asr"]
    assert find("nonsense") is None


def test_every_alarm_that_is_named_is_in_the_catalogue() -> None:
    assert {*ALARM_OF.values(), OTHER} <= set(ALARMS)
