"""`show clock`."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

from oam.commands.registry import show

if TYPE_CHECKING:
    from oam.context import Context


def clock_facts(context: Context) -> dict[str, object]:
    """Return the server's clock for programs."""
    now = datetime.now().astimezone()
    return {"clock": now.isoformat(timespec="milliseconds"), "time": now.timestamp(), "zone": now.tzname()}


@show("show clock", json=clock_facts, words={"clock": "Date and time of this server"})
def show_clock(context: Context) -> str:
    """Date and time of this server."""
    return clock(time.time())


def clock(now: float) -> str:
    """Return `now` as routers show it: `10:11:12.345 UTC Sat Nov 22 2025`."""
    local = datetime.fromtimestamp(now).astimezone()
    return f"{local:%H:%M:%S}.{local.microsecond // 1000:03d} {local:%Z %a %b} {local.day} {local.year}"
