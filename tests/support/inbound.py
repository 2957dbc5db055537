"""A request at the door of the pipeline, for the tests of single stages."""

from __future__ import annotations

from support.engine import World, flow, octets
from support.messages import request

from core.pipeline.inbound import Inbound
from core.wire.limits import Limits
from core.wire.message import parse_message


def arrive(world: World, method: str, uri: str, **more: object) -> Inbound:
    """Make the Inbound of a request that 192.0.2.1 has sent; no stage has seen it."""
    peer = flow("192.0.2.1")
    message = parse_message(octets(request(method, uri, peer, **more)), Limits())  # type: ignore[arg-type]
    wall = world.now + world.engine.wall_offset
    return Inbound(message, message.via(), peer, peer, False, world.now, wall)
