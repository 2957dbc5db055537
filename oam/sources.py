"""Texts of configuration that a command may name: what runs, what the server starts with, a version, a file.

Robots name them with a file system before (`system:running-config`, `nvram:startup-config`,
`flash:/backup.cfg`); `flash:` is the file area.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from oam.commands.registry import CommandError
from oam.config import files
from oam.config.archive import VersionError
from oam.config.tree import Configuration
from oam.editing import refusal
from oam.files import FileError, locate, write_text

if TYPE_CHECKING:
    from pathlib import Path

    from oam.context import Context

RUNNING: Final = "running-config"
STARTUP: Final = "startup-config"
_FLASH: Final = "flash:"
_SYSTEMS: Final = {
    f"{system}{slash}{name}": name
    for system, name in (("system:", RUNNING), ("nvram:", STARTUP))
    for slash in ("", "/")
}


def path_of(context: Context, name: str) -> Path:
    """Return the path of the file `name` in the file area. Raises CommandError."""
    try:
        if name.startswith(_FLASH):
            name = name.removeprefix(_FLASH).lstrip("/")
        return locate(context.session, name)
    except FileError as error:
        raise CommandError(str(error)) from error


async def text_of(context: Context, source: str | int) -> list[str]:
    """Return the lines of a configuration text: a version by number, anything else by name. Raises CommandError."""
    configuration = context.manager.configuration
    try:
        if isinstance(source, int):
            return await asyncio.to_thread(configuration.archive.lines, source)
        name = _SYSTEMS.get(source, source)
        if name == RUNNING:
            running = configuration.running
            return await asyncio.to_thread(lambda: configuration.render(settings=running))
        if name == STARTUP:
            return await asyncio.to_thread(configuration.startup)
        return await asyncio.to_thread(files.read, path_of(context, name))
    except VersionError as error:
        raise CommandError(str(error)) from error
    except FileNotFoundError:
        raise CommandError(f"{source} is not present") from None
    except (OSError, ValueError) as error:
        raise CommandError(f"{source} cannot be read: {getattr(error, 'strerror', None) or error}") from error


async def canonical_text(context: Context, source: str | int) -> list[str]:
    """Return a text as the shell would write it: plain secrets of a file are hashes in it. Raises CommandError."""
    if isinstance(source, int) or _SYSTEMS.get(source, source) == RUNNING:
        return await text_of(context, source)
    settings = await read_whole(context, source)
    return await asyncio.to_thread(lambda: context.manager.configuration.render(settings=settings))


async def read_whole(context: Context, source: str | int, base: Configuration | None = None) -> Configuration:
    """Return the configuration that a text makes on top of `base`. Raises CommandError with every wrong line."""
    lines = await text_of(context, source)
    return await parsed(context, str(source), lines, base)


async def parsed(context: Context, name: str, lines: Sequence[str], base: Configuration | None = None) -> Configuration:
    """Return the configuration that `lines` make on top of `base`. Raises CommandError with every wrong line."""
    settings, problems = await asyncio.to_thread(context.manager.configuration.parse, lines, base)
    if problems:
        shown = [f"{name} {problem}" for problem in problems[:_SHOWN]]
        if len(problems) > _SHOWN:
            shown.append(f"{name}: {len(problems) - _SHOWN} more lines are wrong")
        raise refusal(shown)
    return settings


_SHOWN: Final = 20


async def write_file(context: Context, name: str, lines: Sequence[str]) -> int:
    """Write a text to a file of the file area, whole; return its octets. Raises CommandError."""
    path = path_of(context, name)
    try:
        return await asyncio.to_thread(write_text, path, (line + "\n" for line in lines))
    except FileError as error:
        raise CommandError(str(error)) from error
