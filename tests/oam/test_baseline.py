"""The counters' baseline survives a restart of management."""

from __future__ import annotations

from pathlib import Path

import pytest

from oam import baseline


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    baseline.save(tmp_path, [1, 2, 3])
    assert baseline.load(tmp_path) == [1, 2, 3]
    assert [each.name for each in (tmp_path / "run").iterdir()] == ["counter-baseline"]


@pytest.mark.parametrize("text", [None, "", "[1,", '["a"]'])
def test_a_file_that_is_missing_or_broken_is_no_baseline(tmp_path: Path, text: str | None) -> None:
    (tmp_path / "run").mkdir()
    if text is not None:
        (tmp_path / "run" / "counter-baseline").write_text(text)
    assert baseline.load(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_borne(tmp_path: Path) -> None:
    baseline.save(tmp_path / "missing", [1])
    assert baseline.load(tmp_path / "missing") == []
