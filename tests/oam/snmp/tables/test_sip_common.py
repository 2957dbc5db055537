"""SIP-COMMON-MIB: every counter moves by what it says and by nothing else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from support.engine import World, flow, octets
from support.management import FakeManager, played
from support.phone import Phone, establish, hang_up
from support.statistics import Counts
from support.tables import moved, read, read_one

from core.effect import SEND, Flow
from core.northbound.counters import COUNTERS
from core.northbound.rows import ProcessRow
from core.northbound.settings import Listener, SipSettings, StatisticsSettings
from core.northbound.statistics import METHODS, RECEIVED_AGAIN, open_statistics
from core.pipeline.admission import _ALLOW
from core.transaction.layer import _TIMER_D_S
from core.wire.limits import Limits
from core.wire.message import parse_message
from oam.config.tree import Configuration
from oam.snmp.tables import sip_common as family
from oam.snmp.tables.sip_common_rows import RANGES, SUPPORTED, TIMER_D_MS, timers

IN, OUT = "sipCommonSummaryInRequests", "sipCommonSummaryOutRequests"
RESPONSES_IN, RESPONSES_OUT = "sipCommonSummaryInResponses", "sipCommonSummaryOutResponses"
DISCARDED = "sipCommonOtherStatsOtherwiseDiscardedMsgs"
MOVED = {
    **{f"{each}-received": {IN} for each in ("invite", "ack", "bye", "cancel", "register", "options", "other-request")},
    "retransmissions-received": {IN},
    "requests-sent": {OUT},
    "retransmissions-sent": {OUT},
    **{f"responses-received-{each}xx": {RESPONSES_IN} for each in range(1, 7)},
    **{f"responses-sent-{each}xx": {RESPONSES_OUT} for each in range(1, 7)},
    "transactions-opened": {"sipCommonSummaryTotalTransactions"},
    "transactions-pending": {"sipCommonTransCurrentactions"},
    "schemes-refused": {"sipCommonOtherStatsNumUnsupportedUris"},
    **{each: {DISCARDED} for each in ("stray-responses", "overload-dropped", "datagrams-banned", "internal-errors")},
}
"""Counter of signalling -> the objects it moves."""
BY_MESSAGE = (family.SUMMARY, family.CURRENT, family.OTHER)


async def figures(manager: FakeManager) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for table in BY_MESSAGE:
        found |= await read_one(table, manager)
    return found


@played
async def test_each_counter_moves_its_own_object_alone(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    block = manager.counters[0]
    before = await figures(manager)
    for counter in COUNTERS:
        if counter.name == "responses-resent":
            continue
        block[counter.slot] += 3
        after = await figures(manager)
        assert moved(before, after) == dict.fromkeys(MOVED.get(counter.name, ()), 3), counter.name
        before = after
    objects = {column.name for table in BY_MESSAGE for column in table.columns if not column.name.endswith("Time")}
    assert {each for names in MOVED.values() for each in names} == objects - {
        "sipCommonOtherStatsNumUnsupportedMethods"
    }


@played
async def test_a_response_sent_again_is_no_request(tmp_path: Path) -> None:
    """It is in both counters of signalling: all retransmissions, and those of responses."""
    manager = FakeManager(tmp_path)
    slots = {counter.name: counter.slot for counter in COUNTERS}
    before = await figures(manager)
    for name in ("retransmissions-sent", "responses-resent"):
        manager.counters[0][slots[name]] += 4
    assert moved(before, await figures(manager)) == {RESPONSES_OUT: 4}


@played
async def test_counters_that_fall_say_so(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.counters[0][COUNTERS[0].slot] = 9
    before = await figures(manager)
    assert before["sipCommonSummaryDisconTime"] == before["sipCommonOtherStatsDisconTime"] == 0.0
    manager.counters[0][COUNTERS[0].slot] = 0
    after = await figures(manager)
    assert after["sipCommonSummaryDisconTime"] > 0
    assert after["sipCommonOtherStatsDisconTime"] == 0.0


def counted(tmp_path: Path) -> Counts:
    """Return statistics with the rows of methods."""
    counts = Counts(open_statistics(tmp_path / "run" / "statistics-1"))
    for number, name in enumerate(METHODS):
        counts.row("method", name, born_ms=1_000 * (number + 1))
    return counts


METHOD_OBJECTS = {
    "received": "sipCommonMethodStatsInbounds",
    "sent": "sipCommonMethodStatsOutbounds",
    "received_again": "",
    "sent_again": "sipCommonStatsRetries",
    "final_sent_again": "sipCommonStatsRetryFinalResponses",
    "provisional_sent_again": "sipCommonStatsRetryNonFinalResponses",
}


@pytest.mark.parametrize("column", METHOD_OBJECTS)
def test_each_figure_of_a_method_moves_its_own_object_alone(tmp_path: Path, column: str) -> None:
    @played
    async def scenario() -> None:
        manager = FakeManager(tmp_path)
        counts = counted(tmp_path)
        before = await of_methods(manager)
        assert set(before) == set(METHODS)
        counts.add("method", "BYE", **{column: 5})
        after = await of_methods(manager)
        assert moved(before["BYE"], after.pop("BYE")) == ({METHOD_OBJECTS[column]: 5} if METHOD_OBJECTS[column] else {})
        assert after == {name: row for name, row in before.items() if name != "BYE"}

    scenario()


async def of_methods(manager: FakeManager, born: bool = True) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for table in (family.METHOD_STATISTICS, family.RETRIES):
        for row in await read(table, manager):
            name = row.pop("sipCommonMethodStatsName", "") or row.pop("sipCommonStatsRetryMethod")
            since = next(value for each, value in row.items() if each.endswith("DisconTime"))
            assert not born or since == METHODS.index(name) + 1
            found.setdefault(name, {}).update(row)
    return found


@played
async def test_status_codes(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    counts = counted(tmp_path)
    assert await read(family.CODES, manager) == []
    counts.code("INVITE", 200, received=2, sent=3)
    counts.code("BYE", 481, received=1)
    assert [list(row.values()) for row in await read(family.CODES, manager)] == [
        ["INVITE", 200, 2, 3, "active", 1.0],
        ["BYE", 481, 1, 0, "active", METHODS.index("BYE") + 1.0],
    ]


@played
async def test_what_is_not_counted_has_no_rows(tmp_path: Path) -> None:
    off = Configuration(statistics=StatisticsSettings(collect_objects=False))
    manager = FakeManager(tmp_path, off)
    counted(tmp_path).code("INVITE", 200, received=2)
    for table in (family.METHOD_STATISTICS, family.RETRIES, family.CODES):
        assert await read(table, manager) == []


@played
async def test_what_the_server_is(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path, Configuration(sip=SipSettings(max_transactions=77)))
    manager.fake_supervisor.rows = [ProcessRow("sip-1", 7, "running", 0, 0, 0.0, 0)]
    found = await read_one(family.CONFIGURATION, manager)
    assert found["sipCommonCfgProtocolVersion"] == "SIP/2.0"
    assert found["sipCommonCfgServiceOperStatus"] == "up"
    assert found["sipCommonCfgOrganization"] == ""
    assert found["sipCommonCfgMaxTransactions"] == 77
    roles = next(each for each in family.CONFIGURATION.columns if each.name == "sipCommonCfgEntityType")
    assert roles.syntax.encode(found["sipCommonCfgEntityType"]) == b"\x04\x01\x38"
    manager.fake_supervisor.away = True
    assert (await read_one(family.CONFIGURATION, manager))["sipCommonCfgServiceOperStatus"] == "unknown"


@played
async def test_ports(tmp_path: Path) -> None:
    listeners = (
        Listener("udp", "192.0.2.1"),
        Listener("tcp", "192.0.2.1"),
        Listener("udp", "192.0.2.2", 5080),
        Listener("udp", "192.0.2.2", 5090, shutdown=True),
    )
    manager = FakeManager(tmp_path, Configuration(sip=SipSettings(listeners=listeners)))
    encode = family.PORTS.columns[1].syntax.encode
    rows = await read(family.PORTS, manager)
    assert {row["sipCommonPort"]: encode(row["sipCommonPortTransportRcv"]) for row in rows} == {
        5060: b"\x04\x01\x60",
        5080: b"\x04\x01\x40",
    }


@played
async def test_methods_are_those_of_the_allow_header(tmp_path: Path) -> None:
    rows = await read(family.SUPPORTED_METHODS, FakeManager(tmp_path))
    assert {row["sipCommonMethodSupportedName"] for row in rows} == set(_ALLOW.split(", ")) | {"ACK"}
    assert [each.number for each in SUPPORTED] == list(range(1, len(METHODS)))


@played
async def test_no_option_tag_is_supported(tmp_path: Path) -> None:
    assert await read(family.OPTION_TAGS, FakeManager(tmp_path)) == []


def test_timers_are_those_of_signalling() -> None:
    assert TIMER_D_MS == _TIMER_D_S * 1000
    found = msgspec.structs.asdict(timers(SipSettings()))
    assert found == {
        "a": 500, "b": 32_000, "c": 180_000, "d": 32_000, "e": 500, "f": 32_000, "g": 500, "h": 32_000, "i": 5000,
        "j": 32_000, "k": 5000, "t1": 500, "t2": 4000, "t4": 5000,
    }  # fmt: skip
    slow = msgspec.structs.asdict(timers(SipSettings(timer_t1_ms=1000, timer_t2_ms=8000, timer_t4_ms=6000)))
    assert slow == found | {
        "a": 1000, "b": 64_000, "e": 1000, "f": 64_000, "g": 1000, "h": 64_000, "i": 6000, "j": 64_000, "k": 6000,
        "t1": 1000, "t2": 8000, "t4": 6000,
    }  # fmt: skip


def test_timers_beyond_the_range_of_the_standard_are_not_told() -> None:
    found = msgspec.structs.asdict(timers(SipSettings(timer_t1_ms=100, timer_t2_ms=12_000, timer_c_s=600)))
    assert [name for name, value in found.items() if value is None] == ["b", "c", "f", "h", "j", "t1", "t2"]
    assert set(found) == set(RANGES)


class Wire(World):
    """A world that notes every message, as somebody beside the wire would."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.came: Counter[tuple[str, int]] = Counter()
        """Method and status; of requests 0."""
        self.went: Counter[tuple[str, int]] = Counter()

    def send(self, message: str | bytes, source: Flow) -> None:
        self.came[kind_of(message if isinstance(message, bytes) else octets(message))] += 1
        super().send(message, source)

    def perform(self) -> None:
        self.went.update(kind_of(effect[2]) for effect in self.engine.out if effect[0] == SEND)  # type: ignore[arg-type]
        super().perform()


