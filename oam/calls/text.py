"""One call written out for people: what it was, its legs, stage by stage what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from core.northbound.call_rows import CallLegRow, CallStageRow, CallTrailRow
from oam.calls.search import Told
from oam.shell.printable import clean
from oam.shell.width import columns, wrapped
from oam.times import iso

_LEG: Final = ("Leg", "Trunk", "Sent", "Heard", "Ringing", "Ended", "Again", "Status")
_STAGE: Final = ("At", "Stage", "Object", "Result")
_NARROWEST: Final = 20
"""Columns that the last one of a table has at least, however narrow the terminal."""


def written(calls: Sequence[Told], explain: bool, width: int = 0) -> str:
    """Return the text of calls, a blank line between them; `width` is the terminal's, 0 without bound."""
    return "\n\n".join("\n".join(_lines(each, explain, width)) for each in calls)


def _lines(told: Told, explain: bool, width: int) -> Iterable[str]:
    call = told.call
    yield f"Call {call.id}: {_outcome(call)}"
    for name, text in _summary(call):
        if text:
            yield f"  {name:16}{clean(text)}"
    if call.repeats is None:
        yield "  What became of it on its way is not known any more"
    if told.legs:
        yield ""
        yield from _table(_LEG, [_leg(each) for each in told.legs], width)
        yield from _remarks(told.legs, width)
    if explain and told.stages:
        yield ""
        yield from _table(_STAGE, [_stage(each) for each in told.stages], width)


def _outcome(call: CallTrailRow) -> str:
    if call.state == "early":
        return "being set up"
    if call.state == "answered":
        return "in progress"
    if call.state == "ended":
        return f"ended by {call.ended_by} after {call.duration_s:g} s"
    return f"{call.state} with {call.status}{f' {call.reason}' if call.reason else ''}"


def _summary(call: CallTrailRow) -> Iterable[tuple[str, str]]:
    yield "Caller", f"{call.caller} from {call.source}"
    yield "Callee", f"{call.callee}{f' at {call.destination}' if call.destination else ''}"
    yield "Request-URI", call.request_uri
    yield "Number", call.number
    yield "Trunks", " to ".join(each or "-" for each in (call.trunk_in, call.trunk_out)) if _has_trunk(call) else ""
    yield "Route group", call.route_group
    yield "Class", "" if call.call_class == "ordinary" else call.call_class
    yield "Subscriber", f"{call.subscriber}{f', group {call.group}' if call.group else ''}" if call.subscriber else ""
    yield "Call-ID", call.call_id
    yield "Started", _moment(call.started_at)
    yield "Ringing", _moment(call.ringing_at)
    yield "Answered", _moment(call.answered_at)
    yield "Ended", _moment(call.ended_at)
    yield "Set-up", "" if call.setup_ms is None else f"{call.setup_ms:g} ms"
    if call.repeats or call.resent:
        yield "Again", f"its INVITE came {call.repeats} times more, answers went {call.resent} times more"


def _has_trunk(call: CallTrailRow) -> bool:
    return bool(call.trunk_in or call.trunk_out)


def _moment(seconds: float | None) -> str:
    return iso(seconds, 3) if seconds else ""


def _leg(leg: CallLegRow) -> tuple[str, ...]:
    return (
        str(leg.leg), leg.trunk or "-", _ms(leg.sent_ms), _ms(leg.heard_ms), _ms(leg.ringing_ms), _ms(leg.ended_ms),
        str(leg.resent), str(leg.status or "-"),
    )  # fmt: skip


def _remarks(legs: Sequence[CallLegRow], width: int) -> Iterable[str]:
    """Say of legs what has no column: where they went, what became of them, when they were cancelled, the cause."""
    for leg in legs:
        parts = [f"to {leg.target}{f' at {leg.address}' if leg.address else ''}: {leg.result or 'in progress'}"]
        if leg.cancelled_ms is not None:
            parts.append(f"cancelled at {_ms(leg.cancelled_ms)}")
        if leg.cause:
            parts.append(f"Reason: {leg.cause}")
        start = f"  leg {leg.leg} "
        yield from _hanging(start, clean("; ".join(parts)), width)


def _hanging(start: str, text: str, width: int) -> Iterable[str]:
    """Yield `start` and a text; what the width has no room for goes on below it."""
    if not width:
        yield (start + text).rstrip()
        return
    first, *more = wrapped(text, max(_NARROWEST, width - columns(start)))
    yield (start + first).rstrip()
    for line in more:
        yield " " * columns(start) + line


def _stage(stage: CallStageRow) -> tuple[str, ...]:
    return _ms(stage.at_ms), stage.stage, stage.object or "-", stage.result


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{value:g} ms"


def _table(heading: tuple[str, ...], lines: Sequence[tuple[str, ...]], width: int) -> Iterable[str]:
    """Lay out columns; the last may be of any length."""
    cells = [[clean(cell) for cell in line] for line in (heading, *lines)]
    widths = [max(columns(line[at]) for line in cells) for at in range(len(heading) - 1)]
    for line in cells:
        padded = [cell + " " * (wide - columns(cell)) for cell, wide in zip(line, widths, strict=False)]
        yield from _hanging("  " + "  ".join(padded) + "  ", line[-1], width)
