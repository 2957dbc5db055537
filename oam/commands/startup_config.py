"""`show startup-config`, `write memory` and `copy` between the running and the startup configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.commands.registry import PRIVILEGED, CommandError, order, show

if TYPE_CHECKING:
    from oam.context import Context


@show(
    "show startup-config",
    privilege=PRIVILEGED,
    words={"startup-config": "Configuration that the server starts with"},
)
def show_startup_config(context: Context) -> str:
    """Show the configuration that the server starts with."""
    lines = _startup(context)
    octets = sum(len(line.encode()) + 1 for line in lines)
    return "\n".join([f"Using {octets} bytes", *lines])


@order("write [memory]", words={"write": "Save the running configuration", "memory": "To the startup configuration"})
async def write_memory(context: Context) -> str:
    """Save the running configuration: from now on the server starts with it."""
    return await _save(context)


@order("copy running-config startup-config")
async def copy_to_startup(context: Context) -> str | None:
    """Save the running configuration: from now on the server starts with it."""
    await _destination(context, "startup-config")
    return await _save(context)


@order("copy startup-config running-config")
async def copy_to_running(context: Context) -> str:
    """Merge the startup configuration into the running one, all of it or nothing.

    As on a router, what the startup configuration does not mention stays as it is.
    """
    await _destination(context, "running-config")
    configuration = context.manager.configuration
    settings, problems = configuration.parse(_startup(context), configuration.running)
    refused = [f"startup-config {problem}" for problem in problems]
    refused = refused or await configuration.apply(settings, context.session.user)
    if refused:
        raise CommandError("\n".join(refused))
    return "[OK]"


async def _save(context: Context) -> str:
    try:
        await context.manager.configuration.save_startup()
    except OSError as error:
        raise CommandError(f"Cannot write startup-config: {error.strerror}") from error
    return "Building configuration...\n[OK]"


async def _destination(context: Context, name: str) -> None:
    """Ask as routers do; there is only one right answer."""
    session = context.session
    if session.ask is None or session.batch:
        return
    answer = (await session.ask(f"Destination filename [{name}]? ", False)).strip()
    if answer not in ("", name):
        raise CommandError(f"The destination can only be {name}")


def _startup(context: Context) -> list[str]:
    try:
        return context.manager.configuration.startup()
    except FileNotFoundError:
        raise CommandError("startup-config is not present") from None
    except (OSError, ValueError) as error:
        raise CommandError(f"Cannot read startup-config: {error}") from error
