"""Whether the program is what was installed: its files against the hashes that the installer wrote down (RECORD).

Only an installed package has them; a source tree is not judged. Blocking: call it off the loop.
"""

from __future__ import annotations

import base64
import csv
import hashlib
from importlib import metadata
from pathlib import Path
from typing import Final, NamedTuple

import oam

PACKAGE: Final = "sipctl"
_CODE: Final = (".py", ".so")
"""Files that run; what the interpreter makes of them (`.pyc`) is its own business."""


class Report(NamedTuple):
    """What the comparison found."""

    checked: int
    """Files compared."""
    changed: tuple[str, ...] = ()
    """Files that are gone or are not what was installed."""
    reason: str = ""
    """Why nothing could be compared."""


def verify() -> Report:
    """Compare the program that runs."""
    running = Path(oam.__file__).resolve().parent.parent
    try:
        distribution = metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError:
        return Report(0, reason="it is not installed as a package")
    root = Path(str(distribution.locate_file(""))).resolve()
    if root != running:
        return Report(0, reason="it runs from another place than it is installed at")
    return compare(root, distribution.read_text("RECORD") or "")


def compare(root: Path, record: str) -> Report:
    """Compare the files under `root` with the lines of a RECORD: path, hash, size."""
    checked, changed = 0, []
    for row in csv.reader(record.splitlines()):
        if len(row) < 2 or not row[0].endswith(_CODE) or not row[1].startswith("sha256="):
            continue
        checked += 1
        try:
            digest = hashlib.sha256((root / row[0]).read_bytes()).digest()
        except OSError:
            changed.append(row[0])
            continue
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != row[1].removeprefix("sha256="):
            changed.append(row[0])
    return Report(checked, tuple(changed), "" if checked else "it was installed without a list of its files")
