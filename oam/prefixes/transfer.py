"""Import and export of bulk prefixes: the work in a thread, the news of it line by line."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

from core.northbound.number_checks import Names
from core.northbound.prefixes import Changes, PrefixStore, StoreError
from oam import files
from oam.csv_table import TableError
from oam.prefixes.table import Reader, render
from oam.transfer import NEWS_S, TransferError, Watched, news, refusal, written

log = logging.getLogger("management")


async def import_file(
    path: Path, store: PrefixStore, names: Callable[[], Names], replace: bool, news_s: float = NEWS_S
) -> AsyncGenerator[str, None]:
    """Store the prefixes in the CSV file `path`, all or none; with `replace` they are all that is left.

    `names` tells what there is in the configuration at the time. Yield lines for the operator. Raises TransferError.
    Leaving early stops the reading of the file; what has begun to be stored is stored.
    """
    started = time.monotonic()
    reader = Reader(names(), None if replace else store)
    work = asyncio.ensure_future(asyncio.to_thread(_read_and_store, path, store, reader, names, replace))
    try:
        async with contextlib.aclosing(news(work, reader, news_s)) as lines:
            async for line in lines:
                yield line
        changes = work.result()
    except (TableError, StoreError, files.FileError) as error:
        raise TransferError(refusal(path, error)) from error
    told = f"{changes.added} added, {changes.changed} changed, {changes.removed} removed"
    yield f"Prefixes imported from {path.name}: {told}, in {time.monotonic() - started:.1f} s"
    log.info("prefixes imported from %s: %s", path, told)


def check_file(path: Path, names: Names) -> None:
    """Read a whole file and store nothing. Raises TransferError."""
    try:
        with files.open_text(path) as file:
            Reader(names).read(file)
    except (TableError, files.FileError) as error:
        raise TransferError(f"Nothing was imported from {path.name}:\n{error}") from error


def _read_and_store(
    path: Path, store: PrefixStore, reader: Reader, names: Callable[[], Names], replace: bool
) -> Changes:
    with files.open_text(path) as file:
        reader.read(file)
    now = names()
    gone = [reason for kind, name in sorted(reader.references) if (reason := now.unusable(kind, name))]
    if gone:
        raise TableError(gone)
    changes = store.write(reader.rows, replace)
    store.sync()
    return changes


def export_file(path: Path, store: PrefixStore, news_s: float = NEWS_S) -> AsyncGenerator[str, None]:
    """Write all prefixes of `store` to the CSV file `path`; yield lines for the operator. Raises TransferError."""
    watched = Watched(store.iterate(), "prefixes")
    return written(path, render(watched), watched, lambda: f"{watched.done} prefixes", news_s)
