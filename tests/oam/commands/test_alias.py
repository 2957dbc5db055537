"""Aliases: configured, listed, expanded at the beginning of a line."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.management import FakeManager, done, played

from oam.commands.alias import expanded
from oam.context import Session
from oam.dispatch import execute
from oam.settings.lines import Alias
from oam.shell import session as shell

ALIASES = (Alias("sib", "show privilege"), Alias("Loop", "loop again"))


@pytest.mark.parametrize(
    ("line", "result"),
    [
        ("sib", "show privilege"),
        ("  SIB | include x", "  show privilege | include x"),
        ("loop", "loop again"),
        ("sibling", "sibling"),
        ("show sib", "show sib"),
        ("", ""),
    ],
)
def test_the_first_word_is_replaced_once(line: str, result: str) -> None:
    assert expanded(ALIASES, line)[0] == result


@played
async def test_a_secret_that_an_alias_holds_is_listed_to_nobody(tmp_path: Path) -> None:
    manager = FakeManager(tmp_path)
    await done(manager.session(batch=False), ["configure terminal", "alias exec try test aaa group radius bob hunter2"])
    session = manager.session(privilege=1)
    rows, _ = await _rows(session, "show aliases")
    shown = [command for name, command in rows if name == "try"] + [
        each.help for each in shell.help_for(session, "tr") if each.word == "try"
    ]
    assert shown == ["test aaa group radius bob *", "Alias of 'test aaa group radius bob *'"]


async def _with_alias(state: Path) -> Session:
    session = FakeManager(state).session(batch=False)
    await done(session, ["configure terminal", "alias exec prv show privilege", "end"])
    return session


@played
async def test_an_alias_runs_and_is_offered(tmp_path: Path) -> None:
    session = await _with_alias(tmp_path)
    shown: list[str] = []

    async def write(lines: list[str]) -> None:
        shown.extend(lines)

    assert (await shell.run(session, "prv | include level", write)).code == 0
    assert shown == ["Current privilege level is 15"]
    result = await shell.run(session, "prv | nonsense", write)
    assert result.offset == len("prv | ")
    assert (await shell.run(session, "  prv x", write)).offset == len("  prv ")
    assert "prv" in shell.completions(session, "pr")
    assert ("prv", "Alias of 'show privilege'") in [(each.word, each.help) for each in shell.help_for(session, "")]
    assert "|" in [each.word for each in shell.help_for(session, "prv ")]
    rows, _ = await _rows(session, "show aliases")
    assert rows == [("prv", "show privilege")]


async def _rows(session: Session, line: str) -> tuple[list[tuple[str, str]], int]:
    result = await execute(session, line)
    assert result.rows is not None
    return [(row.name, row.command) async for row in result.rows], result.code


@played
async def test_an_alias_is_no_command_of_configuration_mode(tmp_path: Path) -> None:
    session = await _with_alias(tmp_path)
    await done(session, ["configure terminal"])
    assert (await execute(session, "prv")).code == 2


@pytest.mark.parametrize(
    ("name", "reason"),
    [("show", "% show is a command"), ("sho", "% sho is short for show"), ("WHO", "% who is a command")],
)
@played
async def test_an_alias_shadows_no_command(tmp_path: Path, name: str, reason: str) -> None:
    session = FakeManager(tmp_path).session(batch=False)
    await done(session, ["configure terminal"])
    assert (await execute(session, f"alias exec {name} show clock")).errors[0] == reason
