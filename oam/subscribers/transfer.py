"""Import and export of subscribers: the work in a thread, the news of it line by line."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator
from pathlib import Path

from core.northbound.subscribers import StoreConflict, StoreError, SubscriberStore
from oam import files
from oam.csv_table import TableError
from oam.subscribers.table import Reader, render
from oam.transfer import NEWS_S, TransferError, Watched, news, refusal, written

log = logging.getLogger("management")


async def import_file(
    path: Path, store: SubscriberStore, realm: str, news_s: float = NEWS_S
) -> AsyncGenerator[str, None]:
    """Add the subscribers in the CSV file `path` to `store`, all or none; replace those of the same name.

    Yield lines for the operator. Raises TransferError. Leaving early stops the reading of
    the file; what has begun to be stored is stored.
    """
    started = time.monotonic()
    reader = Reader(realm, store.get)
    work = asyncio.ensure_future(asyncio.to_thread(_read_and_store, path, store, reader))
    try:
        async with contextlib.aclosing(news(work, reader, news_s)) as lines:
            async for line in lines:
                yield line
        count = work.result()
    except (TableError, StoreError, files.FileError) as error:
        raise TransferError(_refusal(path, error, reader)) from error
    yield f"{_counted(count)} imported from {path.name} in {time.monotonic() - started:.1f} s"
    if reader.foreign:
        yield f'Warning: {reader.foreign} have credentials for another realm than "{realm}" and need a new secret'
    log.info("%d subscribers imported from %s", count, path)


async def export_file(path: Path, store: SubscriberStore, news_s: float = NEWS_S) -> AsyncGenerator[str, None]:
    """Write all subscribers of `store` to the CSV file `path`; yield lines for the operator. Raises TransferError.

    Secrets are not known; the HA1 values written in their place serve to authenticate,
    so the file is readable by its owner only.
    """
    watched = Watched(store, "subscribers")
    lines = written(path, render(watched), watched, lambda: _counted(watched.done), news_s)
    async with contextlib.aclosing(lines):
        async for line in lines:
            yield line
    log.info("%d subscribers exported to %s", watched.done, path)


def _read_and_store(path: Path, store: SubscriberStore, reader: Reader) -> int:
    with files.open_text(path) as file:
        subscribers = reader.read(file)
    count = store.put_many(subscribers)
    store.sync()
    return count


def _refusal(path: Path, error: Exception, reader: Reader) -> str:
    if isinstance(error, StoreConflict):
        line = reader.line_of(error.word)
        return f"Nothing was imported from {path.name}:\nline {line}: {error}"
    return refusal(path, error)


def _counted(count: int) -> str:
    return f"{count} subscriber{'' if count == 1 else 's'}"
