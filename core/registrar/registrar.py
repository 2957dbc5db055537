"""What a REGISTER does to the bindings of its address-of-record: RFC 3261 §10.3 steps 6 to 8.

Steps 1 to 5 (domain, Require, authentication, authorization, canonical address-of-record)
are done before. Nothing is stored here: the outcome says what to store and what to answer.
A REGISTER is applied whole or not at all.

A REGISTER that repeats the Call-ID and CSeq a binding was made with is refused, as step 7
asks, but within 32 s (64*T1) of making it: then it is a retransmission that a restarted
worker does not know, and is answered with the bindings as they are.
"""

from __future__ import annotations

from typing import Final

from core.effect import TRANSPORTS, Flow
from core.northbound.counters import BINDINGS_REFUSED, CONTACTS_REFUSED
from core.northbound.settings import RegistrarSettings
from core.store.records import KEY_OCTETS, Binding
from core.wire.address import Address, parse_address
from core.wire.error import WireError
from core.wire.header import CONTACT, EXPIRES, USER_AGENT
from core.wire.message import Message
from core.wire.scalar import parse_q
from core.wire.uri import equal, known_uri
from core.wire.via import is_behind_nat

_HOUR: Final = 3600
_RETRANSMISSION_S: Final = 32.0
_USER_AGENT_LENGTH: Final = 128
_RETRY_AFTER_S: Final = 60


class Outcome:
    """What to answer a REGISTER, and what to store."""

    __slots__ = ("bindings", "counter", "headers", "reason", "status")

    def __init__(
        self, status: int, reason: str, headers: list[tuple[str, str]], bindings: list[Binding] | None, counter: int
    ) -> None:
        self.status = status
        self.reason = reason
        self.headers = headers
        """Name and value of header lines to add to the answer."""
        self.bindings = bindings
        """All bindings from now on; None leaves them as they are."""
        self.counter = counter
        """Slot of the counter to raise, besides accepted and refused; -1 for none."""


class _RefusedError(Exception):
    """The REGISTER fails; nothing is stored."""

    def __init__(self, status: int, reason: str, header: tuple[str, str] | None = None, counter: int = -1) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.header = header
        self.counter = counter


class _Contact:
    """One Contact value of the request."""

    __slots__ = ("address", "expires", "q", "text")

    def __init__(self, address: Address, q: float, expires: int) -> None:
        self.address = address
        """Its URI is parsed only when it is compared: a text we have stored is known to be good."""
        self.text = address.uri_text
        self.q = q
        self.expires = expires
        """Seconds granted; 0 removes the binding."""


class _Origin:
    """What the bindings of one request have in common."""

    __slots__ = ("call_id", "cseq", "flow", "listener", "nat", "now", "user_agent")

    def __init__(self, message: Message, cseq: int, flow: Flow, listener: str, now: float) -> None:
        self.call_id = message.call_id
        self.cseq = cseq
        self.user_agent = message.first(USER_AGENT)[:_USER_AGENT_LENGTH]
        self.flow = flow
        self.listener = listener
        """Its name."""
        self.nat = is_behind_nat(message.via(), flow)
        self.now = now
        """Seconds since 1970."""


def register(
    message: Message,
    user: str,
    aor: str,
    bindings: list[Binding],
    settings: RegistrarSettings,
    total: int,
    flow: Flow,
    listener_name: str,
    now_wall: float,
) -> Outcome:
    """Apply a REGISTER to `bindings`, those of `user` as stored; `total` counts the bindings of everybody.

    More contacts than `contacts_maximum` is 403: it is a rule about this user, and 503 would make the
    phone give up the whole server. More than `bindings_maximum` is 503 with Retry-After: the server is
    full, another one or a later time may do. Neither bound refuses a refresh or a removal.
    """
    live = [binding for binding in bindings if binding.expires_at > now_wall]
    try:
        values = message.all(CONTACT)
        if not values:
            return _answer(live, None, now_wall)
        cseq = message.cseq()[0]
        if "*" in values:
            _check_wildcard(message, values, live, cseq)
            return _answer([], [], now_wall)
        if len(user.encode("utf-8", "surrogatepass")) > KEY_OCTETS:
            raise _RefusedError(404, "Not Found")
        if len(values) > settings.contacts_maximum + len(live):
            raise _RefusedError(403, "Too Many Contacts", None, CONTACTS_REFUSED)
        contacts = [_contact(value, message, settings) for value in values]
        updated = _update(live, contacts, _Origin(message, cseq, flow, listener_name, now_wall))
        if updated is None:
            return _answer(live, None, now_wall)
        _check_bounds(len(updated), len(live), len(bindings), settings, total)
        return _answer(updated, updated, now_wall)
    except _RefusedError as refused:
        headers = [] if refused.header is None else [refused.header]
        return Outcome(refused.status, refused.reason, headers, None, refused.counter)
    except WireError as error:
        return Outcome(error.status, error.reason, [], None, -1)


