"""A waiting time that rises, and one that falls after a stall."""

from __future__ import annotations

import random
from collections import deque

import pytest

from core.policy.rising import Rising


def looked(rising: Rising, waits: list[float], step: float = 0.03) -> list[bool]:
    return [rising.look(waited, 100.0 + number * step) for number, waited in enumerate(waits)]


def test_it_rises_when_it_has_not_fallen_look_after_look() -> None:
    assert looked(Rising(), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.5, 0.6]) == 4 * [False] + [True, True, False, False]
    assert looked(Rising(), [0.0, 0.01, 0.015, 0.019, 0.2, 0.3, 0.4]) == 7 * [False], "from next to nothing it may"


@pytest.mark.parametrize("waits", [[1.0 - number / 50 for number in range(40)], 10 * [0.1, 0.4, 0.3, 0.2], 20 * [0.0]])
def test_one_that_falls_or_is_not_known_does_not(waits: list[float]) -> None:
    assert not any(looked(Rising(), waits))


def test_looks_far_apart_say_nothing() -> None:
    assert not any(looked(Rising(), [number / 10 for number in range(10)], step=0.3))


def test_it_is_looked_at_now_and_then_only() -> None:
    rising = Rising()
    assert rising.is_due(100.0)
    rising.look(1.0, 100.0)
    assert not rising.is_due(100.02)
    assert rising.is_due(100.03)


class Socket:
    """One that is emptied of up to 1000 datagrams a second; `longest`: waited when the time was found to rise."""

    def __init__(self, load: float, seed: int) -> None:
        self.longest = 0.0
        self.waited = 0.0
        self.now = 100.0
        self._load = load
        self._random = random.Random(seed)
        self._rising = Rising()
        self._queue: deque[float] = deque()

    def step(self, stall: float = 0.0) -> None:
        """Let a hundredth of a second pass, after one of `stall` in which nothing is done."""
        begun, self.now = self.now, self.now + 0.01 + stall
        mean = 10.0 * self._load * (1 + 100 * stall)
        count = max(1, round(self._random.gauss(mean, mean**0.5)))
        self._queue += [begun + (self.now - begun) * (number + 1) / count for number in range(count)]
        for _ in range(min(10, len(self._queue))):
            self.waited = self.now - self._queue.popleft()
        if self._queue and self._rising.is_due(self.now) and self._rising.look(self.waited, self.now):
            self.longest = max(self.longest, self.waited)


@pytest.mark.parametrize("seed", range(5))
def test_stalls_of_a_server_that_keeps_up_are_no_rise_to_speak_of(seed: int) -> None:
    socket, rng, longest = Socket(0.7, seed), random.Random(seed), 0.0
    for _ in range(10_000):
        socket.step(rng.uniform(0.05, 0.4) if rng.random() < 0.005 else 0.0)
        longest = max(longest, socket.waited)
    assert longest >= 0.3
    assert socket.longest < 0.1


@pytest.mark.parametrize("load", [2.0, 3.0, 5.0])
def test_a_step_of_load_is_seen_early(load: float) -> None:
    socket = Socket(load, 1)
    while socket.longest < 0.1:
        socket.step()
        assert socket.now <= 100.3
