"""Texts of configuration by name: versions, files, what runs, what the server starts with."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, played

from oam.commands.registry import CommandError
from oam.context import Context
from oam.sources import parsed, path_of, read_whole, text_of, write_file


@played
async def test_each_is_found_by_every_name_it_has(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    session = manager.session()
    await done(session, ["configure terminal", "hostname a", "end", "write memory", "copy running-config x.cfg"])
    context = Context(session)
    wanted = ["version 1.0", "!", "hostname a", "!", "end"]
    for name in ("running-config", "system:running-config", "system:/running-config", "startup-config"):
        assert await text_of(context, name) == wanted
    for file in (1, "x.cfg", "flash:x.cfg", "flash:/x.cfg", "nvram:startup-config"):
        assert await text_of(context, file) == wanted


@pytest.mark.parametrize("name", ["../startup-config", "flash:/../startup-config", "flash:", "no-such-file", 7])
@played
async def test_nothing_outside_of_the_file_area_and_nothing_that_is_not_there(tmp_path: Path, name: str | int) -> None:
    manager = FakeManager(tmp_path)
    (tmp_path / "startup-config").write_text("hostname a\n")
    session = manager.session(origin="ssh")
    with pytest.raises(CommandError):
        await text_of(Context(session), name)


@played
async def test_a_faulty_text_is_refused_with_every_line_up_to_a_bound(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    context = Context(manager.session())
    with pytest.raises(CommandError) as caught:
        await parsed(context, "it", ["bogus"] * 30)
    lines = caught.value.reason.splitlines()
    assert len(lines) == 22
    assert lines[-2] == "% it: 10 more lines are wrong"
    assert lines[-1] == "% Invalid input detected: nothing was changed."


@played
async def test_a_text_is_whole_or_on_top_of_what_is_given(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    context = Context(manager.session())
    await write_file(context, "x", ["sip", " domain a.b"])
    assert path_of(context, "x") == tmp_path / "files" / "x"
    assert (await read_whole(context, "x")).hostname == "sipctl"
    await done(context.session, ["configure terminal", "hostname b", "end"])
    assert (await read_whole(context, "x", manager.configuration.running)).hostname == "b"
