"""`schedule NAME`: lines, `show schedule`, `schedule run NAME now`, and nobody borrows another's rights."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played
from support.waiting import until

from oam.commands.schedule import ScheduleRow
from oam.config.tree import Configuration
from oam.context import Session
from oam.settings.automation import MAX_COMMANDS, MAX_LISTS, Schedule, Step
from oam.settings.operators import Operator, Role, Rule

ADMIN = Operator("admin", privilege=15, secret="$9$x")
EVE = Operator("eve", privilege=15, role="planner", secret="$9$x")
PLANNER = Role("planner", rules=(Rule("permit", "group", "schedule"), Rule("permit", "exec", "configure")))

LINES = """schedule backup
 at 04:00 weekdays mon fri
 every 6 hours
 command 10 show version
 command 20 show running-config
 operator admin
 output backup.txt
 shutdown""".splitlines()


def manager_of(state: Path, *schedules: Schedule) -> FakeManager:
    return FakeManager(state, Configuration(users=(ADMIN, EVE), roles=(PLANNER,), schedules=schedules))


def eve(manager: FakeManager) -> Session:
    session = Session(manager, user="eve", origin="ssh", privilege=15)
    session.identity = session.identity._replace(role="planner")
    return session


@played
async def test_lines_are_kept_and_written_back(tmp_path: Path) -> None:
    manager = manager_of(tmp_path)
    session = manager.session(batch=False)
    await done(session, ["configure terminal", *LINES])
    assert manager.configuration.running.schedules == (
        Schedule(
            "backup",
            at="04:00 weekdays mon fri",
            every="6 hours",
            commands=(Step(10, "show version"), Step(20, "show running-config")),
            operator="admin",
            output="backup.txt",
            shutdown=True,
        ),
    )
    rendered = manager.configuration.render()
    start = rendered.index("schedule backup")
    assert rendered[start : start + len(LINES)] == LINES
    await done(session, ["no command 10", "no at", "no shutdown", "exit", "no schedule backup"])
    assert not list(manager.configuration.running.schedules)


@pytest.mark.parametrize(
    "line", ["at 25:00", "every 5 seconds", "command 0 show clock", "output ../x", "output a/b", "operator a b"]
)
def test_lines_that_cannot_be_are_refused(tmp_path: Path, line: str) -> None:
    @played
    async def refused() -> None:
        session = manager_of(tmp_path).session(batch=False)
        await done(session, ["configure terminal", "schedule a"])
        _, result = await gathered(session, line)
        assert result.code == 2

    refused()


@played
async def test_lists_and_their_commands_are_bounded(tmp_path: Path) -> None:
    manager = manager_of(tmp_path, *(Schedule(f"s{number}") for number in range(MAX_LISTS)))
    session = manager.session(batch=False)
    await done(session, ["configure terminal"])
    _, result = await gathered(session, "schedule one-more")
    assert result.errors[0] == f"% schedules: at most {MAX_LISTS}"
    steps = tuple(Step(number, "show clock") for number in range(1, MAX_COMMANDS + 1))
    manager = manager_of(tmp_path / "two", Schedule("a", commands=steps))
    session = manager.session(batch=False)
    await done(session, ["configure terminal", "schedule a"])
    _, result = await gathered(session, "command 9999 show clock")
    assert result.errors[0] == f"% schedules: a: at most {MAX_COMMANDS} commands"


@played
async def test_a_schedule_runs_out_of_turn_and_its_result_is_shown(tmp_path: Path) -> None:
    failing = Schedule("a", commands=(Step(10, "no such thing"),), operator="admin")
    manager = manager_of(tmp_path, failing)
    printed = await done(manager.session(), ["schedule run a now"])
    assert printed == ["Schedule a has started."]
    await until(lambda: manager.automation.jobs.outcomes)
    rows, _ = await gathered(manager.session(), "show schedule")
    row = rows[0]
    assert isinstance(row, ScheduleRow)
    assert (row.name, row.state, row.code, row.operator) == ("a", "waiting", 2, "admin")
    assert row.result.startswith("a:10: ")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("schedule run nothing now", "There is no schedule nothing"),
        ("schedule run a now", "no operator is configured"),
        ("schedule run b now", "there is no account nobody"),
    ],
)
def test_what_cannot_run_says_why(tmp_path: Path, line: str, reason: str) -> None:
    @played
    async def refused() -> None:
        manager = manager_of(tmp_path, Schedule("a"), Schedule("b", operator="nobody"))
        _, result = await gathered(manager.session(), line)
        assert reason in result.errors[0]

    refused()


@played
async def test_an_operator_with_a_role_lends_himself_nobodys_rights(tmp_path: Path) -> None:
    manager = manager_of(tmp_path, Schedule("admins", operator="admin"))
    session = eve(manager)
    await done(session, ["configure terminal", "schedule own", "operator eve", "command 10 show clock"])
    for line in ("operator admin",):
        _, result = await gathered(session, line)
        assert "another's rights" in result.errors[0]
    await done(session, ["exit", "schedule admins"])
    _, result = await gathered(session, "command 10 reload")
    assert "another's rights" in result.errors[0]
    assert manager.configuration.running.schedules[0].commands == ()


@played
async def test_a_secret_in_a_command_of_a_list_is_not_put_on_record(tmp_path: Path) -> None:
    session = manager_of(tmp_path).session(batch=False)
    await done(session, ["configure terminal", "schedule a"])
    for line in ("command 10 test aaa group tacacs+ ann CANARY", "command 20 username ann secret 0 CANARY"):
        _, result = await gathered(session, line)
        assert "CANARY" not in result.command
        assert result.command.endswith("*")


@played
async def test_states_are_told_apart(tmp_path: Path) -> None:
    lists = (Schedule("a", shutdown=True, operator="admin"), Schedule("b"), Schedule("c", operator="admin"))
    rows, _ = await gathered(manager_of(tmp_path, *lists).session(), "show schedule")
    assert [row.state for row in rows] == ["shutdown", "no operator", "waiting"]
