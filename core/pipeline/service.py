"""Register, find the targets, forward."""

from __future__ import annotations

from core.dialog.call import Call, Leg
from core.northbound import counters
from core.northbound.statistics import REFUSED_TARGET
from core.pipeline.controls import watched
from core.pipeline.inbound import Inbound, Services, user_of
from core.pipeline.routes import came_by, leave_by
from core.policy.priority import EMERGENCY
from core.proxy.answer import REASONS
from core.proxy.context import ResponseContext
from core.proxy.request import breadth_left, has_looped, loop_part
from core.proxy.target import Target, group_by_q, target_of
from core.registrar.registrar import register
from core.routing.offers import answers_of
from core.statistics.call_count import CallCount
from core.statistics.row import refuse
from core.store.error import StoreError
from core.wire.header import REQUIRE, ROUTE, VIA
from core.wire.message import build_response

_DIALOG_METHODS = frozenset(("INVITE", "SUBSCRIBE", "REFER"))


def registrar(services: Services, inbound: Inbound) -> bool:
    """A REGISTER for our domain ends here (RFC 3261 §10.3)."""
    message = inbound.message
    if message.method != "REGISTER" or inbound.in_dialog:
        return True
    if message.has(REQUIRE):
        return services.refuse(inbound, 420, "", [("Unsupported", value) for value in message.all(REQUIRE)])
    uri = message.to().uri()
    subscriber = services.subscribers.find(user_of(uri)) if services.domain.owns(uri) else None
    if subscriber is None:
        services.slots[counters.REGISTRATIONS_REFUSED] += 1
        services.stranger(inbound)
        return services.refuse(inbound, 404)
    if not subscriber.enabled:
        services.slots[counters.REGISTRATIONS_REFUSED] += 1
        return services.refuse(inbound, 403)
    server = services.open(inbound)
    if server is None:
        return False
    location = services.location
    own = services.domain.listeners.get(inbound.flow.listener)
    outcome = register(
        message, subscriber.name, uri.text, location.bindings(subscriber.name), services.settings.registrar,
        location.count, inbound.flow, "" if own is None else own.name, inbound.wall,
    )  # fmt: skip
    status, reason, headers = outcome.status, outcome.reason, outcome.headers
    if outcome.bindings is not None:
        try:
            location.put_bindings(subscriber.name, outcome.bindings)
        except StoreError:
            services.slots[counters.BINDINGS_REFUSED] += 1
            services.bounds.refused("bindings", location.count, inbound.now)
            status, reason, headers = 503, "Service Unavailable", [("Retry-After", "60")]
    if outcome.counter >= 0:
        services.slots[outcome.counter] += 1
        if outcome.counter == counters.BINDINGS_REFUSED:
            services.bounds.refused("bindings", services.settings.registrar.bindings_maximum, inbound.now)
    accepted = status < 300
    if services.statistics.is_on:
        services.statistics.registered(services.rows_of(inbound), accepted)
    services.slots[counters.REGISTRATIONS_ACCEPTED if accepted else counters.REGISTRATIONS_REFUSED] += 1
    octets = build_response(message, status, reason, services.proxy.tag(message), headers)
    services.layer.respond(server, status, octets, inbound.now)
    return False


def targets(services: Services, inbound: Inbound) -> bool:
    """Find the target set (RFC 3261 §16.5): the registered contacts, or where the dialog leads."""
    message = inbound.message
    if inbound.targets or inbound.route_group:
        return True
    if inbound.in_dialog and not services.domain.owns(message.uri()):
        inbound.targets = [services.proxy.sticky_target(message, inbound.call)]
        return True
    uri = message.uri()
    user = user_of(uri)
    if not user:
        return refuse_call(services, inbound, 404, REFUSED_TARGET)
    name = user
    bindings = services.location.bindings(user)
    if not bindings:
        subscriber = services.subscribers.find(user)
        if subscriber is None:
            services.note(user, "is no subscriber and no route leads to him")
            return refuse_call(services, inbound, 404, REFUSED_TARGET)
        name = subscriber.name
        bindings = services.location.bindings(name)
    live = [binding for binding in bindings if binding.expires_at > inbound.wall]
    if services.domain.shut:
        live = [each for each in live if not each.nat or each.listener not in services.domain.shut.values()]
    is_disabled = _is_disabled(services, name)
    if not live or is_disabled:
        services.note(name, "is shut down" if is_disabled else "is not registered")
        return refuse_call(services, inbound, 480, REFUSED_TARGET)
    inbound.targets = [target_of(binding, services.domain) for binding in live]
    return True


