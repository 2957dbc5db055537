"""Words for a shell that completes `sipctl -c '…`: asked by `sipctl --complete`, answered at once.

The lines typed before are followed as far as modes go; nothing is run.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Final

from oam import dispatch
from oam.context import Session
from oam.shell import session as shell

MAX_LINES: Final = 64
"""Lines before the one that is completed; what is above is not followed."""
FOLLOW_S: Final = 0.2
"""How long following them may take."""


async def words_for(session: Session, lines: Sequence[str]) -> list[str]:
    """Return the words that may replace the last, partial word of the last of `lines`."""
    session.batch = session.check_only = True
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(FOLLOW_S):
            for line in lines[:-1][:MAX_LINES]:
                await dispatch.execute(session, line)
    session.pending.clear()
    return sorted(set(shell.completions(session, lines[-1]))) if lines else []
