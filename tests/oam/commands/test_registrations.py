"""`show registrations` reads the store that a worker writes; `clear registration` asks the worker."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played, subscriber

from core.northbound.orders import ClearBinding
from core.northbound.settings import SipSettings
from core.store.location import LocationStore
from core.store.records import Binding
from oam.config.tree import Configuration


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    return FakeManager(tmp_path, Configuration(sip=SipSettings(domains=("example.com",))))


def register(manager: FakeManager, *users: str) -> None:
    store = LocationStore(manager.state / "location")
    now = time.time()
    for user in users:
        contact = f"sip:{user}@127.0.0.1:5090"
        flow = ("udp", "udp:127.0.0.1:5060", "127.0.0.1", 5090, False)
        store.put_bindings(user, [Binding(contact, 1.0, now + 3600, "c1", 1, "phone", now, *flow)])
    store.commit()
    store.close()


@played
async def test_everybody_in_order_with_the_domain(manager: FakeManager) -> None:
    register(manager, "1002", "1001")
    rows, _ = await gathered(manager.session(privilege=1), "show registrations")
    assert [row.aor for row in rows] == ["1001@example.com", "1002@example.com"]
    assert 3590 < rows[0].expires_s <= 3600


@pytest.mark.parametrize(
    "aor", ["1001", "1001@example.com", "sip:1001@example.com", "<sip:1001@x;transport=udp>", "5551"]
)
def test_one_by_any_of_its_names(manager: FakeManager, aor: str) -> None:
    @played
    async def scenario() -> None:
        manager.subscribers.put(subscriber("1001", number="5551"))
        register(manager, "1001", "1002")
        rows, _ = await gathered(manager.session(privilege=1), f"show registrations {aor}")
        assert [row.contact for row in rows] == ["sip:1001@127.0.0.1:5090"]

    scenario()


@played
async def test_the_realm_stands_in_for_a_domain(manager: FakeManager) -> None:
    manager.configuration.running = Configuration()
    register(manager, "1001")
    rows, _ = await gathered(manager.session(privilege=1), "show registrations")
    assert rows[0].aor == "1001@sipctl"


@played
async def test_subscribers_tell_how_many_contacts_they_have(manager: FakeManager) -> None:
    manager.subscribers.put_many([subscriber("1001"), subscriber("1002")])
    register(manager, "1001")
    rows, _ = await gathered(manager.session(privilege=1), "show subscribers")
    assert [(row.name, row.registered) for row in rows] == [("1001", 1), ("1002", 0)]


@played
async def test_clearing_names_what_went(manager: FakeManager) -> None:
    manager.subscribers.put(subscriber("1001", number="5551"))
    manager.fake_worker.counts = {"": 12, "1001": 1}
    session = manager.session()
    assert await done(session, ["clear registration all"]) == ["12 contacts removed"]
    assert await done(session, ["clear registration sip:5551@example.com"]) == ["1 contact removed"]
    assert manager.fake_worker.orders[1:] == [ClearBinding("5551"), ClearBinding("1001")]
    _, result = await gathered(session, "clear registration 1009")
    assert result.errors == ["% 1009 has no registration"]