def refuse_call(
    services: Services, inbound: Inbound, status: int, column: int, extra: list[tuple[str, str]] | None = None
) -> bool:
    """Refuse a request that leads nowhere; an INVITE within its own transaction, so that its record is written once.

    Its bid is counted in `column`.
    """
    message = inbound.message
    if status == 404 and not inbound.in_dialog:
        services.stranger(inbound)
    if message.method != "INVITE" or inbound.in_dialog:
        return services.refuse(inbound, status, "", extra, column)
    server = services.open(inbound)
    if server is None:
        return False
    call = _begin_call(services, inbound)
    if call is not None:
        if services.statistics.is_on:
            refuse(services.rows_of(inbound), column, int(inbound.now * 1000.0))
        services.calls.failed(call, status, inbound.wall)
    server.tag = services.proxy.tag(message)
    octets = build_response(message, status, REASONS[status], server.tag, extra)
    services.layer.respond(server, status, octets, inbound.now)
    return False


def _is_disabled(services: Services, name: str) -> bool:
    subscriber = services.subscribers.get(name)
    return subscriber is not None and not subscriber.enabled


def forward(services: Services, inbound: Inbound) -> bool:
    """Loop check, the call, the response context, and off it goes (RFC 3261 §16.6)."""
    message = inbound.message
    loop = loop_part(message)
    if has_looped(message, services.domain, loop):
        services.slots[counters.LOOPS_DETECTED] += 1
        return services.refuse(inbound, 482)
    breadth = breadth_left(message)
    if breadth == 0:
        return services.refuse(inbound, 440)
    if _is_second(services, inbound):
        services.slots[counters.LOOPS_DETECTED] += 1
        return services.refuse(inbound, 482, "Merged Request")
    server = services.open(inbound, 2)
    if server is None:
        return False
    context = ResponseContext(message, inbound.flow, inbound.sticky, services.proxy)
    context.server = server
    context.loop = loop
    context.breadth = breadth
    server.user = context
    if inbound.in_dialog:
        if inbound.call is not None:
            context.count = inbound.call.count
        if message.method == "BYE":
            context.call = _closing_call(services, inbound)
    elif message.method in _DIALOG_METHODS:
        if services.settings.sip.record_route:
            context.token = services.domain.token(message.call_id, message.from_().tag)
        if message.method == "INVITE":
            context.call = _begin_call(services, inbound)
            if context.call is not None:
                context.call.token = context.token
                context.trail = context.call.trail
                if context.trail is not None:
                    context.trail.server = server
                if services.statistics.is_on:
                    context.count = context.call.count = CallCount(services.rows_of(inbound), inbound.now)
    if inbound.route_group and not inbound.in_dialog:
        context.route = leave_by(services, inbound, context.call)
    if services.trunks.has_codecs:
        context.editor = answers_of(services.trunks, inbound.call if inbound.in_dialog else context.call)
    groups: list[list[Target]] = group_by_q(inbound.targets)
    services.proxy.forward(context, groups, inbound.now)
    return False


def _is_second(services: Services, inbound: Inbound) -> bool:
    """Tell whether a caller begins, beside a call of his, another that cannot be told from it (RFC 3261 §8.2.2.2).

    It would have no record and no place among the calls of its trunk and of its group. What proxies before us have
    forked, or sent round to us again, is one call.
    """
    message = inbound.message
    if message.method != "INVITE" or inbound.in_dialog or inbound.trunk:
        return False
    if not inbound.route_group and not message.has(ROUTE):  # a relay's: see `domain`
        return False
    if not inbound.username and message.has_more(VIA):
        return False
    tag = message.from_().tag
    return services.calls.find(message.call_id, tag, tag) is not None


def _begin_call(services: Services, inbound: Inbound) -> Call | None:
    message = inbound.message
    services.count += 1
    call = Call(
        f"{services.worker}-{services.boot}-{services.count}", message.call_id, message.from_().tag,
        message.from_().uri_text, message.to().uri_text, message.request_uri, Leg(inbound.flow, inbound.sticky),
        inbound.wall,
    )  # fmt: skip
    if not services.calls.begin(call):
        return None
    call.trail = services.trail(inbound)
    call.prefix = inbound.prefix
    call.is_emergency = inbound.priority == EMERGENCY
    watched(services, inbound, call)
    if inbound.trunk:
        came_by(services, inbound, call)
    return call


def _closing_call(services: Services, inbound: Inbound) -> Call | None:
    """Return the call that a BYE ends; None where it ends a dialog that was answered beside it."""
    call = inbound.call
    if call is None:
        return None
    from_tag = inbound.message.from_().tag
    if not call.is_answered_dialog(from_tag, inbound.message.to().tag):
        return None
    services.calls.closing(call, inbound.wall, "caller" if from_tag == call.from_tag else "callee")
    return call
