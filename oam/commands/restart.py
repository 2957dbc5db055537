"""`restart worker`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

from oam.commands.registry import CommandError, order
from oam.signalling import supervised

if TYPE_CHECKING:
    from core.northbound.rows import ProcessRow
    from oam.context import Context

_WORKER: Final = "sip-1"
_LOOK_S: Final = 0.05
_LONGEST_S: Final = 30.0
"""What a signalling process may need to end and to begin, besides the calls it finishes."""


@order(
    "restart worker [<graceful|now>$how]",
    confirm="Start the signalling process anew?",
    timeout_s=None,
    words={
        "restart": "Start a process anew",
        "worker": "The signalling process",
        "graceful": "It finishes what is in flight first, as long as `drain` of `sip` says",
        "now": "It is killed at once; calls being set up are lost",
    },
)
async def restart_worker(context: Context, how: str | None) -> AsyncIterator[str]:
    """Start the signalling process anew; established calls and registrations go on.

    Gracefully, unless `now` is said: new requests are refused with 503 until the next process is there, what is being
    set up is finished, as long as `drain` of `sip` permits. Its sockets stay open all the while. It counts neither as
    a failure nor for the back-off of the supervisor.

    Example: restart worker
    """
    old = await _worker(context)
    problems = await supervised(context.manager.supervisor.restart_worker(how == "now"))
    if problems:
        raise CommandError(f"The signalling process was not restarted: {problems[0]}")
    loop = asyncio.get_running_loop()
    began = loop.time()
    drain = 0 if how == "now" else context.manager.configuration.running.sip.drain_s
    if drain and old is not None:
        yield f"The signalling process finishes what is in flight, for {drain} s at most"
    while loop.time() < began + drain + _LONGEST_S:
        found = await _worker(context)
        if found is not None and found.state == "running" and (old is None or found.pid != old.pid):
            yield f"A new signalling process answers, pid {found.pid}, after {loop.time() - began:.1f} s"
            return
        await asyncio.sleep(_LOOK_S)
    raise CommandError("The new signalling process does not answer; see 'show processes'")


async def _worker(context: Context) -> ProcessRow | None:
    found = await supervised(context.manager.supervisor.processes())
    return next((row for row in found if row.process == _WORKER), None)
