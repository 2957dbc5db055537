"""`reload`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.commands.registry import CommandError, order
from oam.signalling import supervised

if TYPE_CHECKING:
    from oam.context import Context


@order("reload", confirm="Proceed with reload?", words={"reload": "Restart the server"})
async def reload(context: Context) -> str:
    """Restart the server on its startup-config; established calls go on.

    What was changed and not saved by `write memory` is lost. A startup-config with a
    fault in it is refused and nothing is restarted.
    """
    problems = await supervised(context.manager.supervisor.reload())
    if problems:
        raise CommandError("\n".join(["startup-config is refused, nothing was restarted:", *problems]))
    return "The server restarts"
