"""Statistics of one call on its way through a route group: the group's bid, and one for each trunk that is tried.

What becomes of the call becomes of the group's bid. Only if a control sends it on to another group, the first group's
bid ends there, and the other's is a part of its own, as each attempt at a trunk is. The trunk and the group that it is
answered by go on with the call until it ends.
"""

from __future__ import annotations

from core.northbound.statistics import OVERFLOW, REFUSED_CONTROL, REFUSED_ROUTE
from core.routing.group import GroupState
from core.routing.trunk import TrunkState
from core.statistics.call_count import NEW, CallCount
from core.statistics.row import Row


class RouteCount:
    """What is counted of one call that leaves by route groups."""

    __slots__ = ("_at", "_call", "_group", "_group_row", "_status", "attempt")

    def __init__(self, call: CallCount, group: GroupState, now: float) -> None:
        self._call: CallCount = call
        self._at: float = now
        """When something last happened."""
        self._status: int = 503
        """How the last attempt ended."""
        self._group_row: Row | None = group.row
        self._group: CallCount | None = None
        """The bid of another group than the first."""
        self.attempt: CallCount | None = None
        """At the trunk that is being tried."""
        call.refusal = REFUSED_ROUTE
        if group.row is not None:
            call.rows.append(group.row)

    def tries(self, group: GroupState, trunk: TrunkState, now: float) -> CallCount:
        """Begin an attempt at a trunk that `group` has chosen."""
        self._at = now
        if group.row is not self._group_row:
            self._leave(now)
            self._group_row = group.row
            self._group = _part(group.row, now, self._call)
        attempt = self.attempt = _part(trunk.row_out, now, self._call if self._group is None else self._group)
        return attempt

    def skips(self, trunk: TrunkState, column: int, now: float) -> None:
        """Count a trunk that was passed over; `column` says why."""
        row = trunk.row_out
        if row is not None:
            row.refuse(column, int(now * 1000.0))
            row.add(OVERFLOW)
        self._overflows()

    def heard(self, status: int, now: float) -> None:
        """Note a response of the trunk that is being tried."""
        self._at = now
        if self.attempt is not None:
            self.attempt.heard(status, now)
        if self._group is not None:
            self._group.heard(status, now)

    def failed(self, status: int, goes_on: bool, now: float) -> None:
        """Count that the attempt has failed; `goes_on`: in a way that lets another trunk be tried."""
        self._at = now
        self._status = status
        attempt = self.attempt
        if attempt is not None:
            attempt.abandoned = self._call.abandoned
            attempt.failed(status, now)
            if goes_on and not attempt.abandoned:
                attempt.overflow()
                self._overflows()
            self.attempt = None

    def answered(self, trunk: TrunkState) -> None:
        """Count the answer of a trunk: the one that is being tried, or one that had been given up."""
        now = self._at
        attempt = self.attempt
        if attempt is None or attempt.rows != _rows(trunk.row_out):
            if attempt is not None:  # it gives way to the other
                attempt.abandoned = True
                attempt.failed(487, now)
            attempt = _part(trunk.row_out, now, None)
        self.attempt = None
        self._join(attempt, now)
        if self._group is not None:
            self._join(self._group, now)

    def over(self, status: int) -> None:
        """Count that the caller has been told of a failure."""
        self.failed(status, False, self._at)
        if self._group is not None:
            self._group.abandoned = self._call.abandoned
            self._group.failed(status, self._at)

    def exhausted(self, is_blocked: bool) -> None:
        """Note why no trunk, or no further one, could take the call: a control, or because there is none."""
        self._call.refusal = REFUSED_CONTROL if is_blocked else REFUSED_ROUTE
        if self._group is not None:
            self._group.refusal = self._call.refusal

    def _join(self, part: CallCount, now: float) -> None:
        if part.state == NEW:
            part.seize(now)
        part.answered(now)
        self._call.join(part, now)

    def _overflows(self) -> None:
        if self._group is not None:
            self._group.overflow()
        self._call.overflow()

    def _leave(self, now: float) -> None:
        """End the bid of a group that a control has the call leave."""
        group = self._group
        if group is not None:
            group.refusal = REFUSED_CONTROL
            group.failed(self._status, now)
        elif self._group_row is not None:
            self._call.leave(self._group_row, self._status, REFUSED_CONTROL, now)


def _rows(row: Row | None) -> list[Row]:
    return [] if row is None else [row]


def _part(row: Row | None, now: float, above: CallCount | None) -> CallCount:
    part = CallCount(_rows(row), now, above)
    part.refusal = REFUSED_ROUTE
    return part