def kind_of(data: bytes) -> tuple[str, int]:
    message = parse_message(data, Limits())
    return message.method, 0 if message.is_request else message.status


def drive(wire: Wire) -> None:
    """Let calls succeed and fail, with retransmissions on both sides of everything."""
    alice, bob = Phone(wire, "alice", flow("192.0.2.1")), Phone(wire, "bob", flow("192.0.2.2"))
    for phone in (alice, bob):
        wire.subscriber(phone.name)
        phone.register()
    establish(alice, bob)
    hang_up(alice, bob)
    again = alice.invite(call_id="refused")
    invite = bob.expect("INVITE")
    wire.advance(1.2)  # the INVITE goes to Bob again
    wire.send(again, alice.place)  # and comes from Alice again: 100 is repeated
    bob.answer(invite, 486)
    wire.advance(2.0)  # 486 goes to Alice again
    failure = next(each for each in wire.take(alice.place) if each.status == 486)
    alice.ack_failure(failure)
    alice.send("MESSAGE", "mailto:bob@example.com")
    alice.send("OPTIONS", "sip:example.com", extra=("Proxy-Require: x",))
    alice.invite("nobody", call_id="nobody")


@played
async def test_a_driven_call_is_counted_as_it_is_on_the_wire(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path / "oam")
    wire = Wire(tmp_path / "sip")
    manager.counters = [wire.slots]
    manager.statistics._slots = wire.statistics
    drive(wire)
    wire.engine.tick(wire.now)
    wire.engine.statistics.sweep(wire.now, wire.now + wire.engine.wall_offset)
    found = await figures(manager)
    requests_in = {kind: count for kind, count in wire.came.items() if not kind[1]}
    requests_out = {kind: count for kind, count in wire.went.items() if not kind[1]}
    assert found[IN] == sum(requests_in.values())
    assert found[OUT] == sum(requests_out.values())
    assert found[RESPONSES_IN] == wire.came.total() - found[IN]
    assert found[RESPONSES_OUT] == wire.went.total() - found[OUT]
    layer = wire.engine._layer
    assert found["sipCommonTransCurrentactions"] == layer.pending == 0
    assert found["sipCommonSummaryTotalTransactions"] >= layer.count() > 0
    assert found["sipCommonOtherStatsNumUnsupportedUris"] == 1
    assert found[DISCARDED] == 0
    by_method = await of_methods(manager, born=False)
    came_again = {row.name: row.values[RECEIVED_AGAIN] for row in await manager.statistics.rows(("method",))}
    codes = {(row.method, row.status): row for row in await family.CODES.source(manager)}
    for method in {method for method, _ in (*wire.came, *wire.went)}:
        row = by_method[method]
        assert row["sipCommonMethodStatsInbounds"] + came_again[method] == wire.came[method, 0], method
        assert row["sipCommonMethodStatsOutbounds"] + row["sipCommonStatsRetries"] == wire.went[method, 0], method
        final = sum(count for (each, status), count in wire.went.items() if each == method and status >= 200)
        provisional = sum(
            count for (each, status), count in wire.went.items() if each == method and 100 <= status < 200
        )
        of_method = [row for (each, _), row in codes.items() if each == method]
        sent_final = sum(each.sent for each in of_method if each.status >= 200)
        sent_provisional = sum(each.sent for each in of_method if each.status < 200)
        assert sent_final + row["sipCommonStatsRetryFinalResponses"] == final, method
        assert sent_provisional + row["sipCommonStatsRetryNonFinalResponses"] == provisional, method
    assert {kind: row.received for kind, row in codes.items() if row.received} == {
        kind: count for kind, count in wire.came.items() if kind[1]
    }
    invite = by_method["INVITE"]
    assert invite["sipCommonStatsRetries"] >= 1
    assert invite["sipCommonStatsRetryFinalResponses"] >= 1
    assert invite["sipCommonStatsRetryNonFinalResponses"] == 1
