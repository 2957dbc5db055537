"""`enable`, `disable`, `enable secret`, `show privilege`."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, played

from oam.context import Session
from oam.dispatch import execute
from oam.security.login import Identity

GOOD = "correct horse battery"


def coming(manager: FakeManager, *answers: str, privilege: int = 1, origin: str = "ssh") -> tuple[Session, list[str]]:
    """Return the session of an operator who answers so, and what he was asked."""
    session = Session(manager, user="bob", origin=origin, privilege=privilege)
    session.identity = Identity("bob", privilege)
    left, prompts = list(answers), []

    async def ask(prompt: str, secret: bool) -> str:
        prompts.append(f"{prompt}{secret}")
        return left.pop(0)

    session.ask = ask
    return session, prompts


async def protected(state: Path) -> FakeManager:
    """Return a manager with an enable secret, whose failures do not wait."""
    manager = FakeManager(state)
    await done(
        manager.session(batch=False),
        ["configure terminal", f"enable secret 0 {GOOD}", "login delay 0"],
    )
    return manager


@played
async def test_down_and_up_again(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(privilege=15)
    await done(session, ["disable"])
    assert session.prompt == "sipctl>"
    assert await done(session, ["show privilege"]) == ["Current privilege level is 1"]
    await done(session, ["enable"])
    assert session.prompt == "sipctl#"
    assert await done(session, ["show privilege"]) == ["Current privilege level is 15"]


@played
async def test_levels_between(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(privilege=15)
    await done(session, ["enable 7"])
    assert session.privilege == 7
    assert (await execute(session, "disable 9")).code == 1
    await done(session, ["disable 3", "enable 9"])
    assert session.privilege == 9


@played
async def test_who_may_not(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(privilege=1)
    result = await execute(session, "enable")
    assert (result.code, result.errors) == (3, ["% Access denied"])
    assert session.privilege == 1


@played
async def test_the_enable_secret_opens_privilege_15(tmp_path: Path) -> None:
    session, prompts = coming(await protected(tmp_path), "wrong", GOOD)
    await done(session, ["enable"])
    assert session.privilege == 15
    assert prompts == ["Password: True"] * 2


@played
async def test_three_wrong_secrets_end_it(tmp_path: Path) -> None:
    session, prompts = coming(await protected(tmp_path), "a", "b", "")
    result = await execute(session, "enable")
    assert (result.code, result.errors, len(prompts)) == (3, ["% Bad secrets"], 3)
    assert session.privilege == 1


@played
async def test_who_has_the_privilege_already_is_not_asked(tmp_path: Path) -> None:
    session, prompts = coming(await protected(tmp_path), privilege=15)
    await done(session, ["enable", "enable 15"])
    assert prompts == []


@pytest.mark.parametrize(("origin", "asked"), [("console", 0), ("ssh", 1), ("telnet", 1)])
@played
async def test_only_the_console_gets_its_privilege_back_unasked(tmp_path: Path, origin: str, asked: int) -> None:
    session, prompts = coming(await protected(tmp_path), GOOD, privilege=15, origin=origin)
    await done(session, ["disable", "enable"])
    assert (session.privilege, len(prompts)) == (15, asked)


@played
async def test_a_batch_is_asked_nothing(tmp_path: Path) -> None:
    session, prompts = coming(await protected(tmp_path), GOOD)
    session.batch = True
    assert (await execute(session, "enable")).errors == ["% Access denied"]
    assert prompts == []


@played
async def test_the_enable_secret_is_kept_as_its_hash(tmp_path: Path) -> None:
    manager = await protected(tmp_path)
    session = manager.session(batch=False)
    assert any(line.startswith("enable secret 9 $9$") for line in manager.configuration.render())
    await done(session, ["configure terminal"])
    assert "shorter" in (await execute(session, "enable secret 0 short")).errors[0]
    assert "type 5" in (await execute(session, "enable secret 5 $1$mERr$hx5rVt7rPNoS4wqbXKX7m0")).errors[0]
    await done(session, ["no enable secret"])
    assert manager.configuration.running.enable_secret == ""


@played
async def test_a_role_is_shown_with_the_privilege(tmp_path: Path) -> None:
    session, _ = coming(FakeManager(tmp_path), privilege=15)
    session.identity = Identity("bob", 15, "auditor")
    assert await done(session, ["show privilege"]) == ["Current privilege level is 15", "Current role is auditor"]