def _check_wildcard(message: Message, values: list[str], live: list[Binding], cseq: int) -> None:
    """Step 6: "*" stands alone, with Expires 0, and newer than what it removes."""
    if len(values) > 1 or message.first(EXPIRES).strip() != "0":
        raise _RefusedError(400, "Wildcard Contact Needs Expires 0")
    for binding in live:
        if binding.call_id == message.call_id and cseq <= binding.cseq:
            raise _RefusedError(400, "CSeq Out Of Order")


def _contact(value: str, message: Message, settings: RegistrarSettings) -> _Contact:
    """Step 7, first half: the contact and the interval it is granted."""
    address = parse_address(value)
    q = address.params.get("q", "")
    expires = _granted(_asked(address.params.get("expires", ""), message, settings), settings)
    return _Contact(address, parse_q(q) if q else 1.0, expires)


def _asked(parameter: str, message: Message, settings: RegistrarSettings) -> int:
    """Return the interval asked for: parameter, else header, else our default (also for what is malformed)."""
    text = parameter or message.first(EXPIRES)
    if not (text.isascii() and text.isdigit()):
        return settings.expires_default_s
    return int(text) if len(text) <= 10 else settings.expires_maximum_s


def _granted(asked: int, settings: RegistrarSettings) -> int:
    # "If and only if the requested expiration interval is greater than zero AND smaller than one
    # hour AND less than a registrar-configured minimum, the registrar MAY reject"
    if 0 < asked < settings.expires_minimum_s and asked < _HOUR:
        raise _RefusedError(423, "Interval Too Brief", ("Min-Expires", str(settings.expires_minimum_s)))
    return min(asked, settings.expires_maximum_s)


def _update(live: list[Binding], contacts: list[_Contact], origin: _Origin) -> list[Binding] | None:
    """Step 7, second half: match each contact and add, update or remove; None for a retransmission."""
    updated: list[Binding | None] = list(live)
    for contact in contacts:
        at = _find(updated, contact)
        if at < 0:
            if contact.expires:
                updated.append(_made(contact, origin))
            continue
        if at < len(live) and updated[at] is live[at] and not _is_newer(live[at], origin):
            return None
        updated[at] = _made(contact, origin) if contact.expires else None
    return [binding for binding in updated if binding is not None]


def _find(bindings: list[Binding | None], contact: _Contact) -> int:
    """Return where the contact stands, by the comparison of §19.1.4; -1 for nowhere. Raises WireError."""
    for at in range(len(bindings)):
        binding = bindings[at]
        if binding is not None and binding.contact == contact.text:
            return at
    uri = contact.address.uri()
    for at in range(len(bindings)):
        binding = bindings[at]
        if binding is not None and equal(known_uri(binding.contact), uri):
            return at
    return -1


def _is_newer(binding: Binding, origin: _Origin) -> bool:
    """Tell whether the request may change the binding; False for a retransmission.

    "If they are the same [Call-ID], the registrar compares the CSeq value. If the value is higher than
    that of the existing binding, it MUST update or remove the binding […]. If not, the update MUST be
    aborted and the request fails."
    """
    if binding.call_id != origin.call_id or origin.cseq > binding.cseq:
        return True
    if origin.cseq == binding.cseq and origin.now - binding.registered_at < _RETRANSMISSION_S:
        return False
    raise _RefusedError(400, "CSeq Out Of Order")


def _made(contact: _Contact, origin: _Origin) -> Binding:
    flow = origin.flow
    return Binding(
        contact.text,
        contact.q,
        origin.now + contact.expires,
        origin.call_id,
        origin.cseq,
        origin.user_agent,
        origin.now,
        TRANSPORTS[flow.transport],
        origin.listener,
        flow.host,
        flow.port,
        origin.nat,
    )


def _check_bounds(updated: int, live: int, stored: int, settings: RegistrarSettings, total: int) -> None:
    if updated > settings.contacts_maximum and updated > live:
        raise _RefusedError(403, "Too Many Contacts", None, CONTACTS_REFUSED)
    if updated > stored and total + updated - stored > settings.bindings_maximum:
        raise _RefusedError(503, "Location Service Full", ("Retry-After", str(_RETRY_AFTER_S)), BINDINGS_REFUSED)


def _answer(current: list[Binding], stored: list[Binding] | None, now_wall: float) -> Outcome:
    """Step 8: 200 with every current binding and what is left of it, seconds."""
    return Outcome(200, "OK", [("Contact", _contact_value(binding, now_wall)) for binding in current], stored, -1)


def _contact_value(binding: Binding, now_wall: float) -> str:
    left = max(1, int(binding.expires_at - now_wall + 0.5))
    if binding.q == 1.0:
        return f"<{binding.contact}>;expires={left}"
    return f"<{binding.contact}>;q={binding.q:g};expires={left}"
