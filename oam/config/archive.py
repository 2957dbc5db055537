"""Versions of the configuration that are kept: one file each, written beside and renamed, never changed.

A version is a configuration text behind one comment line that says who made it, when and why. Its
number is the file's name; numbers only rise. What was staged and never published
(the process was killed in between) is removed at the next start.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from oam.config import files

log = logging.getLogger("management")

MAX_COMMENT: Final = 200
_STAGED: Final = "staged-"


class Version(msgspec.Struct, frozen=True):
    """One version, without its text."""

    at: float
    """Seconds of the epoch."""
    by: str
    kind: str
    """What made it: `commit`, `configure`, `write`, `replace`, `rollback`, …"""
    comment: str = ""


class VersionError(Exception):
    """There is no such version, or it cannot be read; the text is for the operator."""


class Staged(NamedTuple):
    """A version on the disk that does not count yet."""

    path: Path
    version: Version
    digest: bytes


class Archive:
    """The versions under one folder; `maximum` says how many are kept now."""

    def __init__(self, folder: Path, maximum: Callable[[], int], clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._maximum = maximum
        self._clock = clock
        self._versions: dict[int, Version] | None = None
        self._digest = b""
        """Of the newest version's text."""
        self._staged = 0
        self._publishing = asyncio.Lock()
        self._loading = threading.Lock()

    def versions(self) -> dict[int, Version]:
        """Return the versions by number, oldest first."""
        with self._loading:
            # Once: what it finds staged is a former process's, and would be ours the second time.
            if self._versions is None:
                self._versions = self._load()
            return self._versions

    def lines(self, number: int) -> list[str]:
        """Return the text of a version. Raises VersionError."""
        try:
            return files.read(self._path(number))[1:]
        except FileNotFoundError:
            raise VersionError(f"There is no version {number} in the archive") from None
        except (OSError, ValueError) as error:
            raise VersionError(f"Version {number} cannot be read: {error}") from error

    async def keep(
        self, made: Callable[[], list[str]], by: str, kind: str, comment: str = "", *, again: bool = False
    ) -> int:
        """Keep the text that `made` gives; return its number, 0 when it is the newest version's. Raises OSError."""
        staged = await self.stage(made, by, kind, comment, again=again)
        return 0 if staged is None else await self.publish(staged)

    async def stage(
        self, made: Callable[[], list[str]], by: str, kind: str, comment: str = "", *, again: bool = False
    ) -> Staged | None:
        """Write a version that does not count yet; None when its text is the newest one's. Raises OSError.

        `made` is called in a thread. With `again`, or with a comment, it is kept although nothing has changed.
        """
        self._staged += 1
        path = self._folder / f"{_STAGED}{self._staged}"
        version = Version(self._clock(), by or "unknown", kind, comment[:MAX_COMMENT])

        def write() -> Staged | None:
            self.versions()
            lines = made()
            digest = _digest(lines)
            if digest == self._digest and not (again or comment):
                return None
            self._folder.mkdir(mode=0o750, exist_ok=True)
            files.write(path, ["! " + msgspec.json.encode(version).decode(), *lines], sync=True)
            return Staged(path, version, digest)

        return await asyncio.to_thread(write)

    async def publish(self, staged: Staged) -> int:
        """Make a staged version count; return its number. Raises OSError."""
        async with self._publishing:
            versions = self.versions()
            number = max(versions, default=0) + 1
            await asyncio.to_thread(self._rename, staged.path, number)
            versions[number] = staged.version
            self._digest = staged.digest
            await asyncio.to_thread(self._prune, versions)
            return number

    def discard(self, staged: Staged) -> None:
        """Drop a staged version."""
        staged.path.unlink(missing_ok=True)

    async def adopt(self, number: int, lines: list[str]) -> bool:
        """Take over a version from elsewhere, its comment line included, if its number is still to come.

        Raises OSError, and VersionError when it is no version.
        """
        async with self._publishing:
            if number <= max(self.versions(), default=0):
                return False
            version = _header(lines[0] if lines else "")
            await asyncio.to_thread(self._folder.mkdir, 0o750, exist_ok=True)
            await asyncio.to_thread(files.write, self._path(number), lines, sync=True)
            self.versions()[number] = version
            self._digest = _digest(lines[1:])
            return True

    def raw(self, number: int) -> list[str]:
        """Return a version as it lies on the disk, its comment line included. Raises OSError, ValueError."""
        return files.read(self._path(number))

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:06}"

    def _rename(self, path: Path, number: int) -> None:
        os.rename(path, self._path(number))
        files.sync_folder(self._folder)

    def _prune(self, versions: dict[int, Version]) -> None:
        """Remove the oldest versions that are too many; the newest always stays, so that its number does not return."""
        for number in sorted(versions)[: -max(self._maximum(), 1)]:
            try:
                self._path(number).unlink(missing_ok=True)
                del versions[number]
            except OSError as error:
                log.error("version %d of the configuration cannot be removed: %s", number, error)

    def _load(self) -> dict[int, Version]:
        """Read what is there; a version that cannot be read keeps its number and is said to be broken."""
        found: dict[int, Version] = {}
        names = sorted(os.listdir(self._folder)) if self._folder.is_dir() else []
        for name in names:
            path = self._folder / name
            if name.startswith(_STAGED):
                path.unlink(missing_ok=True)
            elif name.isascii() and name.isdigit():
                try:
                    with path.open(encoding="utf-8", errors="replace") as file:
                        found[int(name)] = _header(file.readline(4096))
                except (OSError, VersionError) as error:
                    log.error("version %s of the configuration: %s", name, error)
                    found[int(name)] = Version(0.0, "unknown", "unreadable")
        if found:
            try:
                self._digest = _digest(self.lines(max(found)))
            except VersionError:
                self._digest = b""
        return dict(sorted(found.items()))


def _digest(lines: list[str]) -> bytes:
    return hashlib.sha256("\n".join(lines).encode()).digest()


def _header(line: str) -> Version:
    try:
        return msgspec.json.decode(line.removeprefix("! ").strip(), type=Version)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise VersionError("not a version of the configuration") from error
