"""`test subscriber`: each thing that could be wrong with one is found."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from pathlib import Path

import msgspec
from support.management import REALM, FakeManager, FakeWorker, gathered, played, subscriber

from core.northbound.call_rows import CallHistoryRow
from core.northbound.orders import AskLists, AskPing, ListCallHistory, Order, Row, SendPing
from core.northbound.routing_settings import SubscriberGroup
from core.northbound.rows import ListVerdictRow, PingRow
from core.northbound.settings import AuthenticationSettings
from core.store.location import LocationStore
from core.store.records import Binding
from oam.config.tree import Configuration

ANSWER = PingRow("answered", "udp:192.0.2.1:5060", 200, "OK", 1.5, 0, "")
LOST = PingRow("lost", "udp:192.0.2.1:5060", None, "no answer", None, 3, "")
PASSES = ListVerdictRow("subscriber", "1001", "passes", "", "", "", "", None)
REFUSED = ListVerdictRow("subscriber", "1001", "refused", "black", "10*", "alice", "", None)


class Worker(FakeWorker):
    """Answers all that the checks ask."""

    def __init__(self) -> None:
        super().__init__()
        self.ping = ANSWER
        self.verdict = PASSES
        self.calls: list[CallHistoryRow] = []
        self.sent = 0
        self.until = 1
        """Pings answer when so many have been sent."""

    async def count(self, order: Order) -> int:
        assert isinstance(order, SendPing)
        assert order.user == "1001"
        self.sent += 1
        return self.sent

    async def order(self, order: Order) -> AsyncGenerator[Row, None]:
        if isinstance(order, AskLists):
            yield self.verdict
        elif isinstance(order, AskPing):
            yield self.ping if self.sent >= self.until else msgspec.structs.replace(self.ping, state="waiting")
        else:
            assert isinstance(order, ListCallHistory)
            for row in self.calls:
                yield row


def made(path: Path) -> tuple[FakeManager, Worker]:
    settings = Configuration(
        authentication=AuthenticationSettings(realm=REALM), subscriber_groups=(SubscriberGroup("sales"),)
    )
    manager = FakeManager(path, settings)
    worker = Worker()
    manager.worker = worker  # type: ignore[assignment]
    manager.subscribers.put(subscriber("1001", number="493001"))
    return manager, worker


def bind(state: Path, user: str, *contacts: str) -> None:
    store = LocationStore(state / "location")
    now = time.time()
    flow = ("udp", "udp:127.0.0.1:5060", "127.0.0.1", 5090, False)
    store.put_bindings(user, [Binding(each, 1.0, now + 3600, "c1", 1, "phone", now, *flow) for each in contacts])
    store.commit()
    store.close()


async def checked(manager: FakeManager, name: str = "1001") -> dict[str, tuple[str, str]]:
    rows, result = await gathered(manager.session(), f"test subscriber {name}")
    assert result.code == 0, result.errors
    return {row.check: (row.outcome, row.result) for row in rows}


@played
async def test_one_with_whom_all_is_well(tmp_path: Path) -> None:
    manager, worker = made(tmp_path)
    bind(tmp_path, "1001", "sip:1001@192.0.2.1:5060")
    worker.calls = [
        CallHistoryRow(str(at), 1.0, state, "", "", "", "", 0, 0.0, "", "")
        for at, state in enumerate(("answered", "ended", "failed", "refused"))
    ]
    assert await checked(manager, "493001") == {
        "subscriber": ("ok", "1001, number 493001"),
        "group": ("ok", "none"),
        "secret": ("ok", 'for realm "example.com"'),
        "lists": ("ok", "passes"),
        "registered": ("ok", "contacts: 1"),
        "contact": ("ok", "sip:1001@192.0.2.1:5060 by udp:192.0.2.1:5060: 200 after 1.5 ms"),
        "calls": ("ok", "1 in progress; of 4 remembered 2 were not answered"),
    }


@played
async def test_all_that_can_be_wrong(tmp_path: Path) -> None:
    manager, worker = made(tmp_path)
    bind(tmp_path, "1001", "sip:1001@192.0.2.1:5060")
    worker.ping, worker.verdict = LOST, REFUSED
    stored = subscriber("1001", enabled=False)
    manager.subscribers.put(msgspec.structs.replace(stored, group="gone", ha1={}, realm=""))
    found = await checked(manager)
    assert found["subscriber"] == ("failed", "1001 is shut down: new requests are refused")
    assert found["group"] == ("failed", "gone is not configured")
    assert found["secret"] == ("failed", 'none for realm "example.com"')
    assert found["lists"] == ("failed", "refused by blacklist 10*")
    assert found["contact"] == ("failed", "sip:1001@192.0.2.1:5060 by udp:192.0.2.1:5060: no answer")


@played
async def test_phones_are_asked_at_the_same_time(tmp_path: Path) -> None:
    manager, worker = made(tmp_path)
    bind(tmp_path, "1001", "sip:1001@192.0.2.1:5060", "sip:1001@192.0.2.2:5060")
    worker.until = 2
    rows, _ = await gathered(manager.session(), "test subscriber 1001")
    assert [row.outcome for row in rows if row.check == "contact"] == ["ok", "ok"]


@played
async def test_one_who_is_not_registered(tmp_path: Path) -> None:
    manager, _ = made(tmp_path)
    assert (await checked(manager))["registered"] == ("failed", "nowhere")


@played
async def test_one_who_is_nobody(tmp_path: Path) -> None:
    manager, _ = made(tmp_path)
    _, result = await gathered(manager.session(), "test subscriber 1009")
    assert result.errors == ["% There is no subscriber 1009"]
