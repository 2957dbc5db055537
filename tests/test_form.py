"""The form under test is the form that was asked for, and building it leaves nothing in the source tree."""

from __future__ import annotations

import importlib
import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
EXPECT_COMPILED = os.environ.get("SIPCTL_EXPECT_COMPILED") == "1"


def build_module() -> ModuleType:
    """Import build_ext.py, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("build_ext", ROOT / "build_ext.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUILD = build_module()


@pytest.mark.parametrize("path", BUILD.compiled_sources())
def test_module_is_loaded_in_the_form_asked_for(path: str) -> None:
    module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
    assert module.__file__ is not None
    if EXPECT_COMPILED:
        assert module.__file__.endswith(".so")
    else:
        assert module.__file__ == str(ROOT / path)


def test_every_pattern_of_the_compiled_list_names_something() -> None:
    empty = [pattern for pattern in BUILD.COMPILED if not list(ROOT.glob(pattern))]
    assert empty == []
    assert [path for path in BUILD.NOT_COMPILED if not (ROOT / path).exists()] == []


def test_nothing_built_lies_in_the_source_tree() -> None:
    found = [path for package in BUILD.PACKAGES for path in (ROOT / package).rglob("*") if path.suffix in (".so", ".c")]
    assert found == []


@pytest.mark.parametrize(("value", "form"), [("1", "1"), ("0", "0"), ("", "auto")])
def test_the_form_is_read_from_the_environment(value: str, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIPCTL_COMPILED", value)
    assert BUILD.wanted() == form


def test_a_form_nobody_knows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIPCTL_COMPILED", "yes")
    with pytest.raises(BUILD.BuildError, match="must be 1, 0 or unset"):
        BUILD.wanted()


def test_a_missing_compiler_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "no-such-compiler -O2")
    assert "no-such-compiler" in BUILD.obstacle()


def test_the_compiled_form_without_a_compiler_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(BUILD.BuildError, match="SIPCTL_COMPILED=1 but no C compiler"):
        BUILD._install_in_form(tmp_path / "python", "1", tmp_path / "log")
