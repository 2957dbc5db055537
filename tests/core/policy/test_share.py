"""Shares are exact, and spread evenly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.policy.share import Share


@pytest.mark.parametrize("percent", range(1, 101))
def test_of_any_ten_thousand_calls_exactly_the_share_is_held_back(percent: int) -> None:
    share = Share(percent)
    held = [not share.offer(0.0) for _ in range(20_037)]
    for start in (0, 37, 5_001, 10_037):
        assert sum(held[start : start + 10_000]) == percent * 100


@given(st.integers(1, 100), st.integers(1, 500))
def test_every_prefix_is_within_one_call_of_the_share(percent: int, calls: int) -> None:
    share = Share(percent)
    held = 0
    for number in range(1, calls + 1):
        held += not share.offer(0.0)
        assert abs(held - number * percent / 100) < 1


def test_peek_says_what_offer_will_and_changes_nothing() -> None:
    share = Share(30)
    for _ in range(100):
        said = [share.peek(0.0) for _ in range(3)]
        assert said == [share.offer(0.0)] * 3


def test_another_share_goes_on_from_where_the_old_one_was() -> None:
    old = Share(50)
    old.offer(0.0)
    new = Share(60)
    new.follow(old)
    assert not new.peek(0.0)
