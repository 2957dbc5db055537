"""Counts of messages: requests by method, responses by method and status; written once a second."""

from __future__ import annotations

from typing import Final

from core.northbound.statistics import (
    CODES,
    FINAL_SENT_AGAIN,
    FIRST_CODE,
    METHODS,
    PROVISIONAL_SENT_AGAIN,
    RECEIVED,
    RECEIVED_AGAIN,
    SENT,
    SENT_AGAIN,
)
from core.statistics.row import Row

NUMBER: Final[dict[str, int]] = {method: number for number, method in enumerate(METHODS)}
"""Methods by name."""
OTHER: Final = len(METHODS) - 1


def method_number(method: str) -> int:
    """Return the number of a method; all that have no name here share one."""
    return NUMBER.get(method, OTHER)


class MessageCounts:
    """Counts while it `is_on`. Methods are told by their numbers."""

    __slots__ = ("_codes", "_is_changed", "is_on", "rows")

    def __init__(self, rows: list[Row] | None = None) -> None:
        """Count in `rows`, one for each method; without rows it is never on."""
        self.is_on: bool = False
        self.rows: list[Row] = rows or []
        self._codes: list[int] = [0] * (len(METHODS) * CODES * 2) if rows else []
        """Responses since they were written, by method and status: received, sent."""
        self._is_changed: bool = False

    def received(self, method: int) -> None:
        """Count a request, retransmissions apart."""
        if self.is_on:
            row = self.rows[method]
            row.values[RECEIVED] += 1
            row.is_changed = True

    def received_again(self, method: int) -> None:
        """Count a request that was absorbed as a retransmission."""
        if self.is_on:
            row = self.rows[method]
            row.values[RECEIVED_AGAIN] += 1
            row.is_changed = True

    def sent(self, method: int) -> None:
        """Count a request, retransmissions apart."""
        if self.is_on:
            row = self.rows[method]
            row.values[SENT] += 1
            row.is_changed = True

    def sent_again(self, method: int) -> None:
        """Count a request that was retransmitted."""
        if self.is_on:
            row = self.rows[method]
            row.values[SENT_AGAIN] += 1
            row.is_changed = True

    def response_received(self, method: int, status: int) -> None:
        """Count a response."""
        if self.is_on and status < CODES:
            self._codes[(method * CODES + status) * 2] += 1
            self._is_changed = True

    def response_sent(self, method: int, status: int) -> None:
        """Count a response, retransmissions apart."""
        if self.is_on and status < CODES:
            self._codes[(method * CODES + status) * 2 + 1] += 1
            self._is_changed = True

    def response_sent_again(self, method: int, is_final: bool) -> None:
        """Count a response that was retransmitted."""
        if self.is_on:
            row = self.rows[method]
            row.values[FINAL_SENT_AGAIN if is_final else PROVISIONAL_SENT_AGAIN] += 1
            row.is_changed = True

    def write(self, slots: memoryview) -> None:
        """Bring the responses into the file; the rows are written with all others."""
        if not self._is_changed:
            return
        self._is_changed = False
        codes = self._codes
        for at in range(len(codes)):
            count = codes[at]
            if count:
                slots[FIRST_CODE + at] += count
                codes[at] = 0
