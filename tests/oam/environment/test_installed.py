"""The program's files against the list of its installer."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
from pathlib import Path

from oam.environment.installed import Report, compare, verify


def record(root: Path, *names: str) -> str:
    """Write the lines that an installer writes."""
    lines = []
    for name in names:
        digest = base64.urlsafe_b64encode(hashlib.sha256((root / name).read_bytes()).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{(root / name).stat().st_size}")
    return "\n".join([*lines, "sipctl-1.dist-info/RECORD,,", "a/cache.pyc,,"])


def test_what_was_changed_or_removed_is_named(tmp_path: Path) -> None:
    for name in ("one.py", "two.py", "three.so"):
        (tmp_path / name).write_text(name)
    listed = record(tmp_path, "one.py", "two.py", "three.so")
    assert compare(tmp_path, listed) == Report(3)
    (tmp_path / "one.py").write_text("import evil")
    (tmp_path / "three.so").unlink()
    assert compare(tmp_path, listed) == Report(3, ("one.py", "three.so"))


def test_without_a_list_nothing_is_judged(tmp_path: Path) -> None:
    assert compare(tmp_path, "").reason


def test_a_source_tree_is_not_judged_and_an_installed_package_is(tmp_path: Path) -> None:
    script = "from oam.environment.installed import verify; report = verify(); print(report.reason or report.checked)"
    root = Path(verify.__code__.co_filename).parents[2]
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], env={"PYTHONPATH": str(root)}, capture_output=True, text=True,
        cwd=tmp_path, timeout=30, check=True,
    )  # fmt: skip
    assert done.stdout.strip() in (
        "it runs from another place than it is installed at",
        "it is not installed as a package",
    ) or (int(done.stdout) > 100)
