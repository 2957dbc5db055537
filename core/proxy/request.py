"""Making the request that goes to one target (RFC 3261 §16.4, §16.6 steps 1 to 8)."""

from __future__ import annotations

from typing import Final
from zlib import crc32

from core.proxy.domain import Domain, OwnListener, route_uri
from core.wire.error import WireError
from core.wire.header import CONTENT_LENGTH, MAX_BREADTH, MAX_FORWARDS, ROUTE, VIA
from core.wire.message import Message
from core.wire.scalar import parse_integer
from core.wire.uri import Uri, known_uri

MAX_FORWARDS_DEFAULT: Final = 70
MAX_BREADTH_DEFAULT: Final = 60


class Hops:
    """What the Route header says of a request that has come: did it pass us by our own Record-Route?"""

    __slots__ = ("token", "was_ours")

    def __init__(self) -> None:
        self.was_ours: bool = False
        """The topmost Route, or the Request-URI of a strict router, named us and has been removed."""
        self.token: str = ""
        """The dialog token of that Route."""


def take_own_route(request: Message, domain: Domain) -> Hops:
    """Remove Route values that name us; repair what a strict router did (RFC 3261 §16.4). Raises WireError."""
    hops = Hops()
    if not request.has(ROUTE):
        return hops
    if ";lr" in request.request_uri:
        token = domain.own_route(f"<{request.request_uri}>")
        if token is not None:
            hops.was_ours = True
            hops.token = token
            _undo_strict_route(request)
    while request.has(ROUTE):
        token = domain.own_route(_first_route(request))
        if token is None:
            return hops
        hops.was_ours = True
        hops.token = hops.token or token
        request.remove_first_value(ROUTE)
    return hops


def _undo_strict_route(request: Message) -> None:
    """A strict router put our Record-Route into the Request-URI: the last Route value is the real one."""
    routes = request.all(ROUTE)
    if not routes:
        raise WireError(400, "Bad Route")
    request.set_request_uri(route_uri(routes[-1]).text)
    _set_routes(request, routes[:-1])


def _first_route(request: Message) -> str:
    value = request.first(ROUTE)
    return request.all(ROUTE)[0] if "," in value else value


def _set_routes(request: Message, routes: list[str]) -> None:
    at = request.where(ROUTE)
    while request.has(ROUTE):
        request.remove(request.where(ROUTE))
    for value in reversed(routes):
        request.insert(at, ROUTE, f"Route: {value}")


def next_hop(request: Message, target: Uri) -> Uri:
    """Return where a request to `target` goes next: its first Route, else the target (§16.6 step 6, 7).

    Where the first Route is a strict router's, Request-URI and Route are rearranged for it. Raises WireError.
    """
    if not request.has(ROUTE):
        return target
    hop = checked(route_uri(_first_route(request)))
    if "lr" not in hop.params:
        routes = request.all(ROUTE)
        _set_routes(request, [*routes[1:], f"<{request.request_uri}>"])
        request.set_request_uri(hop.text)
    return hop


def copy(request: Message, target: str) -> Message:
    """Copy a request with `target` as Request-URI and Max-Forwards one less (§16.6 steps 1 to 3)."""
    out = request.copy()
    out.request_uri = target
    at = out.where(MAX_FORWARDS)
    if at >= 0:
        left = hops_left(request)
        out.lines[at] = "Max-Forwards: 69" if left == 70 else f"Max-Forwards: {left - 1}"
    else:
        out.append(MAX_FORWARDS, f"Max-Forwards: {MAX_FORWARDS_DEFAULT}")
    return out


def hops_left(request: Message) -> int:
    """Return Max-Forwards, 70 when absent. Raises WireError."""
    at = request.where(MAX_FORWARDS)
    if at >= 0 and request.lines[at] == "Max-Forwards: 70":
        return 70
    text = request.first(MAX_FORWARDS)
    return parse_integer(text, 0, 255) if text else MAX_FORWARDS_DEFAULT + 1


def record_route(out: Message, own: OwnListener, inbound: OwnListener | None, token: str) -> None:
    """Add our Record-Route (§16.6 step 4), one per side where they differ (RFC 5658 §3)."""
    out.front.append(f"{own.record_route}{token}>")
    if inbound is not None and inbound is not own:
        out.front.append(f"{inbound.record_route}{token}>")


def breadth_left(request: Message) -> int:
    """Return Max-Breadth, the default when absent (RFC 5393 §5.3.3). Raises WireError."""
    if not request.has(MAX_BREADTH):
        return MAX_BREADTH_DEFAULT
    return parse_integer(request.first(MAX_BREADTH), 0, 2**31 - 1)


def set_breadth(out: Message, breadth: int) -> None:
    """Put Max-Breadth in place: every proxied request has it (RFC 5393 §5.3.3)."""
    line = "Max-Breadth: 60" if breadth == 60 else f"Max-Breadth: {breadth}"
    at = out.where(MAX_BREADTH)
    if at >= 0:
        out.lines[at] = line
    else:
        out.front.append(line)


def finish(out: Message, own: OwnListener, branch: str) -> bytes:
    """Add Content-Length where a stream needs it and our Via (§16.6 steps 8, 9); return the octets to send."""
    if own.transport != 0 and not out.has(CONTENT_LENGTH):
        out.append(CONTENT_LENGTH, f"Content-Length: {len(out.body)}")
    out.front.insert(0, own.via + branch)
    return out.render()


def loop_part(request: Message) -> str:
    """Return the loop part of a branch: a hash of what decides where a request is routed (RFC 5393 §4.2.1).

    That is Request-URI and Route. It begins with a dot, which nothing else in a branch of ours has.
    """
    text = request.request_uri
    if request.has(ROUTE):
        text = "|".join([text, *request.all(ROUTE)])
    return "." + str(crc32(text.encode("latin-1")))


def has_looped(request: Message, domain: Domain, loop: str) -> bool:
    """Tell whether the request was here before and would be routed the same again (RFC 5393 §4.2.2).

    `loop` is what a branch of ours would end with.
    """
    if not request.has_more(VIA):
        return False
    for value in request.all(VIA):
        branch = value.partition("branch=")[2].partition(";")[0]
        if branch.endswith(loop) and value.partition(";")[0] in _own_sent_by(domain):
            return True
    return False


def _own_sent_by(domain: Domain) -> list[str]:
    return [own.via.partition(": ")[2].partition(";")[0] for own in domain.listeners.values()]


def target_uri(text: str) -> Uri:
    """Parse a target. Raises WireError as `checked` does. The result is shared: nobody may change it."""
    return checked(known_uri(text))


def checked(uri: Uri) -> Uri:
    """Return `uri`; WireError 416 when no next hop can be made of it."""
    if uri.scheme != "sip" or not uri.host:
        raise WireError(416, "Unsupported URI Scheme")
    return uri
