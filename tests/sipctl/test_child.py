"""Processes that are kept running: back-off, ends, stopping."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable

import pytest
from support.waiting import until

from sipctl import child as module
from sipctl.child import DELAYS_S, LIVED_S, Child, next_delay

SLEEP = ["sleep", "60"]
STUBBORN = [
    sys.executable,
    "-S",
    "-c",
    "import signal,time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)",
]


def test_the_pauses_grow_while_deaths_follow_closely() -> None:
    streak, delays = 0, []
    for _ in range(9):
        delay, streak = next_delay(streak, 0.1)
        delays.append(delay)
    assert delays == [*DELAYS_S, 30.0, 30.0]


def test_a_life_long_enough_makes_the_next_death_a_first_one() -> None:
    assert next_delay(5, LIVED_S) == (0.0, 1)
    assert next_delay(5, LIVED_S - 0.1) == (16.0, 6)


def run(words: list[str], test: Callable[[Child, list[str]], Awaitable[None]]) -> None:
    async def inside() -> None:
        ends: list[str] = []
        kept = Child("sip-1", lambda: subprocess.Popen(words, stdout=subprocess.DEVNULL), lambda: ends.append("end"))
        kept.start()
        try:
            async with asyncio.timeout(5):
                await test(kept, ends)
        finally:
            await kept.stop(0.01)

    asyncio.run(inside())


def test_a_killed_process_is_started_again_at_once() -> None:
    async def test(kept: Child, ends: list[str]) -> None:
        kept.ready = True
        first = kept.pid
        os.kill(first, signal.SIGKILL)
        await until(lambda: kept.pid not in (0, first))
        row = kept.row()
        assert (ends, row.restarts, row.state) == (["end"], 1, "starting")
        kept.ready = True
        row = kept.row()
        assert (row.state, row.pid, row.memory_octets > 0) == ("running", kept.pid, True)

    run(SLEEP, test)


def test_a_process_that_dies_at_once_is_backed_off(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "supervisor")

    async def test(kept: Child, ends: list[str]) -> None:
        await until(lambda: kept.row().state == "backoff")
        assert (kept.row().restarts, kept.pid) == (2, 0)

    run(["false"], test)
    assert "sip-1 ended unasked: exit code 1" in caplog.text
    assert "sip-1 is started again in 1 s" in caplog.text


def test_a_program_that_is_missing_is_backed_off(caplog: pytest.LogCaptureFixture) -> None:
    async def test(kept: Child, ends: list[str]) -> None:
        assert kept.row().state == "backoff"

    run(["/nonexistent"], test)
    assert "sip-1 cannot be started" in caplog.text


def test_stopping_is_final_and_asks_first() -> None:
    async def test(kept: Child, ends: list[str]) -> None:
        await kept.stop(5)
        assert (kept.pid, kept.row().state, ends) == (0, "stopped", ["end"])
        kept.start()
        assert kept.pid

    run(SLEEP, test)


def test_a_process_that_does_not_end_is_killed(caplog: pytest.LogCaptureFixture) -> None:
    async def inside() -> None:
        started = asyncio.Event()
        processes: list[subprocess.Popen[bytes]] = []

        def spawn() -> subprocess.Popen[bytes]:
            processes.append(subprocess.Popen(STUBBORN, stdout=subprocess.PIPE))
            return processes[-1]

        kept = Child("oam", spawn, started.set)
        kept.start()
        assert processes[0].stdout is not None
        with processes[0].stdout as stdout:
            await asyncio.to_thread(stdout.readline)
            kept.ready = True
            stopping = asyncio.create_task(kept.stop(0.02))
            await asyncio.sleep(0)
            assert kept.row().state == "stopping"
            await stopping
        assert kept.pid == 0

    asyncio.run(inside())
    assert "oam did not end within 0.02 s: killed" in caplog.text


def test_stopping_during_the_back_off_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DELAYS_S", (0.05,))

    async def test(kept: Child, ends: list[str]) -> None:
        await until(lambda: kept.row().state == "backoff")
        await kept.stop(1)
        assert kept.row().state == "stopped"
        await asyncio.sleep(0.06)
        assert kept.row().state == "stopped"

    run(["false"], test)


@pytest.mark.parametrize(("code", "text"), [(0, "exit code 0"), (-9, "SIGKILL"), (-300, "signal 300")])
def test_an_end_is_named(code: int, text: str) -> None:
    assert module._ending(code) == text
