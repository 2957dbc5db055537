"""Whatever sources and operators do, in whatever order: what is told adds up to what there is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oam.fault.alarm import BY_NUMBER, BY_OBJECT
from oam.fault.alarms import Alarms
from oam.fault.event import CLEARED, RAISED, AlarmEvent

pytestmark = pytest.mark.slow

NUMBERS = (2, 3, 4, 9, 14, 16, 36, 44)
OBJECTS = ("system", "trunk A", "trunk B", "route-group X")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("set", "set", "clear", "clear", "unknown", "forget", "shelve", "unshelve", "pass", "acknowledge")
        ),
        st.sampled_from(NUMBERS),
        st.sampled_from(OBJECTS),
        st.sampled_from((0.0, 0.5, 5.0, 31.0, 400.0)),
    ),
    max_size=60,
)


class Play:
    """Alarms, what was published of them, and what their sources said last."""

    def __init__(self) -> None:
        self.now = 0.0
        self.events: list[AlarmEvent] = []
        self.alarms = Alarms(
            lambda *what: self.events.append(what[3]), clock=lambda: 1e9 + self.now, monotonic=lambda: self.now
        )
        self.alarms.owners = lambda name: ("route-group X",) if name.startswith("trunk") else ()
        self.present: set[tuple[int, str]] = set()

    def step(self, what: str, number: int, name: str, seconds: float) -> None:
        alarms, key = self.alarms, (number, name)
        if what == "set":
            alarms.set(number, name, "")
            self.present.add(key)
        elif what == "clear":
            alarms.clear(number, name)
            self.present.discard(key)
        elif what == "unknown":
            alarms.unknown(number, name)
        elif what == "forget":
            alarms.forget(name)
            self.present = {each for each in self.present if each[1] != name}
        elif what == "shelve":
            alarms.shelve(BY_OBJECT, name, 300.0, "", "x")
        elif what == "unshelve" and any(each.value == name for each in alarms.shelves):
            alarms.unshelve(BY_OBJECT, name)
        elif what == "acknowledge" and key in alarms.active:
            alarms.acknowledge(alarms.active[key], "x")
        self.now += seconds
        alarms.tick()


def told(events: list[AlarmEvent]) -> set[int]:
    """The alarms that were told of and are not over; each is raised once and cleared once."""
    active: set[int] = set()
    over: set[int] = set()
    for event in events:
        if event.happening == RAISED:
            assert event.id not in active | over
            active.add(event.id)
        elif event.happening == CLEARED:
            active.remove(event.id)
            over.add(event.id)
        else:
            assert event.id in active
    return active


@given(STEPS)
@settings(deadline=None, max_examples=300)
def test_raised_minus_cleared_is_what_is_active(steps: list[tuple[str, int, str, float]]) -> None:
    play = Play()
    for step in steps:
        play.step(*step)
        announced = {alarm.id for alarm in play.alarms.active.values() if alarm.announced}
        assert told(play.events) == announced
        assert {alarm.id for alarm in play.alarms.shown()} <= announced


@given(STEPS)
@settings(deadline=None, max_examples=200)
def test_sequence_numbers_have_no_gap(steps: list[tuple[str, int, str, float]]) -> None:
    play = Play()
    for step in steps:
        play.step(*step)
    assert [event.sequence for event in play.events] == list(range(1, len(play.events) + 1))


@given(STEPS)
@settings(deadline=None, max_examples=200)
def test_when_nothing_changes_any_more_exactly_what_is_wrong_is_active(
    steps: list[tuple[str, int, str, float]],
) -> None:
    play = Play()
    for step in steps:
        play.step(*step)
    for _ in range(3):
        play.step("pass", 2, "", 400.0)
    assert set(play.alarms.active) == play.present
    assert play.alarms.shelves == []
    hidden = {key for key in play.present if key in play.alarms.suppressed}
    assert {alarm.key for alarm in play.alarms.shown()} == play.present - hidden
    assert set(play.alarms._conditions) == play.present


@given(STEPS, st.integers(0, 60))
@settings(deadline=None, max_examples=100)
def test_a_restart_loses_nothing_and_tells_nothing(steps: list[tuple[str, int, str, float]], cut: int) -> None:
    play = Play()
    for step in steps[:cut]:
        play.step(*step)
    old = play.alarms
    before = dict(old.active)
    play.alarms = Alarms(old._publish, clock=old._clock, monotonic=old._monotonic)
    play.alarms.owners = old.owners
    count = len(play.events)
    play.alarms.resume(old.active.values(), old.shelves, old.sequence.last, old.ids.last)
    assert {key: alarm.id for key, alarm in play.alarms.active.items()} == {
        key: alarm.id for key, alarm in before.items()
    }
    assert len(play.events) == count
    for step in steps[cut:]:
        play.step(*step)
    assert told(play.events) == {alarm.id for alarm in play.alarms.active.values() if alarm.announced}
    assert [event.sequence for event in play.events] == list(range(1, len(play.events) + 1))


@given(STEPS)
@settings(deadline=None, max_examples=100)
def test_what_is_shelved_is_not_told_of(steps: list[tuple[str, int, str, float]]) -> None:
    play = Play()
    play.alarms.shelve(BY_NUMBER, "44", 1e9, "", "x")
    for step in steps:
        play.step(*step)
    assert [event for event in play.events if event.number == 44] == []
