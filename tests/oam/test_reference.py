"""The command reference is what the command tree says."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from oam.commands.registry import load
from oam.grammar.syntax import parse
from oam.reference import main, pages, roff, stale, written

ROOT = Path(__file__).parents[2]


def test_the_reference_is_not_stale() -> None:
    assert stale(ROOT, load()) == [], "run: python -m oam.reference --write"


@pytest.mark.parametrize(
    ("syntax", "text"),
    [
        ("listener <udp|tcp>$t ADDRESS$a [advertise HOST$h]", "listener <udp|tcp> ADDRESS [advertise HOST]"),
        ("timer t1 (10-100)$v", "timer t1 <10-100>"),
    ],
)
def test_syntax_for_people(syntax: str, text: str) -> None:
    assert written(parse(syntax)) == text


def test_every_command_is_in_both_forms() -> None:
    registry = load()
    found = pages(registry)
    for command in registry.commands:
        assert f"### `{written(command.elements)}`\n\n{command.help}" in found["docs/commands.md"]
        assert roff(written(command.elements)) in found["man/sipctl-commands.5"]


def test_defaults_and_filters_are_told() -> None:
    text = pages(load())["docs/commands.md"]
    assert "### `timer t1 <10-10000>`" in text
    assert "Default: 500." in text
    assert "Default: sha-256, md5. May be given several times." in text
    assert "- `include PATTERN`: " in text


def test_roff_takes_nothing_for_a_request_or_an_escape() -> None:
    assert roff(".x -y \\z 'q' §17") == "\\&.x \\-y \\ez \\(aqq\\(aq \\(sc17"


def test_writing_and_checking(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", "--root", str(tmp_path)]) == 1
    assert "docs/commands.md is stale" in capsys.readouterr().out
    assert main(["--write", "--root", str(tmp_path)]) == 0
    assert main(["--check", "--root", str(tmp_path)]) == 0


@pytest.mark.peer
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
@pytest.mark.parametrize("name", ["sipctl.1", "sipctld.8", "sipctl-commands.5"])
def test_manual_pages_have_no_faults(name: str) -> None:
    done = subprocess.run(
        ["groff", "-man", "-ww", "-Kutf8", "-Tutf8", "-z", str(ROOT / "man" / name)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
