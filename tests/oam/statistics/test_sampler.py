"""Minutes of the clock: what happened is in exactly one of them, and what may be wrong makes it suspect."""

from __future__ import annotations

from support.statistics import Counts

from core.northbound import statistics as layout
from oam.statistics.period import Minute, ObjectKey
from oam.statistics.sampler import SETTLE_S, Sampler, read

SYSTEM = ObjectKey("system", "")
TRUNK = ObjectKey("trunk-out", "PSTN")
NOON = 1_800_014_400.0
"""A whole hour."""


class Watch:
    """A worker's file, a sampler, and time that passes by hand."""

    def __init__(self, wall: float = NOON + SETTLE_S) -> None:
        self.slots = memoryview(bytearray(8 * layout.SLOTS)).cast("q")
        self.counts = Counts(self.slots)
        self.counts.row("system", "")
        self.wall = wall
        self.monotonic = 500.0
        self.sampler = Sampler(read(self.slots, self.wall, self.monotonic))

    def close(self, seconds: float = 60.0) -> Minute:
        """Let time pass and end the minute."""
        self.wall += seconds
        self.monotonic += seconds
        minute, self.sampler = self.sampler.close(read(self.slots, self.wall, self.monotonic))
        return minute


def bids(minute: Minute, key: ObjectKey = SYSTEM) -> int:
    return minute.figures[key].values[layout.BIDS]


def test_a_minute_is_what_rose_in_it() -> None:
    watch = Watch()
    watch.counts.add("system", bids=5)
    first = watch.close()
    watch.counts.add("system", bids=2)
    second = watch.close()
    assert (first.begin, bids(first)) == (NOON, 5)
    assert (second.begin, bids(second)) == (NOON + 60, 2)
    assert not first.suspect
    assert first.figures[SYSTEM].seconds == 60.0


def test_what_was_counted_before_the_first_reading_is_in_no_minute() -> None:
    watch = Watch()
    watch.counts.add("system", bids=100)
    watch.sampler = Sampler(read(watch.slots, watch.wall, watch.monotonic))
    assert bids(watch.close()) == 0


def test_a_reading_a_little_late_is_still_a_whole_minute() -> None:
    minute = Watch().close(61.5)
    assert (minute.seconds, minute.suspect) == (60.0, False)


def test_gauges_are_as_they_are() -> None:
    watch = Watch()
    watch.counts.set("system", calls=7, calls_peak=9)
    watch.close()
    values = watch.close().figures[SYSTEM].values
    assert (values[layout.CALLS], values[layout.CALLS_PEAK]) == (7, 9)


def test_a_minute_that_began_late_is_suspect_and_counts_its_seconds() -> None:
    watch = Watch(NOON + SETTLE_S + 20)
    first = watch.close(40)
    assert (first.begin, first.seconds, first.suspect) == (NOON, 40.0, True)
    assert not watch.close().suspect


def test_a_restarted_worker_makes_its_minute_suspect_and_nothing_is_lost() -> None:
    watch = Watch()
    watch.counts.add("system", bids=1)
    watch.slots[2] = 2000
    watch.counts.add("system", bids=2)
    first = watch.close()
    assert (bids(first), first.suspect, first.figures[SYSTEM].suspect) == (3, True, True)
    assert not watch.close().suspect


def test_missed_minutes_are_one_that_is_longer() -> None:
    watch = Watch()
    watch.counts.add("system", bids=9)
    long = watch.close(190)
    assert (long.begin, long.seconds, long.suspect, bids(long)) == (NOON, 190.0, True, 9)
    after = watch.close(50)
    assert (after.begin, after.seconds, after.suspect) == (NOON + 180, 50.0, True)
    assert not watch.close().suspect


def test_a_clock_set_forward_ends_the_minute_early() -> None:
    watch = Watch()
    watch.counts.add("system", bids=4)
    watch.wall += 3600
    assert watch.sampler.is_set(watch.wall, watch.monotonic)
    before = watch.close(20)
    assert (before.begin, before.seconds, before.suspect, bids(before)) == (NOON, 20.0, True, 4)
    rest = watch.close(40)
    assert (rest.begin, rest.seconds, rest.suspect) == (NOON + 3600, 40.0, True)
    assert not watch.close().suspect


