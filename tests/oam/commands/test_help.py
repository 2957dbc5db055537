"""`help`."""

from __future__ import annotations

from pathlib import Path

from support.management import FakeManager, done, gathered, played


@played
async def test_help_alone_tells_how_the_shell_works(tmp_path: Path) -> None:
    lines = await done(FakeManager(tmp_path).session(batch=False), ["help"])
    assert lines[0] == "Help"
    assert "  Ctrl-W            Erase the word before the cursor" in lines


@played
async def test_help_of_a_command_in_every_mode(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    assert (await done(session, ["help sh clo"]))[0] == "show clock"
    assert (await done(session, ["configure terminal", "sip", "help sh clo"]))[-3:] == [
        "  Date and time of this server.",
        "",
        "  For everybody.",
    ]
    assert session.prompt.endswith("(config-sip)#")


@played
async def test_pages_stand_apart(tmp_path: Path) -> None:
    lines = await done(FakeManager(tmp_path).session(batch=False), ["help copy"])
    heads = [at for at, line in enumerate(lines) if line.startswith("copy ")]
    assert len(heads) > 1
    assert lines[heads[1] - 1] == ""


@played
async def test_help_of_nothing_says_so(tmp_path: Path) -> None:
    _, result = await gathered(FakeManager(tmp_path).session(), "help bogus")
    assert result.code == 1
    assert result.errors == ["% No command begins so; '?' lists what there is"]


@played
async def test_help_of_a_filter(tmp_path: Path) -> None:
    session = FakeManager(tmp_path).session()
    title = "Filters, behind a 'show', each preceded by '|':"
    assert await done(session, ["help tee"]) == [
        title,
        "  tee FILE          Write the output to a file and show it",
    ]
    pages = await done(session, ["help red"])
    assert pages[0].startswith("<called|calling|redirecting>")
    assert pages[-2:] == [title, "  redirect FILE     Write the output to a file"]
