"""`archive`: versions, differences, the way back."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, gathered, played

from oam.context import Session
from oam.dispatch import execute


async def versions(session: Session) -> list[tuple[int, str, str, str]]:
    rows, _ = await gathered(session, "show archive")
    return [(row.version, row.by, row.made_by, row.comment) for row in rows]


@played
async def test_every_way_to_a_version_is_told(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    await done(session, ["configure terminal", "hostname a", "end"])
    await done(session, ["write memory", "archive config comment as it was", "configure terminal", "hostname b", "end"])
    await done(session, ["rollback 1", "configure replace 3 force", "erase startup-config"])
    assert await versions(session) == [
        (1, "admin", "configure", ""),
        (2, "admin", "archive", "as it was"),
        (3, "admin", "configure", ""),
        (4, "admin", "rollback", "rollback to 1"),
        (5, "admin", "replace", "replaced by 3"),
        (6, "admin", "erase", "startup-config before erase"),
    ]
    rows, _ = await gathered(session, "show archive")
    assert [row.newest for row in rows] == [False] * 5 + [True]
    assert (await done(session, ["show archive config 1"])) == ["version 1.0", "!", "hostname a", "!", "end"]


@played
async def test_write_memory_makes_a_version_of_what_has_changed_unless_it_must_not(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await done(session, ["write memory", "write memory"])
    assert [each[2] for each in await versions(session)] == ["write"]
    await done(session, ["configure terminal", "archive", "no write-memory", "do write memory"])
    assert len(manager.configuration.archive.versions()) == 1


@played
async def test_so_many_versions_as_configured(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    await done(session, ["configure terminal", "archive", "maximum 2", "end"])
    for name in ("a", "b", "c"):
        await done(session, ["configure terminal", f"hostname {name}", "end"])
    assert [each[0] for each in await versions(session)] == [3, 4]
    result = await execute(session, "rollback 1")
    assert result.errors == ["% There is no version 1 in the archive"]


@played
async def test_rollback_without_effect_says_so(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    await done(session, ["configure terminal", "hostname a", "end"])
    assert await done(session, ["rollback 1"]) == ["Version 1 is what is running: nothing was changed"]
    assert len(await versions(session)) == 1


@played
async def test_a_version_that_cannot_be_in_force_changes_nothing(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session(batch=False)
    await done(session, ["configure terminal", "hostname a", "end", "configure terminal", "hostname b", "end"])
    manager.fake_supervisor.problems = ["port 5060 is in use"]
    result = await execute(session, "rollback 1")
    assert result.errors == [
        "% port 5060 is in use",
        "% Invalid input detected: nothing was changed.",
    ] or result.errors[0].startswith("% port 5060 is in use")
    assert manager.configuration.running.hostname == "b"
    assert len(await versions(session)) == 2


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("show archive config differences 1 2", ["-hostname a", "+hostname b"]),
        ("show archive config differences 2 1", ["-hostname b", "+hostname a"]),
        ("show archive config differences 1", ["-hostname a", "+hostname c"]),
        ("show archive config differences", ["-hostname b", "+hostname c"]),
        ("show arch conf diff run start", ["-hostname c", "+hostname b"]),
        ("show archive config differences system:running-config flash:/x.cfg", ["-hostname c", "+hostname x"]),
        ("show archive config differences 2 startup-config", []),
    ],
)
@played
async def test_differences_of_whatever_is_named(tmp_path: Path, line: str, lines: list[str]) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    for name in ("a", "b", "c"):
        await done(session, ["configure terminal", f"hostname {name}", "end"])
        if name == "b":
            await done(session, ["write memory"])
    (tmp_path / "files").mkdir(exist_ok=True)
    (tmp_path / "files" / "x.cfg").write_text("hostname x\n")
    printed = await done(session, [line])
    assert printed == (["!Contextual Config Diffs:", *lines] if lines else ["!No changes were found"])


@played
async def test_incremental_differences_are_what_a_merge_would_change(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    await done(session, ["configure terminal", "sip", "domain a.b", "end"])
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "x.cfg").write_text("sip\n domain c.d\n")
    printed = await done(session, ["show archive config incremental-diffs flash:/x.cfg ignorecase"])
    assert printed == ["!List of Commands:", "sip", " +domain c.d", "end"]


@played
async def test_what_waits_for_confirmation_is_shown_as_robots_read_it(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    manager.configuration.clock = lambda: 0.0
    session = manager.session(batch=False)
    line = "show archive config rollback timer"
    assert await done(session, [line]) == ["%No Rollback Confirmed Change pending"]
    await done(session, ["configure candidate", "hostname a", "commit confirmed 3", "end"])
    assert await done(session, [line]) == [
        "Time configured(or reconfigured): 00:00:00 UTC Thu Jan 01 1970",
        "Timer type: absolute timer",
        "Timer value: 3 min",
        "User: admin",
        "Time left: 180 s",
    ]


@played
async def test_plain_secrets_of_a_file_are_not_shown(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "x.cfg").write_text("username bob secret 0 Correct-Horse-9\n")
    (tmp_path / "startup-config").write_text("username bob secret 0 Correct-Horse-9\n")
    for line in ("show archive config differences x.cfg", "show archive config differences"):
        printed = await done(session, [line])
        assert any(each.startswith("-username bob") and "$9$" in each for each in printed)
        assert "Correct-Horse" not in "\n".join(printed)
