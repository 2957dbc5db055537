"""`debug sip`, `undebug`, `show debug`: what the worker is asked for, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played, subscriber

from core.northbound.orders import ListTraces, StartTrace, StopTrace
from core.northbound.routing_settings import Trunk
from core.northbound.rows import TraceRow
from core.northbound.trace import TraceFilter
from oam.config.tree import Configuration
from oam.settings.trace import TraceSettings


def made(path: Path) -> FakeManager:
    manager = FakeManager(path, Configuration(trunks=(Trunk("carrier"),), trace=TraceSettings(buffer=1)))
    manager.subscribers.put(subscriber("alice", number="4930123"))
    return manager


@pytest.mark.parametrize(
    ("line", "wanted", "seconds", "messages"),
    [
        ("debug sip", TraceFilter(), 600, 0),
        ("debug sip call a84b4c@pc33 for 5 minutes", TraceFilter(call_id="a84b4c@pc33"), 300, 0),
        ("debug sip number 4930123 for 50 messages", TraceFilter(number="4930123"), 3600, 50),
        ("debug sip subscriber alice", TraceFilter(subscriber="alice", users=("alice", "4930123")), 600, 0),
        ("debug sip subscriber nobody", TraceFilter(subscriber="nobody", users=("nobody",)), 600, 0),
        ("debug sip trunk carrier method invite", TraceFilter(trunk="carrier", method="INVITE"), 600, 0),
        ("debug sip address 192.0.2.1", TraceFilter(network="192.0.2.1"), 600, 0),
        ("debug sip address 2001:db8::/32", TraceFilter(network="2001:db8::/32"), 600, 0),
        (
            "debug sip subscriber bob number 12 address 2001:db8::1 method BYE for 1440 minutes",
            TraceFilter(subscriber="bob", users=("bob",), number="12", network="2001:db8::1", method="BYE"),
            86_400,
            0,
        ),
    ],
)
def test_what_is_traced_is_as_typed(
    tmp_path: Path, line: str, wanted: TraceFilter, seconds: float, messages: int
) -> None:
    @played
    async def typed() -> None:
        manager = made(tmp_path)
        printed = await done(manager.session(), [line])
        assert printed[0].startswith(f"Trace 1 runs: {wanted.text}; it stops after")
        assert manager.fake_worker.orders[-1] == StartTrace(1, wanted, seconds, messages, "admin")

    typed()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("debug sip trunk nobody", "There is no trunk nobody"),
        ("debug sip for 1441 minutes", "At most 1440 minutes"),
        ("undebug sip 3", "Trace 3 does not run"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, line: str, reason: str) -> None:
    @played
    async def refused() -> None:
        manager = made(tmp_path)
        result = (await gathered(manager.session(), line))[1]
        assert result.errors == [f"% {reason}"]
        assert StartTrace not in map(type, manager.fake_worker.orders)

    refused()


@played
async def test_a_worker_that_is_away_is_told(tmp_path: Path) -> None:
    manager = made(tmp_path)
    manager.fake_worker.answers = None
    for line in ("debug sip", "undebug all", "show debug"):
        assert (await gathered(manager.session(), line))[1].errors == ["% The signalling process is not running"]


@pytest.mark.parametrize("line", ["debug sip", "show debug", "undebug all", "no debug sip 1"])
def test_tracing_is_for_the_privileged(tmp_path: Path, line: str) -> None:
    @played
    async def tried() -> None:
        result = (await gathered(made(tmp_path).session(privilege=1), line))[1]
        assert result.code != 0

    tried()


RUNNING = TraceRow(2, TraceFilter(number="12"), "alice", 1_700_000_000.0, 1_700_000_060.0, 7, 3)


@played
async def test_running_traces_are_shown(tmp_path: Path) -> None:
    manager = made(tmp_path)
    manager.fake_worker.answers = {ListTraces: [RUNNING]}
    rows, _ = await gathered(manager.session(), "show debug")
    assert [(row.trace, row.messages, row.maximum, row.ends_s, row.operator, row.filter) for row in rows] == [
        (2, 7, 10, 0, "alice", "number 12")
    ]


@pytest.mark.parametrize(
    ("line", "number"), [("undebug all", 0), ("no debug all", 0), ("undebug sip", 0), ("no debug sip 2", 2)]
)
def test_traces_are_ended(tmp_path: Path, line: str, number: int) -> None:
    @played
    async def ended() -> None:
        manager = made(tmp_path)
        manager.fake_worker.answers = {ListTraces: [RUNNING]}
        assert await done(manager.session(), [line]) == ["Ended: trace 2"]
        assert manager.fake_worker.orders[-1] == StopTrace(number)

    ended()


@played
async def test_ending_nothing_is_no_error(tmp_path: Path) -> None:
    assert await done(made(tmp_path).session(), ["undebug all"]) == ["No trace was running"]
