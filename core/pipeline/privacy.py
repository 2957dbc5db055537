"""Whose word on who is calling counts, and who may hear it (RFC 3325): only trusted trunks assert, only they are told.

What a trunk is told stands in `core.routing.formats`.
"""

from __future__ import annotations

from core.pipeline.classify import heed_priority
from core.pipeline.inbound import Inbound, Services
from core.routing.formats import from_untrusted, is_private
from core.wire.header import P_ASSERTED_IDENTITY, RESOURCE_PRIORITY


def claims(services: Services, inbound: Inbound) -> bool:
    """Take off what a sender asserts of himself unless he is a trunk's (§5); that is judged with the trunk.

    Here all are known who prove who they are: the priority that they claim is judged too.
    """
    if inbound.in_dialog:
        return True
    if not inbound.trunk:
        from_untrusted(inbound.message)
    if inbound.message.has(RESOURCE_PRIORITY):
        heed_priority(services, inbound)
    return True


def privacy(services: Services, inbound: Inbound) -> bool:
    """Keep an asserted identity from subscribers and foreign domains when the caller wants that (§7, `Privacy: id`)."""
    message = inbound.message
    if not inbound.route_group and message.has(P_ASSERTED_IDENTITY) and is_private(message):
        from_untrusted(message)
    return True
