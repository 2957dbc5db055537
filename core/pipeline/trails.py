"""The history of calls written out: lists, legs, and stage by stage what was decided about a call and by what.

Generators here yield None now and then: whoever drives them may turn to other work at that point, however few rows
there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from core.dialog.call import ANSWERED, EARLY, ENDED, Call
from core.dialog.calls import Calls
from core.dialog.trail import (
    CHOSEN,
    CONTROL,
    ENTRY,
    LISTED,
    PASSED_OVER,
    ROUTE,
    RULE,
    STOPPED,
    TEXT,
    Attempt,
    Note,
    Trail,
)
from core.northbound.call_rows import CallHistoryRow, CallLegRow, CallStageRow, CallTrailRow
from core.northbound.orders import ExplainCall, ListCallHistory
from core.pipeline.stages import NAMES
from core.policy.control import ControlState
from core.policy.lists import Verdict
from core.policy.priority import EMERGENCY, PRIORITY
from core.routing.analysis import Entry
from core.routing.number import Number, Numbers
from core.wire.text import readable

_BATCH: Final = 200
"""Calls that are looked at in one turn."""
_MOST: Final = 20
"""Calls of one Call-ID that are told of."""
_CLASSES: Final = ("ordinary", "priority", "emergency")
_SOURCE: Final = 3
_CLASS: Final = 4
_AUTHENTICATION: Final = 8


class Wanted:
    """Which calls are asked for."""

    __slots__ = ("order",)

    def __init__(self, order: ListCallHistory) -> None:
        self.order: ListCallHistory = order

    def fits(self, call: Call) -> bool:
        """Tell whether a call is asked for."""
        order = self.order
        if call.started_at < order.since or (order.failed and (call.answered_at > 0.0 or call.state != ENDED)):
            return False
        if order.call_id and order.call_id not in call.call_id:
            return False
        if order.trunk and not self._by_trunk(call, order.trunk):
            return False
        if order.subscriber and not self._of_subscriber(call, order.subscriber, order.alias):
            return False
        return not order.number or self._has_number(call, order.number)

    def _by_trunk(self, call: Call, trunk: str) -> bool:
        if trunk == call.trunk_in or trunk == call.trunk_out:
            return True
        return call.trail is not None and any(each.whose == trunk for each in call.trail.attempts)

    def _of_subscriber(self, call: Call, name: str, alias: str) -> bool:
        if call.trail is not None and call.trail.username == name:
            return True
        users = (_user(call.caller), _user(call.callee), _user(call.request_uri))
        return name in users or (alias != "" and alias in users)

    def _has_number(self, call: Call, digits: str) -> bool:
        if digits in _user(call.caller) or digits in _user(call.callee) or digits in _user(call.request_uri):
            return True
        numbers = None if call.trail is None else call.trail.numbers
        return isinstance(numbers, Numbers) and digits in repr(numbers.called)


def _user(uri: str) -> str:
    """Return the user part of a URI, without the separators people write into numbers."""
    rest = uri[uri.find(":") + 1 :]
    user = rest[: rest.find("@")] if "@" in rest else rest
    return user.partition(";")[0].partition(":")[0].replace("-", "").replace(".", "").replace("(", "").replace(")", "")


def history(calls: Calls, order: ListCallHistory, wall: float, prefix: str) -> Iterator[CallHistoryRow | None]:
    """Yield the calls asked for, the newest first; `prefix` is what ids of refused attempts begin with."""
    wanted = Wanted(order)
    found: list[Call] = []
    for looked, call in enumerate(_all(calls), 1):
        if looked % _BATCH == 0:
            yield None
        if wanted.fits(call):
            found.append(call)
    found.reverse()
    found.sort(key=_falling_start)
    for call in found[: order.last]:
        yield _history_row(call, wall, prefix)


def _all(calls: Calls) -> Iterator[Call]:
    """Go through all that are known, as they are now."""
    past = calls.history
    return iter(chain(list(calls), list(past.calls), list(past.refused)))


def _falling_start(call: Call) -> float:
    return -call.started_at


def explained(
    calls: Calls, order: ExplainCall, prefix: str
) -> Iterator[CallTrailRow | CallLegRow | CallStageRow | None]:
    """Yield what is known of the calls of one id or Call-ID: of each its row, its legs, then its stages."""
    found: list[Call] = []
    for looked, call in enumerate(_all(calls), 1):
        if looked % _BATCH == 0:
            yield None
        if order.id == _id(call, prefix) or _is_call_id(order.id, call):
            found.append(call)
    found.reverse()
    found.sort(key=_falling_start)
    for call in found[:_MOST]:
        yield _trail_row(call, prefix)
        trail = call.trail
        if trail is None:
            continue
        name = _id(call, prefix)
        for number, attempt in enumerate(trail.attempts, 1):
            yield _leg_row(name, number, attempt, call, trail)
        if order.explain:
            yield from _stage_rows(name, call, trail)


def _is_call_id(text: str, call: Call) -> bool:
    """Tell whether `text`, as it is shown or as it came, is the Call-ID of a call; of a long one only TEXT is kept."""
    kept = call.call_id
    return text == kept or text == readable(kept) or (len(kept) == TEXT and text[:TEXT] == kept)


def _id(call: Call, prefix: str) -> str:
    if call.record_id:
        return call.record_id
    return f"{prefix}-r{0 if call.trail is None else call.trail.number}"


def _state(call: Call) -> str:
    if call.state == EARLY:
        return "early"
    if call.state == ANSWERED:
        return "answered"
    if call.answered_at:
        return "ended"
    return "failed" if call.trail is None or call.trail.attempts else "refused"


def _duration(call: Call, wall: float) -> float:
    return round(max(0.0, (call.ended_at or wall) - call.answered_at), 3) if call.answered_at else 0.0


def _history_row(call: Call, wall: float, prefix: str) -> CallHistoryRow:
    return CallHistoryRow(
        id=_id(call, prefix),
        started_at=call.started_at,
        state=_state(call),
        caller=readable(call.caller),
        callee=readable(call.callee),
        trunk_in=call.trunk_in,
        trunk_out=call.trunk_out,
        status=call.status,
        duration_s=_duration(call, wall),
        ended_by=call.ended_by,
        call_id=readable(call.call_id),
    )


def _trail_row(call: Call, prefix: str) -> CallTrailRow:
    leg = call.callee_leg
    trail = call.trail
    numbers = None if trail is None else trail.numbers
    if trail is not None:
        trail.count()
    return CallTrailRow(
        id=_id(call, prefix),
        state=_state(call),
        caller=readable(call.caller),
        callee=readable(call.callee),
        request_uri=readable(call.request_uri),
        call_id=readable(call.call_id),
        from_tag=readable(call.from_tag),
        to_tag=readable(call.to_tag),
        source=repr(call.caller_leg.flow),
        destination="" if leg is None else repr(leg.flow),
        call_class=_CLASSES[0] if trail is None else _class(trail.priority),
        subscriber="" if trail is None else trail.username,
        group=call.group,
        trunk_in=call.trunk_in,
        trunk_out=call.trunk_out,
        route_group="" if trail is None else trail.route_group,
        number=repr(numbers.called) if isinstance(numbers, Numbers) else "",
        status=call.status,
        reason="" if trail is None else trail.reason,
        ended_by=call.ended_by,
        started_at=call.started_at,
        ringing_at=call.ringing_at or None,
        answered_at=call.answered_at or None,
        ended_at=call.ended_at or None,
        setup_ms=_setup(call),
        duration_s=_duration(call, call.ended_at),
        repeats=None if trail is None else trail.repeats,
        resent=None if trail is None else trail.resent,
    )


def _setup(call: Call) -> float | None:
    final = call.answered_at or call.ended_at
    return round((final - call.started_at) * 1000, 1) if final else None


def _class(priority: int) -> str:
    return _CLASSES[2] if priority == EMERGENCY else _CLASSES[1] if priority == PRIORITY else _CLASSES[0]


def _leg_row(name: str, number: int, attempt: Attempt, call: Call, trail: Trail) -> CallLegRow:
    began = call.started_at - trail.offset
    return CallLegRow(
        id=name,
        leg=number,
        trunk=attempt.whose,
        target=readable(attempt.uri),
        address="" if attempt.flow is None else repr(attempt.flow),
        sent_ms=_since(attempt.sent, began),
        heard_ms=_since(attempt.heard, began),
        ringing_ms=_since(attempt.ringing, began),
        cancelled_ms=_since(attempt.cancelled, began),
        ended_ms=_since(attempt.ended, began),
        resent=attempt.resent(),
        status=attempt.status or None,
        cause=readable(attempt.cause),
        result=attempt.why,
    )


def _since(moment: float, began: float) -> float | None:
    # A call's wall time and the clock of the engine part by a hair: nothing comes before the INVITE.
    return max(0.0, round((moment - began) * 1000, 1)) if moment else None


def _stage_rows(name: str, call: Call, trail: Trail) -> Iterator[CallStageRow]:
    """Yield what each stage found, in their order; of a stage that left no note what can be told from the call."""
    last = min(trail.stage, ROUTE - 1)
    began = call.started_at - trail.offset
    number = 0
    for stage in range(1, ROUTE + 1):
        notes = [note for note in trail.notes if note[0] == stage]
        if stage > last and not notes:
            continue
        told = [(note[1], *_written(note)) for note in notes] or [(began, *_unnoted(stage, call, trail))]
        if stage == last and call.answered_at == 0.0 and call.status >= 300 and not trail.attempts:
            told.append((began, "result", f"{call.status} {trail.reason}".rstrip()))
        for at, what, result in told:
            number += 1
            yield CallStageRow(
                id=name, number=number, at_ms=_since(at, began) or 0.0, stage=NAMES[stage], object=readable(what),
                result=readable(result),
            )  # fmt: skip


def _unnoted(stage: int, call: Call, trail: Trail) -> tuple[str, str]:
    """Say what a stage has made of a call, or that it let it pass."""
    if stage == _SOURCE:
        return (call.trunk_in, "comes by this trunk") if call.trunk_in else (repr(call.caller_leg.flow), "no trunk")
    if stage == _CLASS:
        return _class(trail.priority), "class"
    if stage == _AUTHENTICATION and trail.stage > stage:
        if trail.username:
            return trail.username, "has proved to be this subscriber"
        return call.trunk_in, "by its trunk" if call.trunk_in else "not asked for credentials"
    return "", "passed"


def _written(note: Note) -> tuple[str, str]:
    """Write a note out: object and outcome."""
    kind, first, second, third = note[2], note[3], note[4], note[5]
    if kind == LISTED and isinstance(second, Verdict):
        assert isinstance(first, tuple)
        return _listed(str(first[0]), str(first[1]), second)
    if kind == CONTROL and isinstance(first, ControlState):
        return first.name, "lets it pass" if second else "acts on it"
    if kind == ENTRY and isinstance(second, Entry):
        assert isinstance(third, tuple)
        digits, length = third
        prefix = str(digits)[: int(length)] or "any"
        return f"table {first}", f"prefix {prefix}: {second.action} {second.target}".rstrip()
    if kind == RULE and isinstance(second, Numbers):
        return f"translation-rule {first}", _translated(second, third if isinstance(third, Numbers) else None)
    if kind == CHOSEN:
        return f"trunk {first}", f"chosen in route group {second}"
    if kind == PASSED_OVER:
        return f"trunk {first}", f"passed over: {second}"
    if kind == STOPPED:
        return f"trunk {first}", f"no other is tried after {second}"
    return str(first), str(second)


def _listed(kind: str, value: str, verdict: Verdict) -> tuple[str, str]:
    entry = verdict.entry
    outcome = "refused" if verdict.refused else "passes"
    if entry is None:
        return f"{kind} {value}", f"{outcome}: on no white list"
    reason = f" ({entry.reason})" if entry.reason else ""
    return f"{kind} {value}", f"{outcome} by {verdict.colour}list {entry.value}{reason}"


def _translated(before: Numbers, after: Numbers | None) -> str:
    if after is None:
        return "made no number that can be called"
    pairs: list[tuple[str, Number | None, Number | None]] = [
        ("called", before.called, after.called),
        ("calling", before.calling, after.calling),
        ("redirecting", before.redirecting, after.redirecting),
    ]
    changes = [f"{name} {old!r} -> {new!r}" for name, old, new in pairs if repr(old) != repr(new)]
    return ", ".join(changes) or "changes nothing"
