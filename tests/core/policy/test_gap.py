"""E.412's timer: one call, then none for the gap."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.policy.gap import Gap
from core.policy.share import Share


def test_the_gap_begins_again_when_a_call_passes_not_when_it_ends() -> None:
    gap = Gap(5.0)
    offers = ((100.0, True), (100.1, False), (104.999, False), (107.0, True), (110.0, False), (111.999, False))
    for now, passes in (*offers, (112.0, True)):
        assert gap.peek(now) is passes
        assert gap.offer(now) is passes


@given(st.lists(st.floats(0, 3), min_size=1, max_size=200))
def test_passed_calls_are_never_closer_than_the_gap(pauses: list[float]) -> None:
    gap, now, passed = Gap(1.0), 1e6, []
    for pause in pauses:
        now += pause
        if gap.offer(now):
            passed.append(now)
    assert all(later - earlier >= 1.0 for earlier, later in pairwise(passed))


def test_another_gap_counts_from_the_last_call_that_passed() -> None:
    old, new = Gap(5.0), Gap(2.0)
    old.offer(100.0)
    new.follow(old)
    assert not new.offer(101.0)
    assert new.offer(102.0)
    new.follow(Share(1))
    assert not new.peek(103.0)
