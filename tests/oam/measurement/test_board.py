"""Thresholds told as alarms: one alarm for each object and family of indicators."""

from __future__ import annotations

import pytest
from support.minutes import IN, OUT, SYSTEM, FakeAlarms

from oam.measurement.board import AlarmKey, Board, Place, alarm_of
from oam.measurement.evaluator import Watch
from oam.settings.measurement import Bound, Clear, Threshold
from oam.statistics.period import ObjectKey

ASR = Threshold(
    "asr", indicator="asr", raises=(Bound("below", 20.0), Bound("below", 5.0, "major")), clear=Clear("above", 30.0)
)
NER = Threshold("ner", indicator="ner", raises=(Bound("below", 50.0, "major"),))
TRUNK = AlarmKey(27, "trunk PSTN")


@pytest.mark.parametrize(
    ("indicator", "key", "alarm"),
    [
        ("register-failures", SYSTEM, (26, "system")),
        ("ira", SYSTEM, (26, "system")),
        ("asr", OUT, (27, "trunk PSTN")),
        ("ner", IN, (27, "trunk PSTN")),
        ("isa", ObjectKey("route-group", "G"), (27, "route-group G")),
        ("abr", ObjectKey("destination", "0086"), (27, "destination 0086")),
        ("srd", OUT, (28, "trunk PSTN")),
        ("setup-p95", SYSTEM, (28, "system")),
        ("retransmission-share", ObjectKey("listener", "udp:192.0.2.1:5060"), (29, "listener udp:192.0.2.1:5060")),
        ("calls-peak", OUT, (43, "trunk PSTN calls-peak")),
        ("erlang", SYSTEM, (43, "system erlang")),
        ("received", ObjectKey("method", "INVITE"), (43, "method INVITE received")),
    ],
)
def test_an_indicator_has_its_alarm(indicator: str, key: ObjectKey, alarm: tuple[int, str]) -> None:
    assert alarm_of(indicator, key) == alarm


class Scene:
    """Two thresholds on one trunk."""

    def __init__(self) -> None:
        self.alarms = FakeAlarms()
        self.board = Board(self.alarms)
        self.watches = {"asr": Watch(ASR), "ner": Watch(NER)}

    def period(self, **values: float | None) -> list[tuple[str, str]]:
        """Let a period pass; return severity and text of the alarms."""
        for name, value in values.items():
            watch = self.watches[name]
            watch.take(value, 0 if value is None else 100)
            self.board.put(TRUNK, Place(name, OUT), watch, f"{name} {value:g}" if value is not None else "nothing")
        self.board.tell(TRUNK)
        return list(self.alarms.active.values())


def test_both_that_are_crossed_are_one_alarm_of_the_worse_severity() -> None:
    scene = Scene()
    assert scene.period(asr=10, ner=90) == [("minor", "asr 10")]
    assert scene.period(asr=10, ner=40) == [("major", "ner 40; asr 10")]
    assert scene.period(asr=10, ner=90) == [("minor", "asr 10")]
    assert scene.period(asr=40, ner=90) == []


def test_one_that_measures_nothing_never_clears_what_it_has_raised() -> None:
    scene = Scene()
    scene.period(asr=10, ner=90)
    assert scene.period(asr=None, ner=90) == [("minor", "asr 10")]
    assert scene.alarms.doubted == {TRUNK}
    assert scene.period(asr=40, ner=90) == []


def test_one_that_measures_nothing_does_not_keep_another_from_being_over() -> None:
    scene = Scene()
    scene.period(asr=10, ner=None)
    assert scene.period(asr=40, ner=None) == []


def test_an_alarm_from_before_a_restart_is_over_only_when_all_say_so() -> None:
    scene = Scene()
    scene.alarms.active[TRUNK] = ("minor", "of old")
    assert scene.period(asr=40, ner=None) == [("minor", "of old")]
    assert scene.alarms.doubted == {TRUNK}
    assert scene.period(asr=25, ner=90) == [("minor", "of old")]
    assert scene.period(asr=31, ner=90) == []


def test_what_is_watched_no_longer_is_over() -> None:
    scene = Scene()
    scene.period(asr=10, ner=40)
    for alarm in scene.board.drop(Place("ner", OUT)):
        scene.board.tell(alarm)
    assert list(scene.alarms.active.values()) == [("minor", "asr 10")]
    for alarm in scene.board.drop(Place("asr", OUT)):
        scene.board.tell(alarm)
    assert scene.alarms.active == {}
