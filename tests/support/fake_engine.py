"""An engine that does what a test tells it: for whatever drives engines."""

from __future__ import annotations

from collections.abc import Callable

from core.effect import SEND, Effect, Flow

INFINITY = float("inf")


class FakeEngine:
    """Notes what it is given; `reply` decides what a message causes, by default that it is sent back."""

    def __init__(self, reply: Callable[[bytes, Flow], list[Effect]] | None = None) -> None:
        self.out: list[Effect] = []
        self.next_tick = INFINITY
        self.is_overloaded = False
        self.received: list[tuple[bytes, Flow]] = []
        self.presses: list[float] = []
        self.ticks: list[float] = []
        self.answers: list[tuple[int, list[tuple[str, int]]]] = []
        self.failed: list[str] = []
        self.on_failed: Callable[[str], None] = lambda branch: None
        self.reply = reply or (lambda data, flow: [(SEND, flow, data, "")])

    def receive(self, data: bytes, flow: Flow, now: float) -> None:
        self.received.append((data, flow))
        self.out += self.reply(data, flow)

    def pressed(self, waited_ms: float, now: float) -> None:
        self.presses.append(waited_ms)

    def tick(self, now: float) -> None:
        self.ticks.append(now)
        self.next_tick = INFINITY

    def answer(self, token: int, result: list[tuple[str, int]], now: float) -> None:
        self.answers.append((token, result))

    def send_failed(self, branch: str, now: float) -> None:
        self.failed.append(branch)
        self.on_failed(branch)


class FakeStore:
    """A store that is dirty when it is told so."""

    def __init__(self) -> None:
        self.dirty = False
        self.commits = 0
        self.fault: Exception | None = None

    def commit(self) -> None:
        self.dirty = False
        self.commits += 1
        if self.fault is not None:
            raise self.fault


class FakeStreams:
    """Streams that note what is sent; `works` False makes every send fail."""

    def __init__(self) -> None:
        self.sent: list[tuple[Flow, bytes, str]] = []
        self.closed: list[Flow] = []
        self.works = True

    def send(self, flow: Flow, octets: bytes, branch: str) -> bool:
        self.sent.append((flow, octets, branch))
        return self.works

    def local_port(self, flow: Flow) -> int:
        return 0

    def close_flow(self, flow: Flow) -> None:
        self.closed.append(flow)


def fake_slots() -> memoryview:
    """Counters of no file."""
    return memoryview(bytearray(8 * 256)).cast("q")


class FakeGuard:
    """Bars the addresses in `barred`; notes what it is told."""

    def __init__(self, *barred: str) -> None:
        self.barred = set(barred)
        self.drops: list[str] = []
        self.offences: list[tuple[str, int]] = []

    def bars(self, host: str, now: float) -> bool:
        return host in self.barred

    def dropped(self, host: str, now: float) -> None:
        self.drops.append(host)

    def offence(self, flow: Flow, cause: int, now: float) -> None:
        self.offences.append((flow.host, cause))
