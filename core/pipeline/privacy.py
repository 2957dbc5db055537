"""Whose word on who is calling counts, and who may hear it (RFC 3325): only trusted trunks assert, only they are told.

What a trunk is told stands in `core.routing.formats`.
"""

from __future__ import annotations

from core.pipeline.inbound import Inbound, Services
from core.routing.formats import from_untrusted, is_private
from core.wire.header import P_ASSERTED_IDENTITY


def claims(services: Services, inbound: Inbound) -> bool:
    """Take off what a sender asserts of himself unless he is a trunk's (§5); that is judged with the trunk."""
    if not inbound.trunk and not inbound.in_dialog:
        from_untrusted(inbound.message)
    return True


def privacy(services: Services, inbound: Inbound) -> bool:
    """Keep an asserted identity from subscribers and foreign domains when the caller wants that (§7, `Privacy: id`)."""
    message = inbound.message
    if not inbound.route_group and message.has(P_ASSERTED_IDENTITY) and is_private(message):
        from_untrusted(message)
    return True
