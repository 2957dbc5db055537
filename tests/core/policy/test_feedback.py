"""Feedback in both roles: what upstream is told, what of downstream is obeyed; exact shares and rates."""

from __future__ import annotations

import random

import pytest

from core.northbound.counters import FEEDBACK_OBEYED
from core.policy.feedback import PEERS, Feedback, Throttles
from core.policy.priority import EMERGENCY, ORDINARY, PRIORITY
from core.wire import oc

VIA = "Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKa"


def slots() -> memoryview:
    return memoryview(bytearray(8 * 256)).cast("q")


def told(throttles: Throttles, algorithm: int, value: int, now: float, validity: int = 500, sequence: str = "") -> None:
    throttles.feedback("p", VIA + oc.feedback(algorithm, value, validity, sequence or f"{now + 1:.3f}"), now)


# Client: loss.


@pytest.mark.parametrize("percent", [0, 1, 33, 50, 67, 99, 100])
def test_loss_is_exact_over_ten_thousand_calls(percent: int) -> None:
    throttles = Throttles(slots())
    told(throttles, oc.LOSS, percent, 0.0, 60_000)
    passed = [throttles.admit("p", ORDINARY, 1.0, None) for _ in range(10_000)]
    assert passed.count(False) == pytest.approx(100 * percent, abs=1)
    if 0 < percent < 100:
        hundred = [passed[at : at + 100].count(False) for at in range(0, 10_000, 100)]
        assert max(hundred) - min(hundred) <= 1, "evenly spread"


def test_priority_calls_are_kept_back_last_and_emergency_ones_never() -> None:
    throttles = Throttles(slots())
    told(throttles, oc.LOSS, 50, 0.0, 60_000)
    passed = [throttles.admit("p", PRIORITY if number % 4 == 0 else ORDINARY, 1.0, None) for number in range(1000)]
    assert all(passed[::4])
    assert passed.count(False) == pytest.approx(500, abs=11), "ordinary calls pay for them"
    told(throttles, oc.LOSS, 100, 1.0, 60_000)
    assert not throttles.admit("p", PRIORITY, 1.0, None)
    assert throttles.admit("p", EMERGENCY, 1.0, None)


def test_a_word_holds_for_its_time_and_ends_when_told() -> None:
    throttles = Throttles(slots())
    told(throttles, oc.LOSS, 100, 0.0, 500)
    assert not throttles.admit("p", ORDINARY, 0.49, None)
    assert throttles.admit("p", ORDINARY, 0.51, None)
    told(throttles, oc.LOSS, 100, 1.0, 10_000)
    assert not throttles.admit("p", ORDINARY, 1.1, None)
    told(throttles, oc.LOSS, 0, 1.2, 0)
    assert throttles.admit("p", ORDINARY, 1.2, None)


def test_what_comes_late_counts_for_nothing() -> None:
    throttles = Throttles(slots())
    told(throttles, oc.LOSS, 100, 0.0, 10_000, "100.500")
    told(throttles, oc.LOSS, 0, 0.1, 10_000, "100.400")
    assert not throttles.admit("p", ORDINARY, 0.2, None)
    throttles.feedback("p", VIA + ';oc;oc-algo="loss,rate"', 0.3)
    assert not throttles.admit("p", ORDINARY, 0.3, None)


def test_an_element_that_counts_anew_is_heard_again() -> None:
    throttles = Throttles(slots())
    told(throttles, oc.LOSS, 100, 0.0, 500, "1700000000.0")
    told(throttles, oc.LOSS, 100, 59.0, 500, "1.0")
    assert throttles.admit("p", ORDINARY, 59.1, None)
    told(throttles, oc.LOSS, 100, 60.5, 500, "2.0")
    assert not throttles.admit("p", ORDINARY, 60.6, None)


