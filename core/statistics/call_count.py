"""One call on its way through the rows that it concerns; also one visit to a route group, one attempt at a trunk.

    new --sent--> seized --answered--> answered --ended--> over
     |               |
     +---- failed ---+-------------------------------------> over

A bid is counted when it is decided: as a refusal, or as a seizure when its first request leaves. So for every row, at
any time, bids = refused + redirected + seizures, and seizures = answers + outcomes + calls in set-up.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

from core.northbound.statistics import (
    ANSWER_MS,
    ANSWERS,
    COMPLETED,
    DISCONNECT_COUNT,
    DISCONNECT_MS,
    ENDED,
    FAILED_COUNT,
    FAILED_MS,
    OVERFLOW,
    REQUESTS,
    RETRANSMISSIONS,
    SETUP_BOUNDS_MS,
    SETUP_COUNT,
    SETUP_HISTOGRAM,
    SETUP_MS,
    SHORT,
    TALK_MS,
)
from core.statistics.outcomes import outcome
from core.statistics.row import DEFAULT, MS, Row, refuse

NEW: Final = 0
SEIZED: Final = 1
ANSWERED: Final = 2
OVER: Final = 3
SHORT_MS: Final = 10_000
_BUCKETS: Final = bytes([SETUP_HISTOGRAM + bisect_left(SETUP_BOUNDS_MS, ms) for ms in range(SETUP_BOUNDS_MS[-1] + 2)])
"""Column of the histogram by the delay in milliseconds; the last is that of all longer ones."""
_LAST: Final = SETUP_BOUNDS_MS[-1] + 1


class CallCount:
    """What has happened to one call so far. `now` is the engine's clock, seconds."""

    __slots__ = (
        "_again",
        "_answered_ms",
        "_closed_ms",
        "_closing_ms",
        "_heard",
        "_is_completed",
        "_joined",
        "_overflowed",
        "_requests",
        "_rings_ms",
        "_started_ms",
        "abandoned",
        "above",
        "refusal",
        "rows",
        "state",
    )  # fmt: skip

    def __init__(self, rows: list[Row], now: float, above: CallCount | None = None) -> None:
        self.rows: list[Row] = rows
        self.above: CallCount | None = above
        """What this is a part of: it is told of requests too."""
        self.state: int = NEW
        self.refusal: int = DEFAULT
        """The column to count it in if nothing of it ever leaves."""
        self.abandoned: bool = False
        """The caller has given up."""
        self._started_ms: int = int(now * 1000.0)
        self._rings_ms: int = -1
        """When the first 18x came; -1: none did."""
        self._answered_ms: int = 0
        self._closing_ms: int = -1
        """When the BYE came that is on its way; -1: none is."""
        self._closed_ms: int = 0
        """When it was answered."""
        self._heard: bool = False
        self._is_completed: bool = False
        self._overflowed: bool = False
        self._joined: list[Row] | None = None
        """Rows of parts that have been answered; from our own answer on they are ours."""
        self._requests: int = 0
        self._again: int = 0

    def sent(self, now: float) -> None:
        """Count a request; the first is the seizure."""
        self._requests += 1
        if self.state == NEW:
            self.seize(now)
        if self.above is not None:
            self.above.sent(now)

    def sent_again(self) -> None:
        """Count a request that was retransmitted."""
        self._again += 1
        if self.above is not None:
            self.above.sent_again()

    def seize(self, now: float) -> None:
        """Count the seizure."""
        self.state = SEIZED
        now_ms = int(now * 1000.0)
        second = now_ms // MS
        for row in self.rows:
            row.seize(now_ms, second)

    def heard(self, status: int, now: float) -> None:
        """Note a response to a request of it, of whatever status."""
        self._heard = True
        if 100 < status < 200 and self._rings_ms < 0:
            self._rings_ms = int(now * 1000.0)

    def overflow(self) -> None:
        """Count, once, that it goes on to another trunk, or would if there were one."""
        if not self._overflowed:
            self._overflowed = True
            for row in self.rows:
                row.add(OVERFLOW)

    def answered(self, now: float) -> None:
        """Count the first 2xx."""
        if self.state != SEIZED:
            return
        self.state = ANSWERED
        at = self._answered_ms = int(now * 1000.0)
        delay = at - self._started_ms
        setup = delay if self._rings_ms < 0 else self._rings_ms - self._started_ms
        bucket = _BUCKETS[setup] if 0 <= setup < _LAST else _BUCKETS[_LAST]
        requests, again = self._requests, self._again
        self._requests = self._again = 0
        for row in self.rows:
            values = row.values
            values[ANSWERS] += 1
            values[ANSWER_MS] += delay
            values[SETUP_COUNT] += 1
            values[SETUP_MS] += setup
            values[bucket] += 1
            values[REQUESTS] += requests
            if again:
                values[RETRANSMISSIONS] += again
            row.is_changed = True
        if self._joined is not None:
            self.rows = self.rows + self._joined

    def failed(self, status: int, now: float) -> None:
        """Count that it ended without an answer; `status` is the final one."""
        if self.state == NEW:
            self.state = OVER
            refuse(self.rows, self.refusal, int(now * 1000.0))
        elif self.state == SEIZED:
            self.state = OVER
            self._count_failure(self.rows, status, int(now * 1000.0))
            self._count_requests()

    def leave(self, row: Row, status: int, refusal: int, now: float) -> None:
        """Count in `row` no more: as a failure with `status`, or as `refusal` where nothing of it has left yet."""
        if self.state == NEW:
            row.refuse(refusal, int(now * 1000.0))
        elif self.state == SEIZED:
            self._count_failure([row], status, int(now * 1000.0))
        self.rows = [each for each in self.rows if each is not row]

    def _count_failure(self, rows: list[Row], status: int, now_ms: int) -> None:
        rang = self._rings_ms >= 0
        column = outcome(status, self._heard, rang, self.abandoned)
        setup = self._rings_ms - self._started_ms
        bucket = _BUCKETS[setup] if 0 <= setup < _LAST else _BUCKETS[_LAST]
        for row in rows:
            row.add(column)
            if rang:
                row.add(SETUP_COUNT)
                row.add(SETUP_MS, setup)
                row.add(bucket)
            elif self._heard and not self.abandoned:
                row.add(FAILED_COUNT)
                row.add(FAILED_MS, now_ms - self._started_ms)
            row.end(now_ms)

    def closing(self, now: float) -> None:
        """Note that a BYE has come."""
        if self._closing_ms < 0:
            self._closing_ms = int(now * 1000.0)

    def closed(self, status: int, now: float) -> None:
        """Note how the BYE was answered; one that was only challenged will come again."""
        self._closed_ms = int(now * 1000.0)
        if status in (401, 407):
            self._closing_ms = -1
        elif status < 300 and self._closing_ms >= 0:
            self._is_completed = True

    def ended(self, now: float, was_seen: bool) -> None:
        """Count that an answered call is over; unless its end `was_seen`, nothing is known of how long it lasted."""
        if self.state != ANSWERED:
            return
        self.state = OVER
        now_ms = max(int(now * 1000.0), self._closed_ms)
        talk = (self._closing_ms if self._closing_ms >= 0 else now_ms) - self._answered_ms
        disconnect = self._closed_ms - self._closing_ms
        is_completed = self._is_completed
        is_short = was_seen and talk < SHORT_MS
        requests, again = self._requests, self._again
        self._requests = self._again = 0
        for row in self.rows:
            values = row.values
            values[ENDED] += 1
            if was_seen:
                values[TALK_MS] += talk
            if is_short:
                values[SHORT] += 1
            if is_completed:
                values[COMPLETED] += 1
                values[DISCONNECT_COUNT] += 1
                values[DISCONNECT_MS] += disconnect
            values[REQUESTS] += requests
            if again:
                values[RETRANSMISSIONS] += again
            row.end(now_ms)

    def join(self, part: CallCount, now: float) -> None:
        """Take over the rows of a part that has just been answered: the part ends with this, which is answered next."""
        part.state = OVER
        if self.state == SEIZED:
            self._joined = part.rows if self._joined is None else self._joined + part.rows
        else:
            now_ms = int(now * 1000.0)
            for row in part.rows:
                row.end(now_ms)

    def restore(self, answered_at: float, now: float) -> None:
        """Go on with a call that another worker counted until it was answered; `answered_at` by the engine's clock."""
        self.state = ANSWERED
        self._answered_ms = int(answered_at * 1000.0)
        for row in self.rows:
            row.begin(int(now * 1000.0))

    def _count_requests(self) -> None:
        """Count the requests so far; whoever calls this has marked the rows as changed."""
        requests, again = self._requests, self._again
        for row in self.rows:
            row.values[REQUESTS] += requests
            if again:
                row.values[RETRANSMISSIONS] += again
        self._requests = self._again = 0
