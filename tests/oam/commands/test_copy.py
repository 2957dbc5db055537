"""`copy` in all directions: dialogs, what is merged, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, played

from oam.config.load import load_file
from oam.context import Session
from oam.dispatch import execute

INVALID = "% Invalid input detected: nothing was changed."


def managed(path: Path, text: str = "") -> tuple[FakeManager, Session]:
    manager = FakeManager(path)
    (path / "files").mkdir()
    (path / "files" / "x.cfg").write_text(text)
    return manager, manager.session(batch=False)


@played
async def test_a_file_is_merged_whole(tmp_path: Path) -> None:
    manager, session = managed(tmp_path, "hostname merged\nsip\n domain new.example.com\nend\n")
    await done(session, ["configure terminal", "sip", "domain old.example.com", "end"])
    printed = await done(session, ["copy flash:/x.cfg running-config"])
    assert "bytes copied in" in printed[0]
    assert manager.configuration.running.hostname == "merged"
    assert manager.configuration.running.sip.domains == ("old.example.com", "new.example.com")


@pytest.mark.parametrize("to", ["running-config", "startup-config"])
@played
async def test_one_wrong_line_and_nothing_is_changed(tmp_path: Path, to: str) -> None:
    manager, session = managed(tmp_path, "hostname merged\nbogus\n")
    result = await execute(session, f"copy x.cfg {to}")
    assert result.code == 1
    assert result.errors[-1] == INVALID
    assert manager.configuration.running.hostname == "sipctl"
    assert not manager.configuration.startup_path.exists()


@played
async def test_a_contradiction_in_a_file_is_found_before_it_is_what_the_server_starts_with(tmp_path: Path) -> None:
    manager, session = managed(tmp_path, "registrar\n expires minimum 7000\n")
    result = await execute(session, "copy x.cfg startup-config")
    assert "rising order" in result.errors[0]
    assert not manager.configuration.startup_path.exists()


@played
async def test_a_checked_file_becomes_the_startup_configuration_its_plain_secrets_hashed(tmp_path: Path) -> None:
    manager, session = managed(tmp_path, "hostname next\nusername admin privilege 15 secret 0 Correct-Horse-9\n")
    await done(session, ["copy x.cfg startup-config"])
    text = manager.configuration.startup_path.read_text()
    assert "Correct-Horse" not in text
    assert "secret 9 $9$" in text
    assert load_file(manager.configuration.startup_path)[1] == []
    assert manager.configuration.running.hostname == "sipctl"


@pytest.mark.parametrize("line", ["copy run start", "copy running-config startup-config", "copy r s"])
@played
async def test_abbreviations_never_mean_a_file(tmp_path: Path, line: str) -> None:
    manager, session = managed(tmp_path)
    assert await done(session, [line]) == ["Building configuration...", "[OK]"]
    assert manager.configuration.startup_path.exists()


@played
async def test_what_runs_is_written_to_a_file_and_read_back(tmp_path: Path) -> None:
    manager, session = managed(tmp_path)
    await done(session, ["configure terminal", "hostname a", "end", "copy run flash:/out.cfg", "copy run start"])
    assert load_file(tmp_path / "files" / "out.cfg")[0] == manager.configuration.running
    await done(session, ["copy startup-config out2.cfg"])
    assert (tmp_path / "files" / "out2.cfg").read_text() == (tmp_path / "startup-config").read_text()


@played
async def test_it_asks_for_the_destination_unless_it_must_be_quiet(tmp_path: Path) -> None:
    _, session = managed(tmp_path, "hostname a\n")
    asked: list[str] = []

    async def ask(prompt: str, secret: bool) -> str:
        asked.append(prompt)
        return answer

    session.ask = ask
    answer = ""
    await done(
        session, ["copy running-config startup-config", "copy x.cfg running-config", "copy running-config flash:y"]
    )
    assert asked == [
        "Destination filename [startup-config]? ",
        "Destination filename [running-config]? ",
        "Destination filename [y]? ",
    ]
    answer = "other"
    assert (await execute(session, "copy x.cfg running-config")).code == 1
    await done(session, ["copy running-config z"])
    assert (tmp_path / "files" / "other").exists()
    await done(session, ["configure terminal", "file prompt quiet", "end"])
    asked.clear()
    await done(session, ["copy running-config startup-config", "copy x.cfg running-config", "copy running-config q"])
    assert asked == []


@pytest.mark.parametrize("name", ["../x", "flash:/../../x", "none.cfg"])
@played
async def test_no_file_outside_and_none_that_is_not_there(tmp_path: Path, name: str) -> None:
    manager, _ = managed(tmp_path)
    session = manager.session(batch=False, origin="ssh")
    assert (await execute(session, f"copy {name} running-config")).code == 1
    if name != "none.cfg":
        assert (await execute(session, f"copy running-config {name}")).code == 1