def test_each_neighbour_for_itself_and_so_many_at_most() -> None:
    throttles = Throttles(slots())
    for number in range(PEERS + 10):
        throttles.feedback(f"p{number}", VIA + oc.feedback(oc.LOSS, 100, 500, "1.0"), 0.0)
    assert throttles.admit("q", ORDINARY, 0.0, None)
    assert not throttles.admit("p0", ORDINARY, 0.0, None)
    assert throttles.admit(f"p{PEERS}", ORDINARY, 0.0, None)
    throttles.feedback("q", VIA + oc.feedback(oc.LOSS, 100, 500, "1.0"), 1.0)
    assert not throttles.admit("q", ORDINARY, 1.0, None), "those that have run out make room"


def test_calls_kept_back_are_counted() -> None:
    counted = slots()
    throttles = Throttles(counted)
    told(throttles, oc.LOSS, 100, 0.0)
    throttles.admit("p", ORDINARY, 0.0, None)
    assert counted[FEEDBACK_OBEYED] == 1
    assert throttles.rows(0.0) == [("p", "loss", 100, 0.5, 1)]


def test_explaining_changes_nothing() -> None:
    throttles = Throttles(slots())
    told(throttles, oc.LOSS, 50, 0.0, 60_000)
    steps: list[tuple[str, str, str]] = []
    for _ in range(10):
        assert throttles.admit("p", ORDINARY, 0.0, steps)
    assert steps[0] == ("overload", "p", "50% kept back")
    assert [throttles.admit("p", ORDINARY, 0.0, None) for _ in range(4)] == [True, False, True, False]


# Client: rate, and Retry-After.


@pytest.mark.parametrize("offered", [50, 100, 500])
def test_rate_lets_no_more_pass_than_was_said(offered: int) -> None:
    throttles = Throttles(slots())
    told(throttles, oc.RATE, 20, 0.0, 60_000)
    passed = sum(throttles.admit("p", ORDINARY, number / offered, None) for number in range(offered * 30))
    assert 600 <= passed <= 607


def test_rate_tolerates_more_of_priority_calls() -> None:
    throttles = Throttles(slots())
    told(throttles, oc.RATE, 10, 0.0, 60_000)
    ordinary = sum(throttles.admit("p", ORDINARY, 0.0, None) for _ in range(100))
    priority = sum(throttles.admit("p", PRIORITY, 0.0, None) for _ in range(100))
    assert (ordinary, priority) == (5, 5)
    assert not throttles.admit("p", ORDINARY, 0.3, None)
    assert throttles.admit("p", PRIORITY, 0.3, None)


def test_a_rate_of_nought_lets_nothing_pass() -> None:
    throttles = Throttles(slots())
    told(throttles, oc.RATE, 0, 0.0, 60_000)
    assert not throttles.admit("p", PRIORITY, 50.0, None)
    assert throttles.admit("p", EMERGENCY, 50.0, None)


def test_retry_after_is_kept_by_ordinary_calls_and_bounded() -> None:
    throttles = Throttles(slots())
    throttles.pause("p", 10.0, 0.0)
    assert not throttles.admit("p", ORDINARY, 9.9, None)
    assert throttles.admit("p", PRIORITY, 5.0, None)
    assert throttles.admit("p", ORDINARY, 10.1, None)
    throttles.pause("p", 86_400.0, 20.0)
    assert throttles.admit("p", ORDINARY, 81.0, None)


# Server.


class Client:
    """An upstream element that offers calls and obeys, or does not."""

    def __init__(self, name: str, offered: float, obeys: bool = True, asks: bool = True, algorithm: int = 0) -> None:
        self.name, self.offered, self.obeys, self.asks, self.algorithm = name, offered, obeys, asks, algorithm
        self.throttles = Throttles(slots())
        self._due = 0.0
        self._random = random.Random(3)
        self.sent = 0

    def step(self, feedback: Feedback, now: float) -> int:
        """Offer what is due in 10 ms; return how many calls were sent."""
        self._due += self.offered * 0.01 * self._random.uniform(0.5, 1.5)
        count = 0
        while self._due >= 1.0:
            self._due -= 1.0
            if self.obeys and not self.throttles.admit("s", ORDINARY, now, None):
                continue
            count += 1
            if self.asks:
                feedback.note(self.name, now)
                self.throttles.feedback("s", VIA + feedback.word(self.name, self.algorithm), now)
        self.sent += count
        return count


