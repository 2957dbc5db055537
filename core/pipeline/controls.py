"""Bounds of callers and controls of called numbers: what a new call must pass once its numbers are known."""

from __future__ import annotations

from typing import Final

from core.dialog.call import Call
from core.northbound import counters
from core.northbound.statistics import REFUSED_CONTROL, REFUSED_LIMIT
from core.pipeline.classify import noted_class
from core.pipeline.inbound import Inbound, Services
from core.policy.bans import FLOOD
from core.policy.facts import CallFacts, Explanation
from core.policy.limits import CALLS, TOO_MANY
from core.policy.priority import EMERGENCY
from core.policy.reach import Attempt
from core.routing.number import number_of

NO_CIRCUIT: Final = 34
CONGESTION: Final = 42
"""Q.850: no circuit available; switching equipment congestion."""


class Refusal:
    """Why a call may not go on."""

    __slots__ = ("cause", "column", "counter", "is_flood", "status")

    def __init__(self, status: int, cause: int, counter: int, is_flood: bool = False) -> None:
        self.status: int = status
        self.cause: int = cause
        """Q.850."""
        self.counter: int = counter
        self.column: int = REFUSED_LIMIT if counter == counters.CALLS_LIMITED else REFUSED_CONTROL
        self.is_flood: bool = is_flood
        """It is the address that sends too much, whoever it says it is."""


def controls(services: Services, inbound: Inbound) -> bool:
    """Refuse a call that a bound of its caller or a control of its number holds back.

    No Retry-After: an upstream element would send nothing at all meanwhile (RFC 3261 §21.5.4), where a share or a rate
    is meant. What is refused is worth no memory and no call record; the control counts it.
    """
    if not services.is_controlled and not inbound.priority:
        return True
    method = inbound.message.method
    if inbound.in_dialog or (method != "INVITE" and method != "MESSAGE"):
        return True
    noted_class(services, inbound)
    if method != "INVITE" or not (services.limits.active or services.controls.codes.active):
        return True
    facts = facts_of(inbound)
    refusal = refusal_of(services, facts, inbound.flow.host, inbound.now, inbound.wall)
    if facts.exempt:
        services.slots[counters.CONTROLS_EXEMPT] += 1
    if refusal is None:
        return True
    services.slots[refusal.counter] += 1
    if refusal.is_flood:
        services.bans.offence(inbound.flow, FLOOD, inbound.now)
    reason = [("Reason", f"Q.850;cause={refusal.cause}")]
    return services.refuse(inbound, refusal.status, "", reason, refusal.column)


def refusal_of(
    services: Services, facts: CallFacts, host: str, now: float, wall: float, explain: Explanation | None = None
) -> Refusal | None:
    """Return why a call may not go on; None lets it pass. `host` is where it comes from, empty when that is unknown.

    With `explain` nothing changes but that.
    """
    reason = _limited(services, facts, host, now, explain)
    if reason:
        cause = NO_CIRCUIT if reason == CALLS else CONGESTION
        return Refusal(503, cause, counters.CALLS_LIMITED, reason == TOO_MANY)
    control = services.controls.codes.refusing(facts, now, wall, explain)
    return None if control is None else Refusal(control.status, CONGESTION, counters.CALLS_BLOCKED)


def _limited(services: Services, facts: CallFacts, host: str, now: float, explain: Explanation | None) -> str:
    limits = services.limits
    if not limits.active:
        return ""
    real = explain is None and facts.priority != EMERGENCY
    reason = limits.source_refusal(host, now, real) if host and not facts.trunk else ""
    what, name = "source-limit", host
    if not reason:
        reason = limits.group_refusal(facts.group, now, real)
        what, name = "subscriber-group", facts.group
    if reason and explain is not None:
        explain.append((what, name, reason))
    elif reason:
        services.note(f"{what} {name}", reason)
    if reason and facts.priority == EMERGENCY:
        facts.exempt = True
        return ""
    return reason


def facts_of(inbound: Inbound) -> CallFacts:
    """Return what controls may know of a call; numbers are those that analysis has made, else as they were dialled."""
    numbers = inbound.numbers
    if numbers is not None:
        calling = "" if numbers.calling is None else numbers.calling.digits
        return CallFacts(numbers.called.digits, calling, inbound.trunk, inbound.group, inbound.priority)
    called = number_of(inbound.message.uri())
    caller = number_of(inbound.message.from_().uri())
    return CallFacts(
        "" if called is None else called.digits, "" if caller is None else caller.digits, inbound.trunk, inbound.group,
        inbound.priority,
    )  # fmt: skip


def watched(services: Services, inbound: Inbound, call: Call) -> None:
    """Have a call that has begun counted for the bounds and the codes it concerns."""
    call.group = inbound.group
    if services.limits.active and call.group:
        services.limits.begun(call)
    reach = services.controls.reach
    if reach.active:
        digits = facts_of(inbound).called
        if digits:
            call.observe(Attempt(reach, digits))
