"""`reload`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.commands.registry import CommandError, order
from oam.signalling import supervised

if TYPE_CHECKING:
    from oam.config.store import ConfigurationStore
    from oam.context import Context


@order("reload", timeout_s=None, words={"reload": "Restart the server"})
async def reload(context: Context) -> str | None:
    """Restart the server on its startup-config; established calls go on.

    An operator is asked whether to save what was changed, then to confirm; a batch is
    not asked, and what it has not saved by `write memory` is lost. A startup-config with
    a fault in it is refused and nothing is restarted.
    """
    if not await _agreed(context):
        return None
    problems = await supervised(context.manager.supervisor.reload())
    if problems:
        raise CommandError("\n".join(["startup-config is refused, nothing was restarted:", *problems]))
    return "The server restarts"


async def _agreed(context: Context) -> bool:
    """Ask what routers ask, in their order: save? proceed?"""
    ask = context.session.ask
    if ask is None or context.session.batch:
        return True
    configuration = context.manager.configuration
    if _is_modified(configuration):
        answer = await ask("System configuration has been modified. Save? [yes/no]: ", False)
        if answer.strip().lower() in ("y", "ye", "yes"):
            await _save(configuration)
    answer = await ask("Proceed with reload? [confirm]", False)
    return answer.strip().lower() in ("", "y", "ye", "yes")


async def _save(configuration: ConfigurationStore) -> None:
    try:
        await configuration.save_startup()
    except OSError as error:
        raise CommandError(f"startup-config was not written, nothing was restarted: {error.strerror}") from error


def _is_modified(configuration: ConfigurationStore) -> bool:
    """Whether the running configuration is another than the one in startup-config."""
    try:
        saved, problems = configuration.parse(configuration.startup())
    except (OSError, ValueError):
        return True
    return bool(problems) or saved != configuration.running
