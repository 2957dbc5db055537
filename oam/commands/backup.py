"""`backup` and `restore`: configuration, archive, subscribers, bulk prefixes and lists in one file."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.northbound.number_checks import Names
from oam import backup as tar
from oam.commands.registry import CommandError, order
from oam.config.archive import VersionError
from oam.config.commit import commit
from oam.editing import bounded, refused_if
from oam.files import FileError
from oam.lists.transfer import check_file as check_list
from oam.lists.transfer import export_file as export_list
from oam.lists.transfer import import_file as import_list
from oam.prefixes.transfer import check_file
from oam.prefixes.transfer import export_file as export_prefixes
from oam.prefixes.transfer import import_file as import_prefixes
from oam.sources import RUNNING, STARTUP, parsed, path_of
from oam.subscribers.transfer import export_file, import_file
from oam.transfer import TransferError

if TYPE_CHECKING:
    from oam.config.tree import Configuration
    from oam.context import Context

BACKUP_FAILED: Final = 40
"""Alarm of a backup that could not be written; the next that can clears it."""
BACKUP: Final = "backup"
_FILE: Final = {"file": "File of the file area"}


@order(
    "backup FILE$file", timeout_s=None, words={"backup": "Write all that is configured to one file"}, arguments=_FILE
)
async def backup(context: Context, file: str) -> AsyncIterator[str]:
    """Write running-config, startup-config, the archive, subscribers, bulk prefixes and lists to one tar file.

    It can be fetched over SFTP and read by `restore`. The key of reversible secrets (`secret.key`) and the SSH
    host keys are not in it: on another server secrets of type 6 must be given anew.
    """
    alarms = context.manager.alarms
    try:
        async for line in _backed_up(context, file):
            yield line
    except (CommandError, OSError) as error:
        alarms.set(BACKUP_FAILED, BACKUP, f"{file}: {error}")
        raise
    alarms.clear(BACKUP_FAILED, BACKUP, f"{file} was written")


async def _backed_up(context: Context, file: str) -> AsyncIterator[str]:
    """Write a backup; raises CommandError, OSError."""
    path = path_of(context, file)
    with _folder(context) as folder:
        subscribers = folder / tar.SUBSCRIBERS
        try:
            async for line in export_file(subscribers, context.manager.subscribers):
                if "exported" not in line:
                    yield line
            tables = [subscribers, *await _prefixes(context, folder), *await _lists(context, folder)]
            octets = await asyncio.to_thread(_write, context, path, tables)
        except (TransferError, FileError) as error:
            raise CommandError(str(error)) from error
    yield f"{octets} octets written to {path.name}"


async def _prefixes(context: Context, folder: Path) -> list[Path]:
    """Write the bulk prefixes, if there are any, to a file in `folder`."""
    path = folder / tar.PREFIXES
    if not context.manager.prefixes.count:
        return []
    async for _ in export_prefixes(path, context.manager.prefixes):
        pass
    return [path]


async def _lists(context: Context, folder: Path) -> list[Path]:
    """Write the black and white lists that are not empty to files in `folder`."""
    store = context.manager.lists
    wanted = {folder / name: colour for name, colour in tar.LISTS.items() if store.count(colour)}
    for path, colour in wanted.items():
        async for _ in export_list(path, store, colour):
            pass
    return list(wanted)


def _write(context: Context, path: Path, tables: list[Path]) -> int:
    configuration = context.manager.configuration
    running = configuration.running

    def texts() -> Iterator[tuple[str, list[str]]]:
        yield tar.RUNNING, configuration.render(settings=running)
        with suppress(FileNotFoundError):
            yield tar.STARTUP, configuration.startup()
        for number in list(configuration.archive.versions()):
            try:
                yield f"{tar.ARCHIVE}{number}", configuration.archive.raw(number)
            except (OSError, ValueError):
                continue  # removed meanwhile to make room

    manifest = tar.Manifest(tar.FORMAT, running.hostname, configuration.clock(), context.session.user)
    return tar.write(path, manifest, texts(), tables)


@order(
    "restore FILE$file",
    confirm="Replace configuration and startup-config by those of the backup, and add its subscribers?",
    timeout_s=None,
    words={"restore": "Read back what backup has written"},
    arguments=_FILE,
)
async def restore(context: Context, file: str) -> AsyncIterator[str]:
    """Read back a backup: everything in it is checked first, then put in force; a fault anywhere changes nothing.

    The configuration and startup-config are replaced. Subscribers, bulk prefixes and list entries of the backup are
    added or replaced, others stay.
    Versions of its archive are taken over where their numbers are still to come.
    """
    path = path_of(context, file)
    configuration, session = context.manager.configuration, context.session
    with _folder(context) as folder:
        try:
            contents = await asyncio.to_thread(tar.read, path, folder)
        except FileError as error:
            raise CommandError(str(error)) from error
        settings = await parsed(context, RUNNING, contents.running)
        if contents.startup:
            bounded(session, await parsed(context, STARTUP, contents.startup))
        names = Names(settings)
        try:
            if contents.prefixes is not None:
                await asyncio.to_thread(check_file, contents.prefixes, names)
            for table in contents.lists.values():
                await asyncio.to_thread(check_list, table)
        except TransferError as error:
            raise CommandError(str(error)) from error
        before = configuration.running
        refused, _ = await commit(configuration, lambda _: settings, session.author, "restore", f"restored from {file}")
        refused_if(refused)
        startup = await _startup(context)
        try:
            if contents.startup:
                await configuration.write_startup(contents.startup)
            if contents.subscribers is not None:
                async for line in import_file(contents.subscribers, context.manager.subscribers, settings.realm):
                    yield line
            if contents.prefixes is not None:
                async for line in import_prefixes(contents.prefixes, context.manager.prefixes, lambda: names, False):
                    yield line
            for colour, table in contents.lists.items():
                async for line in import_list(table, context.manager.lists, colour, session.user, False):
                    yield line
        except (TransferError, OSError) as error:
            await configuration.finished(_put_back(context, before, startup))
            raise CommandError(f"{error}\nThe configuration is the one of before") from error
        taken = await _take_over(context, contents)
    yield f"The backup of {contents.manifest.hostname} is in force" + (
        f", {taken} versions taken over" if taken else ""
    )


async def _startup(context: Context) -> list[str] | None:
    """Return the startup configuration; None: there is none."""
    try:
        return await asyncio.to_thread(context.manager.configuration.startup)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise CommandError(f"startup-config cannot be read: {error}") from error


async def _put_back(context: Context, running: Configuration, startup: list[str] | None) -> None:
    """Bring back what was before a restore that failed."""
    configuration = context.manager.configuration
    await commit(configuration, lambda _: running, context.session.author, "restore", "restore failed")
    with suppress(OSError):
        if startup is None:
            await configuration.erase_startup()
        else:
            await configuration.write_startup(startup)


async def _take_over(context: Context, contents: tar.Contents) -> int:
    """Take over versions of the archive; return how many."""
    taken = 0
    for number, lines in contents.archive.items():
        try:
            taken += await context.manager.configuration.archive.adopt(number, lines)
        except (OSError, VersionError):
            continue
    return taken


@contextmanager
def _folder(context: Context) -> Iterator[Path]:
    """Make a folder in the state directory that is gone in the end."""
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=context.manager.state) as name:
        yield Path(name)
