"""`show`, `clear` and `reload` through the dispatcher, with a worker and a supervisor from memory."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest
from support.management import FakeManager, done, gathered, played, subscriber

from core.northbound.counters import (
    BINDINGS,
    CALLS_PEAK,
    COUNTERS,
    INVITE_RECEIVED,
    STARTED_AT,
    open_block,
)
from core.northbound.orders import ClearBinding, ListCalls, ListListeners, ListTransactions
from core.northbound.rows import CallDetailRow, CallRow, ListenerRow, ProcessRow, TransactionRow
from core.northbound.settings import Settings, SipSettings
from oam import baseline, signalling
from oam.commands.clock import clock
from oam.commands.version import spoken

CALL = CallRow("answered", "1001@example.com", "1002@example.com", 1000.0, 1001.0, 5, "abc@host")
LISTENER = ListenerRow("udp:127.0.0.1:5060", "up", 0, 7, 8, 0)
PROCESS = ProcessRow("supervisor", 1, "running", 0, 90_061, 1.5, 4096)


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    return FakeManager(tmp_path, Settings(hostname="sip1", sip=SipSettings(domains=("example.com",))))


@played
async def test_version_says_who_how_long_and_which_core(manager: FakeManager) -> None:
    manager.fake_supervisor.rows = [PROCESS]
    printed = await done(manager.session(privilege=1), ["show version"])
    assert printed[0] == "sipctl, SIP proxy and registrar, Version 0.1.0"
    assert "sip1 uptime is 1 day, 1 hour, 1 minute" in printed
    assert printed[3] in ("Signalling core is compiled", "Signalling core is plain Python")


@played
async def test_version_answers_without_the_supervisor(manager: FakeManager) -> None:
    manager.fake_supervisor.away = True
    _, result = await gathered(manager.session(privilege=1), "show version")
    assert result.code == 0
    assert result.json["hostname"] == "sip1"
    assert result.json["uptime_s"] < 86_400


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 minutes"),
        (60, "1 minute"),
        (3600, "1 hour"),
        (86_400 * 9 + 7320, "1 week, 2 days, 2 hours, 2 minutes"),
    ],
)
def test_durations_are_spoken_as_routers_do(seconds: int, text: str) -> None:
    assert spoken(seconds) == text


def test_the_clock_reads_as_on_a_router(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    assert clock(1_763_806_272.345) == "10:11:12.345 UTC Sat Nov 22 2025"


@played
async def test_clock_has_a_form_for_programs(manager: FakeManager) -> None:
    _, result = await gathered(manager.session(privilege=1), "show clock")
    assert abs(result.json["time"] - time.time()) < 60
    assert result.text


@pytest.mark.parametrize(
    ("line", "order", "rows"),
    [
        ("show listeners", ListListeners(), [LISTENER]),
        ("show calls", ListCalls(), [CALL]),
        ("show calls match 1001", ListCalls(False, "1001"), [CALL]),
        (
            "show calls detail match abc",
            ListCalls(True, "abc"),
            [CallDetailRow("early", "a", "b", "sip:b", "abc", "1", "", "udp:1", "udp:2", 180, 1.0, 2.0, None, 1)],
        ),
        (
            "show transactions",
            ListTransactions(),
            [TransactionRow("server", "INVITE", "proceeding", "z9hG4bK1", "udp:127.0.0.1:5080", 0.5)],
        ),
    ],
)
def test_what_the_worker_knows_is_asked_of_it(
    manager: FakeManager, line: str, order: object, rows: list[object]
) -> None:
    @played
    async def scenario() -> None:
        manager.fake_worker.answers = {type(order): rows}  # type: ignore[dict-item]
        shown, result = await gathered(manager.session(privilege=1), line)
        assert shown == rows
        assert result.row is type(rows[0])
        assert manager.fake_worker.orders == [order]

    scenario()


@pytest.mark.parametrize("line", ["show listeners", "show calls", "show transactions", "clear registration 1001"])
def test_a_worker_that_is_away_is_said_so(manager: FakeManager, line: str) -> None:
    @played
    async def scenario() -> None:
        manager.fake_worker.answers = None
        rows, result = await gathered(manager.session(), line)
        assert rows == []
        assert result.code == 1
        assert result.errors == ["% The signalling process is not running"]

    scenario()


@played
async def test_a_worker_that_hangs_is_not_waited_for(manager: FakeManager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signalling, "DEADLINE_S", 0.01)
    manager.fake_worker.hangs = True
    _, result = await gathered(manager.session(), "show calls")
    assert result.errors == ["% The signalling process does not answer"]


@played
async def test_processes_come_from_the_supervisor(manager: FakeManager) -> None:
    manager.fake_supervisor.rows = [PROCESS]
    assert (await gathered(manager.session(privilege=1), "show processes"))[0] == [PROCESS]
    manager.fake_supervisor.away = True
    assert (await gathered(manager.session(), "show processes"))[1].errors == ["% The supervisor is gone"]


@played
async def test_subscribers_are_shown_without_credentials(manager: FakeManager) -> None:
    manager.subscribers.put_many([subscriber("1002", enabled=False), subscriber("1001", number="5551")])
    rows, _ = await gathered(manager.session(privilege=1), "show subscribers")
    assert [row.name for row in rows] == ["1001", "1002"]
    assert [row.enabled for row in rows] == [True, False]
    by_number, _ = await gathered(manager.session(privilege=1), "show subscriber 5551")
    assert by_number == rows[:1]
    values = [value for each in manager.subscribers for value in each.ha1.values()]
    assert not any(value in str(msgspec.to_builtins(rows)) for value in values)


@played
async def test_an_unknown_subscriber_is_said_so(manager: FakeManager) -> None:
    _, result = await gathered(manager.session(), "show subscriber 1001")
    assert result.errors == ["% There is no subscriber 1001"]


@played
async def test_statistics_count_from_the_last_clearing(manager: FakeManager) -> None:
    block = manager.counters[0]
    block[INVITE_RECEIVED], block[BINDINGS], block[STARTED_AT] = 10, 5, 1_700_000_000
    session = manager.session()
    assert (await values(session))["invite-received"] == 10
    await done(session, ["clear counters"])
    block[INVITE_RECEIVED] += 3
    after = await values(session)
    assert after["invite-received"] == 3
    assert after["bindings"] == 5
    assert after["started-at"] == 1_700_000_000
    assert block[INVITE_RECEIVED] == 13
    assert baseline.load(manager.state)[INVITE_RECEIVED] == 10


@played
async def test_counters_of_several_workers_are_added_up(manager: FakeManager) -> None:
    manager.counters.append(open_block(manager.state / "run" / "counters-2"))
    manager.counters[0][INVITE_RECEIVED], manager.counters[1][INVITE_RECEIVED] = 4, 5
    manager.counters[0][STARTED_AT], manager.counters[1][STARTED_AT] = 100, 200
    shown = await values(manager.session())
    assert (shown["invite-received"], shown["started-at"]) == (9, 200)


@played
async def test_a_counter_file_that_began_anew_counts_in_full(manager: FakeManager) -> None:
    manager.counter_baseline = [1000] * len(COUNTERS)
    manager.counters[0][INVITE_RECEIVED] = 2
    assert (await values(manager.session()))["invite-received"] == 2


def test_every_counter_is_shown_with_its_meaning(manager: FakeManager) -> None:
    @played
    async def scenario() -> None:
        rows, _ = await gathered(manager.session(privilege=1), "show sip statistics")
        assert [row.counter for row in rows] == [counter.name for counter in COUNTERS]
        assert rows[CALLS_PEAK].meaning == COUNTERS[CALLS_PEAK].help

    scenario()


async def values(session: object) -> dict[str, int]:
    rows, _ = await gathered(session, "show sip statistics")  # type: ignore[arg-type]
    return {row.counter: row.value for row in rows}


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


@played
async def test_reload_restarts_or_says_why_not(manager: FakeManager) -> None:
    session = manager.session()
    assert await done(session, ["reload"]) == ["The server restarts"]
    manager.fake_supervisor.problems = ["startup-config:3: bad"]
    _, result = await gathered(session, "reload")
    assert result.code == 1
    assert "startup-config:3: bad" in result.errors[1]


@played
async def test_reload_is_confirmed_by_an_operator(manager: FakeManager) -> None:
    session = manager.session(batch=False)
    asked: list[str] = []

    async def ask(prompt: str, secret: bool) -> str:
        asked.append(prompt)
        return "no"

    session.ask = ask
    await gathered(session, "reload")
    assert asked == ["Proceed with reload? [confirm]"]
    assert manager.fake_supervisor.reloads == 0


@pytest.mark.parametrize(
    "line", ["clear counters", "reload", "import subscribers x", "test call 1 2", "export subscribers x"]
)
def test_orders_need_privilege(manager: FakeManager, line: str) -> None:
    @played
    async def scenario() -> None:
        _, result = await gathered(manager.session(privilege=1), line)
        assert (result.code, result.errors) == (3, ["Command authorization failed."])

    scenario()
