"""`commit`, `abort`, `show candidate`: how they are said; what they do is in tests/oam/test_editing.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, played

from oam.context import Session
from oam.dispatch import execute


async def begun(path: Path, *lines: str) -> tuple[FakeManager, Session]:
    manager = FakeManager(path)
    session = manager.session(batch=False)
    await done(session, ["configure candidate", *lines])
    return manager, session


@pytest.mark.parametrize(
    ("line", "comment", "minutes"),
    [
        ("commit", "", 0),
        ("commit comment new name", "new name", 0),
        ("commit confirmed 7", "", 7),
        ("commit confirmed 7 comment new name", "new name", 7),
        ("commit comment new name confirmed 7", "new name", 7),
        ("commit comment to be confirmed", "to be confirmed", 0),
    ],
)
@played
async def test_comment_and_time_in_either_order(tmp_path: Path, line: str, comment: str, minutes: int) -> None:
    manager, session = await begun(tmp_path, "hostname a")
    printed = await done(session, [line])
    assert printed[0] == "Commit complete: version 1"
    assert manager.configuration.archive.versions()[1].comment == comment
    pending = manager.configuration.unconfirmed.pending
    assert (pending.minutes if pending else 0) == minutes


@pytest.mark.parametrize("line", ["commit confirmed 0", "commit confirmed 1441", "commit comment x confirmed 1441"])
@played
async def test_a_time_out_of_range_is_refused(tmp_path: Path, line: str) -> None:
    manager, session = await begun(tmp_path, "hostname a")
    assert (await execute(session, line)).code
    assert manager.configuration.running.hostname == "sipctl"


@played
async def test_a_second_commit_confirms(tmp_path: Path) -> None:
    manager, session = await begun(tmp_path, "hostname a", "commit confirmed 5")
    assert await done(session, ["commit"]) == ["Confirmed: the change by admin stays"]
    assert manager.configuration.unconfirmed.pending is None
    assert manager.configuration.running.hostname == "a"


@played
async def test_a_commit_of_more_confirms_as_well(tmp_path: Path) -> None:
    manager, session = await begun(tmp_path, "hostname a", "commit confirmed 5", "hostname b")
    assert (await done(session, ["commit"]))[1] == "Confirmed: the change by admin stays as well"
    assert manager.configuration.unconfirmed.pending is None


@played
async def test_a_second_one_to_be_confirmed_comes_back_to_the_first_beginning(tmp_path: Path) -> None:
    manager, session = await begun(
        tmp_path, "hostname a", "commit confirmed 5", "hostname b", "commit confirmed 9", "end"
    )
    pending = manager.configuration.unconfirmed.pending
    assert pending is not None
    assert pending.minutes == 9
    await done(session, ["configure revert now"])
    assert manager.configuration.running.hostname == "sipctl"


@played
async def test_nothing_to_commit_is_said(tmp_path: Path) -> None:
    _, session = await begun(tmp_path)
    for line in ("commit", "commit check", "show candidate", "show candidate diff"):
        result = await execute(session, line)
        assert result.code == 1
        assert result.errors[0].startswith("% There is n")
    await done(session, ["hostname sipctl"])
    assert await done(session, ["commit"]) == ["The candidate changes nothing that is running"]


@played
async def test_the_candidate_is_shown_whole_and_as_json(tmp_path: Path) -> None:
    _, session = await begun(tmp_path, "sip", "domain a.b")
    assert " domain a.b" in await done(session, ["show candidate"])
    result = await execute(session, "show candidate")
    assert isinstance(result.json, dict)
    assert result.json["sip"]["domains"] == ["a.b"] or result.json["sip"]["domains"] == ("a.b",)
    assert session.prompt == "sipctl(config-sip)#"


@played
async def test_prompts_are_those_of_configuration_mode(tmp_path: Path) -> None:
    _, session = await begun(tmp_path)
    assert session.prompt == "sipctl(config)#"
    await done(session, ["abort"])
    assert session.prompt == "sipctl#"


@played
async def test_a_checked_script_commits_nothing(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = Session(manager, privilege=15, batch=True, check_only=True)
    await done(session, ["configure candidate", "hostname a", "commit", "end"])
    assert manager.configuration.running.hostname == "sipctl"


@played
async def test_a_checked_script_finds_contradictions_in_a_candidate(tmp_path: Path) -> None:
    session = Session(FakeManager(tmp_path), privilege=15, batch=True, check_only=True)
    await done(session, ["configure candidate", "registrar", "expires minimum 7000"])
    result = await execute(session, "commit")
    assert result.code == 1
    assert "rising order" in result.errors[0]
