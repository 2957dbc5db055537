"""`show startup-config`, `write memory` and `erase startup-config`: what the server starts with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.commands.registry import PRIVILEGED, CommandError, order, show
from oam.editing import keep, refusal
from oam.sources import STARTUP, text_of

if TYPE_CHECKING:
    from oam.context import Context


@show(
    "show startup-config",
    privilege=PRIVILEGED,
    words={"startup-config": "Configuration that the server starts with"},
)
async def show_startup_config(context: Context) -> str:
    """Show the configuration that the server starts with."""
    lines = await text_of(context, STARTUP)
    octets = sum(len(line.encode()) + 1 for line in lines)
    return "\n".join([f"Using {octets} bytes", *lines])


@order("write [memory]", words={"write": "Save the running configuration", "memory": "To the startup configuration"})
async def write_memory(context: Context) -> str:
    """Save the running configuration: from now on the server starts with it.

    Refused while a commit awaits its confirmation: the server must not start with what may go.
    """
    return await save(context)


async def save(context: Context) -> str:
    """Save the running configuration; return what routers say. Raises CommandError."""
    configuration = context.manager.configuration
    try:
        await configuration.save_startup()
    except OSError as error:
        raise refusal([f"Cannot write startup-config: {error.strerror}"]) from error
    if configuration.running.archive.write_memory:
        await keep(context.session, "write")
    return "Building configuration...\n[OK]"


_ERASE = "Erasing the startup configuration: the next start will know no configuration! Continue?"


@order("erase startup-config", confirm=_ERASE, words={"erase": "Remove the startup configuration"})
async def erase_startup(context: Context) -> str:
    """Remove the startup configuration; its text is kept as a version of the archive."""
    return await _erase(context)


@order(
    "write erase", confirm=_ERASE, words={"write": "Save the running configuration", "erase": "Remove the saved one"}
)
async def write_erase(context: Context) -> str:
    """Remove the startup configuration; its text is kept as a version of the archive."""
    return await _erase(context)


async def _erase(context: Context) -> str:
    configuration = context.manager.configuration
    lines = await text_of(context, STARTUP)
    try:
        await configuration.archive.keep(lambda: lines, context.session.user, "erase", "startup-config before erase")
        await configuration.erase_startup()
    except OSError as error:
        raise CommandError(f"startup-config stays: {error.strerror}") from error
    return "[OK]\nErase of startup-config: complete"
