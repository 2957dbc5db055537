"""A small volume of its own, in memory, that a test fills or makes read-only."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

OCTETS = 2 * 1024 * 1024


def _mount(path: Path, options: str) -> bool:
    words = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(path)]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def _obstacle() -> str:
    if os.geteuid() != 0:
        return "mounting needs root"
    with tempfile.TemporaryDirectory() as name:
        if not _mount(Path(name), "size=64k"):
            return "nothing can be mounted here"
        subprocess.run(["umount", name], check=True)
    return ""


NO_MOUNT = _obstacle()
"""Why no volume can be made; empty when one can."""


class Volume:
    """A tmpfs mounted at `path`; a context manager."""

    def __init__(self, path: Path, options: str = f"size={OCTETS}") -> None:
        self.path = path
        self._options = options

    def __enter__(self) -> Volume:
        self.path.mkdir(parents=True, exist_ok=True)
        assert _mount(self.path, self._options)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        subprocess.run(["umount", "--lazy", str(self.path)], check=True)

    def fill(self, leave: int = 0) -> None:
        """Fill it but for `leave` octets."""
        with contextlib.suppress(OSError), open(self.path / "filler", "wb", buffering=0) as file:
            usage = os.statvfs(self.path)
            left = usage.f_bavail * usage.f_frsize - leave
            while left > 0:
                left -= file.write(bytes(min(left, 65_536)))

    def empty(self) -> None:
        """Take the filling out."""
        (self.path / "filler").unlink()

    def read_only(self, yes: bool = True) -> None:
        """Refuse writing, as a file system does after an error, or take it again."""
        words = ["mount", "-o", f"remount,{'ro' if yes else 'rw'}", str(self.path)]
        subprocess.run(words, check=True, capture_output=True)
