"""The number by which readers know that something was written."""

from __future__ import annotations

from pathlib import Path

from core.store.generation import map_generation


def test_it_is_shared_and_kept(tmp_path: Path) -> None:
    one, other = map_generation(tmp_path / "generation"), map_generation(tmp_path / "generation")
    assert other[0] == 0
    one[0] += 1
    assert other[0] == 1
    one.release()
    other.release()
    assert map_generation(tmp_path / "generation")[0] == 1
