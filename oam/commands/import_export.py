"""`import subscribers` and `export subscribers`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from oam.commands.registry import CommandError, completer, order
from oam.files import FileError, locate, names
from oam.subscribers.transfer import export_file, import_file
from oam.transfer import TransferError

if TYPE_CHECKING:
    from oam.context import Context

_WORDS: Final = {"subscribers": "Subscribers of this server"}
_ARGUMENTS: Final = {"file": "File in the folder 'files' of the state directory"}


@order("import subscribers FILE$file", timeout_s=None, words=_WORDS, arguments=_ARGUMENTS)
def import_subscribers(context: Context, file: str) -> AsyncIterator[str]:
    """Add or change subscribers from a CSV file, all or none.

    The first line names the columns: name, and any of number, display_name, enabled, group,
    secret, or realm, ha1_sha_256 and ha1_md5 in place of secret. Columns that the file
    does not have stay as they are for those who exist already. A fault anywhere in the
    file leaves everything unchanged; faults are shown with their line numbers.

    Example: import subscribers customers.csv
    """
    manager = context.manager
    realm = manager.configuration.running.realm
    return told(lambda path: import_file(path, manager.subscribers, realm), context, file)


@order("export subscribers FILE$file", timeout_s=None, words=_WORDS, arguments=_ARGUMENTS)
def export_subscribers(context: Context, file: str) -> AsyncIterator[str]:
    """Write all subscribers to a CSV file that `import subscribers` reads.

    Instead of secrets it holds their HA1 values: keep it as safe as the secrets.

    Example: export subscribers customers.csv
    """
    return told(lambda path: export_file(path, context.manager.subscribers), context, file)


async def told(work: Callable[[Path], AsyncGenerator[str, None]], context: Context, file: str) -> AsyncIterator[str]:
    """Hand on the lines of `work` on the file named; raises CommandError."""
    try:
        async with aclosing(work(locate(context.session, file))) as lines:
            async for line in lines:
                yield line
    except (FileError, TransferError) as error:
        raise CommandError(str(error)) from error


@completer("file")
def file_names(context: Context, prefix: str) -> list[str]:
    """Name the files that begin with `prefix`."""
    return [name for name in names(context.manager.state) if name.startswith(prefix)]
