"""Overload control, with a fake clock: levels, classes, and a modelled server under a load that steps up and down."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from core.northbound.traffic_settings import OverloadSettings, Threshold
from core.policy.overload import CALL, PRIORITY, REGISTRATION, Overload, Readings
from core.policy.rising import Rising

CAPACITY = 500.0
"""Calls a second that the modelled server takes, its whole processor for them."""
REFUSAL = 1 / 20
"""What a refusal costs, as a share of a call."""
ROOM = 300
"""Datagrams that the modelled socket holds."""


class Second:
    """What one second came to."""

    def __init__(self, goodput: float, level: int, percent: int) -> None:
        self.goodput = goodput
        self.level = level
        self.percent = percent

    def __repr__(self) -> str:
        return f"{self.goodput:.2f}/{self.level}/{self.percent}"


class Model:
    """A server with a processor and a socket buffer, driven in steps of 10 ms."""

    def __init__(
        self,
        settings: OverloadSettings | None = None,
        *,
        is_shared: bool = False,
        room: int = ROOM,
        exempt: float = 0.0,
    ) -> None:
        """`is_shared`: others use the processor, so that what is used of it says nothing.

        `exempt`: share of the requests that nothing but the hard cap refuses.
        """
        self._is_shared = is_shared
        self._room = room
        self.control = Overload(settings or OverloadSettings(), 0.0)
        self.now = 0.0
        self._random = random.Random(7)
        self._queue = 0
        self._due = 0.0
        self._used = 0.0
        self._steps = 0
        self._share = exempt
        self._multiple = 0.0
        self.rising: Rising | None = None
        self.stall = 0
        """Steps in which nothing is done, from now on."""
        self.fullest = 0
        self.exempt = 0
        """Exempt requests served in the last second."""
        self.lost = 0
        """Datagrams that found no room."""

    def run(self, multiple: float, seconds: int) -> list[Second]:
        """Offer `multiple` of the capacity for so long."""
        return [self._second(multiple) for _ in range(seconds)]

    def _second(self, multiple: float) -> Second:
        self._multiple = multiple
        served = self.exempt = 0
        for _ in range(100):
            self.now += 0.01
            self._steps += 1
            self._due += multiple * CAPACITY * 0.01 * self._random.uniform(0.7, 1.3)
            self.lost += max(0, self._queue + int(self._due) - self._room)
            self._queue = min(self._room, self._queue + int(self._due))
            self._due -= int(self._due)
            if self.stall:
                self.stall -= 1
            else:
                served += self._work(0.01)
                self._look()
            self.fullest = max(self.fullest, self._queue)
            if self._steps % 10 == 0:
                queue = 100.0 * self._queue / self._room
                cpu = 40.0 if self._is_shared else 100.0 * self._used / 0.1
                self.control.measure(Readings(cpu, 1.0, queue, 100.0, 5.0), self.now)
                self._used = 0.0
        return Second(served / CAPACITY, self.control.level, self.control.percent())

    def _look(self) -> None:
        rising = self.rising
        if rising is not None and self._queue and self.control.level == 0 and rising.is_due(self.now):
            waited = self._queue / CAPACITY / max(1.0, self._multiple)
            if rising.look(waited, self.now):
                self.control.press(1000.0 * waited, self.now)

    def _work(self, left: float) -> int:
        served = 0
        while self._queue and left > 0:
            self._queue -= 1
            admitted = self._admit()
            cost = (1.0 if admitted else REFUSAL) / CAPACITY
            left -= cost
            self._used += cost
            served += admitted
        return served

    def _admit(self) -> bool:
        control = self.control
        if self._share and self._random.random() < self._share:
            if control.level and not control.may_read(self.now):
                control.capped_unread()
                return False
            admitted = control.admit_exempt(self.now)
            self.exempt += admitted
            return admitted
        if control.level and not control.would_admit(self.now):
            control.refused_unread()
            return False
        if control.is_limiting:
            return control.admit(CALL, False, self.now)
        control.note(CALL)
        return True


@pytest.mark.parametrize(("multiple", "least"), [(0.5, 0.48), (1.0, 0.85), (2.0, 0.85), (3.0, 0.8), (5.0, 0.7)])
def test_goodput_stays_near_capacity(multiple: float, least: float) -> None:
    model = Model()
    model.run(0.5, 3)
    seconds = model.run(multiple, 30)
    assert min(second.goodput for second in seconds[3:]) >= least, seconds


@pytest.mark.parametrize("room", [ROOM, 10 * ROOM])
@pytest.mark.parametrize("multiple", [1.5, 3.0, 5.0])
def test_the_queue_alone_steers_as_well(multiple: float, room: int) -> None:
    model = Model(is_shared=True, room=room)
    model.run(0.5, 3)
    goodput = [second.goodput for second in model.run(multiple, 40)[8:]]
    assert min(goodput) >= 0.7, goodput
    assert sum(goodput) / len(goodput) >= 0.72, goodput


@pytest.mark.parametrize("multiple", [1.5, 3.0, 5.0])
def test_what_is_let_in_does_not_swing(multiple: float) -> None:
    model = Model()
    model.run(0.5, 3)
    goodput = [second.goodput for second in model.run(multiple, 40)[10:]]
    assert max(goodput) - min(goodput) <= 0.1, goodput


@pytest.mark.parametrize("multiple", [3.0, 5.0])
def test_a_rising_queue_is_noticed_before_it_is_full(multiple: float) -> None:
    """It is full in little more than a second."""
    fullest, room = {}, round(1.25 * (multiple - 1.0) * CAPACITY)
    for is_looked_at in (True, False):
        model = Model(room=room)
        model.rising = Rising() if is_looked_at else None
        model.run(0.5, 3)
        goodput = [second.goodput for second in model.run(multiple, 30)]
        fullest[is_looked_at] = model.fullest / room
        assert min(goodput[5:]) >= 0.7, goodput
    assert fullest[True] <= 0.35 < 0.6 < fullest[False]


def test_stalls_under_an_ordinary_load_begin_nothing() -> None:
    model = Model()
    model.rising = Rising()
    for _ in range(60):
        model.stall = 30
        assert {second.level for second in model.run(0.6, 2)} == {0}
    assert model.fullest >= 0.3 * ROOM


def test_a_wait_that_rises_and_is_shorter_than_it_may_be_is_left_alone() -> None:
    for settings in (OverloadSettings(lag=Threshold()), OverloadSettings(enabled=False)):
        assert not Overload(settings, 0.0).press(1000.0, 0.0)
    control = Overload(OverloadSettings(), 0.0)
    assert not control.press(99.0, 1.0)
    assert control.press(100.0, 1.1)
    assert (control.level, control.cause) == (1, "lag")
    assert not control.press(900.0, 1.2)


def test_an_ordinary_load_is_left_alone() -> None:
    model = Model()
    assert {second.level for second in model.run(0.8, 20)} == {0}
    assert {second.percent for second in model.run(0.8, 5)} == {0}


def test_steps_up_and_down() -> None:
    model = Model()
    assert model.run(0.5, 5)[-1].level == 0
    assert model.run(5.0, 5)[-1].level == 1
    assert min(second.goodput for second in model.run(3.0, 15)[5:]) >= 0.8
    calm = model.run(0.5, 12)
    assert [second.level for second in calm][:4] == [1, 1, 1, 1], "the hold time"
    assert calm[-1].level == 0
    assert min(second.goodput for second in calm) >= 0.45, "nothing is refused for what is over"


def readings(
    cpu: float = 10.0, lag: float = 1.0, queue: float = 0.0, memory: float = 1.0, calls: float = 1.0
) -> Readings:
    return Readings(cpu, lag, queue, memory, calls)


def measured(control: Overload, what: Readings, start: float, seconds: float) -> float:
    for step in range(round(seconds * 10)):
        control.measure(what, start + (step + 1) / 10)
    return start + seconds


ALL = OverloadSettings(
    cpu=Threshold(90, 70), lag=Threshold(100, 20), memory=Threshold(500, 400), calls=Threshold(95, 90)
)


@pytest.mark.parametrize(
    ("name", "high", "between", "low"),
    [("cpu", 91, 80, 60), ("lag", 100, 50, 10), ("queue", 50, 20, 0), ("memory", 500, 450, 300), ("calls", 95, 92, 80)],
)
def test_each_indicator_has_hysteresis(name: str, high: float, between: float, low: float) -> None:
    control = Overload(ALL, 0.0)
    now = measured(control, readings(**{name: between}), 0.0, 2)
    assert control.level == 0
    now = measured(control, readings(**{name: high}), now, 0.9)
    assert (control.level, control.cause) == (1, name)
    now = measured(control, readings(**{name: between}), now, 20)
    assert control.level >= 1, "between the thresholds it goes on"
    measured(control, readings(**{name: low}), now, 20)
    assert control.level == 0


def test_a_stall_that_passes_is_no_overload() -> None:
    control = Overload(OverloadSettings(), 0.0)
    now = measured(control, readings(), 0.0, 1)
    for _ in range(20):
        now = measured(control, readings(lag=900.0, queue=60.0), now, 0.6)
        now = measured(control, readings(), now, 0.1)
    assert control.level == 0


def test_a_queue_that_is_nearly_full_does_not_wait() -> None:
    control = Overload(OverloadSettings(), 0.0)
    now = measured(control, readings(), 0.0, 1)
    now = measured(control, readings(queue=61.0), now, 0.3)
    assert control.level == 0
    measured(control, readings(queue=64.0), now, 0.2)
    assert (control.level, control.cause) == (1, "queue")


def test_levels_take_the_classes_in_their_order() -> None:
    control = Overload(OverloadSettings(), 0.0)
    now, seen = 0.0, []
    for _ in range(400):
        for kind in (CALL, REGISTRATION, PRIORITY):
            for _ in range(5):
                if control.is_limiting:
                    control.admit(kind, False, now)
                else:
                    control.note(kind)
        now += 0.1
        before = control.level
        control.measure(readings(cpu=100.0, lag=500.0), now)
        if control.level != before:
            seen.append((control.level, [round(rate) for rate in control.carried]))
    assert [level for level, _ in seen] == [1, 2, 3]
    assert seen[1][1][0] <= 20, "calls are nearly all refused before a registration is"
    assert min(seen[1][1][1:]) >= 45
    assert seen[2][1][2] >= 45, "priority calls are the last"


def test_renewals_are_refused_after_others() -> None:
    control = Overload(OverloadSettings(), 0.0)
    control._set_level(2, "cpu", 0.0)
    control._limit(REGISTRATION, 20.0, 0.0)
    let_in = {True: 0, False: 0}
    for number in range(2000):
        favoured = number % 4 == 0
        let_in[favoured] += control.admit(REGISTRATION, favoured, number / 80)
    assert let_in[True] >= 490, "20 renewals a second fit"
    assert let_in[False] <= 25


def test_the_engineered_rate_holds_without_any_measurement() -> None:
    control = Overload(OverloadSettings(rate_maximum=50), 0.0)
    passed = sum(control.admit(CALL, False, number / 150) for number in range(1500))
    assert 495 <= passed <= 510
    assert all(control.admit(PRIORITY, False, 10.0) for _ in range(500))


def test_more_than_the_engineered_rate_is_level_one() -> None:
    control = Overload(OverloadSettings(rate_maximum=50, hold_s=2), 0.0)
    now = 0.0
    for step in range(600):
        now = step / 150
        control.admit(CALL, False, now)
        if step % 15 == 0:
            control.measure(readings(), now)
    assert (control.level, control.cause, control.limit()) == (1, "rate", 50.0)
    assert 60 <= control.percent() <= 72
    measured(control, readings(), now, 4)
    assert control.level == 0


def test_the_hard_cap_is_twenty_per_cent_above_unless_it_is_said() -> None:
    for settings, expected in (
        (OverloadSettings(rate_maximum=50), 60),
        (OverloadSettings(rate_maximum=50, hard_cap=100), 100),
        (OverloadSettings(hard_cap=30), 30),
    ):
        control = Overload(settings, 0.0)
        passed = sum(control.below_cap(number / 1000) for number in range(10_000))
        assert passed == pytest.approx(10 * expected, abs=expected / 5 + 5)
    assert all(Overload(OverloadSettings(), 0.0).below_cap(0.0) for _ in range(1000))


def began_at(rate: int) -> Overload:
    """Carry so many emergency calls a second, until it is too much."""
    control = Overload(OverloadSettings(), 0.0)
    for step in range(50):
        assert all(control.admit_exempt(step / 10) for _ in range(rate // 10)), "without overload there is no cap"
        if control.measure(readings(cpu=100.0 if step > 30 else 50.0), step / 10 + 0.1):
            break
    assert control.level == 1
    return control


@pytest.mark.parametrize(("carried", "cap"), [(10, 50), (100, 120), (1000, 1200)])
@pytest.mark.parametrize("asked", [Overload.admit_exempt, Overload.may_read])
def test_in_overload_what_is_exempt_has_a_cap_where_none_is_configured(
    asked: Callable[[Overload, float], bool], carried: int, cap: int
) -> None:
    control = began_at(carried)
    passed = sum(asked(control, 5.0 + number / 5000) for number in range(10_000))
    assert passed == pytest.approx(2 * cap, abs=cap / 5 + 5)
    assert control.below_cap(9.0), "ordinary calls have their own limit"


def test_the_hard_cap_that_is_configured_holds_for_what_is_exempt_at_any_level() -> None:
    control = Overload(OverloadSettings(hard_cap=30), 0.0)
    assert sum(control.admit_exempt(number / 1000) for number in range(10_000)) == pytest.approx(300, abs=5)
    control.configure(OverloadSettings())
    assert all(control.admit_exempt(10.0) for _ in range(1000))


def test_overload_lasts_while_the_cap_of_its_own_refuses_and_that_grows_while_it_may() -> None:
    control = began_at(100)
    now, passed = 5.0, 0
    for _ in range(100):
        passed = sum([control.admit_exempt(now + number / 1000) for number in range(100)])
        now += 0.1
        control.measure(readings(), now)
        assert control.level == 1
    assert passed >= 60
    measured(control, readings(), now, 6)
    assert control.level == 0


@pytest.mark.parametrize("multiple", [1.3, 2.0, 5.0])
def test_a_flood_of_what_is_exempt_does_not_drown_the_server(multiple: float) -> None:
    model = Model(exempt=0.9)
    model.run(0.5, 3)
    model.run(multiple, 15)
    lost, exempt = model.lost, 0
    for _ in range(20):
        model.run(multiple, 1)
        exempt += model.exempt
    assert exempt / 20 >= 0.6 * CAPACITY, "emergency calls come before ordinary ones"
    assert model.lost - lost <= 0.01 * 20 * multiple * CAPACITY


def test_switched_off_it_does_nothing_but_what_is_engineered() -> None:
    control = Overload(OverloadSettings(enabled=False), 0.0)
    measured(control, readings(cpu=100.0, lag=900.0, queue=100.0), 0.0, 30)
    assert (control.level, control.is_limiting) == (0, False)


def test_new_settings_keep_what_goes_on() -> None:
    control = Overload(ALL, 0.0)
    measured(control, readings(cpu=100.0), 0.0, 2)
    control.configure(OverloadSettings(cpu=Threshold(80, 60), hold_s=1))
    assert control.level == 1
    control.configure(OverloadSettings(enabled=False))
    assert (control.level, control.is_limiting) == (0, False)


def test_upstream_that_holds_back_is_no_reason_to_stop() -> None:
    control = Overload(OverloadSettings(hold_s=1), 0.0)
    now = measured(control, readings(cpu=100.0), 0.0, 1)
    control.is_held_back = True
    now = measured(control, readings(), now, 10)
    assert control.level == 1
    control.is_held_back = False
    measured(control, readings(), now, 3)
    assert control.level == 0


def test_the_engineered_rate_holds_no_level_but_the_first() -> None:
    control = Overload(OverloadSettings(rate_maximum=10, hold_s=1), 0.0)
    control._set_level(3, "cpu", 0.0)
    control.is_held_back = True
    levels = []
    for step in range(100):
        for _ in range(5):
            control.admit(CALL, False, step / 10)
        control.measure(readings(), step / 10 + 0.1)
        levels.append(control.level)
    assert sorted(set(levels), reverse=True) == [3, 2, 1]
    assert levels[-1] == 1
