"""Command lists: run as a script of the operator whose rights they have, kept within bounds, audited."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, played
from support.waiting import until

from core.northbound.orders import ListCalls
from oam.automation import jobs as module
from oam.automation.jobs import Jobs
from oam.commands.registry import DENIED
from oam.config.tree import Configuration
from oam.settings.automation import EVENT, SCHEDULE, Schedule, Step
from oam.settings.operators import Operator

ADMIN = Operator("admin", privilege=15, secret="$9$x")
GUEST = Operator("guest", privilege=1, secret="$9$x")


def manager_of(state: Path) -> FakeManager:
    return FakeManager(state, Configuration(users=(ADMIN, GUEST)))


def listed(*lines: str, operator: str = "admin", output: str = "", name: str = "backup") -> Schedule:
    steps = tuple(Step(10 * number, line) for number, line in enumerate(lines, 1))
    return Schedule(name, commands=steps, operator=operator, output=output)


async def ran(manager: FakeManager, settings: Schedule, kind: str = SCHEDULE) -> tuple[int, str]:
    """Run a list to its end; return its code and what was wrong."""
    jobs: Jobs = manager.automation.jobs
    assert jobs.start(kind, settings) == ""
    await until(lambda: not jobs.running(kind, settings.name))
    outcome = jobs.outcomes[kind, settings.name]
    return outcome.code, outcome.errors


@played
async def test_a_list_runs_and_its_output_is_kept_in_a_file(tmp_path: Path) -> None:
    manager = manager_of(tmp_path)
    assert await ran(manager, listed("show version", "show clock", output="out.txt")) == (0, "")
    assert "Version" in (tmp_path / "files" / "out.txt").read_text()


@played
async def test_commands_run_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    manager = manager_of(tmp_path)
    steps = (Step(30, "hostname last"), Step(10, "configure terminal"), Step(20, "hostname first"))
    assert await ran(manager, Schedule("a", commands=steps, operator="admin")) == (0, "")
    assert manager.configuration.running.hostname == "last"


@played
async def test_it_is_audited_as_the_operator_and_what_ran_it(tmp_path: Path) -> None:
    manager = manager_of(tmp_path)
    await ran(manager, listed("show clock"))
    records = [(each.kind, each.user, each.origin, each.command, each.code) for each in manager.audit.queued()]
    assert ("command", "admin", "schedule", "show clock", 0) in records
    assert records[-1] == ("job", "admin", "schedule", "schedule backup", 0)


@played
async def test_the_first_error_ends_it_and_is_a_notice(tmp_path: Path) -> None:
    manager = manager_of(tmp_path)
    code, errors = await ran(manager, listed("no such thing", "configure terminal", "hostname changed"))
    assert code == 2
    assert errors.startswith("backup:10: ")
    assert manager.configuration.running.hostname != "changed"
    assert [notice.kind for notice in manager.notices.recent] == ["job-failed"]


@played
async def test_it_has_the_rights_of_its_operator_and_no_more(tmp_path: Path) -> None:
    code, errors = await ran(manager_of(tmp_path), listed("configure terminal", operator="guest"))
    assert (code, "authorization failed" in errors) == (DENIED, True)


@pytest.mark.parametrize(
    ("operator", "reason"), [("", "no operator is configured"), ("nobody", "there is no account nobody")]
)
def test_without_an_account_nothing_runs(tmp_path: Path, operator: str, reason: str) -> None:
    @played
    async def refused() -> None:
        code, errors = await ran(manager_of(tmp_path), listed("show clock", operator=operator))
        assert (code, reason in errors) == (DENIED, True)

    refused()


@played
async def test_a_list_that_is_still_running_is_not_started_again(tmp_path: Path) -> None:
    manager = manager_of(tmp_path)
    manager.fake_worker.hangs = True
    jobs = manager.automation.jobs
    assert jobs.start(SCHEDULE, listed("show calls")) == ""
    assert jobs.start(SCHEDULE, listed("show calls")) == "it is still running"
    await until(lambda: [type(order) for order in manager.fake_worker.orders] == [ListCalls])
    await jobs.close()
    assert not jobs.running(SCHEDULE, "backup")
    assert manager.lines.all() == []


@played
async def test_the_lists_that_run_at_a_time_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_RUNNING", 2)
    manager = manager_of(tmp_path)
    manager.fake_worker.hangs = True
    jobs = manager.automation.jobs
    answers = [jobs.start(SCHEDULE, listed("show calls", name=name)) for name in "abc"]
    assert answers == ["", "", "2 lists are running already"]
    assert jobs.refused == 1
    await jobs.close()


@played
async def test_output_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_OUTPUT", 100)
    await ran(manager_of(tmp_path), listed("show running-config all", "show running-config all", output="out.txt"))
    text = (tmp_path / "files" / "out.txt").read_text()
    assert text.endswith("... cut: more than 100 octets\n")
    assert len(text) < 200


@played
async def test_a_list_that_takes_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RUN_S", 0.05)
    manager = manager_of(tmp_path)
    manager.fake_worker.hangs = True
    code, _ = await ran(manager, listed("show calls"))
    assert code == 1


@played
async def test_results_of_lists_that_are_gone_are_forgotten(tmp_path: Path) -> None:
    manager = manager_of(tmp_path)
    await ran(manager, listed("show clock"))
    manager.automation.jobs.forget(SCHEDULE, set())
    assert manager.automation.jobs.outcomes == {}


@played
async def test_what_an_event_runs_is_marked_as_automatic(tmp_path: Path) -> None:
    manager = manager_of(tmp_path)
    await ran(manager, listed("no such thing"), EVENT)
    await ran(manager, listed("no such thing"), SCHEDULE)
    assert [notice.automatic for notice in manager.notices.recent] == [True, False]
