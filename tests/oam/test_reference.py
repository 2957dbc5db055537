"""The command reference is what the command tree says."""

from __future__ import annotations

from pathlib import Path

import pytest

from oam import reference
from oam.commands.registry import load
from oam.reference import main, pages, stale

ROOT = Path(__file__).parents[2]


def test_the_reference_is_not_stale() -> None:
    assert stale(ROOT, load()) == [], "run: python -m oam.reference --write"


def test_no_page_is_left_that_nobody_writes() -> None:
    assert sorted(path.name for path in (ROOT / "man").iterdir()) == sorted(
        name.partition("/")[2] for name in pages(load()) if name.startswith("man/")
    )


def test_writing_and_checking(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", "--root", str(tmp_path)]) == 1
    assert "docs/commands.md is stale" in capsys.readouterr().out
    assert main(["--write", "--root", str(tmp_path)]) == 0
    assert main(["--check", "--root", str(tmp_path)]) == 0


def test_what_has_no_translation_is_listed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(reference, "missing", lambda registry, language: ["Filter the output"])
    assert main(["--missing"]) == 1
    assert capsys.readouterr().out == "zh: 'Filter the output'\n"
