"""The accounts: what proves one, what is remembered of it, how its secret changes."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from support.management import FakeManager, done, played

from core.northbound.keyring import Keyring
from oam.dispatch import execute
from oam.security import totp
from oam.security.accounts import Accounts
from oam.security.secret_history import FILE, SecretHistory

GOOD = "correct horse battery"
NEW = "staple of another kind"
OTP = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
NOW = 1_800_000_000


async def configured(state: Path, *lines: str) -> FakeManager:
    """Return a manager with these lines in force."""
    manager = FakeManager(state)
    await done(manager.session(batch=False), ["configure terminal", *lines])
    return manager


@played
async def test_changed_secrets_are_brought_to_the_disk(tmp_path: Path) -> None:
    manager = await configured(tmp_path, f"username bob secret 0 {GOOD}")
    former = manager.configuration.running.users[0].secret
    await done(manager.session(batch=False), ["configure terminal", f"username bob secret 0 {NEW}"])
    async with asyncio.timeout(5):
        while not (tmp_path / FILE).exists() or SecretHistory(tmp_path).hashes("bob", 5)[-1:] != (former,):
            await asyncio.sleep(0.01)


@played
async def test_a_change_where_nothing_is_saved_saves_nothing(tmp_path: Path) -> None:
    manager = await configured(tmp_path, f"username bob secret 0 {GOOD}")
    assert await manager.security.accounts.change("bob", NEW) == []
    assert await manager.security.accounts.proves(manager.security.accounts.find("bob"), NEW)
    assert not manager.configuration.startup_path.exists()


@played
async def test_an_account_that_is_removed_while_its_operator_is_asked_does_not_come_back(tmp_path: Path) -> None:
    manager = await configured(tmp_path, f"username bob secret 0 {GOOD}")
    session = manager.session(batch=False)
    session.user, session.privilege = "bob", 1
    answers = iter([GOOD, NEW, NEW])

    async def ask(prompt: str, _secret: bool) -> str:
        if prompt.startswith("Repeat"):
            await done(manager.session(batch=False), ["configure terminal", "no username bob"])
        return next(answers)

    session.ask = ask
    result = await execute(session, "password")
    assert result.errors == ["% There is no account bob any more"]
    assert manager.configuration.running.users == ()
    author = manager.session().author
    assert await manager.security.accounts.encrypt("bob", OTP, author) == ["There is no account bob any more"]


@played
async def test_an_account_that_is_not_saved_is_not_saved_by_its_secret(tmp_path: Path) -> None:
    manager = await configured(tmp_path, "hostname saved")
    session = manager.session(batch=False)
    await done(session, ["write memory", "configure terminal", f"username bob secret 0 {GOOD}"])
    before = manager.configuration.startup_path.read_bytes()
    assert await manager.security.accounts.change("bob", NEW) == []
    assert manager.configuration.startup_path.read_bytes() == before


@played
async def test_a_startup_config_that_has_errors_is_left_alone(tmp_path: Path) -> None:
    manager = await configured(tmp_path, f"username bob secret 0 {GOOD}")
    manager.configuration.startup_path.write_text("username bob privilege 5\nbogus\n")
    assert "errors" in (await manager.security.accounts.change("bob", NEW))[0]
    assert manager.configuration.startup_path.read_text() == "username bob privilege 5\nbogus\n"


@played
async def test_a_lock_on_the_configuration_does_not_keep_anybody_from_his_secret(tmp_path: Path) -> None:
    manager = await configured(tmp_path, f"username bob secret 0 {GOOD}")
    session = manager.session(batch=False)
    await done(session, ["configure exclusive"])
    assert await manager.security.accounts.change("bob", NEW) == []


@played
async def test_a_second_factor_of_another_key_fits_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    manager = await configured(tmp_path, f"username bob totp 0 {OTP}")
    other = tmp_path / "other"
    other.mkdir()
    keyring = Keyring(other)
    keyring.encrypted("x")
    manager.registry.keyring = keyring
    accounts = Accounts(manager.configuration, lambda: NOW)
    operator = accounts.find("bob")
    assert operator is not None
    with caplog.at_level(logging.ERROR, "management"):
        assert not accounts.code_fits(operator, totp.code(OTP, NOW // 30))
    assert "another key" in caplog.text
