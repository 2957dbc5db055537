"""An answer that comes when the caller has been told of a failure: nobody waits for it, so we end the dialog it made.

It can come from a target that said nothing for so long that it was given up (§16.7 would have us forward a 2xx, but the
server transaction has ended, and RFC 6026 §7.1 drops it there). Unacknowledged it would be sent again for 32 seconds,
and the call that its sender believes in would be charged.
"""

from __future__ import annotations

from core.effect import Flow
from core.proxy.domain import Domain, OwnListener, is_numeric, route_uri
from core.proxy.nexthop import flow_of
from core.wire.address import parse_address
from core.wire.error import WireError
from core.wire.header import CALL_ID, CONTACT, FROM, RECORD_ROUTE, TO
from core.wire.message import Message
from core.wire.uri import known_uri


class Ending:
    """How requests inside the dialog of a late answer look, and where they go."""

    __slots__ = ("_dialog", "_number", "_target", "call_id", "flow")

    def __init__(self, answer: Message, flow: Flow, domain: Domain) -> None:
        """Read `answer`, a 2xx to INVITE that came by `flow`. Raises WireError."""
        contact = answer.first(CONTACT)
        if not contact:
            raise WireError(400, "Missing Contact")
        self._target: str = parse_address(contact).uri_text
        routes = _behind_us(answer, domain)
        hop = route_uri(routes[0]) if routes else known_uri(self._target)
        there = flow_of(domain, hop, flow.listener) if is_numeric(hop.host) else None
        self.flow: Flow = there or flow
        self.call_id: str = answer.call_id
        self._number: int = answer.cseq()[0]
        self._dialog: list[str] = [answer.lines[answer.where(each)] for each in (FROM, TO, CALL_ID)]
        self._dialog += [f"Route: {value}" for value in routes]

    def ack(self, own: OwnListener, branch: str) -> bytes:
        """Write the ACK of the answer."""
        return self._write("ACK", self._number, own, branch)

    def bye(self, own: OwnListener, branch: str) -> bytes:
        """Write the BYE that ends what it began, as the caller would."""
        return self._write("BYE", self._number + 1, own, branch)

    def _write(self, method: str, number: int, own: OwnListener, branch: str) -> bytes:
        lines = [f"{method} {self._target} SIP/2.0", own.via + branch, *self._dialog, f"CSeq: {number} {method}"]
        lines.append("Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n")
        return "\r\n".join(lines).encode("latin-1")


def _behind_us(answer: Message, domain: Domain) -> list[str]:
    """Return the route set from us on: Record-Route from the caller's side, what stands up to our own left out."""
    routes = answer.all(RECORD_ROUTE)[::-1]
    for at in range(len(routes) - 1, -1, -1):
        if domain.own_route(routes[at]) is not None:
            return routes[at + 1 :]
    return routes
