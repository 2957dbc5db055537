"""A target of a request: where the target set (RFC 3261 §16.5) says it could go."""

from __future__ import annotations

import re

from core.effect import TRANSPORT_NUMBER, Flow
from core.proxy.domain import Domain, flow_to
from core.store.records import Binding
from core.wire.uri import Uri, known_uri

_METHOD = re.compile(";method=[^;?]*", re.IGNORECASE)


class Target:
    """One URI for the Request-URI, its q-value, and the flow to use instead of what the URI says."""

    __slots__ = ("flow", "parsed", "q", "uri", "via", "whose")

    def __init__(self, uri: str, q: float, flow: Flow | None, parsed: Uri | None = None) -> None:
        self.uri: str = uri
        self.parsed: Uri | None = parsed
        """`uri` taken apart, where somebody has done so already."""
        self.q: float = q
        self.flow: Flow | None = flow
        self.via: str = ""
        """Parameters of our Via to it, besides the branch."""
        self.whose: str = ""
        """Name of the trunk it is an address of; empty: no trunk's."""


def target_of(binding: Binding, domain: Domain) -> Target:
    """Make the target of a registered contact; one behind NAT is reached by the flow its REGISTER came by."""
    flow: Flow | None = None
    if binding.nat:
        transport = TRANSPORT_NUMBER.get(binding.transport, 0)
        number = domain.numbered(binding.listener)
        if number < 0:
            own = domain.choose(transport, binding.host, -1)
            number = -1 if own is None else own.number
        if number >= 0:
            flow = flow_to(number, transport, binding.host, binding.port)
    contact = binding.contact
    if "?" in contact or ";method=" in contact:
        contact = _as_request_uri(contact)
    return Target(contact, binding.q, flow)


def _as_request_uri(text: str) -> str:
    """Leave out what a Request-URI may not have: headers and method (RFC 3261 §19.1.1). Raises WireError."""
    uri = known_uri(text)
    if uri.headers:
        text = text[: -len(uri.headers) - 1]
    return _METHOD.sub("", text) if "method" in uri.params else text


def group_by_q(targets: list[Target]) -> list[list[Target]]:
    """Return the targets in groups of equal q, highest first (RFC 3261 §16.6): groups are tried one after another."""
    if len(targets) == 1:
        return [targets]
    groups: list[list[Target]] = []
    for target in sorted(targets, key=_falling_q):
        if groups and groups[-1][0].q == target.q:
            groups[-1].append(target)
        else:
            groups.append([target])
    return groups


def _falling_q(target: Target) -> float:
    return -target.q