def driven(feedback: Feedback, clients: list[Client], limit: float, seconds: int, start: float = 0.0) -> list[float]:
    """Run clients against a server that lets `limit` calls a second in; return what came, second by second."""
    came: list[float] = []
    offered, recent = 0.0, 0
    for second in range(seconds):
        total = 0
        for step in range(100):
            now = start + second + (step + 1) / 100
            count = sum(client.step(feedback, now) for client in clients)
            total += count
            recent += count
            if step % 10 == 9:
                offered += 0.2 * (recent * 10 - offered)
                recent = 0
                feedback.update(limit, offered, True, now, 1_700_000_000.0 + now)
        came.append(total)
    return came


def test_who_obeys_sends_what_is_let_in() -> None:
    feedback = Feedback(True, 500)
    came = driven(feedback, [Client("a", 200.0), Client("b", 100.0)], 100.0, 30)
    assert all(85 <= count <= 118 for count in came[5:]), came
    assert 60 <= feedback.percent() <= 73


def test_by_rate_as_well() -> None:
    clients = [Client("a", 200.0, algorithm=oc.RATE), Client("b", 100.0, algorithm=oc.RATE)]
    came = driven(Feedback(True, 500), clients, 100.0, 30)
    assert all(80 <= count <= 120 for count in came[8:]), came


def test_who_asks_and_does_not_obey_takes_little_from_the_others() -> None:
    feedback = Feedback(True, 500)
    honest, liar = Client("a", 100.0), Client("b", 100.0, obeys=False)
    driven(feedback, [honest, liar], 100.0, 30)
    assert feedback.obeys("a")
    assert not feedback.obeys("b")
    assert honest.sent >= 30 * 100 * 0.25, "a quarter at least of what it offers"


def test_who_does_not_ask_is_not_told_and_the_others_share_what_is_left() -> None:
    feedback = Feedback(True, 500)
    asking, deaf = Client("a", 100.0), Client("b", 100.0, obeys=False, asks=False)
    driven(feedback, [asking, deaf], 100.0, 30)
    assert 45 <= feedback.percent() <= 55
    assert [name for name, _, _ in feedback.peers()] == ["a"]


def test_without_overload_the_word_ends_control() -> None:
    feedback = Feedback(True, 500)
    feedback.update(0.0, 10.0, False, 1.0, 1_700_000_000.0)
    for algorithm in (oc.LOSS, oc.RATE):
        word = oc.read(VIA + feedback.word("a", algorithm))
        assert word is not None
        assert (word.value, word.validity_ms) == (0, 0)


def test_the_sequence_rises_whatever_the_clock_does() -> None:
    feedback = Feedback(True, 500)
    last = 0.0
    for now, wall in ((1.0, 1_700_000_000.0), (1.1, 1_700_000_000.1), (1.2, 1_600_000_000.0), (1.3, 1_600_000_000.1)):
        feedback.update(10.0, 20.0, True, now, wall)
        word = oc.read(VIA + feedback.word("a", oc.LOSS))
        assert word is not None
        assert word.sequence > last
        last = word.sequence


def test_neighbours_are_bounded_and_forgotten() -> None:
    feedback = Feedback(True, 500)
    for number in range(PEERS + 10):
        feedback.note(f"p{number}", 0.0)
    assert len(feedback.peers()) == PEERS
    feedback.update(0.0, 0.0, False, 61.0, 1.0)
    assert feedback.peers() == []
