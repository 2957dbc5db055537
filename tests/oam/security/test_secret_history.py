"""Former secrets, and how old the present one is."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from oam.security.secret_history import DAY_S, FILE, KEPT, SecretHistory
from oam.settings.operators import Operator


def bob(secret: str) -> tuple[Operator, ...]:
    """Return accounts of which one has this secret's hash."""
    return (Operator("bob", secret=secret), Operator("keys-only"))


def test_secrets_are_remembered_the_last_first() -> None:
    history = SecretHistory(Path("/nonexistent"))
    assert [history.follow(bob(each)) for each in ("h1", "h2", "h2", "h3")] == [True, True, False, True]
    assert history.hashes("bob", 5) == ("h3", "h2", "h1")
    assert history.hashes("bob", 0) == ("h3",)
    assert history.hashes("keys-only", 5) == ()


def test_so_many_and_no_more() -> None:
    history = SecretHistory(Path("/nonexistent"))
    for number in range(KEPT * 2):
        history.follow(bob(f"h{number}"))
    assert len(history.hashes("bob", 1000)) == KEPT + 1


def test_the_age_of_a_secret_is_kept_over_a_restart(tmp_path: Path) -> None:
    now = 1_000_000.0
    history = SecretHistory(tmp_path, lambda: now)
    history.follow(bob("h1"))
    asyncio.run(history.save())
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    now += 3 * DAY_S
    again = SecretHistory(tmp_path, lambda: now)
    assert not again.follow(bob("h1"))
    assert again.age_days("bob") == 3
    again.follow(bob("h2"))
    assert again.age_days("bob") == 0
    assert again.age_days("nobody") == 0


def test_accounts_that_are_gone_are_forgotten() -> None:
    history = SecretHistory(Path("/nonexistent"))
    history.follow(bob("h1"))
    assert history.follow(())
    assert history.hashes("bob", 5) == ()


@pytest.mark.parametrize("damaged", [b"\xff{", b"\x81\xa1\xff\x90"])
def test_a_broken_file_loses_the_history_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damaged: bytes
) -> None:
    (tmp_path / FILE).write_bytes(damaged)
    with caplog.at_level(logging.ERROR, "management"):
        history = SecretHistory(tmp_path)
    assert history.hashes("bob", 5) == ()
    assert "cannot be read" in caplog.text


def test_a_disk_that_takes_nothing_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    history = SecretHistory(tmp_path / "gone" / "too")
    history.follow(bob("h1"))
    with caplog.at_level(logging.ERROR, "management"):
        asyncio.run(history.save())
    assert "cannot be kept" in caplog.text
