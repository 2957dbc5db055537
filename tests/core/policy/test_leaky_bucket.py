"""The leaky bucket lets pass what RFC 7415 §3.5.1 says, and never more than burst + rate * t."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.policy.leaky_bucket import LeakyBucket


def test_evenly_spaced() -> None:
    bucket = LeakyBucket(10, 1, 1)
    assert [bucket.offer(50 + tick / 100) for tick in range(100)].count(True) == 10
    assert bucket.offer(51.0)
    assert not bucket.offer(51.0999)


def test_what_was_not_used_may_come_at_once_but_no_more_than_the_burst() -> None:
    bucket = LeakyBucket(10, 1, 20)
    assert [bucket.offer(1000.0) for _ in range(30)].count(True) == 20
    assert [bucket.offer(1000.5) for _ in range(30)].count(True) == 5
    assert [bucket.offer(9000.0) for _ in range(30)].count(True) == 20


def test_nothing_drifts_over_days() -> None:
    bucket = LeakyBucket(3, 7, 2)
    start, week = 1e6 + 0.3, 604_800
    passed = sum(bucket.offer(start + second) for second in range(week))
    assert passed == week * 3 // 7 + 1


@given(st.integers(1, 50), st.integers(1, 10), st.integers(1, 60), st.lists(st.integers(0, 3_000_000), max_size=300))
def test_never_more_than_the_burst_and_the_rate(rate: int, per_s: int, burst: int, pauses: list[int]) -> None:
    bucket, at, passed = LeakyBucket(rate, per_s, burst), 7_000_000, []
    for pause in pauses:
        at += pause
        said = bucket.peek(at / 1e6)
        assert bucket.offer(at / 1e6) is said
        if said:
            passed.append(at)
    for first in range(0, len(passed), 7):
        for last in range(first, len(passed), 5):
            bound = burst * per_s * 1_000_000 + rate * (passed[last] - passed[first] + 1)
            assert (last - first + 1) * per_s * 1_000_000 <= bound


@given(st.integers(1, 20), st.integers(1, 20), st.lists(st.integers(0, 500), max_size=200))
def test_it_is_the_token_bucket_seen_from_its_other_side(rate: int, burst: int, pauses: list[int]) -> None:
    bucket, at, tokens, seen = LeakyBucket(rate, 1, burst), 1000, burst * 1000, 1000
    for pause in pauses:
        at += pause
        tokens, seen = min(burst * 1000, tokens + (at - seen) * rate), at
        passes = tokens >= 1000
        tokens -= 1000 if passes else 0
        assert bucket.offer(at / 1000 + 1e-7) is passes


def test_other_bounds_go_on_from_where_the_old_ones_were() -> None:
    old, new = LeakyBucket(1, 10, 1), LeakyBucket(2, 1, 1)
    old.offer(100.0)
    new.follow(old)
    assert not new.offer(109.9)
    assert new.offer(110.0)
