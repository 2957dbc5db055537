"""Counts of messages: requests by method, responses by method and status."""

from __future__ import annotations

from typing import Final

from core.northbound.statistics import CODES, FIRST_CODE, METHODS, RECEIVED, RECEIVED_AGAIN, SENT, SENT_AGAIN

NUMBER: Final[dict[str, int]] = {method: number for number, method in enumerate(METHODS)}
"""Methods by name."""
OTHER: Final = len(METHODS) - 1


def method_number(method: str) -> int:
    """Return the number of a method; all that have no name here share one."""
    return NUMBER.get(method, OTHER)


class MessageCounts:
    """Counts while it `is_on`. Methods are told by their numbers."""

    __slots__ = ("_slots", "bases", "is_on")

    def __init__(self, slots: memoryview | None = None) -> None:
        self.is_on: bool = False
        self._slots: memoryview = slots if slots is not None else memoryview(bytearray(8)).cast("q")
        self.bases: list[int] = [0] * len(METHODS)
        """First slots of the methods' rows."""

    def received(self, method: int) -> None:
        """Count a request, retransmissions apart."""
        if self.is_on:
            self._slots[self.bases[method] + RECEIVED] += 1

    def received_again(self, method: int) -> None:
        """Count a request that was absorbed as a retransmission."""
        if self.is_on:
            self._slots[self.bases[method] + RECEIVED_AGAIN] += 1

    def sent(self, method: int) -> None:
        """Count a request, retransmissions apart."""
        if self.is_on:
            self._slots[self.bases[method] + SENT] += 1

    def sent_again(self, method: int) -> None:
        """Count a request that was retransmitted."""
        if self.is_on:
            self._slots[self.bases[method] + SENT_AGAIN] += 1

    def response_received(self, method: int, status: int) -> None:
        """Count a response."""
        if self.is_on and status < CODES:
            self._slots[FIRST_CODE + (method * CODES + status) * 2] += 1

    def response_sent(self, method: int, status: int) -> None:
        """Count a response, retransmissions apart."""
        if self.is_on and status < CODES:
            self._slots[FIRST_CODE + (method * CODES + status) * 2 + 1] += 1
