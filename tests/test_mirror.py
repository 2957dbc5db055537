"""Tests mirror the source: every module of `core`, `oam` and `sipctl` has a test file at the same place."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

WITHOUT: dict[str, str] = {
    "core/northbound/notices.py": "record declarations alone",
    "core/northbound/orders.py": "record declarations alone; tests/core/northbound/test_wirefmt.py sends them",
    "core/northbound/rows.py": "record declarations alone",
    "core/wire/error.py": "one exception class, raised in every test of core/wire",
    "core/wire/limits.py": "one record",
    "core/store/error.py": "exception classes, raised in the tests of the stores",
    "core/store/records.py": "record declarations alone",
}
"""Modules without a test file of their own -> reason."""


def modules() -> list[str]:
    return sorted(
        path.relative_to(ROOT).as_posix()
        for package in ("core", "oam", "sipctl")
        for path in (ROOT / package).rglob("*.py")
        if path.name != "__init__.py"
    )


@pytest.mark.parametrize("module", [module for module in modules() if module not in WITHOUT])
def test_module_has_its_test_file(module: str) -> None:
    path = ROOT / "tests" / module
    assert (path.parent / f"test_{path.name}").exists()


def test_every_exception_is_needed() -> None:
    unneeded = [
        module
        for module in WITHOUT
        if not (ROOT / module).exists() or (ROOT / "tests" / module).with_name(f"test_{Path(module).name}").exists()
    ]
    assert unneeded == []
