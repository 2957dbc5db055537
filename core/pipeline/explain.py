"""What would become of a call: the same decisions as the stages take, in their order, and why; nothing is changed."""

from __future__ import annotations

from typing import Final

from core.northbound.orders import ExplainRoute
from core.northbound.rows import RouteStepRow
from core.pipeline.analysis import judge, sos_number
from core.pipeline.controls import refusal_of
from core.pipeline.inbound import Services
from core.pipeline.routes import explained
from core.policy.classes import is_sos
from core.policy.facts import CallFacts, Explanation
from core.policy.lists import CALLED, CALLING, SUBSCRIBER
from core.policy.priority import EMERGENCY, ORDINARY, PRIORITY
from core.routing.analysis import REDIRECT, REJECT, ROUTE_GROUP, Caller
from core.routing.formats import user_part
from core.routing.number import INTERNATIONAL, Number, Numbers, number_of
from core.wire.uri import escape_user, known_uri

_CLASSES: Final = {ORDINARY: "ordinary", PRIORITY: "priority", EMERGENCY: "emergency"}


class _Asked:
    """The call that is asked about."""

    __slots__ = ("at", "called", "caller", "calling", "now", "numbers", "priority", "user")

    def __init__(self, order: ExplainRoute, now: float, wall: float) -> None:
        self.called: str = order.called
        self.calling: str = order.calling
        self.now: float = now
        self.at: float = order.at or wall
        self.user: str = order.called
        """Whom it is for, should that be a subscriber."""
        self.numbers: Numbers | None = None
        self.caller: Caller = Caller(order.trunk, "", self.at)
        self.priority: int = ORDINARY


def explain_route(services: Services, order: ExplainRoute, now: float, wall: float) -> list[RouteStepRow]:
    """Return all that was looked at and decided, the result last."""
    steps: Explanation = []
    asked = _Asked(order, now, wall)
    if is_sos(order.called):
        asked.priority = EMERGENCY
        called = sos_number(services, order.called)
        number = "no emergency number is configured" if called is None else f"as a call to {called.digits}"
        steps.append(("service", order.called, number))
    else:
        called = _number(services, order.called)
    if called is not None:
        asked.numbers = Numbers(called, _number(services, order.calling))
    _ = (
        _source(services, order, asked, steps)
        and _trunk_limited(services, asked, steps)
        and _screened(services, order, asked, steps)
        and _analysed(services, asked, steps)
        and _controlled(services, asked, steps)
        and _subscriber(services, asked, steps)
    )
    return [RouteStepRow(number, step, what, outcome) for number, (step, what, outcome) in enumerate(steps, 1)]


def _number(services: Services, text: str) -> Number | None:
    return number_of(known_uri(f"sip:{escape_user(text).replace('%2B', '+')}@{services.realm}"))


def _source(services: Services, order: ExplainRoute, asked: _Asked, steps: Explanation) -> bool:
    """Look at who calls: by which trunk, or as which subscriber; its class."""
    classes = services.classes
    if order.trunk:
        trunk = services.trunks.states.get(order.trunk)
        if trunk is None or trunk.settings.shutdown or trunk.settings.direction == "out":
            outcome = "no such trunk" if trunk is None else "shutdown: 503" if trunk.settings.shutdown else "out: 403"
            steps.append(("trunk", order.trunk, f"takes no calls from it, {outcome}"))
            return False
        steps.append(("trunk", order.trunk, f"{trunk.state()}, {trunk.calls} calls"))
    if order.subscriber:
        subscriber = services.subscribers.find(order.subscriber)
        if subscriber is None or not subscriber.enabled:
            steps.append(("subscriber", order.subscriber, "disabled: 403" if subscriber else "unknown: 407"))
            return False
        asked.caller.group = subscriber.group
        steps.append(("subscriber", subscriber.name, f"group {subscriber.group}" if subscriber.group else "no group"))
        if not asked.priority and classes.is_group_prior(subscriber.group):
            asked.priority = PRIORITY
    number = asked.numbers
    if number is not None and number.called.nature != INTERNATIONAL and classes.is_emergency(number.called.digits):
        asked.priority = EMERGENCY
    steps.append(("class", _CLASSES[asked.priority], "no control, list or limit refuses it" if asked.priority else ""))
    control = services.overload
    if control.level:
        steps.append(("overload", f"level {control.level}", f"{control.percent()} % of new calls are refused now"))
    return True


