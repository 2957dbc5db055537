"""`show version`."""

from __future__ import annotations

import os
import platform
import time
from typing import TYPE_CHECKING

import psutil

from core.northbound.build import PRODUCT, VERSION, is_compiled
from oam.commands.registry import CommandError, show
from oam.signalling import supervised

if TYPE_CHECKING:
    from oam.context import Context


async def version_facts(context: Context) -> dict[str, object]:
    """Return what `show version` tells, by name."""
    return {
        "product": PRODUCT,
        "version": VERSION,
        "hostname": context.manager.configuration.running.hostname,
        "uptime_s": await _uptime(context),
        "core": "compiled" if is_compiled() else "plain Python",
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "state": str(context.manager.state),
    }


@show(
    "show version",
    json=version_facts,
    words={"version": "Release, build and uptime"},
)
async def show_version(context: Context) -> str:
    """Release, build and uptime of this server."""
    facts = await version_facts(context)
    uptime = facts["uptime_s"]
    assert isinstance(uptime, int)
    return "\n".join(
        (
            f"{PRODUCT}, SIP proxy and registrar, Version {VERSION}",
            "",
            f"{facts['hostname']} uptime is {spoken(uptime)}",
            f"Signalling core is {facts['core']}",
            f"Python {facts['python']} on {facts['system']}",
            f"State directory is {facts['state']}",
        )
    )


async def _uptime(context: Context) -> int:
    """Seconds since the server started; this process's own age when the supervisor does not answer."""
    try:
        processes = await supervised(context.manager.supervisor.processes())
    except CommandError:
        processes = []
    own = int(time.time() - psutil.Process(os.getpid()).create_time())
    return max([own, *(process.uptime_s for process in processes)])


def spoken(seconds: int) -> str:
    """Return a duration as routers say it: `1 day, 2 hours, 5 minutes`."""
    rest = seconds // 60
    parts: list[str] = []
    for unit, size in (("week", 7 * 24 * 60), ("day", 24 * 60), ("hour", 60), ("minute", 1)):
        amount, rest = divmod(rest, size)
        if amount or (unit == "minute" and not parts):
            parts.append(f"{amount} {unit}{'' if amount == 1 else 's'}")
    return ", ".join(parts)
