"""`ping sip`: where it goes, what is shown, what it sums up to."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from support.management import FakeManager, FakeWorker, gathered, played, subscriber

from core.northbound.locations import LocationReader
from core.northbound.orders import AskPing, Order, Row, SendPing
from core.northbound.routing_settings import Trunk
from core.northbound.rows import PingRow
from oam.config.tree import Configuration
from oam.diagnosis.ping import PingShown, Place, summary, target_place, with_transport

ANSWER = PingRow("answered", "udp:192.0.2.9:5060", 200, "OK", 1.5, 0, "gw 1.0")
LOST = PingRow("lost", "udp:192.0.2.9:5060", None, "no answer", None, 3, "")


class Answering(FakeWorker):
    """A worker whose pings end as `outcomes` says, each after one look."""

    def __init__(self, *outcomes: PingRow) -> None:
        super().__init__()
        self.outcomes = list(outcomes)
        self.places: list[Place] = []
        self.looks = 0

    async def count(self, order: Order) -> int:
        assert isinstance(order, SendPing)
        self.places.append(Place(order.target, order.user))
        return len(self.places)

    async def order(self, order: Order) -> AsyncGenerator[Row, None]:
        assert isinstance(order, AskPing)
        self.looks += 1
        if self.looks % 2:
            yield PingRow("waiting", "", None, "", None, 0, "")
        else:
            yield self.outcomes[(order.number - 1) % len(self.outcomes)]


def manager(path: Path, *outcomes: PingRow, trunks: tuple[Trunk, ...] = ()) -> tuple[FakeManager, Answering]:
    made = FakeManager(path, Configuration(trunks=trunks))
    worker = Answering(*outcomes)
    made.worker = worker  # type: ignore[assignment]
    return made, worker


@played
async def test_each_answer_is_shown_and_the_sum(tmp_path: Path) -> None:
    made, worker = manager(tmp_path, ANSWER, LOST)
    rows, _ = await gathered(made.session(), "ping sip 192.0.2.9 count 4 interval 10")
    assert rows[0] == PingShown(1, "udp:192.0.2.9:5060", 1.5, 200, 0, "OK (gw 1.0)")
    assert rows[1] == PingShown(2, "udp:192.0.2.9:5060", None, None, 3, "no answer")
    assert rows[-1] == PingShown(None, "", 1.5, None, 6, "4 sent, 2 answered, 50 % lost, min/avg/max 1.5/1.5/1.5 ms")
    assert worker.places == [Place("sip:192.0.2.9")] * 4


@played
async def test_every_address_of_a_trunk_is_asked(tmp_path: Path) -> None:
    trunk = Trunk("A", addresses=("sip:192.0.2.9", "sip:192.0.2.10;transport=udp"))
    made, worker = manager(tmp_path, ANSWER, trunks=(trunk,))
    rows, _ = await gathered(made.session(), "ping sip trunk A count 1 transport tcp")
    assert [place.uri for place in worker.places] == ["sip:192.0.2.9;transport=tcp", "sip:192.0.2.10;transport=tcp"]
    assert len(rows) == 3


@played
async def test_who_is_not_there_is_said(tmp_path: Path) -> None:
    made, _ = manager(tmp_path, ANSWER, trunks=(Trunk("A"),))
    made.subscribers.put(subscriber("1001"))
    with LocationReader(tmp_path):
        pass
    for line, error in (
        ("ping sip trunk X", "There is no trunk X"),
        ("ping sip trunk A", "Trunk A has no address"),
        ("ping sip subscriber 1002", "There is no subscriber 1002"),
        ("ping sip subscriber 1001", "Subscriber 1001 is not registered"),
    ):
        _, result = await gathered(made.session(), line)
        assert result.errors == [f"% {error}"], line


@pytest.mark.parametrize(
    ("text", "transport", "uri"),
    [
        ("192.0.2.9", "", "sip:192.0.2.9"),
        ("192.0.2.9:5070", "", "sip:192.0.2.9:5070"),
        ("2001:db8::1", "", "sip:[2001:db8::1]"),
        ("[2001:db8::1]:5070", "", "sip:[2001:db8::1]:5070"),
        ("gw.example.net", "tcp", "sip:gw.example.net;transport=tcp"),
        ("sip:a@gw.example.net;transport=udp;lr", "tcp", "sip:a@gw.example.net;lr;transport=tcp"),
    ],
)
def test_a_target_becomes_a_uri(text: str, transport: str, uri: str) -> None:
    assert target_place(text, transport) == Place(uri)


def test_a_transport_is_only_changed_where_one_is_given() -> None:
    assert with_transport("sip:x;transport=udp", "") == "sip:x;transport=udp"


def test_nothing_answered_has_no_delay() -> None:
    lost = PingShown(1, "sip:x", None, None, 2, "no answer")
    assert summary([lost, lost, lost]).result == "3 sent, 0 answered, 100 % lost"
    assert summary([lost]).delay_ms is None
