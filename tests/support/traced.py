"""A world whose messages are traced as the pump traces them, and records made by hand."""

from __future__ import annotations

from pathlib import Path

from support.engine import SERVER, WALL, World, octets

from core.effect import SEND, Flow
from core.northbound.settings import AuthenticationSettings
from core.northbound.trace import RingReader, TraceFilter, TraceRecord, prepare
from core.trace.filter import Trace
from core.trace.ring import Ring
from core.trace.tracer import Tracer

LOCAL = (SERVER, 5060)
SDP = "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\nm=audio 6004 RTP/AVP 8\n"


class TracedWorld(World):
    """Every message is in the ring at `ring`."""

    def __init__(self, path: Path, authentication: AuthenticationSettings | None = None, **parts: object) -> None:
        if authentication is None:
            super().__init__(path, **parts)  # type: ignore[arg-type]
        else:
            super().__init__(path, authentication, **parts)  # type: ignore[arg-type]
        (path / "run").mkdir(exist_ok=True)
        self.ring = path / "run" / "trace-1"
        prepare(self.ring, 1)
        self.tracer = Tracer(Ring(self.ring), self.slots, WALL - 1000.0)
        self.tracer.start(Trace(1, TraceFilter(), None, 1e12, -1, "admin", WALL))

    def send(self, message: str | bytes, source: Flow) -> None:
        """Let `source` send a message, traced."""
        data = message if isinstance(message, bytes) else octets(message)
        self._trace(data, source, False)
        super().send(data, source)

    def perform(self) -> None:
        """Take the effects, traced."""
        for effect in self.engine.out:
            if effect[0] == SEND:
                self._trace(effect[2], effect[1], True)  # type: ignore[arg-type]
        super().perform()

    def traced(self) -> list[TraceRecord]:
        """Return what was traced."""
        with RingReader(self.ring) as reader:
            return list(reader.records())

    def _trace(self, data: bytes, peer: Flow, sent: bool) -> None:
        traces = self.tracer.matches(data, peer, sent, self.now)
        if traces:
            self.tracer.write(traces, data, peer, sent, LOCAL, self.now - 1000.0 + WALL)


def with_sdp(text: str) -> str:
    """Give a message an offer or answer."""
    size = len(SDP.replace("\n", "\r\n"))
    return text.replace("Content-Length: 0\n\n", f"Content-Type: application/sdp\nContent-Length: {size}\n\n{SDP}")


def record(
    data: bytes | str, number: int = 1, *, sent: bool = False, at_us: int = 1_700_000_000_000_000, transport: int = 0,
    local: tuple[str, int] = LOCAL, remote: tuple[str, int] = ("192.0.2.1", 5060), flags: int = 0, traces: int = 1,
) -> TraceRecord:  # fmt: skip
    """Make a record of a message, text with LF line ends or octets."""
    raw = data if isinstance(data, bytes) else octets(data)
    return TraceRecord(
        0, number, at_us, int(sent), transport, flags, traces, 0, local, remote, len(raw), raw
    )  # fmt: skip


def written(path: Path, *records: TraceRecord) -> Path:
    """Write records into a ring in the state directory `path`; return the ring's path."""
    (path / "run").mkdir(parents=True, exist_ok=True)
    ring = path / "run" / "trace-1"
    prepare(ring, 1)
    writer = Ring(ring)
    for each in records:
        writer.write(
            each.octets, each.direction, each.transport, each.traces, each.listener, each.local, each.remote, each.at_us
        )  # fmt: skip
    return ring
