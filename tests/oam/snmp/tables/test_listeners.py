"""The SIP sockets, as managers see and shut them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from support.management import FakeManager, done, played
from support.statistics import Counts
from support.tables import counters, moved, read

from core.northbound.counters import STARTED_AT
from core.northbound.orders import ListListeners
from core.northbound.rows import ListenerRow
from core.northbound.statistics import open_statistics
from oam.snmp.objects import COLUMNS
from oam.snmp.rows import asking
from oam.snmp.tables.listeners import LISTENER_TABLE

UDP = ListenerRow("udp:127.0.0.1:5060", "up", 0, 10, 20, 1)
TCP = ListenerRow("tcp:[::1]:5062", "up", 3, 4, 5, 0)
LINES = [
    "configure terminal",
    "sip",
    "listener udp 127.0.0.1 port 5060",
    "listener tcp ::1 port 5062 advertise sip.example.com",
    "end",
]


async def configured(state: Path) -> FakeManager:
    manager = FakeManager(state)
    await done(manager.session(), LINES)
    manager.fake_worker.answers = {ListListeners: [UDP, TCP]}
    return manager


async def by_name(manager: FakeManager) -> dict[str, dict[str, Any]]:
    return {row["sipctlListenerName"]: row for row in await read(LISTENER_TABLE, manager)}


@played
async def test_a_row_a_listener(tmp_path: Path) -> None:
    manager = await configured(tmp_path)
    row = (await by_name(manager))[TCP.listener]
    assert (row["sipctlListenerTransport"], row["sipctlListenerAddress"], row["sipctlListenerPort"]) == (
        "tcp", "::1", 5062,
    )  # fmt: skip
    assert row["sipctlListenerAdvertised"] == "sip.example.com"
    assert (row["sipctlListenerState"], row["sipctlListenerAdminState"]) == ("up", "up")
    assert row["sipctlListenerConnections"] == 3


@pytest.mark.parametrize(
    ("field", "name"),
    [("received", "sipctlListenerReceived"), ("sent", "sipctlListenerSent"), ("dropped", "sipctlListenerDropped")],
)
@played
async def test_each_counter_moves_alone_and_in_its_own_row(tmp_path: Path, field: str, name: str) -> None:
    manager = await configured(tmp_path)
    assert name in counters(LISTENER_TABLE)
    before = await by_name(manager)
    more = msgspec.structs.replace(UDP, **{field: getattr(UDP, field) + 6})
    manager.fake_worker.answers = {ListListeners: [more, TCP]}
    now = await by_name(manager)
    assert moved(before[UDP.listener], now[UDP.listener]) == {name: 6}
    assert moved(before[TCP.listener], now[TCP.listener]) == {}


@played
async def test_a_new_signalling_process_counts_anew(tmp_path: Path) -> None:
    manager = await configured(tmp_path)
    assert (await by_name(manager))[UDP.listener]["sipctlListenerDiscontinuityTime"] == 0.0
    manager.counters[0][STARTED_AT] += 1
    assert (await by_name(manager))[UDP.listener]["sipctlListenerDiscontinuityTime"] > 1e9


@played
async def test_a_listener_without_a_socket_is_down(tmp_path: Path) -> None:
    manager = await configured(tmp_path)
    manager.fake_worker.answers = {ListListeners: [UDP]}
    row = (await by_name(manager))[TCP.listener]
    assert row["sipctlListenerState"] == "down"
    assert not row.keys() & counters(LISTENER_TABLE)


@pytest.mark.parametrize("hangs", [False, True])
@played
async def test_without_signalling_the_states_are_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hangs: bool
) -> None:
    monkeypatch.setattr(asking, "ANSWER_S", 0.01)
    manager = await configured(tmp_path)
    manager.fake_worker.hangs = hangs
    manager.fake_worker.answers = manager.fake_worker.answers if hangs else None
    rows = await by_name(manager)
    assert {row["sipctlListenerState"] for row in rows.values()} == {"unknown"}
    assert rows.keys() == {UDP.listener, TCP.listener}


@played
async def test_calls_are_those_that_came_in_by_it_or_are_left_on_it(tmp_path: Path) -> None:
    manager = await configured(tmp_path)
    counts = Counts(open_statistics(tmp_path / "run" / "statistics-1"))
    counts.set("listener", UDP.listener, calls=12)
    rows = await by_name(manager)
    assert rows[UDP.listener]["sipctlListenerCalls"] == 12
    assert "sipctlListenerCalls" not in rows[TCP.listener]
    manager.fake_worker.answers = {ListListeners: [msgspec.structs.replace(UDP, state="draining", calls=2)]}
    row = (await by_name(manager))[UDP.listener]
    assert (row["sipctlListenerCalls"], row["sipctlListenerState"]) == (2, "draining")


@played
async def test_a_listener_is_shut_and_opened(tmp_path: Path) -> None:
    manager = await configured(tmp_path)
    _, column = COLUMNS["sipctlListenerAdminState"]
    assert column.write is not None
    for state in ("shutdown", "up"):
        row = next(each for each in await LISTENER_TABLE.source(manager) if each.name == TCP.listener)
        await done(manager.session(batch=False), column.write(row, state))
        rows = await by_name(manager)
        assert [rows[each.listener]["sipctlListenerAdminState"] for each in (UDP, TCP)] == ["up", state]
    assert manager.configuration.running.sip.listeners[1].advertise == "sip.example.com"
