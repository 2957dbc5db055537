"""`username` and `password`: accounts, their secrets and what is asked besides."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from support.management import FakeManager, done, gathered, played

from oam.context import Session
from oam.dispatch import execute
from oam.security import totp
from oam.security.login import Identity, Source
from oam.security.secrets import verified
from oam.settings.operators import Operator

GOOD = "correct horse battery"
NEW = "staple of another kind"
REJECTED = "% Invalid input detected: nothing was changed."


async def configuring(manager: FakeManager, *lines: str) -> Session:
    """Return a session in configuration mode that has given `lines`."""
    session = manager.session(batch=False)
    await done(session, ["configure terminal", *lines])
    return session


def accounts(session: Session) -> dict[str, Operator]:
    """Return the accounts that are running."""
    return {each.name: each for each in session.manager.configuration.running.users}


@pytest.mark.parametrize("typed", [f"secret 0 {GOOD}", f"secret {GOOD}", f"password 0 {GOOD}", f"password {GOOD}"])
@played
async def test_a_secret_however_spelled_is_kept_as_its_hash(tmp_path: Path, typed: str) -> None:
    session = await configuring(FakeManager(tmp_path), f"username bob privilege 15 {typed}")
    assert verified(GOOD, accounts(session)["bob"].secret)
    lines = session.manager.configuration.render()
    line = next(each for each in lines if each.startswith("username"))
    assert line.startswith("username bob privilege 15 secret 9 $9$")
    assert session.manager.configuration.parse(lines) == (session.manager.configuration.running, [])


@pytest.mark.parametrize("typed", ["5 $1$mERr$hx5rVt7rPNoS4wqbXKX7m0", "9 $9$short", "7 094F471A1A0A", "8 x"])
@played
async def test_a_hash_of_another_type_is_not_taken_for_a_secret(tmp_path: Path, typed: str) -> None:
    session = await configuring(FakeManager(tmp_path))
    result = await execute(session, f"username bob secret {typed}")
    assert result.errors[-1].startswith("% Invalid input detected")
    assert accounts(session) == {}


@played
async def test_the_password_policy_binds_what_an_operator_types(tmp_path: Path) -> None:
    session = await configuring(FakeManager(tmp_path))
    for secret, reason in (("sesame", "shorter than 12"), ("bobby is my name", "name of the operator")):
        result = await execute(session, f"username bobby secret 0 {secret}")
        assert reason in result.errors[0]
        assert result.errors[-1] == REJECTED
        assert secret not in "".join(result.errors)
    _, problems = session.manager.configuration.parse(["username bob secret 0 short"])
    assert problems == [], "what a file says is not judged"


@played
async def test_a_former_secret_does_not_come_again(tmp_path: Path) -> None:
    session = await configuring(FakeManager(tmp_path), "password-policy", "history 1", "exit")
    await done(session, [f"username bob secret 0 {each}" for each in (GOOD, NEW)])
    assert "last 2" in (await execute(session, f"username bob secret 0 {GOOD}")).errors[0]
    await done(session, ["username bob secret 0 third of its name", f"username bob secret 0 {GOOD}"])


@played
async def test_a_robot_may_give_the_same_line_again(tmp_path: Path) -> None:
    session = await configuring(FakeManager(tmp_path))
    await done(session, [f"username bob secret 0 {GOOD}"] * 3)


@played
async def test_a_role_gives_and_takes(tmp_path: Path) -> None:
    session = await configuring(FakeManager(tmp_path), "username bob role operator")
    assert accounts(session)["bob"].level == 15
    await done(session, ["username bob role none"])
    assert (accounts(session)["bob"].role, accounts(session)["bob"].level) == ("", 1)
    result = await execute(session, "username bob role nonesuch")
    assert result.errors == ["% username bob: role nonesuch does not exist", REJECTED]


@played
async def test_what_else_an_account_has(tmp_path: Path) -> None:
    given = [
        "username bob privilege 5",
        "username bob session-limit 2",
        "username bob expires 2027-01-31",
        "username bob disabled",
        "username bob change-secret",
    ]
    session = await configuring(FakeManager(tmp_path), *given)
    assert accounts(session)["bob"] == Operator(
        "bob", 5, session_limit=2, expires="2027-01-31", disabled=True, change_secret=True
    )
    assert sorted(each for each in session.manager.configuration.render() if "bob" in each) == sorted(given)
    await done(session, ["no username bob session-limit", "no username bob expires", "no username bob disabled"])
    await done(session, ["no username bob change-secret"])
    assert accounts(session)["bob"] == Operator("bob", 5)
    await done(session, ["no username bob"])
    assert accounts(session) == {}


@played
async def test_a_second_factor_is_made_and_shown_once(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = await configuring(manager, "username bob privilege 5")
    (uri,) = await done(session, ["username bob totp generate"])
    secret = parse_qs(urlsplit(uri).query)["secret"][0]
    assert urlsplit(uri).path == "/sipctl:bob"
    code = totp.code(secret, int(time.time()) // totp.STEP_S)
    assert manager.security.accounts.code_fits(accounts(session)["bob"], code)
    lines = "\n".join(manager.configuration.render())
    assert "username bob totp 6 " in lines
    assert secret not in lines + str(session.history) + str(manager.audit.queued())
    result = await execute(session, "username alice totp generate")
    assert result.errors[0] == "% There is no account alice"
    await done(session, ["no username bob totp"])
    assert accounts(session)["bob"].totp == ""


def asked(manager: FakeManager, *answers: str, user: str = "bob") -> Session:
    """Return the session of an operator who answers so."""
    session = Session(manager, user=user, origin="ssh", privilege=1)
    session.identity = Identity(user, 1)
    left = list(answers)

    async def ask(prompt: str, secret: bool) -> str:
        assert secret
        return left.pop(0)

    session.ask = ask
    return session


@played
async def test_an_operator_changes_the_secret_of_his_own(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    admin = await configuring(manager, f"username bob secret 0 {GOOD}", "hostname saved")
    await done(admin, ["end", "write memory", "configure terminal", "hostname unsaved"])
    assert await done(asked(manager, GOOD, NEW, NEW), ["password"]) == ["Password changed"]
    assert (await manager.security.login("bob", NEW, Source("ssh", ""))).name == "bob"
    saved, problems = manager.configuration.parse(manager.configuration.startup())
    assert (problems, saved.hostname) == ([], "saved")
    assert saved.users == manager.configuration.running.users


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (("wrong",), "That is not your secret"),
        ((GOOD, NEW, GOOD), "They differ"),
        ((GOOD, "short", "short"), "shorter than 12"),
        ((GOOD, GOOD, GOOD), "one of the last"),
    ],
)
@played
async def test_a_secret_that_is_not_changed(tmp_path: Path, answers: tuple[str, ...], reason: str) -> None:
    manager = FakeManager(tmp_path)
    await configuring(manager, f"username bob secret 0 {GOOD}")
    before = manager.configuration.running
    result = await execute(asked(manager, *answers), "password")
    assert result.code != 0
    assert reason in result.errors[0]
    assert manager.configuration.running is before


@played
async def test_who_has_no_account_here_changes_none(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    result = await execute(asked(manager, user="alice"), "password")
    assert (result.code, result.errors) == (3, ["% Your secret is not kept by this server"])
    await configuring(manager, f"username bob secret 0 {GOOD}")
    result = await execute(Session(manager, user="bob", batch=True), "password")
    assert result.errors == ["% A secret is changed in an interactive session only"]


@played
async def test_accounts_are_listed_with_their_state(tmp_path: Path) -> None:
    session = await configuring(
        FakeManager(tmp_path),
        "username a privilege 15",
        "username b role auditor",
        "username b disabled",
        "username c expires 2020-01-01",
        "username d change-secret",
    )
    rows, _ = await gathered(session, "do show accounts")
    assert [(row.name, row.privilege, row.role, row.state) for row in rows] == [
        ("a", 15, "-", "open"),
        ("b", 15, "auditor", "disabled"),
        ("c", 1, "-", "expired"),
        ("d", 1, "-", "change"),
    ]
