"""Subscribers and contacts, as managers see them where it is allowed."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest
from support.management import FakeManager, done, played, subscriber
from support.tables import read

from core.store.location import LocationStore
from core.store.records import Binding
from oam.snmp.tables import subscribers
from oam.snmp.tables.subscribers import CONTACT_TABLE, SUBSCRIBER_TABLE


def binding(contact: str, *, q: float = 1.0, nat: bool = False, left_s: float = 100.0) -> Binding:
    return Binding(
        contact,
        q,
        time.time() + left_s,
        "id",
        1,
        "Phone/1",
        1000.0,
        "udp",
        "udp:127.0.0.1:5060",
        "192.0.2.9",
        5061,
        nat,
    )


def registered(state: Path, bindings: dict[str, list[Binding]]) -> None:
    store = LocationStore(state / "location", mapped=False)
    for user, each in bindings.items():
        store.put_bindings(user, each)
    store.commit()
    store.close()


async def allowed(state: Path, names: Iterable[str] = ("1001", "1002")) -> FakeManager:
    manager = FakeManager(state)
    await done(manager.session(), ["configure terminal", "snmp-server subscribers", "end"])
    manager.subscribers.put_many(
        [msgspec.structs.replace(subscriber(each, number=f"+4930{each}"), group="office") for each in names]
    )
    return manager


@played
async def test_nothing_is_served_unless_it_is_configured(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.subscribers.put_many([subscriber("1001")])
    registered(tmp_path, {"1001": [binding("sip:a@h")]})
    assert await read(SUBSCRIBER_TABLE, manager) == await read(CONTACT_TABLE, manager) == []


@played
async def test_a_row_a_subscriber_and_a_row_a_contact(tmp_path: Path) -> None:
    manager = await allowed(tmp_path)
    contacts = [binding("sip:a@h", q=0.5), binding("sip:b@h", nat=True), binding("sip:gone@h", left_s=-1)]
    registered(tmp_path, {"1001": contacts})
    first, second = await read(SUBSCRIBER_TABLE, manager)
    names = ("Name", "Number", "DisplayName", "Group", "Enabled", "Contacts")
    assert [first[f"sipctlSubscriber{each}"] for each in names] == [
        "1001", "+49301001", "Phone 1001", "office", True, 2,
    ]  # fmt: skip
    assert second["sipctlSubscriberContacts"] == 0
    rows = await read(CONTACT_TABLE, manager)
    assert [(row["sipctlContactUri"], row["sipctlContactPreference"]) for row in rows] == [
        ("sip:a@h", 500), ("sip:b@h", 1000),
    ]  # fmt: skip
    assert [row["sipctlContactReceived"] for row in rows] == ["", "udp:192.0.2.9:5061"]
    assert {row["sipctlContactSubscriberIndex"] for row in rows} == {first["sipctlSubscriberIndex"]}
    assert rows[0]["sipctlContactUserAgent"] == "Phone/1"
    assert 90 < rows[0]["sipctlContactExpires"] <= 100


@played
async def test_no_credential_is_told(tmp_path: Path) -> None:
    manager = await allowed(tmp_path)
    text = repr(await read(SUBSCRIBER_TABLE, manager))
    known = manager.subscribers.get("1001")
    assert known is not None
    assert not [each for each in (*known.ha1.values(), "secret") if each in text]


@played
async def test_indexes_stay(tmp_path: Path) -> None:
    manager = await allowed(tmp_path)
    registered(tmp_path, {"1002": [binding("sip:b@h"), binding("sip:c@h")]})
    before = {
        row["sipctlSubscriberName"]: row["sipctlSubscriberIndex"] for row in await read(SUBSCRIBER_TABLE, manager)
    }
    contacts = {row["sipctlContactUri"]: row["sipctlContactIndex"] for row in await read(CONTACT_TABLE, manager)}
    manager.subscribers.put_many([subscriber("0999")])
    manager.subscribers.delete("1001")
    registered(tmp_path, {"1002": [binding("sip:a@h"), binding("sip:c@h")]})
    after = {row["sipctlSubscriberName"]: row["sipctlSubscriberIndex"] for row in await read(SUBSCRIBER_TABLE, manager)}
    assert after["1002"] == before["1002"]
    assert after["0999"] not in before.values()
    now = {row["sipctlContactUri"]: row["sipctlContactIndex"] for row in await read(CONTACT_TABLE, manager)}
    assert now["sip:c@h"] == contacts["sip:c@h"]
    assert len(set(now.values())) == 2


@played
async def test_contacts_whose_numbers_would_be_the_same_have_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zlib, "crc32", lambda _: 0xFFFFFFFF)
    manager = await allowed(tmp_path)
    registered(tmp_path, {"1001": [binding(f"sip:{each}@h") for each in "abc"]})
    assert [row["sipctlContactIndex"] for row in await read(CONTACT_TABLE, manager)] == [0xFFFFFFFF, 1, 2]


@pytest.mark.parametrize("most", [2, 3, 9])
@played
async def test_large_tables_are_read_in_slices_and_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(subscribers, "AT_ONCE", 2)
    monkeypatch.setattr(subscribers, "MOST", most)
    names = [f"100{each}" for each in range(5)]
    manager = await allowed(tmp_path, names)
    registered(tmp_path, {each: [binding("sip:a@h")] for each in names})
    served = [row["sipctlSubscriberName"] for row in await read(SUBSCRIBER_TABLE, manager)]
    assert served == names[:most]
    assert [row["sipctlContactSubscriber"] for row in await read(CONTACT_TABLE, manager)] == names[:most]
