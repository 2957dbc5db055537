"""Lines carried out: modes, errors in the words robots know, privilege, audit."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from support.management import FakeManager, done, played

from oam.commands.registry import DENIED, FAILED, SYNTAX
from oam.config.tree import Configuration
from oam.context import Session
from oam.dispatch import execute, masked

REJECTED = "% Invalid input detected: nothing was changed."


def typing(tmp_path: Path, privilege: int = 15) -> Session:
    """Return an operator's session."""
    return FakeManager(tmp_path).session(privilege=privilege, batch=False)


@played
async def test_prompts_follow_privilege_and_mode(tmp_path: Path) -> None:
    session = typing(tmp_path, 1)
    assert session.prompt == "sipctl>"
    session.privilege = 15
    assert session.prompt == "sipctl#"
    printed = await done(session, ["configure terminal"])
    assert printed == ["Enter configuration commands, one per line.  End with CNTL/Z."]
    prompts = []
    for line in ("sip", "registrar", "exit", "subscriber 1001", "hostname sip1", "end"):
        await done(session, [line])
        prompts.append(session.prompt)
    assert prompts == [
        "sipctl(config-sip)#",
        "sipctl(config-registrar)#",
        "sipctl(config)#",
        "sipctl(config-subscriber)#",
        "sip1(config)#",
        "sip1#",
    ]


@pytest.mark.parametrize(
    ("line", "offset", "error"),
    [
        ("foo bar", 0, "% Invalid input detected at '^' marker."),
        ("show foo", 5, "% Invalid input detected at '^' marker."),
        ("show", -1, "% Incomplete command."),
        (" sh r ", -1, '% Ambiguous command:  "sh r"'),
    ],
)
@played
async def test_syntax_errors(tmp_path: Path, line: str, offset: int, error: str) -> None:
    result = await execute(typing(tmp_path), line)
    assert (result.code, result.offset, result.errors) == (SYNTAX, offset, [error])
    assert result.command == ""


@played
async def test_a_privileged_command_is_denied(tmp_path: Path) -> None:
    session = typing(tmp_path, 1)
    for line in ("configure terminal", "show running-config", "conf t"):
        result = await execute(session, line)
        assert (result.code, result.errors, result.offset) == (DENIED, ["Command authorization failed."], -1), line
    result = await execute(session, "bogus")
    assert result.code == SYNTAX
    assert session.prompt == "sipctl>"


@played
async def test_a_configuration_line_takes_effect_at_once(tmp_path: Path) -> None:
    session = typing(tmp_path)
    await done(session, ["configure terminal", "sip", "domain a.b"])
    assert session.manager.configuration.running.sip.domains == ("a.b",)
    assert session.manager.configuration.changed_by == "admin"


@played
async def test_a_refused_line_says_why_and_ends_with_what_robots_look_for(tmp_path: Path) -> None:
    session = typing(tmp_path)
    await done(session, ["configure terminal", "registrar"])
    result = await execute(session, "expires minimum 9000")
    assert result.code == FAILED
    assert "rising order" in result.errors[0]
    assert result.errors[-1] == REJECTED
    assert session.manager.configuration.running == Configuration()
    assert session.prompt == "sipctl(config-registrar)#"


@played
async def test_a_supervisor_that_is_gone_is_a_refusal(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.fake_supervisor.away = True
    session = manager.session(batch=False)
    await done(session, ["configure terminal"])
    result = await execute(session, "hostname x")
    assert result.errors == ["% the supervisor is gone", REJECTED]


@played
async def test_comments_and_empty_lines_do_nothing(tmp_path: Path) -> None:
    session = typing(tmp_path)
    assert await done(session, ["", "   ", "! text", "# text"]) == []


@played
async def test_the_furthest_complaint_of_the_modes_around_is_given(tmp_path: Path) -> None:
    session = typing(tmp_path)
    await done(session, ["configure terminal", "sip"])
    assert (await execute(session, "hostname a_b")).offset == 9
    assert (await execute(session, "domain a..b")).offset == 7
    assert session.mode.name == "sip"


@played
async def test_do_runs_exec_commands_without_leaving_the_mode(tmp_path: Path) -> None:
    session = typing(tmp_path)
    await done(session, ["configure terminal", "sip", "domain a.b"])
    assert await done(session, ["do show running-config section sip"]) == ["sip", " domain a.b"]
    assert session.mode.name == "sip"
    result = await execute(session, "do bogus")
    assert result.offset == 3


@played
async def test_no_and_default_of_a_section(tmp_path: Path) -> None:
    session = typing(tmp_path)
    await done(session, ["configure terminal", "sip", "domain a.b", "timer t1 700", "no sip"])
    assert session.manager.configuration.running == Configuration()
    assert session.mode.name == "config"


@played
async def test_every_command_is_audited_without_secrets_and_the_log_is_quiet(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    session = typing(tmp_path)
    with caplog.at_level(logging.INFO, "management"):
        await done(session, ["conf t", "subscriber 1001", "secret 0 sword fish", "end", "show running-config"])
        await execute(session, "secret 0 swordfish")
    records = session.manager.audit.queued()
    assert [(record.kind, record.command, record.code) for record in records] == [
        ("command", "configure terminal", 0),
        ("command", "subscriber 1001", 0),
        ("command", "secret 0 *", 0),
        ("command", "end", 0),
        ("command", "show running-config", 0),
        ("command", "secret 0 *", 2),
    ]
    assert {(record.user, record.origin) for record in records} == {("admin", "console")}
    assert caplog.records == []


@played
async def test_lines_are_kept_without_secrets(tmp_path: Path) -> None:
    session = typing(tmp_path)
    await done(session, ["conf t", "subscriber 1001"])
    assert masked(session, "sec 0 swordfish") == "secret 0 *"
    assert masked(session, "display-name secret") == "display-name secret"
    assert masked(session, "do  sh  ver") == "do  sh  ver"
    assert masked(session, "do repeat 2 test aaa group radius bob swordfish | count") == (
        "do repeat 2 test aaa group radius bob * | count"
    )
    await done(session, ["end", "conf t", "alias exec aa test aaa group radius", "end"])
    assert masked(session, "aa bob swordfish") == "test aaa group radius bob *"
    await done(session, ["conf t", "subscriber 1001"])
    assert masked(session, "xsecret secret 0 swordfish x") == "xsecret *"
