"""Taking datagrams together under load: after a turn the listener rests for a moment.

A wake-up for every datagram finds cold caches; a few of them at once share the price, as
network cards share an interrupt. A listener that is not busy is woken for each
datagram and delays none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

BUSY_PER_S: Final = 500
"""Datagrams a second from which on a listener is busy."""
_LOOK_S: Final = 0.1
"""How often its rate is looked at."""


class Resting(Protocol):
    """What of a UDP listener is needed."""

    received: int

    def fileno(self) -> int: ...
    def receive(self) -> None: ...
    def receive_all(self) -> None: ...


class Timer(Protocol):
    """What `Waking.call_later` returns."""

    def cancel(self) -> None: ...


class Waking(Protocol):
    """What of an event loop is needed."""

    def time(self) -> float: ...
    def add_reader(self, fd: int, callback: Callable[[], None], /) -> object: ...
    def remove_reader(self, fd: int, /) -> object: ...
    def call_later(self, delay: float, callback: Callable[[], None], /) -> Timer: ...


class Coalescer:
    """Decides when a listener is asked for datagrams. `rest_s` may be changed at any time; 0 rests never."""

    def __init__(self, listener: Resting, loop: Waking, rest_s: float) -> None:
        self.rest_s = rest_s
        self._listener = listener
        self._loop = loop
        self._timer: Timer | None = None
        self._seen = 0
        """Datagrams received when the rate was looked at last."""
        self._looked = 0.0
        self._busy = False

    def start(self) -> None:
        """Have the listener woken by its socket."""
        self._loop.add_reader(self._listener.fileno(), self._on_readable)

    def stop(self) -> None:
        """Ask the listener for nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._loop.remove_reader(self._listener.fileno())

    def _on_readable(self) -> None:
        self._listener.receive()
        self._look()
        if self._busy and self.rest_s:
            self._loop.remove_reader(self._listener.fileno())
            self._rest()

    def _rest(self) -> None:
        self._timer = self._loop.call_later(self.rest_s, self._on_rested)

    def _on_rested(self) -> None:
        before = self._listener.received
        self._listener.receive_all()
        self._look()
        if self._listener.received != before and self.rest_s:
            self._rest()
        else:
            self._timer = None
            self.start()

    def _look(self) -> None:
        now = self._loop.time()
        past = now - self._looked
        if past >= _LOOK_S:
            received = self._listener.received
            self._busy = received - self._seen >= BUSY_PER_S * past
            self._seen = received
            self._looked = now
