"""The table of calls, by Call-ID and tags (RFC 3261 §12); makes one call record per attempt.

An answered call is in the store before its 2xx leaves, so that it survives the
worker; its record is written before the answer to its BYE leaves, a failed
attempt's at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

import msgspec

from core.dialog.call import ANSWERED, EARLY, ENDED, STATE_NAMES, Call, Leg, call_key
from core.dialog.emergencies import Emergencies
from core.dialog.history import MAXIMUM, History
from core.effect import RECORD, TRANSPORT_NUMBER, Effect, Flow
from core.northbound import counters
from core.northbound.call_rows import CallDetailRow, CallRow
from core.northbound.records import CallRecord
from core.store.location import LocationStore
from core.store.records import StoredCall
from core.wire.text import readable

MAX_DURATION_S: Final = 43_200.0
"""An answered call whose BYE never came is closed after twelve hours."""
_OTHER_LEGS: Final = 32
_GIVEN_UP: Final = 487
_encode = msgspec.json.Encoder().encode


class Calls:
    """All calls of one worker."""

    __slots__ = ("_table", "emergencies", "history", "location", "out", "slots", "wall_offset", "worker")

    def __init__(
        self, worker: int, slots: memoryview, location: LocationStore, out: list[Effect],
        history: History | None = None,
    ) -> None:  # fmt: skip
        self._table: dict[str, Call] = {}
        self.worker: int = worker
        self.slots: memoryview = slots
        self.location: LocationStore = location
        self.out: list[Effect] = out
        self.history: History = history or History(MAXIMUM)
        """Where calls that are over go."""
        self.wall_offset: float = 0.0
        """What makes seconds since 1970 of the engine's `now`."""
        self.emergencies: Emergencies = Emergencies(slots, out)

    def __len__(self) -> int:
        return len(self._table)

    def begin(self, call: Call) -> bool:
        """Take up an attempt; False when its INVITE is one we know: come back to us, or forked before us."""
        key = call.key
        if key in self._table:
            return False
        self._table[key] = call
        slots = self.slots
        slots[counters.CALLS_ATTEMPTED] += 1
        calls = len(self._table)
        slots[counters.CALLS] = calls
        if calls > slots[counters.CALLS_PEAK]:
            slots[counters.CALLS_PEAK] = calls
        return True

    def find(self, call_id: str, from_tag: str, to_tag: str) -> Call | None:
        """Find the call of an in-dialog request, whichever side sent it."""
        found = self._table.get(call_key(call_id, from_tag))
        if found is None:
            found = self._table.get(call_key(call_id, to_tag))
        return found

    def ringing(self, call: Call, wall: float) -> None:
        """Note the first provisional response above 100."""
        if call.ringing_at == 0.0:
            call.ringing_at = wall

    def early(self, call: Call, to_tag: str, leg: Leg) -> None:
        """Note the leg of an early dialog, so that a PRACK finds its way."""
        if call.other_legs is None:
            call.other_legs = {}
        if len(call.other_legs) < _OTHER_LEGS:
            call.other_legs[to_tag] = leg

    def answered(self, call: Call, to_tag: str, status: int, leg: Leg, wall: float) -> None:
        """Note the first 2xx; of further ones, of other branches, only the leg."""
        if call.state != EARLY:
            if call.state == ANSWERED and leg.sticky and to_tag != call.to_tag:
                self.early(call, to_tag, leg)
            return
        call.state = ANSWERED
        call.answered_at = wall
        call.to_tag = to_tag
        call.status = status
        call.callee_leg = leg
        self.slots[counters.CALLS_ANSWERED] += 1
        self.location.put_call(_stored(call))
        if call.count is not None:
            call.count.answered(wall - self.wall_offset)
        if call.observers is not None:
            for observer in call.observers:
                observer.answered(call, wall)

    def failed(self, call: Call, status: int, wall: float) -> None:
        """Note that an attempt ended without an answer, and write its record."""
        if call.state != EARLY:
            return
        call.status = status
        self.slots[counters.CALLS_FAILED] += 1
        if call.count is not None:
            call.count.failed(status, wall - self.wall_offset)
        if call.is_emergency and status != _GIVEN_UP:
            self.emergencies.failed(call.request_uri, status, call.call_id, wall - self.wall_offset)
        self._end(call, wall, "attempt")

    def closing(self, call: Call, wall: float, by: str) -> None:
        """Note a BYE that was taken; the call is over when it is answered."""
        if call.closing_at == 0.0:
            call.closing_at = wall
            call.closing_by = by
            if call.count is not None:
                call.count.closing(wall - self.wall_offset)

    def closed(self, call: Call, status: int, wall: float) -> None:
        """Note how a BYE was answered; one that was only challenged will come again."""
        if call.count is not None:
            call.count.closed(status, wall - self.wall_offset)
        if status in (401, 407):
            call.closing_at = 0.0
        else:
            self.ended(call, call.closing_at or wall, call.closing_by)

    def ended(self, call: Call, wall: float, by: str) -> None:
        """Note that an answered call is over and write its record; `by`: `caller`, `callee`, `server`, `unseen`."""
        if call.state == ANSWERED:
            self.slots[counters.CALLS_ENDED] += 1
            if call.count is not None:
                call.count.ended(wall - self.wall_offset, by != "unseen")
            self._end(call, wall, by)
            self.location.delete_call(call.record_id)

    def __iter__(self) -> Iterator[Call]:
        """Go through the calls; nobody may begin or end one meanwhile."""
        return iter(self._table.values())

    def sweep(self, wall: float) -> None:
        """Close calls older than MAX_DURATION_S; a few per turn. The table is in order of their beginning."""
        for call in list(islice(self._table.values(), 50)):
            if wall - call.started_at < MAX_DURATION_S:
                return
            if call.state == ANSWERED:
                self.ended(call, wall, "server")
            else:
                self.failed(call, 408, wall)

    def restore(self) -> int:
        """Load the calls that were answered before this worker began; return how many."""
        for stored in sorted(self.location.calls(), key=_started_at):
            call = _restored(stored)
            self._table[call.key] = call
        self.slots[counters.CALLS] = self.slots[counters.CALLS_PEAK] = len(self._table)
        return len(self._table)

    def rows(self, detail: bool, match: str, wall: float) -> Iterator[CallRow | CallDetailRow]:
        """Yield a row per call; `match` is a part of Call-ID, caller or callee."""
        for call in list(self._table.values()):
            if match and match not in call.call_id and match not in call.caller and match not in call.callee:
                continue
            yield self._detail(call) if detail else _row(call, wall)

    def _end(self, call: Call, wall: float, by: str) -> None:
        self._table.pop(call.key, None)
        call.state = ENDED
        call.ended_at = wall
        call.ended_by = by
        slots = self.slots
        slots[counters.CALLS] = len(self._table)
        slots[counters.RECORDS_WRITTEN] += 1
        self.out.append((RECORD, _encode(_record(call, wall, by)) + b"\n"))
        if call.observers is not None:
            for observer in call.observers:
                observer.ended(call, wall)
            call.observers = None
        self.history.ended(call)

    def _detail(self, call: Call) -> CallDetailRow:
        leg = call.callee_leg
        return CallDetailRow(
            state=STATE_NAMES[call.state],
            caller=readable(call.caller),
            callee=readable(call.callee),
            request_uri=readable(call.request_uri),
            call_id=readable(call.call_id),
            from_tag=readable(call.from_tag),
            to_tag=readable(call.to_tag),
            source=repr(call.caller_leg.flow),
            destination="" if leg is None else repr(leg.flow),
            status=call.status,
            started_at=call.started_at,
            ringing_at=call.ringing_at or None,
            answered_at=call.answered_at or None,
            worker=self.worker,
            trunk_in=call.trunk_in,
            trunk_out=call.trunk_out,
        )


