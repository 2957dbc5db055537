"""Where a request goes whose targets are found one after another: what the proxy asks of route groups.

Theory of operation. A request without a target set has a `Route`. The proxy asks it for a target, has it dress the
request for that target, and tells it how the attempt ended; then it asks again, until there is an answer or no target
is left. What a trunk is, the proxy does not know.
"""

from __future__ import annotations

from typing import Final

from core.proxy.target import Target
from core.statistics.call_count import CallCount
from core.wire.message import Message

NOT_OURS: Final = 0
"""The challenge goes back to whoever sent the request."""
TRY_AGAIN: Final = 1
"""We have credentials: the same target once more."""
CREDENTIALS_REFUSED: Final = 2
"""Ours were not good enough; that is nothing the sender could help."""


class Route:
    """The targets of one request, one after another. Whatever happens to them, `over` comes at the end."""

    __slots__ = ("count", "patience")

    def __init__(self, patience: float) -> None:
        self.patience: float = patience
        """Seconds a target may say nothing at all before the next one is tried, if there is one."""
        self.count: CallCount | None = None
        """Statistics of the attempt in progress, a part of the call's."""

    def next(self, now: float) -> Target | None:
        """Choose the next target and take what it costs; None when none is left."""
        raise NotImplementedError

    def has_next(self, status: int, now: float) -> bool:
        """Tell whether `next` would find one if the present target failed with `status`; changes nothing."""
        raise NotImplementedError

    def prepare(self, target: Target, out: Message) -> None:
        """Make `out`, a copy of the request, what the target is to see. Raises WireError."""
        raise NotImplementedError

    def sent(self, target: Target, now: float) -> None:
        """Take note that the request is on its way."""
        raise NotImplementedError

    def heard(self, target: Target, response: Message, now: float) -> None:
        """Take note of a response, of whatever status."""
        raise NotImplementedError

    def challenged(self, target: Target, response: Message) -> int:
        """Take a 401 or 407 and say what becomes of it; after TRY_AGAIN `prepare` adds credentials."""
        raise NotImplementedError

    def ended(self, target: Target, status: int, heard: bool, now: float) -> None:
        """Take note that the attempt failed with `status`; not `heard`: nothing came back at all."""
        raise NotImplementedError

    def answered(self, target: Target) -> None:
        """Take note of a 2xx, also of one that comes when the target had been given up. No other target follows."""
        raise NotImplementedError

    def response(self, target: Target, response: Message) -> None:
        """Change a final failure of the target as its receiver is to see it; it is judged by the status it had."""
        raise NotImplementedError

    def stop(self) -> None:
        """Return no further target: the request was cancelled, or refused for everywhere."""
        raise NotImplementedError

    def over(self, status: int) -> None:
        """Take note that the final response, `status`, goes upstream."""
        raise NotImplementedError

    def exhausted(self) -> list[tuple[str, str]]:
        """Count that no target could take the request; return what its 503 says besides."""
        raise NotImplementedError


class ResponseEditor:
    """Who has a say in what the responses to one request bear upstream."""

    __slots__ = ()

    def edit(self, response: Message) -> None:
        """Change a response that has a body; never refuse it."""
        raise NotImplementedError


class Asker:
    """Who has asked for the addresses of a name."""

    __slots__ = ()

    def resolved(self, places: list[tuple[str, int]], now: float) -> None:
        """Take the answer: numeric hosts with their ports, best first; none when the name was not found."""
        raise NotImplementedError
