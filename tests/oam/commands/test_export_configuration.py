"""The whole configuration to a file and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.management import FakeManager, done, played

from oam.dispatch import execute


@pytest.mark.parametrize("form", ["", " format json", " format text"])
@played
async def test_it_comes_back_whole(tmp_path: Path, form: str) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    await done(
        session, ["configure terminal", "hostname a", "sip", "domain a.b", "end", f"export configuration x{form}"]
    )
    wanted = manager.configuration.running
    await done(session, ["configure terminal", "hostname b", "no sip", "end", "import configuration x"])
    assert manager.configuration.running == wanted
    assert await done(session, ["import configuration x"]) == ["The file has what is running: nothing was changed"]


@played
async def test_as_a_candidate_it_waits_for_commit(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "x").write_text('{"hostname": "a"}')
    await done(session, ["import configuration x candidate"])
    assert manager.configuration.running.hostname == "sipctl"
    await done(session, ["configure candidate", "commit comment imported", "end"])
    assert manager.configuration.running.hostname == "a"


@pytest.mark.parametrize("text", ['{"hostname": "a", "hostnam": 1}', '{"hostname": "a b"}', "{", "hostname a\nbogus\n"])
@played
async def test_what_is_wrong_changes_nothing(tmp_path: Path, text: str) -> None:
    manager = FakeManager(tmp_path)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "x").write_text(text)
    for line in ("import configuration x", "import configuration x candidate"):
        result = await execute(manager.session(), line)
        assert result.code == 1
        assert result.errors[-1] == "% Invalid input detected: nothing was changed."
    assert manager.configuration.running.hostname == "sipctl"


@played
async def test_secrets_leave_as_they_are_kept(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    await done(
        session, ["configure terminal", "username bob secret 0 Correct-Horse-9", "end", "export configuration x"]
    )
    text = (tmp_path / "files" / "x").read_text()
    assert "Correct-Horse" not in text
    assert json.loads(text)["users"][0]["secret"].startswith("$9$")
    assert (tmp_path / "files" / "x").stat().st_mode & 0o077 == 0
