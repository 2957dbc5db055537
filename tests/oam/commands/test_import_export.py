"""`import subscribers`, `export subscribers`."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played, subscriber

from core.northbound.settings import SipSettings
from oam.config.tree import Configuration
from oam.dispatch import complete


@pytest.fixture
def manager(tmp_path: Path) -> FakeManager:
    return FakeManager(tmp_path, Configuration(hostname="sip1", sip=SipSettings(domains=("example.com",))))


@played
async def test_what_was_exported_comes_back(manager: FakeManager) -> None:
    (manager.state / "files").mkdir()
    (manager.state / "files" / "in.csv").write_text("name,secret\n1001,a\n1002,b\n")
    session = manager.session()
    printed = await done(session, ["import subscribers in.csv", "export subscribers out.csv"])
    assert printed[0].startswith("2 subscribers imported from in.csv in ")
    assert printed[1].startswith("2 subscribers exported to out.csv, ")
    before = list(manager.subscribers)
    await done(session, ["import subscribers out.csv"])
    assert list(manager.subscribers) == before


@played
async def test_faults_are_shown_line_by_line_and_change_nothing(manager: FakeManager) -> None:
    manager.subscribers.put(subscriber("1001"))
    path = manager.state / "bad.csv"
    path.write_text("name,enabled\n1002,yes\n1003,maybe\n1004,never\n")
    rows, result = await gathered(manager.session(), f"import subscribers {path}")
    assert rows == []
    assert result.code == 1
    assert result.errors == [
        "% Nothing was imported from bad.csv:",
        "line 3: enabled is yes or no, not 'maybe'",
        "line 4: enabled is yes or no, not 'never'",
    ]
    assert [each.name for each in manager.subscribers] == ["1001"]


@pytest.mark.parametrize("line", ["import subscribers ../startup-config", "export subscribers ../startup-config"])
def test_files_are_in_the_folder(manager: FakeManager, line: str) -> None:
    @played
    async def scenario() -> None:
        _, result = await gathered(manager.session(), line)
        assert result.errors == [f"% ../startup-config: outside of {manager.state / 'files'}"]

    scenario()


@played
async def test_completion_offers_the_files(manager: FakeManager) -> None:
    (manager.state / "files").mkdir()
    (manager.state / "files" / "phones.csv").touch()
    assert [each.word for each in complete(manager.session(), "import subscribers ph")] == ["phones.csv"]
