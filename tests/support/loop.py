"""How long the event loop was held up by one step of anything."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator


class Held:
    """Seconds of processor time that the longest step took."""

    longest = 0.0


@contextlib.asynccontextmanager
async def watched() -> AsyncGenerator[Held, None]:
    """Look at every step of the loop inside the `async with`."""
    held = Held()

    async def watching() -> None:
        before = time.thread_time()
        while True:
            await asyncio.sleep(0)
            now = time.thread_time()
            held.longest, before = max(held.longest, now - before), now

    watch = asyncio.create_task(watching())
    try:
        yield held
    finally:
        watch.cancel()
