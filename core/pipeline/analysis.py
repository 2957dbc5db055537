"""Number analysis: calls to numbers that are no subscriber's are translated and sent where the tables say."""

from __future__ import annotations

from core.northbound import counters
from core.northbound.orders import ExplainNumber
from core.northbound.rows import RouteStepRow
from core.northbound.statistics import REDIRECTED, REFUSED_NUMBER
from core.pipeline.classify import CALLING
from core.pipeline.inbound import Inbound, Services, user_of
from core.pipeline.service import refuse_call
from core.policy.classes import is_sos
from core.policy.facts import Explanation
from core.routing.analysis import LOCAL, REDIRECT, REJECT, ROUTE_GROUP, Caller, Decision
from core.routing.causes import reason_for
from core.routing.formats import assert_caller
from core.routing.identity import numbers_of
from core.routing.number import INTERNATIONAL, UNKNOWN, Number, Numbers, dialled
from core.wire.uri import Uri, escape_user


def analysis(services: Services, inbound: Inbound) -> bool:
    """Set `numbers` and `route_group`, rewrite the Request-URI of a subscriber, redirect, or reject.

    A name or number of a subscriber is his, whatever the tables say; what is no number goes on as it is.
    """
    if not services.analysis.is_active or inbound.in_dialog or inbound.targets:
        return True
    uri = inbound.message.uri()
    if uri.user and _is_subscriber(services, user_of(uri)):
        services.note(uri.user, "a subscriber's name or number")
        return True
    numbers = _numbers(services, inbound, uri)
    if numbers is None:
        return True
    decision = judge(services, numbers, Caller(inbound.trunk, inbound.group, inbound.wall))
    inbound.numbers = decision.numbers
    inbound.prefix = decision.prefix
    if decision.action == ROUTE_GROUP:
        inbound.route_group = decision.target
        return True
    if decision.action == LOCAL:
        return _deliver(services, inbound, uri, decision.numbers)
    services.slots[decision.counter] += 1
    if decision.action == REDIRECT:
        return refuse_call(services, inbound, 302, REDIRECTED, [("Contact", _contact(decision))])
    return refuse_call(services, inbound, decision.status, REFUSED_NUMBER, [("Reason", reason_for(decision.status))])


def judge(services: Services, numbers: Numbers, caller: Caller, explain: Explanation | None = None) -> Decision:
    """Say what becomes of a call to a number: lengths, the trunk's translation, subscribers, tables, in this order.

    With `explain` nothing is changed, and what was looked at is appended to it.
    """
    routing = services.analysis
    refused = routing.check(numbers, explain)
    if refused is not None:
        return refused
    rule = routing.rule_of(caller.trunk) if caller.trunk else ""
    if rule:
        made = routing.translate(rule, numbers, explain)
        if made is None:
            return Decision(REJECT, "", numbers, 484, counters.TRANSLATIONS_FAILED)
        numbers = made
    user = _subscriber(services, numbers.called)
    if user:
        if explain is None:
            services.note(user, "a subscriber's name or number")
        else:
            explain.append(("subscriber", user, "his name or number: local"))
        return Decision(LOCAL, "", numbers)
    return routing.decide(numbers, caller, explain)


def becomes_emergency(services: Services, inbound: Inbound) -> bool:
    """Tell whether translation makes a call one to an emergency number, as the 110 of 9110; nothing is changed.

    For stages before this one that are about to refuse it; of a subscriber who is not known yet the group's table is
    not, either.
    """
    message = inbound.message
    if not (services.classes.has_numbers and services.analysis.is_active and message.method in CALLING):
        return False
    uri = message.uri()
    if inbound.targets or (uri.user and _is_subscriber(services, user_of(uri))):
        return False
    numbers = _numbers(services, inbound, uri)
    if numbers is None:
        return False
    decision = judge(services, numbers, Caller(inbound.trunk, inbound.group, inbound.wall), [])
    called = decision.numbers.called
    return decision.action != REJECT and called.nature != INTERNATIONAL and services.classes.is_emergency(called.digits)


def explain_number(services: Services, order: ExplainNumber, wall: float) -> list[RouteStepRow]:
    """Say what would become of a number, or what one translation rule makes of it; nothing is changed."""
    told: Explanation = []
    called = dialled(order.called)
    if called is None:
        told.append(("number", order.called, "no number: 0-9 * # A-D, '+' before them"))
        return _rows(told)
    calling = dialled(order.calling) if order.calling else None
    pairs: list[tuple[str, Number | None]] = [("called", called), ("calling", calling)]
    for name, number in pairs:
        if number is not None:
            told.append(("number", name, f"{number!r}, {number.nature}, {len(number.digits)} digits"))
    numbers = Numbers(called, calling)
    if order.rule:
        services.analysis.translate(order.rule, numbers, told)
    else:
        decision = judge(services, numbers, Caller(order.trunk, order.group, wall), told)
        told.append(("decision", decision.action, outcome_of(decision)))
    return _rows(told)


def _rows(told: Explanation) -> list[RouteStepRow]:
    return [
        RouteStepRow(number=number, step=step, object=name, outcome=outcome)
        for number, (step, name, outcome) in enumerate(told, 1)
    ]


def outcome_of(decision: Decision) -> str:
    """Say what a decision comes to."""
    if decision.action == REJECT:
        return f"{decision.status}, {reason_for(decision.status)}"
    if decision.action == REDIRECT:
        return f"302, Contact: {_contact(decision)}"
    return f"{decision.target} {decision.numbers.called!r}".lstrip()


def _numbers(services: Services, inbound: Inbound, uri: Uri) -> Numbers | None:
    """Return the numbers of a call; None when it is to none. An emergency call is to the first emergency number."""
    called: Number | None = None
    if uri.scheme == "urn":
        called = sos_number(services, uri.text)
    return numbers_of(inbound.message, uri, called, services.analysis.trusts(inbound.trunk))


def sos_number(services: Services, text: str) -> Number | None:
    """Return the first emergency number where `text` is the service urn; None where there is none, or it is another."""
    emergency = services.settings.numbering.emergency
    return Number(emergency[0], UNKNOWN) if emergency and is_sos(text) else None


def _is_subscriber(services: Services, user: str) -> bool:
    return bool(services.location.bindings(user)) or services.subscribers.find(user) is not None


def _subscriber(services: Services, number: Number) -> str:
    """Return the user part by which a number is a subscriber's; empty when it is nobody's."""
    if number.nature == INTERNATIONAL and _is_subscriber(services, f"+{number.digits}"):
        return f"+{number.digits}"
    return number.digits if _is_subscriber(services, number.digits) else ""


def _deliver(services: Services, inbound: Inbound, uri: Uri, numbers: Numbers) -> bool:
    """Let a call go to the subscriber of its translated number; who is nobody's is not found by the next stage."""
    message = inbound.message
    host = uri.text[uri.text.index("@") + 1 :] if uri.scheme == "sip" and "@" in uri.text else services.realm
    user = _subscriber(services, numbers.called) or repr(numbers.called)
    message.set_request_uri(f"sip:{escape_user(user)}@{host}")
    if numbers.calling is not numbers.given or numbers.display_name is not None or numbers.presentation:
        is_shown = numbers.presentation != "restricted"
        assert_caller(message, numbers, services.realm, is_shown, "", services.settings.numbering)
    return True


def _contact(decision: Decision) -> str:
    """Return the Contact of a redirection; in a URI without user part the number takes its place."""
    target = decision.target
    if "@" not in target:
        scheme, _, rest = target.partition(":")
        target = f"{scheme}:{escape_user(repr(decision.numbers.called))}@{rest}"
    return f"<{target}>"