def _record(call: Call, wall: float, by: str) -> CallRecord:
    leg = call.callee_leg
    return CallRecord(
        call.record_id,
        readable(call.caller),
        readable(call.callee),
        readable(call.request_uri),
        readable(call.call_id),
        str(call.caller_leg.flow),
        "" if leg is None else str(leg.flow),
        _milliseconds(call.started_at),
        _milliseconds(call.ringing_at) or None,
        _milliseconds(call.answered_at) or None,
        _milliseconds(wall),
        _milliseconds(wall - call.answered_at) if call.answered_at else 0,
        call.status,
        by,
        call.trunk_in,
        call.trunk_out,
    )


def _milliseconds(seconds: float) -> float:
    """Cut to three decimals, as `round` does in ten times the time."""
    return int(seconds * 1000.0 + 0.5) / 1000.0


def _started_at(stored: StoredCall) -> float:
    return stored.started_at


def _row(call: Call, wall: float) -> CallRow:
    return CallRow(
        state=STATE_NAMES[call.state],
        caller=readable(call.caller),
        callee=readable(call.callee),
        started_at=call.started_at,
        answered_at=call.answered_at or None,
        duration_s=max(0, int(wall - (call.answered_at or call.started_at))),
        call_id=readable(call.call_id),
    )


def _stored(call: Call) -> StoredCall:
    leg = call.callee_leg
    return StoredCall(
        call_id=call.call_id,
        from_tag=call.from_tag,
        to_tag=call.to_tag,
        caller=call.caller,
        callee=call.callee,
        request_uri=call.request_uri,
        source=_leg_text(call.caller_leg),
        destination="" if leg is None else _leg_text(leg),
        started_at=call.started_at,
        ringing_at=call.ringing_at or None,
        answered_at=call.answered_at or None,
        status=call.status,
        record_id=call.record_id,
        trunk_in=call.trunk_in,
        trunk_out=call.trunk_out,
        group=call.group,
        prefix=call.prefix,
        route_group=call.route_group,
    )


def _restored(stored: StoredCall) -> Call:
    call = Call(
        stored.record_id, stored.call_id, stored.from_tag, stored.caller, stored.callee, stored.request_uri,
        _leg(stored.source), stored.started_at,
    )  # fmt: skip
    call.to_tag = stored.to_tag
    call.callee_leg = _leg(stored.destination)
    call.ringing_at = stored.ringing_at or 0.0
    call.answered_at = stored.answered_at or stored.started_at
    call.status = stored.status
    call.state = ANSWERED
    call.trunk_in = stored.trunk_in
    call.trunk_out = stored.trunk_out
    call.group = stored.group
    call.prefix = stored.prefix
    call.route_group = stored.route_group
    return call


def _leg_text(leg: Leg) -> str:
    """`udp 0 192.0.2.1 5060 1`: transport, listener number, host, port, sticky."""
    flow = leg.flow
    return f"{flow.transport} {flow.listener} {flow.host} {flow.port} {int(leg.sticky)}"


def _leg(text: str) -> Leg:
    transport, listener, host, port, sticky = text.split(" ")
    address: tuple[object, ...] = (host, int(port), 0, 0) if ":" in host else (host, int(port))
    return Leg(Flow(int(transport), int(listener), host, int(port), address), sticky == "1")


assert TRANSPORT_NUMBER == {"udp": 0, "tcp": 1}, "stored legs hold these numbers"
