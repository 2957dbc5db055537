"""Black and white lists of User-Agent, subscriber, calling and called number."""

from __future__ import annotations

from core.northbound import counters
from core.northbound.statistics import REFUSED_LIST
from core.pipeline.analysis import becomes_emergency
from core.pipeline.inbound import Inbound, Services, user_of
from core.policy.lists import CALLED, CALLING, SUBSCRIBER
from core.policy.priority import EMERGENCY
from core.routing.number import number_of
from core.store.lists import USER_AGENT
from core.wire.address import parse_address
from core.wire.error import WireError
from core.wire.header import P_ASSERTED_IDENTITY
from core.wire.header import USER_AGENT as USER_AGENT_HEADER
from core.wire.message import Message
from core.wire.uri import Uri


def screening(services: Services, inbound: Inbound) -> bool:
    """Refuse what a list refuses with 403; never an in-dialog request, nor one of the class emergency."""
    lists = services.lists
    if not lists.active or inbound.in_dialog or not _is_refused(services, inbound):
        return True
    if inbound.priority == EMERGENCY or becomes_emergency(services, inbound):
        services.slots[counters.CONTROLS_EXEMPT] += 1
        services.note("class", "emergency, no list refuses it")
        return True
    services.slots[counters.REQUESTS_SCREENED] += 1
    return services.refuse(inbound, 403, "", None, REFUSED_LIST)


def _is_refused(services: Services, inbound: Inbound) -> bool:
    """Ask the lists of each kind; a REGISTER is nobody's call."""
    lists, message, wall = services.lists, inbound.message, inbound.wall
    if lists.wants(USER_AGENT) and lists.refuses(USER_AGENT, message.first(USER_AGENT_HEADER), wall):
        return True
    if lists.wants(SUBSCRIBER):
        name = subscriber_of(services, inbound)
        if not inbound.trunk and lists.refuses(SUBSCRIBER, name, wall):
            return True
    if message.method == "REGISTER":
        return False
    if lists.wants(CALLING):
        for uri in callers_of(message):
            if lists.refuses(CALLING, listed_form(uri), wall):
                return True
    return lists.wants(CALLED) and lists.refuses(CALLED, listed_form(message.uri()), wall)


def subscriber_of(services: Services, inbound: Inbound) -> str:
    """Return the subscriber who sent a request: who has proved to be, else whom From (of a REGISTER, To) names.

    Empty: none of ours.
    """
    if inbound.username:
        return inbound.username
    message = inbound.message
    uri = message.to().uri() if message.method == "REGISTER" else message.from_().uri()
    subscriber = services.subscribers.find(user_of(uri)) if services.domain.owns(uri) else None
    return "" if subscriber is None else subscriber.name


def callers_of(message: Message) -> list[Uri]:
    """Return who calls: From, and the first asserted identity; only a trusted trunk's is left here (RFC 3325 §5)."""
    caller = message.from_().uri()
    asserted = _asserted(message) if message.has(P_ASSERTED_IDENTITY) else None
    return [caller] if asserted is None else [caller, asserted]


def _asserted(message: Message) -> Uri | None:
    try:
        return parse_address(message.all(P_ASSERTED_IDENTITY)[0]).uri()
    except WireError:
        return None


def listed_form(uri: Uri) -> str:
    """Return what lists know a URI by: the digits of its number, international ones behind `+`, else its user."""
    number = number_of(uri)
    return user_of(uri) if number is None else repr(number)
