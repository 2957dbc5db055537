"""Token bucket: rate and burst."""

from __future__ import annotations

from core.policy.bucket import TokenBucket


def make(rate: float, burst: float) -> TokenBucket:
    bucket = TokenBucket()
    bucket.configure(rate, burst)
    return bucket


def test_burst_then_rate() -> None:
    bucket = make(20, 40)
    assert sum(bucket.take(0.0) for _ in range(100)) == 40
    assert sum(bucket.take(step / 100) for step in range(1, 1001)) == 200  # ten seconds, ten times too many


def test_no_rate_is_no_bound() -> None:
    bucket = make(0, 0)
    assert all(bucket.take(0.0) for _ in range(1000))


def test_looking_takes_nothing() -> None:
    bucket = make(1, 1)
    assert [bucket.has(0.0) for _ in range(3)] == [True] * 3
    assert [bucket.take(0.0), bucket.has(0.5), bucket.has(1.0)] == [True, False, True]


def test_other_bounds_keep_what_is_there() -> None:
    bucket = make(1, 10)
    for _ in range(8):
        bucket.take(0.0)
    bucket.configure(5, 5)
    assert sum(bucket.take(0.0) for _ in range(9)) == 2
