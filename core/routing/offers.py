"""Session descriptions on their way to and from a trunk that has rules for codecs: in requests, in responses.

A response may bear the offer (RFC 3261 §13.2.1, RFC 3262 §5: the INVITE had none) or the answer to one. It is filtered
all the same, for what was taken out of an offer is not in its answer.
"""

from __future__ import annotations

from typing import Final

from core.dialog.call import Call
from core.proxy.route import ResponseEditor
from core.routing import codecs
from core.routing.trunk import TrunkState
from core.routing.trunks import Trunks
from core.wire.error import WireError
from core.wire.message import Message

_ANSWERING: Final = ("ACK", "PRACK")
"""Requests that bear the answer to what a response has offered; to refuse one would help nobody."""


def filter_offer(trunk: TrunkState, request: Message) -> None:
    """Take codecs out of an offer that a trunk makes or is made. Raises WireError 488 when none is left."""
    if trunk.codecs is None or codecs.apply(trunk.codecs, request) != codecs.NOTHING_LEFT:
        return
    if request.method not in _ANSWERING:
        raise WireError(488, "Not Acceptable Here")


def trunks_of(trunks: Trunks, call: Call) -> list[TrunkState]:
    """Return the trunks with rules for codecs that a call has come by and left by."""
    found: list[TrunkState] = []
    for name in (call.trunk_in, call.trunk_out):
        trunk = trunks.states.get(name) if name else None
        if trunk is not None and trunk.codecs is not None:
            found.append(trunk)
    return found


def answers_of(trunks: Trunks, call: Call | None) -> ResponseEditor | None:
    """Return what edits the responses to a request of a call; None where there is none."""
    return None if call is None else _Answers(trunks, call)


class _Answers(ResponseEditor):
    """Filters the responses to one request; by which trunk a call leaves is known when they come."""

    __slots__ = ("_call", "_trunks")

    def __init__(self, trunks: Trunks, call: Call) -> None:
        self._trunks: Trunks = trunks
        self._call: Call = call

    def edit(self, response: Message) -> None:
        for trunk in trunks_of(self._trunks, self._call):
            if trunk.codecs is not None:
                codecs.apply(trunk.codecs, response)
