"""Roles over the real dispatcher: what is denied is neither shown, nor completed, nor done."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played

from oam import dispatch
from oam.commands.registry import CONFIG, DENIED, EXEC, ORDER, SHOW, Mode, Target, lineage, load
from oam.context import Session
from oam.dispatch import execute
from oam.grammar.graph import Node
from oam.security.login import Identity
from oam.security.rights import compiled
from oam.shell import session as shell

REGISTRY = load()
REJECTED = "% Invalid input detected: nothing was changed."


def of_role(manager: FakeManager, role: str) -> Session:
    """Return a session within a role."""
    session = Session(manager, user="bob", origin="ssh", privilege=15)
    session.identity = Identity("bob", 15, role)
    return session


async def configured(state: Path, *lines: str) -> FakeManager:
    """Return a manager with these lines in force."""
    manager = FakeManager(state)
    await done(manager.session(batch=False), ["configure terminal", *lines])
    return manager


def targets(node: Node[Target]) -> set[Target]:
    """Return everything that stands behind `node`."""
    found = {node.end} if node.end is not None else set()
    for edge in (*node.keywords.values(), *node.arguments):
        found |= targets(edge.node)
    return found


@played
async def test_a_role_is_configured_and_bounds_at_once(tmp_path: Path) -> None:
    lines = ("role noc", "description Night shift", "permit exec show", "deny exec show version", "permit group calls")
    manager = await configured(tmp_path, *lines)
    session = of_role(manager, "noc")
    assert (await execute(session, "show clock")).code == 0
    for line in ("show version", "sh ver", "configure terminal", "reload", "clear counters"):
        result = await execute(session, line)
        assert (result.code, result.errors) == (DENIED, ["Command authorization failed."]), line
    assert "version" not in [each.word for each in dispatch.help(session, "show ")]
    assert dispatch.complete(session, "conf") == []
    await done(manager.session(batch=False), ["configure terminal", "role noc", "no deny exec show version"])
    assert (await execute(session, "show version")).code == 0
    rendered = manager.configuration.render()
    assert manager.configuration.parse(rendered) == (manager.configuration.running, [])


@played
async def test_an_argument_is_refused_although_its_command_is_there(tmp_path: Path) -> None:
    session = of_role(
        await configured(tmp_path, "role noc", "permit exec clear registration", "deny exec clear registration all"),
        "noc",
    )
    result = await execute(session, "clear registration all")
    assert (result.code, result.errors, result.command) == (
        DENIED,
        ["Command authorization failed."],
        "clear registration all",
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("permit exec relaod", "There is no command that begins with 'relaod'"),
        ("deny nonesuch all", "There is no mode nonesuch"),
        ("permit group nonesuch", "There is no group 'nonesuch'"),
    ],
)
@played
async def test_a_rule_that_fits_nothing_is_refused(tmp_path: Path, line: str, reason: str) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    await done(session, ["configure terminal", "role noc"])
    result = await execute(session, line)
    assert result.errors == [f"% {reason}", REJECTED]


@pytest.mark.parametrize("line", ["show clock | redirect x", "show clock | tee x", "show clock | append x"])
@played
async def test_a_role_writes_files_only_when_it_says_so(tmp_path: Path, line: str) -> None:
    manager = await configured(tmp_path, "role reads", "permit exec show", "role writes", "permit any all")

    async def write(lines: list[str]) -> None:
        pass

    result = await shell.run(of_role(manager, "reads"), line, write)
    assert (result.code, result.errors) == (DENIED, ["% Access denied"])
    assert manager.audit.queued()[-1].command == line
    assert (await shell.run(of_role(manager, "writes"), line, write)).code == 0


@played
async def test_roles_are_listed_and_shown(tmp_path: Path) -> None:
    manager = await configured(tmp_path, "role noc", "permit exec show", "username a role noc", "username b role noc")
    session = manager.session(batch=False)
    rows, _ = await gathered(session, "show roles")
    assert [(row.name, row.kind, row.accounts) for row in rows] == [
        ("noc", "configured", 2),
        ("administrator", "built-in", 0),
        ("operator", "built-in", 0),
        ("auditor", "built-in", 0),
    ]
    assert await done(session, ["show role noc"]) == ["role noc", " permit exec show"]
    assert (await done(session, ["show role administrator"]))[-1] == " permit any all"
    assert [each.word for each in dispatch.complete(session, "show role n")] == ["noc"]
    assert (await execute(session, "show role nonesuch")).errors == ["% There is no role nonesuch"]


def test_every_command_needs_a_privilege_and_every_change_the_highest() -> None:
    for command in REGISTRY.commands:
        assert 0 <= command.privilege <= 15, command
        if command.kind not in (SHOW, ORDER):
            assert command.privilege == 15, command
    everybody = {command.syntax for command in REGISTRY.commands if command.privilege == 0}
    assert everybody == {
        "<exit|logout|quit>",
        "exit",
        "end",
        "enable [(0-15)$level]",
        "disable [(0-15)$level]",
        "help [TOPIC$topic]",
        "password",
        "show privilege",
    }


@pytest.mark.parametrize("mode", [mode for mode in REGISTRY.modes.values() if CONFIG in lineage(mode)], ids=str)
@pytest.mark.parametrize("name", ["operator", "auditor"])
def test_who_only_operates_or_audits_has_no_command_that_configures(mode: Mode, name: str) -> None:
    rights = compiled(15, name, ())
    left = [target.command for target in targets(REGISTRY.graphs[mode].root) if rights.allows(target)]
    assert {command.syntax for command in left if command.mode is not EXEC} <= {"exit", "end", "help [TOPIC$topic]"}
    assert not any(command.kind not in (SHOW, ORDER) for command in left)


@played
async def test_an_operator_cannot_configure_over_the_dispatcher(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = of_role(manager, "operator")
    before = manager.configuration.running
    for line in ("configure terminal", "conf t", "configure candidate", "copy startup-config running-config", "reload"):
        assert (await execute(session, line)).code == DENIED, line
    session.modes[1:] = [type(session.frame)(CONFIG)]
    for line in ("hostname x", "sip", "username eve privilege 15 secret 0 correct horse battery", "no hostname"):
        assert (await execute(session, line)).code == DENIED, line
    assert manager.configuration.running is before


def test_what_an_operator_may_do_in_exec_is_what_the_role_says() -> None:
    rights = compiled(15, "operator", ())
    first = {
        target.command.syntax.strip("<").split()[0]
        for target in targets(REGISTRY.graphs[EXEC].root)
        if rights.allows(target) and target.privilege
    }
    assert first <= {"show", "clear", "test", "alarm", "terminal", "who", "watch", "repeat", "help"}


@played
async def test_the_documented_examples_are_taken(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await done(session, ["configure terminal"])
    text = (Path(__file__).parents[3] / "docs" / "operators.md").read_text()
    lines = [line.strip() for line in text.splitlines() if line.startswith("    ") and "..." not in line]
    assert len(lines) > 20
    secrets = {"THE-SECRET": "correct horse battery", "ANOTHER": "staple of another kind"}
    for line in lines:
        for name, secret in secrets.items():
            line = line.replace(name, secret)
        assert (await execute(session, line)).errors == [], line
    hand = of_role(manager, "night-shift")
    assert (await execute(hand, "clear registration all")).code == DENIED
    assert [(await execute(hand, line)).code for line in ("configure terminal", "subscriber 1001", "number 5")] == [
        0
    ] * 3
    assert (await execute(hand, "enabled")).code == DENIED
