"""`banner`, as one line given to the dispatcher."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, played

from oam.dispatch import execute


@played
async def test_a_banner_and_none(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await done(
        session, ["configure terminal", "banner motd @\nHello\nyou\n@", "banner login ^CHello^C", "banner exec xhix"]
    )
    banners = manager.configuration.running.banners
    assert (banners.motd, banners.login, banners.exec) == ("Hello\nyou", "Hello", "hi")
    await done(session, ["no banner motd", "default banner exec"])
    assert manager.configuration.running.banners.motd == ""


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("banner motd @Hello", "% The delimiter that ends the banner has not come"),
        ("banner motd @sip1#@", "% banner motd: robots take '#' for a prompt"),
    ],
)
@played
async def test_refused(tmp_path: Path, line: str, reason: str) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await done(session, ["configure terminal"])
    result = await execute(session, line)
    assert result.errors == [reason, "% Invalid input detected: nothing was changed."]
    assert manager.configuration.running.banners.motd == ""
