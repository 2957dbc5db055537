"""An operator with a role gets no more rights by files, versions, candidates and lists that run by themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, played

from oam.config.tree import Configuration
from oam.context import Session
from oam.dispatch import execute
from oam.security.bounds import BORROWED
from oam.settings.automation import Schedule, Step
from oam.settings.operators import Operator, Role, Rule

HASH = "$9$pKdQcex10xa7OJ$4Kxc8z/p3qqoS6mnITXkiE/KFCBitwQLQ7RGT3YWAGw"
EVE = Operator("eve", role="planner", secret=HASH)
ADMIN = Operator("admin", privilege=15, secret=HASH)
EVERYTHING_BUT = (Rule("permit", "any", "all"), Rule("deny", "config", "username"), Rule("deny", "config", "role"))
SETTINGS = Configuration(users=(ADMIN, EVE), roles=(Role("planner", rules=EVERYTHING_BUT),))
EVIL = f"username evil privilege 15 secret 9 {HASH}\n"


def managed(path: Path, text: str = "", *schedules: Schedule) -> tuple[FakeManager, Session]:
    manager = FakeManager(path, Configuration(users=SETTINGS.users, roles=SETTINGS.roles, schedules=schedules))
    (path / "files").mkdir()
    (path / "files" / "x.cfg").write_text(text)
    session = Session(manager, user="eve", origin="ssh", privilege=15)
    session.identity = session.identity._replace(role="planner")
    return manager, session


async def refused(session: Session, line: str, reason: str) -> None:
    result = await execute(session, line)
    assert result.code == 3, result.errors
    assert reason in result.errors[0]


def replaced(manager: FakeManager) -> str:
    lines = manager.configuration.render()
    return "\n".join([*lines[:-1], EVIL])


@pytest.mark.parametrize("to", ["running-config", "startup-config"])
@played
async def test_a_file_that_is_copied_makes_no_account_which_the_role_may_not_make(tmp_path: Path, to: str) -> None:
    manager, session = managed(tmp_path, EVIL)
    await refused(session, f"copy x.cfg {to}", "role planner does not permit a line of it: username evil")
    assert manager.configuration.running == Configuration(users=SETTINGS.users, roles=SETTINGS.roles)
    assert not manager.configuration.startup_path.exists()


@pytest.mark.parametrize("line", ["configure replace x.cfg force", "import configuration x.cfg"])
@played
async def test_nor_does_one_that_replaces_the_configuration(tmp_path: Path, line: str) -> None:
    manager, session = managed(tmp_path)
    (tmp_path / "files" / "x.cfg").write_text(replaced(manager))
    await refused(session, line, "username evil")
    (tmp_path / "files" / "x.cfg").write_text("hostname gone\n")
    await refused(session, line, "role planner")
    assert manager.configuration.running.hostname != "gone"


@played
async def test_nor_does_a_file_that_is_committed(tmp_path: Path) -> None:
    manager, session = managed(tmp_path)
    (tmp_path / "files" / "x.cfg").write_text(replaced(manager))
    await done(session, ["import configuration x.cfg candidate", "configure candidate"])
    await refused(session, "commit", "username evil")
    assert manager.configuration.running.users == SETTINGS.users


@played
async def test_nor_does_the_way_back_to_an_older_version(tmp_path: Path) -> None:
    manager, session = managed(tmp_path)
    await done(manager.session(), ["configure terminal", EVIL.strip(), "end"])
    await done(manager.session(), ["configure terminal", "no username evil", "end"])
    await refused(session, "rollback 1", "username evil")
    assert manager.configuration.running.users == SETTINGS.users


@played
async def test_what_gives_no_rights_may_be_copied(tmp_path: Path) -> None:
    manager, session = managed(tmp_path, "hostname fine\n")
    await done(session, ["copy x.cfg running-config"])
    assert manager.configuration.running.hostname == "fine"


@played
async def test_a_line_that_is_permitted_may_come_in_a_file(tmp_path: Path) -> None:
    manager, session = managed(tmp_path, EVIL)
    allowed = Role("planner", rules=(*EVERYTHING_BUT, Rule("permit", "config", "username evil")))
    await manager.configuration.apply(Configuration(users=SETTINGS.users, roles=(allowed,)))
    await done(session, ["copy x.cfg running-config"])
    assert [each.name for each in manager.configuration.running.users] == ["admin", "eve", "evil"]


@played
async def test_a_candidate_is_not_committed_by_who_may_not_type_its_lines_any_more(tmp_path: Path) -> None:
    manager, session = managed(tmp_path)
    session.batch = False
    await done(session, ["configure candidate", "hostname late"])
    await done(manager.session(), ["configure terminal", "role planner", "deny config hostname", "end"])
    await refused(session, "commit", "You are not authorized any more: hostname late")
    assert manager.configuration.running.hostname != "late"


@played
async def test_a_candidate_adds_nothing_to_a_list_that_has_got_anothers_rights_meanwhile(tmp_path: Path) -> None:
    manager, session = managed(tmp_path)
    session.batch = False
    await done(session, ["configure candidate", "schedule night", "command 10 reload", "exit"])
    await done(
        manager.session(), ["configure terminal", "schedule night", "operator admin", "command 5 show clock", "end"]
    )
    await refused(session, "commit", "another's rights")
    assert manager.configuration.running.schedules[0].commands == (Step(5, "show clock"),)


@pytest.mark.parametrize("line", ["no command 10", "no operator", "output other.txt", "every 5 minutes"])
@played
async def test_nothing_is_changed_of_what_runs_with_anothers_rights(tmp_path: Path, line: str) -> None:
    theirs = Schedule("night", commands=(Step(10, "show clock"),), operator="admin")
    manager, session = managed(tmp_path, "", theirs)
    session.batch = False
    await done(session, ["configure terminal", "schedule night"])
    await refused(session, line, "another's rights")
    await done(session, ["exit"])
    await refused(session, "no schedule night", "another's rights")
    assert manager.configuration.running.schedules == (theirs,)


@played
async def test_managers_of_snmp_get_no_rights_of_others_from_one_with_a_role(tmp_path: Path) -> None:
    manager, session = managed(tmp_path)
    assert not (await execute(session, "configure terminal")).code
    await refused(session, "snmp-server write operator admin", BORROWED)
    assert not (await execute(session, "snmp-server write operator eve")).code
    session.batch = False
    session = manager.session(batch=False)
    await done(session, ["configure terminal", "snmp-server write operator admin"])
    own = Session(manager, user="eve", origin="ssh", privilege=15)
    own.identity = own.identity._replace(role="planner")
    assert not (await execute(own, "configure terminal")).code
    await refused(own, "no snmp-server write operator", BORROWED)
    # Whoever makes up a community of his own could set as that operator whatever he may not do himself.
    await done(session, ["snmp-server community theirs rw", "snmp-server view ALL 1.3 included"])
    await done(session, ["snmp-server group READERS v3 auth", "snmp-server group WRITERS v3 auth write ALL"])
    for line in (
        "snmp-server community mine rw",
        "snmp-server group MINE v3 noauth write ALL",
        "snmp-server user mine WRITERS v3 auth sha my-own-phrase",
        "snmp-server group READERS v3 auth write ALL",
    ):
        await refused(own, line, BORROWED)
    for line in (
        "snmp-server community mine ro",
        "snmp-server user mine READERS v3 auth sha my-own-phrase",
        "no snmp-server community theirs",
        "snmp-server contact NOC",
    ):
        assert not (await execute(own, line)).code
