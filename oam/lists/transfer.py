"""Import and export of lists: the work in a thread, the news of it line by line."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator
from pathlib import Path

from core.northbound.lists import ListStore, StoreError
from oam import files
from oam.csv_table import TableError
from oam.lists.table import Reader, render
from oam.transfer import NEWS_S, TransferError, ended, news, refusal

log = logging.getLogger("management")


async def import_file(
    path: Path, store: ListStore, colour: str, owner: str, replace: bool, news_s: float = NEWS_S
) -> AsyncGenerator[str, None]:
    """Add the entries in the CSV file `path` to a list, all or none; `replace`: they become the only ones.

    Yield lines for the operator. Raises TransferError. Leaving early stops the reading of the file; what has
    begun to be stored is stored.
    """
    started = time.monotonic()
    reader = Reader(owner, time.time())

    def work() -> int:
        with files.open_text(path) as file:
            entries = reader.read(file)
        count = store.put_many(colour, entries, replace)
        store.sync()
        return count

    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        async with contextlib.aclosing(news(running, reader, news_s)) as lines:
            async for line in lines:
                yield line
        count = running.result()
    except (TableError, StoreError, files.FileError) as error:
        raise TransferError(refusal(path, error)) from error
    yield f"{counted(count)} imported from {path.name} in {time.monotonic() - started:.1f} s"
    log.info("%d entries of the %s list imported from %s", count, colour, path)


def check_file(path: Path) -> None:
    """Read a file of entries and store nothing. Raises TransferError."""
    try:
        with files.open_text(path) as file:
            Reader("", 0.0).read(file)
    except (TableError, files.FileError) as error:
        raise TransferError(refusal(path, error)) from error


async def export_file(path: Path, store: ListStore, colour: str) -> AsyncGenerator[str, None]:
    """Write a list to the CSV file `path`; yield lines for the operator. Raises TransferError."""
    started = time.monotonic()
    work = asyncio.ensure_future(asyncio.to_thread(files.write_text, path, render(store.iterate(colour))))
    try:
        octets = await work
    except files.FileError as error:
        raise TransferError(str(error)) from error
    finally:
        await ended(work)
    yield f"{counted(store.count(colour))} exported to {path.name}, {octets} octets, {time.monotonic() - started:.1f} s"


def counted(count: int) -> str:
    """Say how many entries."""
    return f"{count} {'entry' if count == 1 else 'entries'}"
