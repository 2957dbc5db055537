"""`copy`: between what runs, what the server starts with, and files."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from oam.commands.registry import CommandError, order
from oam.commands.startup_config import save
from oam.config.commit import commit
from oam.editing import bounded, refused_if
from oam.sources import RUNNING, STARTUP, parsed, text_of, write_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oam.config.tree import Configuration
    from oam.context import Context

_WORDS: Final = {
    "running-config": "Configuration in force",
    "startup-config": "Configuration that the server starts with",
}
_FILE: Final = {"file": "File of the file area"}


@order("copy running-config startup-config", words=_WORDS)
async def copy_to_startup(context: Context) -> str:
    """Save the running configuration: from now on the server starts with it."""
    await _destination(context, STARTUP)
    return await save(context)


@order("copy startup-config running-config", timeout_s=None, words=_WORDS)
async def copy_to_running(context: Context) -> str:
    """Merge the startup configuration into the running one, all of it or nothing.

    As on a router, what the startup configuration does not mention stays as it is.
    """
    await _destination(context, RUNNING)
    await _merge(context, STARTUP)
    return "[OK]"


@order("copy SOURCE$file running-config", timeout_s=None, words=_WORDS, arguments=_FILE)
async def copy_file_to_running(context: Context, file: str) -> str:
    """Merge a file into the running configuration, all of it or nothing.

    What the file does not mention stays as it is; one wrong line and nothing is changed.
    """
    await _destination(context, RUNNING)
    started = time.monotonic()
    return _copied(await _merge(context, file), started)


@order("copy SOURCE$file startup-config", timeout_s=None, words=_WORDS, arguments=_FILE)
async def copy_file_to_startup(context: Context, file: str) -> str:
    """Make a file the startup configuration; it is checked first, as the server would at its start."""
    await _destination(context, STARTUP)
    started = time.monotonic()
    configuration = context.manager.configuration
    lines = await text_of(context, file)
    settings = await parsed(context, file, lines)
    bounded(context.session, settings)
    text = configuration.render(settings=settings)
    try:
        # As the shell writes it: plain secrets of the file are hashes in it.
        await configuration.write_startup(text)
    except OSError as error:
        raise CommandError(f"Cannot write startup-config: {error.strerror}") from error
    return _copied(text, started)


@order("copy running-config SOURCE$file", words=_WORDS, arguments=_FILE)
async def copy_running_to_file(context: Context, file: str) -> str:
    """Write the running configuration to a file.

    Example: copy running-config flash:backup.cfg
    """
    return await _copy_to_file(context, RUNNING, file)


@order("copy startup-config SOURCE$file", words=_WORDS, arguments=_FILE)
async def copy_startup_to_file(context: Context, file: str) -> str:
    """Write the startup configuration to a file."""
    return await _copy_to_file(context, STARTUP, file)


async def _copy_to_file(context: Context, source: str, file: str) -> str:
    name = file.removeprefix("flash:").lstrip("/") if file.startswith("flash:") else file
    answer = await _asked(context, name)
    started = time.monotonic()
    lines = await text_of(context, source)
    await write_file(context, answer or file, lines)
    return _copied(lines, started)


async def _merge(context: Context, source: str) -> list[str]:
    """Merge a configuration text into what is running; return it. Raises CommandError, and nothing has changed."""
    lines = await text_of(context, source)
    configuration = context.manager.configuration
    base = configuration.running
    settings = await parsed(context, source, lines, base)

    def made(running: Configuration) -> Configuration:
        """Merge once more if somebody was faster, so that nothing of his is lost."""
        return settings if running is base else configuration.parse(lines, running)[0]

    refused, _ = await commit(configuration, made, context.session.author, "copy", f"copied from {source}")
    refused_if(refused)
    return lines


async def _destination(context: Context, name: str) -> None:
    """Ask as routers do; there is only one right answer."""
    if await _asked(context, name) not in ("", name):
        raise CommandError(f"The destination can only be {name}")


async def _asked(context: Context, name: str) -> str:
    """Return the destination that the operator gives instead of `name`; empty: that one."""
    session = context.session
    if session.ask is None or session.batch or context.manager.configuration.running.editing.file_prompt == "quiet":
        return ""
    return (await session.ask(f"Destination filename [{name}]? ", False)).strip()


def _copied(lines: Sequence[str], started: float) -> str:
    octets, took = sum(len(line.encode()) + 1 for line in lines), max(time.monotonic() - started, 0.001)
    return f"{octets} bytes copied in {took:.3f} secs ({int(octets / took)} bytes/sec)"
