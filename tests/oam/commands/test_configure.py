"""`configure …`: ways in and out, IOS's words for what comes back, whole replacement."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, played

from oam.commands.configure import GREETING, NOTHING
from oam.commands.registry import CONFIG
from oam.config.tree import Configuration
from oam.dispatch import execute
from oam.settings.operators import Role, Rule


@played
async def test_a_revert_timer_brings_back_what_ran(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    printed = await done(session, ["configure terminal revert timer 10"])
    assert printed[-1] == "Enter configuration commands, one per line.  End with CNTL/Z."
    assert session.prompt == "sipctl(config)#"
    await done(session, ["hostname a", "end", "configure revert timer 5"])
    pending = manager.configuration.unconfirmed.pending
    assert pending is not None
    assert pending.minutes == 5
    assert await done(session, ["configure revert now"]) == ["Rollback Done"]
    assert manager.configuration.running.hostname == "sipctl"


@played
async def test_configure_confirm_keeps_it(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await done(session, ["configure terminal revert timer 10", "hostname a", "end"])
    assert (await execute(session, "write memory")).code == 1
    assert await done(session, ["configure confirm"]) == []
    await done(session, ["write memory"])
    assert manager.configuration.running.hostname == "a"


@pytest.mark.parametrize("line", ["configure confirm", "configure revert now", "configure revert timer 3"])
@played
async def test_nothing_pending_is_said_as_robots_know_it(tmp_path: Path, line: str) -> None:
    assert await done(FakeManager(tmp_path).session(), [line]) == [NOTHING]


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("force", 0),
        ("list force", 0),
        ("force revert trigger error", 0),
        ("force revert trigger error timer 4", 4),
        ("force revert timer 4", 4),
        ("force time 4", 4),
    ],
)
@played
async def test_replace_in_all_its_spellings(tmp_path: Path, words: str, minutes: int) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await done(session, ["configure terminal", "sip", "domain a.b", "end"])
    (tmp_path / "files").mkdir(exist_ok=True)
    (tmp_path / "files" / "new.cfg").write_text("hostname whole\nend\n")
    printed = await done(session, [f"configure replace flash:/new.cfg {words}"])
    assert printed[-2:] == ["Total number of passes: 1", "Rollback Done"]
    if "list" in words:
        assert printed[:-2] == [
            "!List of Commands:",
            "-hostname sipctl",
            "+hostname whole",
            "-sip",
            " -domain a.b",
            "end",
        ]
    assert manager.configuration.running.hostname == "whole"
    assert manager.configuration.running.sip.domains == ()
    pending = manager.configuration.unconfirmed.pending
    assert (pending.minutes if pending else 0) == minutes


@played
async def test_replace_asks_as_routers_do(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    asked: list[str] = []

    async def ask(prompt: str, secret: bool) -> str:
        asked.append(prompt)
        return answers.pop(0)

    session.ask = ask
    await done(session, ["configure terminal", "hostname a", "end", "configure terminal", "hostname b", "end"])
    for answer, name in (("", "b"), ("n", "b"), ("Y", "a")):
        answers = [answer]
        await done(session, ["configure replace 1"])
        assert manager.configuration.running.hostname == name
    assert asked[0].endswith("Enter Y if you are sure you want to proceed. ? [no]: ")


@played
async def test_a_faulty_file_replaces_nothing(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "new.cfg").write_text("hostname whole\nbogus\n")
    result = await execute(manager.session(), "configure replace new.cfg force")
    assert result.code == 1
    assert result.errors == [
        "% new.cfg line 2: invalid input at 'bogus' (in 'bogus')",
        "% Invalid input detected: nothing was changed.",
    ]
    assert manager.configuration.running.hostname == "sipctl"


@played
async def test_exclusive_and_candidate_keep_the_prompts_of_configuration_mode(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    for line in ("configure exclusive", "configure candidate", "configure terminal lock wait 5"):
        await done(session, [line])
        assert session.prompt == "sipctl(config)#"
        await done(session, ["sip"])
        assert session.prompt == "sipctl(config-sip)#"
        await done(session, ["exit", "exit"])
        assert session.prompt == "sipctl#"


@pytest.mark.parametrize("answer", ["", "terminal", "t", "TERM"])
@played
async def test_configure_alone_asks_where_from(tmp_path: Path, answer: str) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    asked: list[str] = []

    async def ask(prompt: str, secret: bool) -> str:
        asked.append(prompt)
        return answer

    session.ask = ask
    assert await done(session, ["configure"]) == [GREETING]
    assert asked == ["Configuring from terminal, memory, or network [terminal]? "]
    assert session.prompt == "sipctl(config)#"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("memory", "% Only from the terminal; 'copy startup-config running-config' merges what is kept"),
        ("net", "% Only from the terminal; 'copy FILE running-config' merges a file"),
        ("bogus", "% Only from the terminal"),
    ],
)
@played
async def test_configure_alone_says_how_to_have_it_from_elsewhere(tmp_path: Path, answer: str, reason: str) -> None:
    session = FakeManager(tmp_path).session(batch=False)

    async def ask(prompt: str, secret: bool) -> str:
        return answer

    session.ask = ask
    result = await execute(session, "configure")
    assert (result.code, result.errors) == (1, [reason])
    assert session.prompt == "sipctl#"


@played
async def test_configure_alone_in_a_batch_is_from_the_terminal(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    await done(session, ["configure", "hostname batched", "end"])
    assert manager.configuration.running.hostname == "batched"


@pytest.mark.parametrize(("denied", "code"), [("configure terminal", 3), ("configure replace", 0)])
@played
async def test_configure_alone_is_permitted_to_whom_configure_terminal_is(
    tmp_path: Path, denied: str, code: int
) -> None:
    rules = (Rule("permit", "exec", "all"), Rule("deny", "exec", denied))
    manager = FakeManager(tmp_path, Configuration(roles=(Role("some", rules=rules),)))
    session = manager.session()
    session.identity = session.identity._replace(role="some")
    result = await execute(session, "configure")
    assert (result.code, session.mode is CONFIG) == (code, code == 0)
