"""Registrations, as managers see them."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, played, subscriber
from support.statistics import Counts, figures
from support.tables import counters, moved, read_one

from core.northbound import counters as slots
from core.northbound.statistics import open_statistics
from core.store.location import LocationStore
from core.store.records import Binding
from oam.snmp.tables.registrar import REGISTRAR
from oam.statistics.period import Minute, ObjectKey


def binding(contact: str) -> Binding:
    return Binding(contact, 1.0, 1e10, "c", 1, "", 0.0, "udp", "udp:127.0.0.1:5060", "192.0.2.1", 5060, False)


@played
async def test_who_is_registered(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.subscribers.put_many([subscriber("1001"), subscriber("1002"), subscriber("1003")])
    store = LocationStore(tmp_path / "location", mapped=False)
    store.put_bindings("1001", [binding("sip:a@h"), binding("sip:b@h")])
    store.commit()
    manager.counters[0][slots.BINDINGS] = 2
    row = await read_one(REGISTRAR, manager)
    found = [row[f"sipctlRegistrar{each}"] for each in ("Bindings", "Users", "Subscribers")]
    store.close()
    assert found == [2, 1, 3]


@played
async def test_limits_are_those_configured(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    lines = ["expires minimum 61", "expires default 100", "expires maximum 200", "contacts maximum 3"]
    await done(manager.session(), ["configure terminal", "registrar", *lines, "bindings maximum 5000", "end"])
    row = await read_one(REGISTRAR, manager)
    names = ("ExpiresMinimum", "ExpiresDefault", "ExpiresMaximum", "ContactsMaximum", "BindingsMaximum")
    assert [row[f"sipctlRegistrar{each}"] for each in names] == [61, 100, 200, 3, 5000]


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("registrations", "sipctlRegistrarAnswered"),
        ("registrations_failed", "sipctlRegistrarAnswered"),
        ("register_us", "sipctlRegistrarDelay"),
    ],
)
@played
async def test_each_counter_moves_alone(tmp_path: Path, column: str, name: str) -> None:
    manager = FakeManager(tmp_path)
    counts = Counts(open_statistics(tmp_path / "run" / "statistics-1"))
    counts.row("system", "system", born_ms=9000)
    before = await read_one(REGISTRAR, manager)
    assert before["sipctlRegistrarDiscontinuityTime"] == 9.0
    counts.add("listener", "udp:127.0.0.1:5060", **{column: 9})
    counts.add("system", "system", **{column: 4}, bids=1, messages=7, processing_us=70)
    assert moved(before, await read_one(REGISTRAR, manager)) == {name: 4}
    assert counters(REGISTRAR) == {"sipctlRegistrarAnswered", "sipctlRegistrarDelay"}


@played
async def test_the_average_delay_is_that_of_the_last_minute(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    row = await read_one(REGISTRAR, manager)
    assert row["sipctlRegistrarRecent"] == 0
    assert "sipctlRegistrarRecentDelay" not in row
    for each in (figures(), figures(registrations=3, registrations_failed=1, register_us=1000)):
        manager.statistics.minutes.append(Minute(0.0, {ObjectKey("system", ""): each}))
    row = await read_one(REGISTRAR, manager)
    assert (row["sipctlRegistrarRecent"], row["sipctlRegistrarRecentDelay"]) == (4, 250)
    manager.statistics.minutes.append(Minute(60.0, {ObjectKey("system", ""): figures()}))
    assert "sipctlRegistrarRecentDelay" not in await read_one(REGISTRAR, manager)
