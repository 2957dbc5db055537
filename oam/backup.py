"""A backup: one tar file with the configuration, its archive, subscribers, prefixes and lists, and the way back.

Restoring reads and checks all of it before anything is changed. The key of reversible secrets and the
SSH host keys are not in it: they make a server itself and not another one.
"""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final, NamedTuple

import msgspec

from core.northbound.lists import BLACK, WHITE
from oam.config.files import MAX_OCTETS
from oam.files import FileError, open_octets

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
RUNNING: Final = "running-config"
STARTUP: Final = "startup-config"
SUBSCRIBERS: Final = "subscribers.csv"
PREFIXES: Final = "prefixes.csv"
LISTS: Final = {"blacklist.csv": BLACK, "whitelist.csv": WHITE}
ARCHIVE: Final = "archive/"
MAX_MEMBERS: Final = 2_000
MAX_TABLE_OCTETS: Final = 4 * 1024 * 1024 * 1024


class Manifest(msgspec.Struct, frozen=True):
    """What a backup says of itself."""

    format: int
    hostname: str
    at: float
    by: str


class Contents(NamedTuple):
    """A backup that was read."""

    manifest: Manifest
    running: list[str]
    startup: list[str]
    """Empty: there was none."""
    archive: dict[int, list[str]]
    """Versions with their comment lines, by number."""
    subscribers: Path | None
    """Where the subscribers have been put."""
    prefixes: Path | None
    """Where the bulk prefixes have been put; None: there were none."""
    lists: dict[str, Path]
    """Where the black and white lists have been put, by colour."""


def write(path: Path, manifest: Manifest, texts: Iterable[tuple[str, list[str]]], tables: Iterable[Path]) -> int:
    """Write a backup, readable by the owner only, in the place of `path`; return its octets. Raises FileError.

    `tables` are files of their names in the backup.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o750, exist_ok=True)
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(fd, "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                _add(tar, MANIFEST, msgspec.json.encode(manifest), manifest.at)
                for name, lines in texts:
                    _add(tar, name, ("\n".join(lines) + "\n").encode(), manifest.at)
                for table in tables:
                    tar.add(table, table.name)
            file.flush()
            os.fsync(file.fileno())
        octets = temporary.stat().st_size
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise FileError(f"{path.name}: {error.strerror}") from error
    return octets


def _add(tar: tarfile.TarFile, name: str, octets: bytes, at: float) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = len(octets), int(at), 0o600
    tar.addfile(member, io.BytesIO(octets))


def read(path: Path, folder: Path) -> Contents:
    """Read a backup, its tables into files in `folder`. Raises FileError when it is none or too much.

    Members are read by name; nothing is ever unpacked to a path that the file names.
    """
    texts: dict[str, list[str]] = {}
    tables: dict[str, Path] = {}
    try:
        with open_octets(path) as octets, tarfile.open(fileobj=octets, mode="r:") as tar:
            for count, member in enumerate(tar):
                if count >= MAX_MEMBERS or not member.isreg():
                    raise FileError(f"{path.name}: not a backup")
                file = tar.extractfile(member)
                assert file is not None
                if member.name in (SUBSCRIBERS, PREFIXES, *LISTS):
                    tables[member.name] = folder / member.name
                    _copy(file, tables[member.name], member.size)
                elif _is_text(member.name):
                    if member.size > MAX_OCTETS:
                        raise FileError(f"{path.name}: {member.name} is larger than {MAX_OCTETS} octets")
                    texts[member.name] = file.read().decode("utf-8", "replace").splitlines()
                else:
                    raise FileError(f"{path.name}: {member.name[:60]!r} is no part of a backup")
        manifest = msgspec.json.decode("\n".join(texts.pop(MANIFEST, [])), type=Manifest)
    except (OSError, tarfile.TarError, msgspec.MsgspecError, UnicodeError, EOFError) as error:
        raise FileError(f"{path.name}: not a backup ({getattr(error, 'strerror', None) or error})") from error
    if manifest.format != FORMAT or RUNNING not in texts:
        raise FileError(f"{path.name}: a backup of another release, or not whole")
    archive = {int(name.removeprefix(ARCHIVE)): lines for name, lines in texts.items() if name.startswith(ARCHIVE)}
    startup = texts.get(STARTUP, [])
    archive = dict(sorted(archive.items()))
    lists = {colour: tables[name] for name, colour in LISTS.items() if name in tables}
    return Contents(manifest, texts[RUNNING], startup, archive, tables.get(SUBSCRIBERS), tables.get(PREFIXES), lists)


def _is_text(name: str) -> bool:
    number = name.removeprefix(ARCHIVE)
    return name in (MANIFEST, RUNNING, STARTUP) or (number != name and number.isascii() and number.isdigit())


def _copy(file: IO[bytes], path: Path, size: int) -> None:
    if size > MAX_TABLE_OCTETS:
        raise FileError(f"a table is more than {MAX_TABLE_OCTETS} octets")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        while piece := file.read(1 << 20):
            target.write(piece)