def _trunk_limited(services: Services, asked: _Asked, steps: Explanation) -> bool:
    """Ask the controls of the direction and capacity of the trunk that it comes by, its calls and its rate."""
    trunk = services.trunks.states.get(asked.caller.trunk)
    if trunk is None:
        return True
    numbers = asked.numbers
    called = "" if numbers is None else numbers.called.digits
    calling = "" if numbers is None or numbers.calling is None else numbers.calling.digits
    facts = CallFacts(called, calling, trunk.name, "", asked.priority)
    routes = services.controls.routes
    reason = "closed in this direction" if routes.closes(trunk.name, "in", facts, asked.at, False) else ""
    maximum = routes.capacity(trunk.name, trunk.settings.calls_maximum, trunk.calls, facts, asked.at, False)
    reason = reason or trunk.refusal_in(asked.priority, asked.now, maximum, False)
    if reason:
        steps.append(("trunk", trunk.name, f"{reason}: 503"))
    return not reason


def _screened(services: Services, order: ExplainRoute, asked: _Asked, steps: Explanation) -> bool:
    """Ask the black and white lists of numbers and subscribers."""
    numbers = asked.numbers
    calling = asked.calling if numbers is None or numbers.calling is None else repr(numbers.calling)
    called = asked.called if numbers is None else repr(numbers.called)
    for kind, text in ((SUBSCRIBER, order.subscriber), (CALLING, calling), (CALLED, called)):
        if not text or not services.lists.wants(kind):
            continue
        verdict = services.lists.foreseen(kind, text, asked.at)
        if verdict.entry is not None:
            steps.append((f"{verdict.colour}list", f"{kind} {verdict.entry.value}", verdict.entry.reason))
        if verdict.refused:
            exempt = asked.priority == EMERGENCY
            steps.append(("screening", f"{kind} {text}", "refused, but exempt" if exempt else "refused: 403"))
            if not exempt:
                return False
    return True


def _analysed(services: Services, asked: _Asked, steps: Explanation) -> bool:
    """Analyse the called number, unless it is a subscriber's."""
    numbers = asked.numbers
    if not services.analysis.is_active or numbers is None or services.subscribers.find(asked.user) is not None:
        return True
    decision = judge(services, numbers, asked.caller, steps)
    asked.numbers = decision.numbers
    if decision.action == REJECT:
        steps.append(("result", repr(decision.numbers.called), f"refused: {decision.status}"))
        return False
    if decision.action == REDIRECT:
        steps.append(("result", repr(decision.numbers.called), f"302 to {decision.target}"))
        return False
    asked.user = "" if decision.action == ROUTE_GROUP else repr(decision.numbers.called)
    asked.called = decision.target
    return True


def _controlled(services: Services, asked: _Asked, steps: Explanation) -> bool:
    """Ask the bounds of the caller and the controls of the number; choose trunks where it leaves by a route group."""
    numbers = asked.numbers
    called = "" if numbers is None else numbers.called.digits
    calling = "" if numbers is None or numbers.calling is None else numbers.calling.digits
    caller = asked.caller
    facts = CallFacts(called, calling, caller.trunk, caller.group, asked.priority)
    refusal = refusal_of(services, facts, "", asked.now, asked.at, steps)
    if refusal is not None:
        steps.append(("result", called, f"refused by traffic control or a limit: {refusal.status}"))
        return False
    if asked.user:
        return True
    _routed(services, asked, facts, steps)
    return False


def _routed(services: Services, asked: _Asked, facts: CallFacts, steps: Explanation) -> None:
    """Choose the trunks that would be tried, one after another, as the first to refuse each."""
    trunks = services.trunks
    found = explained(services, asked.called, facts, asked.now, asked.at, steps)
    if not found:
        steps.append(("result", asked.called, "503"))
        return
    first = trunks.states[found[0]]
    numbers = asked.numbers
    if numbers is not None and first.settings.translate_out:
        numbers = services.analysis.translate(first.settings.translate_out, numbers, steps)
        if numbers is None:
            steps.append(("result", found[0], "no number is left for it: 484"))
            return
    user = "" if numbers is None else user_part(
        numbers.called, first.settings.called_format, services.settings.numbering
    )  # fmt: skip
    then = f", then {', '.join(found[1:])}" if len(found) > 1 else ""
    steps.append(("result", found[0], f"{user} to {first.settings.addresses[0]}{then}"))


def _subscriber(services: Services, asked: _Asked, steps: Explanation) -> bool:
    """Look whether the called subscriber is there and registered."""
    user = asked.user
    subscriber = services.subscribers.find(user) or services.subscribers.find(user.removeprefix("+"))
    if subscriber is None:
        steps.append(("result", user, "no subscriber and no route: 404"))
        return False
    live = [each for each in services.location.bindings(subscriber.name) if each.expires_at > asked.at]
    if not live or not subscriber.enabled:
        state = "not registered" if subscriber.enabled else "disabled"
        steps.append(("result", subscriber.name, f"{state}: 480"))
        return False
    contacts = ", ".join([each.contact for each in live])
    steps.append(("result", subscriber.name, f"subscriber at {contacts}"))
    return True
