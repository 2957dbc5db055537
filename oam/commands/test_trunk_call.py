"""`test trunk NAME call`: a call that is given up as soon as the trunk has shown that it takes it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

import msgspec

from core.northbound.orders import AskTrial, BeginTrial
from core.northbound.rows import TrialRow
from oam.commands.registry import PRIVILEGED, CommandError, show
from oam.signalling import count, rows

if TYPE_CHECKING:
    from oam.context import Context

_LONGEST_S: Final = 40.0
_LOOK_S: Final = 0.02


class TrialStep(msgspec.Struct, frozen=True):
    """One step of a call by a trunk."""

    step: int
    at_ms: float
    result: str


@show(
    "test trunk TRUNK$name call DIALLED$called [calling DIALLED$calling]",
    row=TrialStep,
    privilege=PRIVILEGED,
    live=True,
    words={"trunk": "Trunks: state, calls, statistics", "call": "By a call", "calling": "Number of the caller"},
    arguments={"called": "Number to call, as it is after number analysis", "calling": "Number of the caller"},
)
async def test_trunk_call(context: Context, name: str, called: str, calling: str | None) -> AsyncIterator[TrialStep]:
    """Call a number by one trunk and give the call up as soon as it rings or is answered; show each step.

    The INVITE is written as for any call to the trunk: its translation, number formats, header rules and credentials
    count; it offers no media. One that rings is cancelled, one that is answered is ended at once: use a number that
    may be called. It goes to the trunk's first address, shut down or not, and is in no count and no record.

    Example: test trunk PSTN-1 call +493012345
    """
    if name not in {each.name for each in context.manager.configuration.running.trunks}:
        raise CommandError(f"There is no trunk {name}")
    number = await count(context, BeginTrial(name, called, calling or ""))
    if not number:
        raise CommandError("The trunk has no address, or too many test calls are being made")
    return _steps(context, number)


async def _steps(context: Context, number: int) -> AsyncIterator[TrialStep]:
    loop = asyncio.get_running_loop()
    end = loop.time() + _LONGEST_S
    shown = 0
    while loop.time() < end:
        found = [row async for row in rows(context, AskTrial(number)) if isinstance(row, TrialRow)]
        for row in found[shown:]:
            shown += 1
            yield TrialStep(shown, row.at_ms, row.event)
        if found and found[-1].over:
            return
        await asyncio.sleep(_LOOK_S)
    raise CommandError("The test call has not ended; signalling is busy")
