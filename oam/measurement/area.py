"""Where files of measurements lie: STATE/measurements, a folder for each job, and in it what waits to be sent.

A file is written under another name, synced, and then linked to its place: it is there whole or not at all, and one
that is there is never replaced, so no period is reported twice. What waits to be sent has a second link in the folder
`waiting`, made first; that folder is the queue, over restarts too. All functions wait for the disk and raise OSError.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import Final, NamedTuple

from oam.config.files import sync_folder

FOLDER: Final = "measurements"
WAITING: Final = "waiting"
_NEW: Final = ".new"
"""Name of a file that is being written: one at a time is."""
JOB_OCTETS: Final = 134_217_728
"""All files of one job together; the oldest make room."""


class FileEntry(NamedTuple):
    """One file of a job."""

    job: str
    name: str
    octets: int
    written_at: float
    waiting: bool
    """It is to be sent and has not been."""


class Kept(NamedTuple):
    """What writing a file has led to."""

    written: bool
    """False: the period has a file already."""
    removed: int
    """Old files that made room."""
    dropped: int
    """Of these, those that had not been sent."""


def write(state: Path, job: str, name: str, octets: bytes, *, send: bool, keep: int) -> Kept:
    """Write a file of `job`, queued to be sent if it is to be, and remove the oldest beyond `keep`."""
    folder = state / FOLDER / job
    waiting = folder / WAITING
    waiting.mkdir(mode=0o750, parents=True, exist_ok=True)
    target, new = folder / name, folder / _NEW
    if target.exists():
        return Kept(False, 0, 0)
    try:
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o640), "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        if send:
            with contextlib.suppress(FileExistsError):
                os.link(new, waiting / name)
        os.link(new, target)
    finally:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
    sync_folder(waiting)
    sync_folder(folder)
    return Kept(True, *_prune(folder, keep))


def _prune(folder: Path, keep: int) -> tuple[int, int]:
    """Remove the oldest files; return how many, and how many of these had not been sent."""
    found = _files(folder)
    octets = sum(size for _, size, _ in found)
    removed = dropped = 0
    while len(found) - removed > 1 and (len(found) - removed > keep or octets > JOB_OCTETS):
        name, size, _ = found[removed]
        octets -= size
        removed += 1
        with contextlib.suppress(FileNotFoundError):
            (folder / WAITING / name).unlink()
            dropped += 1
        (folder / name).unlink(missing_ok=True)
    return removed, dropped


def _files(folder: Path) -> list[tuple[str, int, float]]:
    """Return name, octets and time of the files in `folder`, in the order of their periods; empty where it is not."""
    found = []
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        for each in entries:
            if each.name[0] != "." and each.is_file(follow_symlinks=False):
                with contextlib.suppress(FileNotFoundError):
                    about = each.stat(follow_symlinks=False)
                    found.append((each.name, about.st_size, about.st_mtime))
    return sorted(found)


def queued(state: Path, job: str) -> list[str]:
    """Return the names of the files of `job` that wait to be sent, the oldest first."""
    return [name for name, _, _ in _files(state / FOLDER / job / WAITING)]


def read(state: Path, job: str, name: str) -> bytes | None:
    """Return a file that waits to be sent; None: it waits no longer."""
    try:
        return (state / FOLDER / job / WAITING / name).read_bytes()
    except FileNotFoundError:
        return None


def sent(state: Path, job: str, name: str) -> None:
    """Take a file off the queue."""
    (state / FOLDER / job / WAITING / name).unlink(missing_ok=True)


def unqueue(state: Path, job: str) -> int:
    """Take all files of a job off the queue: it sends none any more. Return how many."""
    names = queued(state, job)
    for name in names:
        sent(state, job, name)
    return len(names)


def listing(state: Path, job: str = "") -> list[FileEntry]:
    """Return the files of one job or of all, by job and period."""
    found = []
    for name in (job,) if job else folders(state):
        folder = state / FOLDER / name
        waiting = {each for each, _, _ in _files(folder / WAITING)}
        found += [FileEntry(name, each, size, at, each in waiting) for each, size, at in _files(folder)]
    return found


def folders(state: Path) -> list[str]:
    """Return the jobs that have a folder."""
    try:
        with os.scandir(state / FOLDER) as entries:
            return sorted(each.name for each in entries if each.is_dir(follow_symlinks=False))
    except FileNotFoundError:
        return []


def tidy(state: Path) -> None:
    """Put in order what a process that died has left: half-written files, and files that are in the queue alone."""
    for job in folders(state):
        folder = state / FOLDER / job
        (folder / _NEW).unlink(missing_ok=True)
        for name in queued(state, job):
            with contextlib.suppress(FileExistsError):
                os.link(folder / WAITING / name, folder / name)


def remove(state: Path, job: str) -> None:
    """Remove all files of a job."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(state / FOLDER / job)
