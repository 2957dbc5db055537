"""Import and export of files: the work in a thread, the news of it line by line."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, Generic, Protocol, TypeVar

from oam.csv_table import TableError
from oam.files import FileError, write_text

NEWS_S: Final = 1.0
"""Seconds between two lines about work that goes on."""

T = TypeVar("T")


class TransferError(Exception):
    """Nothing was imported or exported; the text says why, several lines perhaps."""


class Work(Protocol):
    """What tells how far a thread is, and what stops it."""

    stopped: bool

    def news(self) -> str:
        """Say how far it is."""


class Watched(Generic[T]):
    """Goes through what is exported and can be watched and stopped meanwhile."""

    def __init__(self, items: Iterable[T], what: str) -> None:
        self.done = 0
        self.stopped = False
        self._items = items
        self._what = what

    def news(self) -> str:
        """Say how far it is."""
        return f"{self.done} {self._what} written"

    def __iter__(self) -> Iterator[T]:
        for each in self._items:
            if self.stopped:
                raise FileError("interrupted")
            self.done += 1
            yield each


async def news(thread: asyncio.Future[T], work: Work, every_s: float) -> AsyncGenerator[str, None]:
    """Yield the news of `work` at intervals until its thread is done; leaving early stops it and waits for its end."""
    try:
        while not (await asyncio.wait((thread,), timeout=every_s))[0]:
            yield work.news()
    finally:
        work.stopped = True
        await ended(thread)


async def ended(thread: asyncio.Future[T]) -> None:
    """Wait for a thread that was told to stop: it holds the store."""
    if not thread.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait((thread,))
    if thread.done() and not thread.cancelled():
        thread.exception()


async def written(
    path: Path, chunks: Iterable[str], watched: Watched[T], counted: Callable[[], str], every_s: float
) -> AsyncGenerator[str, None]:
    """Write to the file `path`; yield the news and, with how many there were, the end. Raises TransferError."""
    started = time.monotonic()
    thread = asyncio.ensure_future(asyncio.to_thread(write_text, path, chunks))
    try:
        async with contextlib.aclosing(news(thread, watched, every_s)) as lines:
            async for line in lines:
                yield line
        octets = thread.result()
    except FileError as error:
        raise TransferError(str(error)) from error
    yield f"{counted()} exported to {path.name}, {octets} octets, in {time.monotonic() - started:.1f} s"


def refusal(path: Path, error: Exception) -> str:
    """Say why nothing was imported from the file `path`."""
    if isinstance(error, TableError):
        return "\n".join([f"Nothing was imported from {path.name}:", *error.faults])
    return f"Nothing was imported: {error}"
