"""What a proxy checks before anything else (RFC 3261 §16.3)."""

from __future__ import annotations

from typing import Final

from core.northbound import counters
from core.pipeline.inbound import Inbound, Services
from core.policy.classes import is_sos
from core.proxy.nexthop import is_known
from core.proxy.request import hops_left, take_own_route
from core.wire.header import PROXY_REQUIRE, ROUTE
from core.wire.uri import Uri

_WITHOUT_CALL: Final = frozenset(("BYE", "SUBSCRIBE", "NOTIFY"))
"""What our token alone admits: the end of a call we forgot, and subscriptions, of which we keep no table."""


def sanity(services: Services, inbound: Inbound) -> bool:
    """Check CSeq, Request-URI scheme, Max-Forwards and Proxy-Require; take our own Route off. Raises WireError."""
    message = inbound.message
    if message.cseq()[1] != message.method:
        return services.refuse(inbound, 400, "CSeq Method Mismatch")
    message.from_()
    message.to()
    if not _is_routable(message.uri()):
        services.slots[counters.SCHEMES_REFUSED] += 1
        return services.refuse(inbound, 416)
    left = hops_left(message)
    if left == 0:
        services.slots[counters.LOOPS_DETECTED] += 1
        return services.refuse(inbound, 483)
    if message.has(PROXY_REQUIRE):
        # Step 5: we know no option, so none that a request insists on.
        services.slots[counters.EXTENSIONS_REFUSED] += 1
        unsupported = [("Unsupported", value) for value in message.all(PROXY_REQUIRE)]
        return services.refuse(inbound, 420, "", unsupported)
    if message.has(ROUTE):
        inbound.hops = take_own_route(message, services.domain)
    return True


def _is_routable(uri: Uri) -> bool:
    return uri.scheme == "sip" or uri.scheme == "tel" or (uri.scheme == "urn" and is_sos(uri.text))


def dialog(services: Services, inbound: Inbound) -> bool:
    """Find the dialog of a request that bears a To tag and our token; it needs no admission.

    A token outlives its call. Were it enough, whoever has seen one could call anybody by it, unasked and unrecorded.
    """
    message = inbound.message
    to_tag = message.to().tag
    if not to_tag:
        return True
    from_tag = message.from_().tag
    inbound.call = services.calls.find(message.call_id, from_tag, to_tag)
    if inbound.call is not None or message.method in _WITHOUT_CALL:
        inbound.in_dialog = is_known(services.domain, inbound.call, inbound.hops.token, message)
    return True
