"""Room for a request, a domain we serve, and credentials."""

from __future__ import annotations

from typing import Final

from core.auth.digest import ACCEPTED, DISABLED, STALE, claimed_name
from core.auth.identity import may_use
from core.northbound import counters
from core.northbound.statistics import REFUSED_AUTHENTICATION, REFUSED_FULL
from core.pipeline.inbound import Inbound, Services, user_of
from core.pipeline.screening import subscriber_of
from core.pipeline.source import comes_by
from core.policy.bans import AUTHENTICATION
from core.policy.priority import EMERGENCY
from core.proxy.target import Target
from core.routing.trunk import TrunkState
from core.statistics.row import NOT_COUNTED
from core.store.records import Subscriber
from core.wire.header import AUTHORIZATION, PROXY_AUTHORIZATION, ROUTE
from core.wire.message import Message

_SHUT_S: Final = "30"
"""Retry-After of a listener that is shut down: whoever has another of ours to send to does so meanwhile."""
_ALLOW = "INVITE, ACK, BYE, CANCEL, OPTIONS, REGISTER, PRACK, UPDATE, INFO, MESSAGE, SUBSCRIBE, NOTIFY, REFER, PUBLISH"


def load(services: Services, inbound: Inbound) -> bool:
    """Refuse what the tables have no room for; never an in-dialog request."""
    if inbound.in_dialog:
        return True
    if services.draining:
        services.note("server", "is about to stop and takes nothing new")
        return services.refuse(inbound, 503, "", [("Retry-After", "5")], REFUSED_FULL)
    shut = services.domain.shut
    if shut and inbound.flow.listener in shut:
        services.note(shut[inbound.flow.listener], "is shut down and takes nothing new")
        return services.refuse(inbound, 503, "", [("Retry-After", _SHUT_S)], REFUSED_FULL)
    if inbound.message.method == "INVITE" and len(services.calls) >= services.settings.sip.max_calls:
        services.slots[counters.CALLS_REFUSED] += 1
        services.note("calls", "the table is full")
        services.bounds.refused("calls", services.settings.sip.max_calls, inbound.now)
        return services.refuse(inbound, 503, "", [("Retry-After", "10")], REFUSED_FULL)
    return True


def domain(services: Services, inbound: Inbound) -> bool:
    """Refuse a foreign domain without a relay (we are no open relay); answer OPTIONS to ourselves."""
    if inbound.in_dialog:
        return True
    message = inbound.message
    uri = message.uri()
    if uri.scheme == "tel" or uri.scheme == "urn" or services.domain.owns(uri):
        if message.method == "OPTIONS" and not uri.user:
            return services.refuse(inbound, 200, "", [("Accept", "application/sdp"), ("Allow", _ALLOW)])
        _drop_routes(message)
        return True
    next_hop = services.domain.relay(uri)
    if not next_hop or message.method == "REGISTER":
        services.slots[counters.RELAYS_REFUSED] += 1
        services.stranger(inbound)
        return services.refuse(inbound, 403, "Relaying Denied")
    _drop_routes(message)
    message.insert(0, ROUTE, f"Route: {next_hop}")
    inbound.targets = [Target(message.request_uri, 1.0, None)]
    return True


def _drop_routes(message: Message) -> None:
    """Remove Route values of the sender's own: they would lead elsewhere than location service and operator say."""
    while message.has(ROUTE):
        message.remove(message.where(ROUTE))


def authentication(services: Services, inbound: Inbound) -> bool:
    """Demand digest credentials, and the subscriber's own identity (RFC 3261 §22; requirement U1)."""
    if inbound.in_dialog:
        return True
    message = inbound.message
    authenticator = services.authenticator
    if inbound.priority == EMERGENCY and not services.classes.is_challenged:
        _drop_credentials(message, services.realm)
        _note_group(services, inbound)
        return True
    if inbound.trunk:
        return _trunk_authentication(services, inbound)
    if not authenticator.wants(message.method):
        return _believed(services, inbound)
    params = authenticator.credentials(message, AUTHORIZATION if message.method == "REGISTER" else PROXY_AUTHORIZATION)
    if params is None:
        if not subscriber_of(services, inbound):
            services.stranger(inbound)
        return _challenge(services, inbound, False)
    name = claimed_name(params)
    if name in services.trunks.by_username and message.method != "REGISTER":
        return _trunk_claim(services, inbound, services.trunks.by_username[name], params)
    subscriber = services.subscribers.get(name)
    verdict = authenticator.check(params, message, subscriber, inbound.wall)
    slots = services.slots
    if verdict == STALE:
        slots[counters.AUTHENTICATIONS_STALE] += 1
        return _challenge(services, inbound, True)
    if subscriber is None or verdict != ACCEPTED:
        services.note(name, _verdict_text(verdict, subscriber))
        slots[counters.AUTHENTICATIONS_REFUSED] += 1
        if verdict != DISABLED:
            services.bans.offence(inbound.flow, AUTHENTICATION, inbound.now)
        # §22.1: a wrong digest is answered with a fresh challenge; a phone then asks its owner.
        if verdict == DISABLED:
            return services.refuse(inbound, 403, "", None, REFUSED_AUTHENTICATION)
        return _challenge(services, inbound, False, True)
    slots[counters.AUTHENTICATIONS_ACCEPTED] += 1
    inbound.username = subscriber.name
    inbound.group = subscriber.group
    return _identity(services, inbound, subscriber)


