"""The steered token bucket."""

from __future__ import annotations

from core.policy.allowance import Allowance


def taken(bucket: Allowance, reserve: float, now: float, most: int = 1000) -> int:
    count = 0
    while count < most and bucket.has(reserve, now):
        bucket.take()
        count += 1
    return count


def test_depth_at_once_then_the_rate() -> None:
    bucket = Allowance(10.0, 3.0, 0.0)
    assert taken(bucket, 0.0, 0.0) == 3
    assert taken(bucket, 0.0, 0.05) == 0
    assert taken(bucket, 0.0, 0.1001) == 1
    assert taken(bucket, 0.0, 60.0) == 3


def test_the_favoured_overdraw_and_the_others_pay() -> None:
    bucket = Allowance(10.0, 3.0, 0.0)
    taken(bucket, 0.0, 0.0)
    assert taken(bucket, -3.0, 0.0) == 3
    assert not bucket.has(0.0, 0.3)
    assert bucket.has(0.0, 0.41)


def test_another_rate_keeps_what_there_is_room_for() -> None:
    bucket = Allowance(10.0, 3.0, 0.0)
    bucket.set_rate(1.0, 2.0, 0.0)
    assert taken(bucket, 0.0, 0.0) == 2
    bucket.set_rate(100.0, 10.0, 0.0)
    assert taken(bucket, 0.0, 0.0) == 0
    assert taken(bucket, 0.0, 0.0501) == 5


def test_time_that_goes_back_gives_nothing() -> None:
    bucket = Allowance(10.0, 1.0, 100.0)
    taken(bucket, 0.0, 100.0)
    assert not bucket.has(0.0, 50.0)
