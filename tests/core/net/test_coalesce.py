"""core.net.coalesce: a busy listener rests, an idle one is woken for each datagram."""

from __future__ import annotations

from collections.abc import Callable

from core.net.coalesce import BUSY_PER_S, Coalescer

FD = 7


class Listener:
    """Counts how it is asked; `waiting` datagrams are there."""

    def __init__(self) -> None:
        self.received = 0
        self.waiting = 0
        self.asked: list[str] = []

    def fileno(self) -> int:
        return FD

    def receive(self) -> None:
        self.asked.append("one")
        self._take(min(self.waiting, 1))

    def receive_all(self) -> None:
        self.asked.append("all")
        self._take(self.waiting)

    def _take(self, count: int) -> None:
        self.received += count
        self.waiting -= count


class Handle:
    """A timer that may be cancelled."""

    def __init__(self) -> None:
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Loop:
    """One reader, one timer, and time by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.reader: Callable[[], None] | None = None
        self.timers: list[tuple[float, Callable[[], None], Handle]] = []

    def time(self) -> float:
        return self.now

    def add_reader(self, fd: int, callback: Callable[[], None]) -> None:
        assert fd == FD
        self.reader = callback

    def remove_reader(self, fd: int) -> None:
        assert fd == FD
        self.reader = None

    def call_later(self, delay: float, callback: Callable[[], None]) -> Handle:
        handle = Handle()
        self.timers.append((self.now + delay, callback, handle))
        return handle

    def wake(self) -> None:
        """A datagram has come, a millisecond after the last."""
        self.now += 0.001
        assert self.reader is not None, "the listener rests"
        self.reader()

    def ring(self) -> None:
        """Let the only timer run out."""
        ((self.now, callback, handle),) = self.timers
        self.timers = []
        assert not handle.cancelled
        callback()


def busy(rest_s: float = 0.002) -> tuple[Listener, Loop, Coalescer]:
    """A listener that has had a datagram a millisecond, twice the busy rate, until it rests."""
    listener, loop = Listener(), Loop()
    coalescer = Coalescer(listener, loop, rest_s)
    coalescer.start()
    for _ in range(250):
        if loop.reader is None:
            break
        listener.waiting += 1
        loop.wake()
    return listener, loop, coalescer


def test_an_idle_listener_is_woken_for_each_datagram() -> None:
    listener, loop = Listener(), Loop()
    Coalescer(listener, loop, 0.002).start()
    for _ in range(20):
        loop.now += 2 / BUSY_PER_S
        listener.waiting += 1
        loop.wake()
    assert listener.asked == ["one"] * 20
    assert loop.timers == []


def test_a_busy_listener_rests_and_then_takes_all() -> None:
    listener, loop, _ = busy()
    assert loop.reader is None
    listener.waiting = 5
    loop.ring()
    assert (listener.asked[-1], listener.waiting) == ("all", 0)
    assert loop.reader is None, "more may come: it rests again"
    assert len(loop.timers) == 1


def test_a_rest_that_finds_nothing_is_the_last() -> None:
    _, loop, _ = busy()
    loop.ring()
    assert loop.reader is not None
    assert loop.timers == []


def test_no_rest_where_none_is_configured() -> None:
    listener, loop, _ = busy(rest_s=0)
    assert loop.reader is not None
    assert set(listener.asked) == {"one"}


def test_a_rest_ends_with_the_configuration_that_allowed_it() -> None:
    listener, loop, coalescer = busy()
    coalescer.rest_s = 0
    listener.waiting = 3
    loop.ring()
    assert listener.waiting == 0
    assert loop.reader is not None


def test_a_stopped_listener_is_asked_no_more() -> None:
    _, loop, coalescer = busy()
    coalescer.stop()
    assert loop.reader is None
    assert [handle.cancelled for _, _, handle in loop.timers] == [True]