def _note_group(services: Services, inbound: Inbound) -> None:
    """Where nobody is asked for credentials, believe From as to whose groups these are."""
    if not services.settings.subscriber_groups or inbound.trunk:
        return
    uri = inbound.message.from_().uri()
    subscriber = services.subscribers.find(user_of(uri)) if uri.user and services.domain.owns(uri) else None
    if subscriber is not None:
        inbound.group = subscriber.group


def _believed(services: Services, inbound: Inbound) -> bool:
    """Where nobody is asked for credentials, believe From as to whose request it is; refuse who is shut down."""
    uri = inbound.message.from_().uri()
    subscriber = services.subscribers.find(user_of(uri)) if uri.user and services.domain.owns(uri) else None
    if subscriber is None:
        return True
    if services.settings.subscriber_groups:
        inbound.group = subscriber.group
    if subscriber.enabled:
        return True
    services.note(subscriber.name, "is shut down")
    return services.refuse(inbound, 403, "", None, REFUSED_AUTHENTICATION)


def _trunk_authentication(services: Services, inbound: Inbound) -> bool:
    """Let a trunk pass that is known by its source; ask the one for credentials that must have them besides."""
    trunk = services.trunks.states.get(inbound.trunk)
    if trunk is None or trunk.credentials is None:
        return True
    params = services.authenticator.credentials(inbound.message, PROXY_AUTHORIZATION)
    if params is None or claimed_name(params) != trunk.credentials.name:
        return _challenge(services, inbound, False)
    return _trunk_proof(services, inbound, trunk, params)


def _trunk_claim(services: Services, inbound: Inbound, trunk: TrunkState, params: dict[str, str]) -> bool:
    """Take a request that bears a trunk's credentials from wherever; one that has sources sends from these alone."""
    if trunk.settings.sources:
        services.slots[counters.AUTHENTICATIONS_REFUSED] += 1
        services.note(trunk.name, "its credentials come from elsewhere than its sources")
        return _challenge(services, inbound, False, True)
    return _trunk_proof(services, inbound, trunk, params) and comes_by(services, inbound, trunk)


def _trunk_proof(services: Services, inbound: Inbound, trunk: TrunkState, params: dict[str, str]) -> bool:
    verdict = services.authenticator.check(params, inbound.message, trunk.credentials, inbound.wall)
    if verdict != ACCEPTED:
        stale = verdict == STALE
        if not stale:
            services.bans.offence(inbound.flow, AUTHENTICATION, inbound.now)
            services.note(trunk.name, "wrong credentials")
        services.slots[counters.AUTHENTICATIONS_STALE if stale else counters.AUTHENTICATIONS_REFUSED] += 1
        return _challenge(services, inbound, stale, not stale)
    services.slots[counters.AUTHENTICATIONS_ACCEPTED] += 1
    _drop_credentials(inbound.message, services.realm)
    return True


def _verdict_text(verdict: int, subscriber: Subscriber | None) -> str:
    """Say in the trail what is wrong with credentials."""
    if subscriber is None:
        return "is no subscriber"
    return "is shut down" if verdict == DISABLED else "wrong credentials"


def _challenge(services: Services, inbound: Inbound, stale: bool, is_refusal: bool = False) -> bool:
    """Ask for credentials; that is no refusal, which the history would keep, unless there were some already."""
    if not is_refusal:
        services.history.notes.on = False
    services.slots[counters.CHALLENGES_SENT] += 1
    values = services.authenticator.challenge(stale, inbound.wall, services.random)
    if inbound.message.method == "REGISTER":
        return services.refuse(inbound, 401, "", [("WWW-Authenticate", value) for value in values], NOT_COUNTED)
    return services.refuse(inbound, 407, "", [("Proxy-Authenticate", value) for value in values], NOT_COUNTED)


def _identity(services: Services, inbound: Inbound, subscriber: Subscriber) -> bool:
    """A subscriber may only be himself: in From, and in To of a REGISTER (which names whose bindings change)."""
    message = inbound.message
    address = message.to() if message.method == "REGISTER" else message.from_()
    uri = address.uri()
    is_ours = uri.scheme == "tel" or services.domain.owns(uri)
    if not is_ours or not may_use(subscriber, user_of(uri)):
        services.slots[counters.IDENTITIES_REFUSED] += 1
        services.note(subscriber.name, "uses another identity than his own")
        return services.refuse(inbound, 403, "Identity Not Yours", None, REFUSED_AUTHENTICATION)
    _drop_credentials(message, services.realm)
    return True


def _drop_credentials(message: Message, realm: str) -> None:
    """Take credentials for our realm off a request that goes on (RFC 3261 §22.3): they are nobody else's business."""
    if not message.has(PROXY_AUTHORIZATION):
        return
    for at in range(len(message.ids) - 1, -1, -1):
        if message.ids[at] == PROXY_AUTHORIZATION and f'"{realm}"' in message.lines[at]:
            message.remove(at)
