"""Event hooks: started by the notice they wait for, within bounds, never by their own doing."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from support.management import FakeManager, played

from oam.automation.hooks import HOUR_S, MAX_HOURLY, WAITING, Hooks
from oam.automation.jobs import Jobs
from oam.config.tree import Configuration
from oam.notices import AUTOMATIC, TRIGGER
from oam.settings.automation import EventHook, Schedule, Step

HOOK = EventHook("a", on="table-full", commands=(Step(10, "show clock"),), operator="admin", interval_s=60)


class Started(Jobs):
    """Notes what is started instead of running it."""

    def __init__(self) -> None:
        self.outcomes = {}
        self.names: list[str] = []
        self.about: list[tuple[str, ...]] = []
        """Texts of the notices that each was started by."""
        self.refusal = ""

    def start(self, kind: str, settings: Schedule | EventHook) -> str:
        if not self.refusal:
            self.names.append(settings.name)
            self.about.append(tuple(notice.text for notice in TRIGGER.get()))
        return self.refusal


class Hooked:
    """Hooks of a configuration, and a clock that the test moves."""

    def __init__(self, state: Path, *hooks: EventHook) -> None:
        self.now = 1000.0
        self.manager = FakeManager(state, Configuration(events=hooks))
        self.manager.notices.subscribers.remove(self.manager.automation.hooks.take)
        self.jobs = Started()
        self.hooks = Hooks(self.manager.configuration, self.manager.notices, self.jobs, lambda: self.now)

    def publish(self, kind: str = "table-full", text: str = "table calls is full") -> list[str]:
        self.jobs.names.clear()
        self.manager.notices.publish(kind, text)
        return list(self.jobs.names)

    def ticked(self) -> list[str]:
        self.jobs.names.clear()
        self.hooks.tick()
        return list(self.jobs.names)

    def kinds(self) -> list[str]:
        return [notice.kind for notice in self.manager.notices.recent]


@pytest.fixture
def hooked(tmp_path: Path) -> Hooked:
    return Hooked(tmp_path, HOOK)


def test_a_hook_starts_on_its_notice_and_on_no_other(hooked: Hooked) -> None:
    assert hooked.publish("worker-started") == []
    assert hooked.publish() == ["a"]


def test_a_hook_may_want_a_text(tmp_path: Path) -> None:
    hooked = Hooked(tmp_path, msgspec.structs.replace(HOOK, match="calls|bindings"))
    assert hooked.publish(text="table transactions is full") == []
    assert hooked.publish(text="table bindings is full") == ["a"]


def test_a_hook_starts_on_an_alarm_of_the_kind_it_wants(tmp_path: Path) -> None:
    hooked = Hooked(tmp_path, msgspec.structs.replace(HOOK, on="alarm-raised", match="emergency-call-failed"))
    hooked.manager.alarms.set(44, "system", "telnet is on")
    assert hooked.jobs.names == []
    hooked.manager.alarms.set(36, "system", "INVITE urn:service:sos got 503")
    assert hooked.jobs.names == ["a"]


@pytest.mark.parametrize("change", [{"shutdown": True}, {"commands": ()}, {"on": ""}])
def test_a_hook_that_is_shut_or_empty_does_not_start(tmp_path: Path, change: dict[str, object]) -> None:
    assert Hooked(tmp_path, msgspec.structs.replace(HOOK, **change)).publish() == []


def test_what_comes_too_soon_waits_and_the_next_run_is_about_all_of_it(hooked: Hooked) -> None:
    assert [hooked.publish(text=text) for text in ("one", "two", "three")] == [["a"], [], []]
    assert hooked.ticked() == []
    hooked.now += 60
    assert hooked.ticked() == ["a"]
    assert hooked.jobs.about == [("one",), ("two", "three")]
    hooked.now += 60
    assert hooked.ticked() == []
    assert hooked.publish(text="four") == ["a"]
    assert hooked.jobs.about[-1] == ("four",)


def test_so_many_wait_and_no_more_and_it_is_said_once(hooked: Hooked) -> None:
    for number in range(1 + WAITING + 2):
        hooked.publish(text=str(number))
    state = hooked.hooks.states["a"]
    assert (state.runs, len(state.waiting), state.dropped) == (1, WAITING, 2)
    assert hooked.kinds().count("event-suppressed") == 1


def test_a_hook_starts_so_many_times_an_hour_and_no_more(tmp_path: Path) -> None:
    hooked = Hooked(tmp_path, msgspec.structs.replace(HOOK, interval_s=1))
    started = 0
    for _ in range(int(HOUR_S / 20) - 1):
        started += len(hooked.publish())
        hooked.now += 20
    assert started == MAX_HOURLY
    hooked.now += 20
    assert hooked.publish() == ["a"]
    assert len(hooked.jobs.about[-1]) > 1


def test_what_a_hook_publishes_starts_no_hook(hooked: Hooked) -> None:
    token = AUTOMATIC.set(True)
    assert hooked.publish() == []
    AUTOMATIC.reset(token)


def test_a_hook_on_suppressed_events_does_not_chase_itself(tmp_path: Path) -> None:
    chaser = EventHook("b", on="event-suppressed", commands=HOOK.commands, interval_s=1)
    hooked = Hooked(tmp_path, HOOK, chaser)
    for _ in range(1 + WAITING + 1):
        started = hooked.publish()
    assert hooked.kinds().count("event-suppressed") == 1
    assert started == []


def test_one_that_cannot_start_now_starts_later(hooked: Hooked) -> None:
    hooked.jobs.refusal = "it is still running"
    assert hooked.publish() == []
    assert hooked.hooks.states["a"].runs == 0
    hooked.jobs.refusal = ""
    assert hooked.ticked() == ["a"]


@played
async def test_a_changed_hook_keeps_its_bounds(tmp_path: Path) -> None:
    hooked = Hooked(tmp_path, HOOK)
    hooked.publish()
    running = hooked.manager.configuration.running
    changed = msgspec.structs.replace(HOOK, operator="eve")
    await hooked.manager.configuration.apply(msgspec.structs.replace(running, events=(changed,)))
    assert hooked.publish() == []
    assert hooked.hooks.states["a"].settings == changed
    await hooked.manager.configuration.apply(msgspec.structs.replace(running, events=()))
    assert hooked.hooks.states == {}
