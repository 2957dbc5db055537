"""`import prefixes`, `export prefixes`, `clear prefixes`: bulk prefixes of the analysis tables."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from core.northbound.number_checks import Names
from core.northbound.prefixes import StoreError
from oam.commands.import_export import told
from oam.commands.registry import CommandError, order
from oam.prefixes.transfer import export_file, import_file

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from oam.context import Context

_WORDS: Final = {
    "prefixes": "Bulk prefixes of the analysis tables",
    "replace": "Remove the bulk prefixes that the file does not name",
}
_ARGUMENTS: Final = {"file": "File in the folder 'files' of the state directory"}


@order("import prefixes FILE$file [replace]$replace", timeout_s=None, words=_WORDS, arguments=_ARGUMENTS)
def import_prefixes(context: Context, file: str, replace: str | None) -> AsyncIterator[str]:
    """Add or change bulk prefixes from a CSV file, all or none; only what differs is written.

    The first line names the columns: prefix, action, and any of table, target, minimum, maximum, nature, trunk, group,
    calling, time, percent, translate, as in the lines of `number-analysis`. A prefix that the file names has the
    entries of the file alone; lines of the configuration come before bulk prefixes of the same length. A fault anywhere
    in the file leaves everything unchanged; faults are shown with their line numbers.

    Example: import prefixes world.csv replace
    """
    configuration = context.manager.configuration
    return told(
        lambda path: import_file(
            path, context.manager.prefixes, lambda: Names(configuration.running), replace is not None
        ),
        context,
        file,
    )


@order("export prefixes FILE$file", timeout_s=None, words=_WORDS, arguments=_ARGUMENTS)
def export_prefixes(context: Context, file: str) -> AsyncIterator[str]:
    """Write all bulk prefixes to a CSV file that `import prefixes` reads.

    Example: export prefixes world.csv
    """
    return told(lambda path: export_file(path, context.manager.prefixes), context, file)


@order(
    "clear prefixes TABLE$table [CODE$prefix]",
    timeout_s=None,
    confirm="Remove bulk prefixes?",
    words=_WORDS,
    arguments={"prefix": "This one alone; 'any': the one for every number"},
)
async def clear_prefixes(context: Context, table: str, prefix: str | None) -> str:
    """Remove the bulk prefixes of one table, or one of them; `default` is the table without a name.

    Example: clear prefixes default 4930
    """
    store = context.manager.prefixes
    try:
        count = await asyncio.to_thread(store.clear, table, prefix)
        await asyncio.to_thread(store.sync)
    except StoreError as error:
        raise CommandError(f"Nothing was removed: {error}") from error
    if not count and prefix is None:
        raise CommandError(f"There are no bulk prefixes in table {table}")
    if not count:
        raise CommandError(f"There is no bulk prefix {prefix or 'any'} in table {table}")
    return f"{count} bulk prefix{'' if count == 1 else 'es'} removed"
