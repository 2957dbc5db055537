"""`password-policy`."""

from __future__ import annotations

from pathlib import Path

from support.management import FakeManager, done, played

from oam.dispatch import execute
from oam.settings.operators import PasswordPolicy


@played
async def test_the_policy_is_configured_and_kept_to(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "bad").write_text("Tr0ub4dor&3\n")
    session = manager.session(batch=False)
    lines = ["minimum-length 8", "history 2", "expires 90", "classes 3", "block-list bad"]
    await done(session, ["configure terminal", "password-policy", *lines])
    assert session.prompt == "sipctl(config-password-policy)#"
    assert manager.configuration.running.password_policy == PasswordPolicy(8, 2, 90, 3, "bad")
    rendered = manager.configuration.render()
    assert manager.configuration.parse(rendered) == (manager.configuration.running, [])
    await done(session, ["exit"])
    for secret, reason in (("lower case only", "less than 3"), ("tR0UB4DOR&3", "block list")):
        assert reason in (await execute(session, f"username bob secret 0 {secret}")).errors[0]
    await done(session, ["username bob secret 0 Enough of 1t"])


@played
async def test_a_block_list_that_cannot_be_read_lets_no_secret_pass(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    await done(session, ["configure terminal", "password-policy", "block-list ../gone", "exit"])
    result = await execute(session, "username bob secret 0 correct horse battery")
    assert result.errors[0] == "% The block list cannot be read"