def test_a_clock_set_back_ends_the_minute_early() -> None:
    watch = Watch()
    watch.counts.add("system", bids=4)
    watch.wall -= 600
    assert watch.sampler.is_set(watch.wall, watch.monotonic)
    before = watch.close(20)
    assert (before.begin, before.suspect, bids(before)) == (NOON, True, 4)
    assert watch.sampler.begin == NOON - 600
    assert watch.close(40).suspect


def test_a_clock_that_is_slewed_was_not_set() -> None:
    watch = Watch()
    watch.wall += 0.4
    assert not watch.sampler.is_set(watch.wall, watch.monotonic)
    assert not watch.close(59.6).suspect


def test_an_object_that_is_new_counts_from_nought() -> None:
    watch = Watch()
    watch.counts.row("trunk-out", "PSTN", born_ms=int((watch.wall + 10) * 1000))
    watch.counts.add("trunk-out", "PSTN", bids=3)
    minute = watch.close()
    assert (bids(minute, TRUNK), minute.figures[TRUNK].suspect) == (3, False)


def test_a_row_given_to_another_object_is_not_mistaken_for_the_first() -> None:
    watch = Watch()
    number = watch.counts.row("trunk-out", "PSTN")
    watch.counts.add("trunk-out", "PSTN", bids=50)
    watch.close()
    watch.counts.give(number, "trunk-out", "OTHER", int((watch.wall + 10) * 1000))
    watch.counts.add("trunk-out", "OTHER", bids=2)
    minute = watch.close()
    other = minute.figures[ObjectKey("trunk-out", "OTHER")]
    assert (other.values[layout.BIDS], other.suspect) == (2, False)
    assert (bids(minute, TRUNK), minute.figures[TRUNK].suspect) == (0, False)
    assert TRUNK not in watch.close().figures


def test_an_object_that_went_while_nobody_read_is_suspect() -> None:
    watch = Watch()
    number = watch.counts.row("trunk-out", "PSTN")
    watch.close()
    watch.counts.give(number, "trunk-out", "OTHER", int((watch.wall + 100) * 1000))
    assert watch.close(180).figures[TRUNK].suspect, "what it did before it was given up is unknown"


def test_an_object_that_came_back_on_a_row_of_its_own_counts_from_nought() -> None:
    watch = Watch()
    number = watch.counts.row("trunk-out", "PSTN")
    watch.counts.add("trunk-out", "PSTN", bids=50)
    watch.close()
    watch.counts.give(number, "trunk-out", "PSTN", int((watch.wall + 10) * 1000))
    watch.counts.add("trunk-out", "PSTN", bids=60)
    minute = watch.close()
    assert (bids(minute, TRUNK), minute.figures[TRUNK].suspect) == (60, False)


def test_the_system_needs_no_name() -> None:
    slots = memoryview(bytearray(8 * layout.SLOTS)).cast("q")
    Counts(slots).row("system", "system")
    assert list(read(slots, 1.0, 1.0).rows) == [SYSTEM]


def test_a_counter_that_fell_began_anew() -> None:
    watch = Watch()
    watch.counts.add("system", bids=100, answers=10)
    watch.close()
    watch.counts.add("system", bids=-97, answers=5)
    minute = watch.close()
    figures = minute.figures[SYSTEM]
    assert (figures.values[layout.BIDS], figures.values[layout.ANSWERS], figures.suspect) == (3, 5, True)
    assert not minute.suspect


def test_the_open_minute_can_be_read_and_goes_on() -> None:
    watch = Watch()
    watch.counts.add("system", bids=2)
    now = watch.sampler.open(read(watch.slots, watch.wall + 12, watch.monotonic + 12))
    assert (bids(now), now.seconds, now.suspect) == (2, 12.0, False)
    assert bids(watch.close()) == 2


def test_a_file_nobody_has_written_has_no_objects() -> None:
    assert read(memoryview(bytearray(8 * layout.SLOTS)).cast("q"), 1.0, 1.0).rows == {}


def test_in_the_open_minute_no_peak_is_less_than_the_calls_there_are() -> None:
    watch = Watch()
    watch.counts.set("system", calls=9, calls_peak=5)
    values = watch.sampler.open(read(watch.slots, watch.wall + 5, watch.monotonic + 5)).figures[SYSTEM].values
    assert (values[layout.CALLS], values[layout.CALLS_PEAK]) == (9, 9)
    assert watch.close().figures[SYSTEM].values[layout.CALLS_PEAK] == 5
