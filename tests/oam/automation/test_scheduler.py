"""Schedules by a clock that the test holds: started when due, never twice, never late."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
from support.management import FakeManager, played

from oam.automation.jobs import Jobs
from oam.automation.scheduler import GRACE_S, LOOK_S, Scheduler
from oam.config.tree import Configuration
from oam.settings.automation import EventHook, Schedule


class Started(Jobs):
    """Notes what is started instead of running it."""

    def __init__(self) -> None:
        self.outcomes = {}
        self.names: list[str] = []
        self.refusal = ""

    def start(self, kind: str, settings: Schedule | EventHook) -> str:
        if not self.refusal:
            self.names.append(settings.name)
        return self.refusal


class Clocked:
    """A scheduler whose clock the test moves."""

    def __init__(self, state: Path, *schedules: Schedule) -> None:
        self.now = datetime(2026, 11, 23, 3, 0, tzinfo=UTC).timestamp()
        self.manager = FakeManager(state, Configuration(schedules=schedules))
        self.jobs = Started()
        self.scheduler = Scheduler(self.manager.configuration, self.jobs, lambda: self.now)
        self.scheduler.follow(None, self.manager.configuration.running)

    def pass_(self, seconds: float) -> list[str]:
        """Let time pass as the scheduler sleeps; return what was started."""
        self.jobs.names.clear()
        end = self.now + seconds
        while True:
            delay = self.scheduler.tick()
            if self.now + delay > end:
                break
            self.now += max(delay, 0.001)
        self.now = end
        return list(self.jobs.names)

    def set_clock(self, seconds: float) -> None:
        self.now += seconds


def test_a_schedule_starts_at_its_time_once(tmp_path: Path) -> None:
    clocked = Clocked(tmp_path, Schedule("a", at="04:00 daily"))
    assert clocked.pass_(3599) == []
    assert clocked.pass_(2) == ["a"]
    assert clocked.pass_(23 * 3600) == []
    assert clocked.pass_(3600) == ["a"]


def test_again_and_again(tmp_path: Path) -> None:
    clocked = Clocked(tmp_path, Schedule("a", every="20 minutes"), Schedule("b", at="03:30 daily", every="40 minutes"))
    assert clocked.pass_(3601) == ["a", "b", "b", "a", "a", "b"]


def test_one_that_runs_once_never_comes_again(tmp_path: Path) -> None:
    once = Schedule("a", at="2026-11-23 04:00")
    clocked = Clocked(tmp_path, once)
    assert clocked.pass_(2 * 86_400) == ["a"]
    assert clocked.scheduler.next_at(once) is None


def test_one_that_is_shut_down_does_not_start(tmp_path: Path) -> None:
    assert Clocked(tmp_path, Schedule("a", every="1 minutes", shutdown=True)).pass_(3600) == []


def test_what_the_clock_has_jumped_over_is_not_caught_up(tmp_path: Path) -> None:
    clocked = Clocked(tmp_path, Schedule("a", at="04:00 daily"))
    clocked.pass_(1)
    clocked.set_clock(3600 + GRACE_S + 1)
    assert clocked.pass_(1) == []
    assert clocked.pass_(86_400) == ["a"]


def test_a_little_late_is_not_missed(tmp_path: Path) -> None:
    clocked = Clocked(tmp_path, Schedule("a", at="04:00 daily"))
    clocked.pass_(3590)
    clocked.set_clock(30)
    assert clocked.pass_(1) == ["a"]


def test_a_clock_that_is_set_back_is_followed(tmp_path: Path) -> None:
    clocked = Clocked(tmp_path, Schedule("a", every="1 days"))
    clocked.pass_(1)
    clocked.set_clock(-5 * 86_400)
    assert clocked.pass_(86_400) == ["a"]


def test_it_never_sleeps_so_long_that_a_set_clock_goes_unseen(tmp_path: Path) -> None:
    assert Clocked(tmp_path).scheduler.tick() <= LOOK_S


def test_one_that_cannot_start_is_counted_and_waits_for_its_next_time(tmp_path: Path) -> None:
    clocked = Clocked(tmp_path, Schedule("a", every="30 minutes"))
    clocked.jobs.refusal = "it is still running"
    clocked.pass_(1801)
    assert clocked.scheduler.skipped == 1
    clocked.jobs.refusal = ""
    assert clocked.pass_(1800) == ["a"]


@played
async def test_a_changed_schedule_has_a_new_time_and_the_others_keep_theirs(tmp_path: Path) -> None:
    kept, old, new = Schedule("a", every="1 hours"), Schedule("b", every="1 hours"), Schedule("b", every="30 minutes")
    clocked = Clocked(tmp_path, kept, old)
    clocked.manager.configuration.observers.append(clocked.scheduler.follow)
    before = clocked.scheduler.next_at(kept)
    running = clocked.manager.configuration.running
    await clocked.manager.configuration.apply(msgspec.structs.replace(running, schedules=(kept, new)))
    assert clocked.scheduler.next_at(old) is None
    assert clocked.scheduler.next_at(new) == clocked.now + 1800
    assert clocked.scheduler.next_at(kept) == before
