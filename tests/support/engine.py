"""An engine with a fake clock, a real store in a temporary directory and no network: playbooks drive it.

world = World(tmp_path)
world.send(invite(...), alice)
out = world.one(bob)           # the only thing sent to bob since last asked
"""

from __future__ import annotations

import random
from pathlib import Path

from support.opened import OPENED

from core.effect import NOTICE, RECORD, RESOLVE, SEND, TCP, UDP, Flow
from core.engine import Engine
from core.northbound.counters import COUNTERS
from core.northbound.settings import AuthenticationSettings, Listener, Settings, SipSettings
from core.northbound.statistics import COLUMNS, SLOTS, read_rows
from core.northbound.subscribers import make_ha1
from core.store.lists import ListStore
from core.store.location import LocationStore
from core.store.prefixes import PrefixStore
from core.store.records import Subscriber
from core.store.subscribers import SubscriberStore
from core.transaction.tables import STATE_NAMES
from core.wire.limits import Limits
from core.wire.message import Message, parse_message

WALL = 1_700_000_000.0
SERVER = "192.0.2.10"
LISTENERS = (Listener("udp", SERVER, 5060), Listener("tcp", SERVER, 5060))
OPEN = AuthenticationSettings(
    realm="example.com", challenge_register=False, challenge_invite=False, challenge_other=False
)
CLOSED = AuthenticationSettings(realm="example.com")


def flow(host: str, port: int = 5060, transport: int = UDP) -> Flow:
    """Make the flow of a peer at `host`."""
    return Flow(transport, 1 if transport == TCP else 0, host, port, (host, port))


class World:
    """One engine, the peers around it, and time."""

    def __init__(
        self, path: Path, authentication: AuthenticationSettings = OPEN, sip: SipSettings | None = None, **parts: object
    ) -> None:
        self.settings = Settings(
            sip=sip or SipSettings(domains=("example.com",), listeners=LISTENERS), authentication=authentication
        )
        for name, part in parts.items():
            self.settings = Settings(**{**_fields(self.settings), name: part})  # type: ignore[arg-type]
        self.slots = memoryview(bytearray(8 * 256)).cast("q")
        self.location = LocationStore(path / "location")
        self.subscribers = SubscriberStore(path / "subscribers")
        self.prefixes = PrefixStore(path / "prefixes")
        self.lists = ListStore(path / "lists")
        OPENED.append(self.close)
        self.statistics = memoryview(bytearray(8 * SLOTS)).cast("q")
        self.now = 1000.0
        self.engine = self.make_engine()
        self.sent: list[tuple[Flow, bytes, str]] = []
        self.records: list[bytes] = []
        self.notices: list[object] = []
        self.questions: list[tuple[int, str]] = []
        """Token and name of every look-up asked for; `asked` has the port and the transport it was asked with."""
        self.asked: list[tuple[int, int]] = []

    def close(self) -> None:
        """Let go of the stores."""
        self.location.close()
        self.subscribers.close()
        self.prefixes.close()
        self.lists.close()

    def make_engine(self) -> Engine:
        """Make an engine on the stores as they are: what a restarted worker does."""
        return Engine(
            self.settings, self.slots, self.location, self.subscribers, 1, b"k" * 32, random.Random(1), WALL - 1000.0,
            dict(enumerate(self.settings.sip.listeners)), self.prefixes, self.lists, str, self.statistics, self.now,
        )  # fmt: skip

    def subscriber(self, name: str, password: str = "secret", number: str = "", enabled: bool = True) -> None:
        """Provision somebody."""
        ha1 = make_ha1(name, "example.com", password)
        self.subscribers.put(Subscriber(name, number, "", enabled, ha1, "example.com"))

    def send(self, message: str | bytes, source: Flow) -> None:
        """Let `source` send a message (text with LF line ends, or octets)."""
        data = message if isinstance(message, bytes) else octets(message)
        self.engine.receive(data, source, self.now)
        self.perform()

    def advance(self, seconds: float) -> None:
        """Let time pass, timers firing when they are due."""
        end = self.now + seconds
        while self.engine.next_tick <= end:
            self.now = max(self.now, self.engine.next_tick)
            self.engine.tick(self.now)
            self.perform()
        self.now = end

    def perform(self) -> None:
        """Commit, then take the effects."""
        self.location.commit()
        for effect in self.engine.out:
            if effect[0] == SEND:
                self.sent.append((effect[1], effect[2], effect[3]))  # type: ignore[arg-type]
            elif effect[0] == RECORD:
                self.records.append(effect[1])  # type: ignore[arg-type]
            elif effect[0] == NOTICE:
                self.notices.append(effect[1])
            elif effect[0] == RESOLVE:
                self.questions.append((effect[1], effect[2]))  # type: ignore[arg-type]
                self.asked.append((effect[3], effect[4]))  # type: ignore[arg-type]
        self.engine.out.clear()
        layer = self.engine._layer
        if layer.count() <= _FEW:
            tables = (layer.servers, layer.clients)
            waiting = sum(_waits(each.state) for table in tables for each in table.values())
            assert layer.pending == waiting, "whatever happens, transactions without a final response are counted"

    def take(self, peer: Flow) -> list[Message]:
        """Return what went to `peer` and was not taken yet."""
        mine = [item for item in self.sent if _place(item[0]) == _place(peer)]
        self.sent = [item for item in self.sent if _place(item[0]) != _place(peer)]
        return [parse_message(item[1], Limits()) for item in mine]

    def one(self, peer: Flow) -> Message:
        """Return the only message that went to `peer`."""
        found = self.take(peer)
        assert len(found) == 1, [m.start_line() for m in found]
        return found[0]

    def statuses(self, peer: Flow) -> list[int]:
        """Return the status codes that went to `peer`."""
        return [message.status for message in self.take(peer)]

    def row(self, kind: str, name: str) -> dict[str, int]:
        """Read the statistics of one object, by the columns' names, as they are after a sweep."""
        self.engine.statistics.sweep(self.now, self.now + self.engine.wall_offset)
        found = [row for row in read_rows(self.statistics) if (row.kind, row.name) == (kind, name)]
        return {column.name: found[0].values[column.slot] if found else 0 for column in COLUMNS}

    def counter(self, name: str) -> int:
        """Read a counter by its operator's name."""
        return self.slots[next(c.slot for c in COUNTERS if c.name == name)]


def _waits(state: int) -> bool:
    return STATE_NAMES[state] in ("trying", "calling", "proceeding")


_FEW = 20
"""Transactions that are looked at after every message."""


def octets(text: str) -> bytes:
    """Turn a message written with LF line ends into octets."""
    return text.lstrip("\n").replace("\r\n", "\n").replace("\n", "\r\n").encode("latin-1")


def _place(peer: Flow) -> tuple[int, str, int]:
    return peer.transport, peer.host, peer.port


def _fields(settings: Settings) -> dict[str, object]:
    return {name: getattr(settings, name) for name in settings.__struct_fields__}
