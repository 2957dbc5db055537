"""SIP-SERVER-MIB: proxy, redirect server and registrar."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.management import FakeManager, played
from support.tables import moved, read, read_one

from core.northbound.counters import COUNTERS
from core.northbound.settings import AuthenticationSettings, Listener, RegistrarSettings, SipSettings
from core.store.location import LocationStore
from core.store.records import Binding
from oam.config.tree import Configuration
from oam.settings.snmp import SnmpSettings
from oam.snmp.tables import sip_server as family
from oam.snmp.tables.sip_server import contact_number, reached_at

MOVED = {
    "extensions-refused": {"sipServerProxyStatProxyReqFailures"},
    "registrations-accepted": {"sipServerRegStatsAcceptedRegs"},
    "registrations-refused": {"sipServerRegStatsRejectedRegs"},
}
"""Counter of signalling -> the object it moves."""


async def figures(manager: FakeManager) -> dict[str, Any]:
    return await read_one(family.PROXY_STATISTICS, manager) | await read_one(family.REGISTRAR_STATISTICS, manager)


@played
async def test_each_counter_moves_its_own_object_alone(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    for counter in COUNTERS:
        before = await figures(manager)
        manager.counters[0][counter.slot] += 3
        assert moved(before, await figures(manager)) == dict.fromkeys(MOVED.get(counter.name, ()), 3), counter.name


@played
async def test_counters_that_fall_say_so(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    slots = {counter.name: counter.slot for counter in COUNTERS}
    manager.counters[0][slots["registrations-accepted"]] = 5
    assert (await figures(manager))["sipServerRegStatsDisconTime"] == 0.0
    manager.counters[0][slots["registrations-accepted"]] = 1
    found = await figures(manager)
    assert found["sipServerRegStatsDisconTime"] > 0
    assert found["sipServerProxyStatsDisconTime"] == 0.0


@pytest.mark.parametrize(
    ("sip", "kind", "host"),
    [
        (SipSettings(), "unknown", ""),
        (SipSettings(listeners=(Listener("udp", "192.0.2.1"),)), "ipv4", "192.0.2.1"),
        (SipSettings(listeners=(Listener("udp", "2001:db8::1"),)), "ipv6", "2001:db8::1"),
        (SipSettings(listeners=(Listener("udp", "0.0.0.0", advertise="sip.example.com"),)), "dns", "sip.example.com"),
        (SipSettings(domains=("example.com",), listeners=(Listener("udp", "192.0.2.1"),)), "dns", "example.com"),
    ],
)
def test_where_the_server_is_reached(tmp_path: Path, sip: SipSettings, kind: str, host: str) -> None:
    @played
    async def scenario() -> None:
        settings = Configuration(sip=sip)
        assert reached_at(settings) == host
        found = await read_one(family.SERVER, FakeManager(tmp_path, settings))
        assert found == {"sipServerCfgHostAddressType": kind, "sipServerCfgHostAddress": host}

    scenario()


@pytest.mark.parametrize(
    ("settings", "stateful", "route", "methods"),
    [
        (Configuration(), "callStateful", True, b"\x04\x01\x20"),
        (Configuration(sip=SipSettings(record_route=False)), "transactionStateful", False, b"\x04\x01\x20"),
        (
            Configuration(authentication=AuthenticationSettings(challenge_invite=False, challenge_other=False)),
            "callStateful", True, b"\x04\x01\x80",
        ),
    ],
)  # fmt: skip
def test_the_proxy(tmp_path: Path, settings: Configuration, stateful: str, route: bool, methods: bytes) -> None:
    @played
    async def scenario() -> None:
        found = await read_one(family.PROXY, FakeManager(tmp_path, settings))
        encode = family.PROXY.columns[3].syntax.encode
        assert encode(found.pop("sipServerCfgProxyAuthMethod")) == methods
        assert found == {
            "sipServerCfgProxyStatefulness": stateful,
            "sipServerCfgProxyRecursion": False,
            "sipServerCfgProxyRecordRoute": route,
            "sipServerCfgProxyAuthDefaultRealm": "sipctl",
        }

    scenario()


def binding(uri: str, q: float = 1.0, left_s: float = 100.0) -> Binding:
    now = time.time()
    return Binding(uri, q, now + left_s, "c", 1, "ua", now - 10, "udp", "udp:h:1", "192.0.2.9", 5060, False)


@pytest.fixture
def location(tmp_path: Path) -> Iterator[LocationStore]:
    store = LocationStore(tmp_path / "location")
    store.put_bindings("ann", [binding("sip:ann@192.0.2.9", 0.5), binding("sip:ann@192.0.2.10")])
    store.put_bindings("bob", [binding("sip:bob@192.0.2.11")])
    store.put_bindings("late", [binding("sip:late@192.0.2.12", left_s=-1)])
    store.commit()
    yield store
    store.close()


SHOWN = Configuration(sip=SipSettings(domains=("example.com",)), snmp=SnmpSettings(subscribers=True))


@played
async def test_the_registrar(tmp_path: Path, location: LocationStore) -> None:
    registrar = RegistrarSettings(expires_default_s=1800, expires_maximum_s=3600, bindings_maximum=500)
    found = await read_one(family.REGISTRAR, FakeManager(tmp_path, Configuration(registrar=registrar)))
    assert found == {
        "sipServerRegMaxContactExpiryDuration": 3600,
        "sipServerRegMaxUsers": 500,
        "sipServerRegCurrentUsers": 3,
        "sipServerRegDfltRegActiveInterval": 1800,
    }


@played
async def test_subscribers_are_nobodys_business_unless_configured(tmp_path: Path, location: LocationStore) -> None:
    manager = FakeManager(tmp_path)
    assert await read(family.REGISTERED, manager) == []
    assert await read(family.BINDINGS, manager) == []


@played
async def test_users_and_contacts(tmp_path: Path, location: LocationStore) -> None:
    manager = FakeManager(tmp_path, SHOWN)
    users = {row["sipServerRegUserUri"]: row["sipServerRegUserIndex"] for row in await read(family.REGISTERED, manager)}
    assert set(users) == {"ann@example.com", "bob@example.com"}, "whose contacts have run out is not registered"
    rows = await family.BINDINGS.source(manager)
    assert {(row.user, row.uri, row.preference) for row in rows} == {
        (users["ann@example.com"], "sip:ann@192.0.2.9", "0.5"),
        (users["ann@example.com"], "sip:ann@192.0.2.10", "1"),
        (users["bob@example.com"], "sip:bob@192.0.2.11", "1"),
    }
    for row in rows:
        assert abs(row.expires_at - row.updated_at - 110) < 1
    numbers = {row.uri: (row.user, row.contact) for row in rows}
    location.put_bindings("ann", [binding("sip:ann@192.0.2.10")])
    location.commit()
    again = FakeManager(tmp_path, SHOWN)
    kept = {row.uri: (row.user, row.contact) for row in await family.BINDINGS.source(again)}
    assert kept == {uri: each for uri, each in numbers.items() if uri != "sip:ann@192.0.2.9"}, "numbers stay"


@played
async def test_their_number_is_bounded(tmp_path: Path, location: LocationStore) -> None:
    manager = FakeManager(tmp_path, SHOWN)
    most = family.USERS, family.CONTACTS
    try:
        family.USERS, family.CONTACTS = 1, 1  # type: ignore[misc]
        assert len(await family.REGISTERED.source(manager)) == 1
        assert len(await family.BINDINGS.source(manager)) == 1
    finally:
        family.USERS, family.CONTACTS = most  # type: ignore[misc]


def test_contacts_with_the_same_sum_have_numbers_of_their_own() -> None:
    first = contact_number("sip:a@b", {})
    assert contact_number("sip:a@b", {first: None}) == first + 1  # type: ignore[dict-item]
    assert 1 <= first < 2**32
