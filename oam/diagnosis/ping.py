"""OPTIONS to a target, through signalling's own sockets: where they go, what comes back, and the sum of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from core.northbound.locations import LocationReader
from core.northbound.orders import AskPing, SendPing
from core.northbound.rows import PingRow
from oam.commands.registry import CommandError
from oam.signalling import count, rows

if TYPE_CHECKING:
    from oam.context import Context

LONGEST_S: Final = 10.0
"""A ping ends sooner, answered or not."""
_LOOK_S: Final = (0.002, 0.005, 0.01, 0.02, 0.05)
"""Pauses between two looks; the last one stays."""


class Place(NamedTuple):
    """One target."""

    uri: str
    user: str = ""
    """Subscriber whose contact it is; empty: nobody's."""


class PingShown(msgspec.Struct, frozen=True):
    """A row of `ping sip`; the last one, without a number, sums up."""

    number: int | None
    address: str
    """Where it went; the target as it was given while that is not known."""
    delay_ms: float | None
    """Of the sum the mean."""
    status: int | None
    resent: int
    """How often the OPTIONS was sent again before an answer came."""
    result: str


def target_place(text: str, transport: str) -> Place:
    """Return where `text` means: a SIP URI, a host, or a host and a port."""
    uri = text if text.lower().startswith("sip:") else f"sip:{_bracketed(text)}"
    return Place(with_transport(uri, transport))


def _bracketed(host: str) -> str:
    return f"[{host}]" if host.count(":") > 1 and not host.startswith("[") else host


def with_transport(uri: str, transport: str) -> str:
    """Return `uri` with another transport, if one is given."""
    if not transport:
        return uri
    head, *parameters = uri.split(";")
    others = [each for each in parameters if not each.lower().startswith("transport=")]
    return ";".join([head, *others, f"transport={transport}"])


def trunk_places(context: Context, name: str, transport: str) -> list[Place]:
    """Return the addresses of a trunk. Raises CommandError."""
    for trunk in context.manager.configuration.running.trunks:
        if trunk.name == name:
            if not trunk.addresses:
                raise CommandError(f"Trunk {name} has no address")
            return [Place(with_transport(each, transport)) for each in trunk.addresses]
    raise CommandError(f"There is no trunk {name}")


def subscriber_places(context: Context, name: str) -> list[Place]:
    """Return the contacts registered for a subscriber. Raises CommandError."""
    found = context.manager.subscribers.find(name)
    if found is None:
        raise CommandError(f"There is no subscriber {name}")
    with LocationReader(context.manager.state) as location:
        places = [Place(row.contact, found.name) for row in location.rows(found.name)]
    if not places:
        raise CommandError(f"Subscriber {name} is not registered")
    return places


async def ping(context: Context, place: Place) -> PingRow:
    """Send one OPTIONS and return what became of it. Raises CommandError when signalling cannot."""
    number = await count(context, SendPing(place.uri, place.user))
    if not number:
        raise CommandError("Too many pings are on their way; try again")
    loop = asyncio.get_running_loop()
    end = loop.time() + LONGEST_S
    looks = 0
    while loop.time() < end:
        async for row in rows(context, AskPing(number)):
            assert isinstance(row, PingRow)
            if row.state != "waiting":
                return row
        await asyncio.sleep(_LOOK_S[min(looks, len(_LOOK_S) - 1)])
        looks += 1
    raise CommandError("The ping has not ended; signalling is busy")


def shown(number: int, place: Place, row: PingRow) -> PingShown:
    """Return a ping as a row of the command."""
    result = row.reason
    if row.status is not None and row.agent:
        result = f"{row.reason} ({row.agent})"
    return PingShown(number, row.address or place.uri, row.delay_ms, row.status, row.resent, result)


def summary(found: Iterable[PingShown]) -> PingShown:
    """Return the sum of pings."""
    those = list(found)
    delays = [each.delay_ms for each in those if each.delay_ms is not None]
    sent, answered = len(those), len(delays)
    lost = 100 * (sent - answered) / sent if sent else 0.0
    result = f"{sent} sent, {answered} answered, {lost:.3g} % lost"
    mean = None
    if delays:
        mean = round(sum(delays) / answered, 2)
        result += f", min/avg/max {min(delays):g}/{mean:g}/{max(delays):g} ms"
    return PingShown(None, "", mean, None, sum(each.resent for each in those), result)
