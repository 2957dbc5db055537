"""`ping sip`: OPTIONS to any target, how they are answered and how fast."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

from oam.commands.registry import PRIVILEGED, show
from oam.diagnosis.ping import PingShown, Place, ping, shown, subscriber_places, summary, target_place, trunk_places

if TYPE_CHECKING:
    from oam.context import Context

COUNT: Final = 5
INTERVAL_MS: Final = 500


@show(
    "ping sip <trunk TRUNK$trunk|subscriber SUBSCRIBER$subscriber|WORD$target> [count (1-10000)$times]"
    " [interval (10-60000)$interval] [transport <udp|tcp>$transport]",
    row=PingShown,
    privilege=PRIVILEGED,
    timeout_s=None,
    live=True,
    words={
        "ping": "Ask whether somebody answers",
        "sip": "By OPTIONS requests",
        "trunk": "Each address of a trunk",
        "subscriber": "One subscriber",
        "count": "How often",
        "interval": "Time between two of them, in milliseconds",
        "transport": "Transport, whatever the target says",
        "udp": "Over UDP",
        "tcp": "Over TCP",
    },
    arguments={"target": "SIP URI, or host, as 192.0.2.9:5060 or gw.example.net"},
)
async def ping_sip(
    context: Context,
    trunk: str | None,
    subscriber: str | None,
    target: str | None,
    times: int | None,
    interval: int | None,
    transport: str | None,
) -> AsyncIterator[PingShown]:
    """Send OPTIONS through the server's own sockets and show each answer with its delay; at last loss and mean delay.

    Any answer shows that somebody is there, whatever its status. After 4 seconds one counts as lost; over UDP it is
    sent again meanwhile (RFC 3261 §17.1.2.2), which is counted. Five are sent to each place unless `count` says
    otherwise. A contact behind NAT is reached the way its REGISTER came. Ctrl-C stops.

    Example: ping sip trunk PSTN-1
    Example: ping sip 192.0.2.9 count 10 interval 200
    Example: ping sip sip:gw.example.net transport tcp
    """
    if trunk is not None:
        places = trunk_places(context, trunk, transport or "")
    elif subscriber is not None:
        places = subscriber_places(context, subscriber)
    else:
        places = [target_place(target or "", transport or "")]
    pause = (INTERVAL_MS if interval is None else interval) / 1000
    return _pings(context, places, times or COUNT, pause)


async def _pings(context: Context, places: list[Place], times: int, pause: float) -> AsyncIterator[PingShown]:
    found: list[PingShown] = []
    for number in range(1, times + 1):
        if number > 1:
            await asyncio.sleep(pause)
        for place in places:
            found.append(shown(number, place, await ping(context, place)))
            yield found[-1]
    yield summary(found)
