"""Classes of new requests: emergency calls, and calls of priority whose origin is trusted."""

from __future__ import annotations

from typing import Final

from core.northbound import counters
from core.pipeline.inbound import Inbound, Services
from core.policy.classes import is_sos
from core.policy.priority import EMERGENCY, ORDINARY, PRIORITY
from core.routing.number import INTERNATIONAL, number_of
from core.wire.header import RESOURCE_PRIORITY
from core.wire.message import Message
from core.wire.uri import Uri

CALLING: Final = ("INVITE", "MESSAGE")
"""RFC 5031 §1, RFC 8876 §4."""


def classify(services: Services, inbound: Inbound) -> bool:
    """Note the class of a request as far as it can be known yet; see `noted_class`.

    Where trunks are known by their credentials, what Resource-Priority counts for is known after authentication.
    """
    message = inbound.message
    if inbound.in_dialog:
        return True
    if message.has(RESOURCE_PRIORITY) and (inbound.trunk or not services.trunks.by_username):
        heed_priority(services, inbound)
    if message.method in CALLING and _is_emergency(services, message.uri()):
        inbound.priority = EMERGENCY
    return True


def _is_emergency(services: Services, uri: Uri) -> bool:
    """Tell whether a Request-URI is the service urn, or an emergency number of ours as it is dialled."""
    if uri.scheme == "urn":
        return is_sos(uri.text)
    classes = services.classes
    if not classes.has_numbers or not (uri.scheme == "tel" or services.domain.owns(uri)):
        return False
    number = number_of(uri)
    return number is not None and number.nature != INTERNATIONAL and classes.is_emergency(number.digits)


def heed_priority(services: Services, inbound: Inbound) -> None:
    """Give a call the priority that a trusted trunk claims for it.

    Resource-Priority of whoever is not trusted is removed (RFC 4412 §11.1): nobody further on shall believe it.
    """
    message = inbound.message
    if not services.classes.trusts(inbound.trunk):
        _strip(services, message)
    elif inbound.priority == ORDINARY and services.classes.is_prior(message.all(RESOURCE_PRIORITY)):
        inbound.priority = PRIORITY


def _strip(services: Services, message: Message) -> None:
    services.slots[counters.PRIORITIES_STRIPPED] += 1
    while message.has(RESOURCE_PRIORITY):
        message.remove(message.where(RESOURCE_PRIORITY))


def noted_class(services: Services, inbound: Inbound) -> None:
    """Note and count the class of a call now that its subscriber and its translated number are known."""
    classes = services.classes
    if classes.has_groups and not inbound.priority and classes.is_group_prior(inbound.group):
        inbound.priority = PRIORITY
    if classes.has_numbers and inbound.numbers is not None:
        called = inbound.numbers.called
        if called.nature != INTERNATIONAL and classes.is_emergency(called.digits):
            inbound.priority = EMERGENCY
    if inbound.priority:
        emergency = inbound.priority == EMERGENCY
        services.slots[counters.EMERGENCY_CALLS if emergency else counters.PRIORITY_CALLS] += 1
