"""The bus of notices: logged, handed on, kept, never in anybody's way."""

from __future__ import annotations

import asyncio
import threading

import pytest
from support.management import played

from core.northbound.notices import EmergencyFailed, InternalError, Notice, TableFull, TableRelieved, WorkerStarted
from core.northbound.settings import SEVERITIES
from oam.fault.event import AlarmEvent
from oam.notices import AUTOMATIC, KEPT, MAX_TEXT, ManagementNotice, Notices, weight


@pytest.mark.parametrize(
    ("notice", "line"),
    [
        (WorkerStarted(1, True, 3), "worker-started: worker 1 is ready, compiled core, 3 calls restored"),
        (TableFull("calls", 100), "table-full: table calls is full (100): requests are refused"),
        (TableRelieved("calls"), "table-relieved: table calls has room again"),
        (EmergencyFailed("112", 503, "c1"), "emergency-failed: emergency call to 112 got 503, c1"),
        (InternalError("engine", "ValueError"), "internal-error: fault in engine: ValueError"),
    ],
)
def test_what_the_worker_tells_is_logged(caplog: pytest.LogCaptureFixture, notice: Notice, line: str) -> None:
    caplog.set_level("INFO", "management")
    Notices().from_worker(notice)
    assert [record.getMessage() for record in caplog.records] == [line]


@pytest.mark.parametrize(
    ("before", "severity", "level", "expected"),
    [
        ("", "major", "critical", "critical"),
        ("major", "cleared", "notifications", "critical"),
        ("critical", "minor", "errors", "alerts"),
        ("minor", "critical", "alerts", "alerts"),
        ("", "warning", "notifications", "warnings"),
    ],
)
def test_who_was_told_of_an_alarm_is_told_of_its_end(before: str, severity: str, level: str, expected: str) -> None:
    event = AlarmEvent(7, "changed", 3, 2, "cpu", "system", severity, before, "equipment", 509, "99 %", 1000.5)
    assert SEVERITIES[weight(ManagementNotice("alarm-changed", "x", level, 1.0, alarm=event))] == expected
    assert SEVERITIES[weight(ManagementNotice("rollback", "x", level, 1.0))] == level


def test_every_subscriber_is_told_also_behind_one_that_fails() -> None:
    notices = Notices(clock=lambda: 1000.0)
    told: list[ManagementNotice] = []

    def broken(notice: ManagementNotice) -> None:
        raise ValueError(notice)

    notices.subscribers += [broken, told.append]
    notices.publish("telnet-on", "telnet is enabled", "warnings")
    assert told == [ManagementNotice("telnet-on", "telnet is enabled", "warnings", 1000.0)]
    assert notices.counts["telnet-on"] == 1


def test_the_last_notices_are_kept_and_no_more() -> None:
    notices = Notices()
    for number in range(KEPT + 1):
        notices.publish("rollback", str(number))
    assert [notices.recent[0].text, len(notices.recent)] == ["1", KEPT]


def test_a_notice_is_one_line_of_bounded_length() -> None:
    notices = Notices()
    notices.publish("rollback", "one\r\ntwo\x1b" + "x" * 2 * MAX_TEXT)
    assert notices.recent[0].text.startswith("one  two x")
    assert len(notices.recent[0].text) == MAX_TEXT


def test_what_an_event_has_started_is_marked() -> None:
    notices = Notices()
    token = AUTOMATIC.set(True)
    notices.publish("config-changed", "by a hook")
    AUTOMATIC.reset(token)
    notices.publish("config-changed", "by hand")
    assert [each.automatic for each in notices.recent] == [True, False]


@played
async def test_subscribers_are_told_in_the_loop_whichever_thread_publishes() -> None:
    notices = Notices()
    threads: list[int] = []
    told = asyncio.Event()

    def take(_notice: ManagementNotice) -> None:
        threads.append(threading.get_ident())
        told.set()

    notices.subscribers.append(take)
    await asyncio.to_thread(notices.publish, "audit-failed", "disk full")
    async with asyncio.timeout(5):
        await told.wait()
    assert threads == [threading.get_ident()]


def test_a_thread_may_publish_when_the_loop_has_ended() -> None:
    async def made() -> Notices:
        return Notices()

    notices = asyncio.run(made())
    ended = threading.Thread(target=notices.publish, args=("audit-failed", "disk full"))
    ended.start()
    ended.join()
    assert not notices.recent
