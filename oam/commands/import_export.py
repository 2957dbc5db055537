"""`import subscribers` and `export subscribers`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

from oam.commands.registry import CommandError, order
from oam.files import FileError, locate
from oam.subscribers.transfer import TransferError, export_file, import_file

if TYPE_CHECKING:
    from oam.context import Context

_WORDS: Final = {"subscribers": "Subscribers of this server"}
_ARGUMENTS: Final = {"file": "File in the folder 'files' of the state directory"}


@order("import subscribers FILE$file", timeout_s=None, words=_WORDS, arguments=_ARGUMENTS)
async def import_subscribers(context: Context, file: str) -> AsyncIterator[str]:
    """Add or change subscribers from a CSV file, all or none.

    The first line names the columns: name, and any of number, display_name, enabled,
    secret, or realm, ha1_sha_256 and ha1_md5 in place of secret. Columns that the file
    does not have stay as they are for those who exist already. A fault anywhere in the
    file leaves everything unchanged; faults are shown with their line numbers.
    """
    manager = context.manager
    try:
        async for line in import_file(
            locate(context.session, file), manager.subscribers, manager.configuration.running.realm
        ):
            yield line
    except (FileError, TransferError) as error:
        raise CommandError(str(error)) from error


@order("export subscribers FILE$file", timeout_s=None, words=_WORDS, arguments=_ARGUMENTS)
async def export_subscribers(context: Context, file: str) -> AsyncIterator[str]:
    """Write all subscribers to a CSV file that `import subscribers` reads.

    Instead of secrets it holds their HA1 values: keep it as safe as the secrets.
    """
    try:
        async for line in export_file(locate(context.session, file), context.manager.subscribers):
            yield line
    except (FileError, TransferError) as error:
        raise CommandError(str(error)) from error
