"""What this installation says of itself."""

from __future__ import annotations

import sys
import tomllib
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from core.northbound import build

ROOT = Path(__file__).parents[3]


def test_the_version_is_the_one_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert (project["name"], project["version"]) == (build.PRODUCT, build.VERSION)


@pytest.mark.parametrize(("origin", "compiled"), [("/x/message.cpython-311.so", True), ("/x/message.py", False)])
def test_compiled_is_what_would_be_imported(monkeypatch: pytest.MonkeyPatch, origin: str, compiled: bool) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: ModuleSpec(name, None, origin=origin))
    assert build.is_compiled() is compiled


def test_it_agrees_with_the_module_itself() -> None:
    import core.wire.message

    assert build.is_compiled() is str(core.wire.message.__file__).endswith(".so")
    assert "core.wire.message" in sys.modules
